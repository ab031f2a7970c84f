"""A secret in any field of an event, in a header, a body or a key comes out nowhere."""

import json
from collections.abc import Iterator
from itertools import count

from confluent_kafka import Producer

from tests.tools.agent import Agent
from tests.tools.kafka import Kafka
from tests.tools.process import until

# In the shapes of OpenAI, Anthropic, a JSON web token, AWS, Google, Groq, Azure and a bearer header.
SHAPES = (
    "sk-proj-Canary{}abcdefghijklmnop",
    "sk-ant-api03-Canary{}abcdefghijklmnop",
    "eyJDYW5hcnk{}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "AKIACANARY{}EXAMPLE",
    "AIzaSyCanary{}abcdefghijklmnopqrs",
    "gsk_Canary{}abcdefghijklmnopqrst",
    "ca4a27{}8cd98f00b204e9800998ecf8",
    "Bearer Canary{}abcdefgh",
)
FIELDS = (
    "provider",
    "method",
    "path",
    "url",
    "host",
    "request_id",
    "requestId",
    "model",
    "status",
    "timestamp",
)

ERROR = {"message": "Incorrect API key provided: {}.", "type": "{}", "param": "{}", "code": "{}"}


def events(secrets: Iterator[str]) -> Iterator[dict[str, object]]:
    """Events that are right but for a secret in one place, and some that are not events at all."""
    right: dict[str, object] = {"provider": "openai", "path": "/v1/embeddings", "status": 401}
    for field in FIELDS:
        yield right | {field: next(secrets)}
        yield right | {field: f"/v1/{next(secrets)}/files?key={next(secrets)}"}
    yield right | {
        "headers": {"authorization": next(secrets), "x-api-key": next(secrets), next(secrets): "1"}
    }
    yield right | {"headers": {"retry-after": next(secrets), "x-ratelimit-limit-requests": next(secrets)}}
    yield right | {"body": next(secrets)}
    yield right | {"body": {"error": {name: text.format(next(secrets)) for name, text in ERROR.items()}}}
    yield right | {
        "body": {"error": {"code": next(secrets), "type": next(secrets)}, next(secrets): next(secrets)}
    }
    yield right | {
        "body": {"detail": [{"loc": [next(secrets)], "msg": next(secrets), "type": next(secrets)}]}
    }
    yield right | {next(secrets): next(secrets)}
    yield {next(secrets): 1}


def test_a_secret_comes_out_neither_in_metrics_nor_in_the_log(real_kafka: Kafka, real_topic: str) -> None:
    made: list[str] = []

    def make() -> Iterator[str]:
        for number in count(1000):
            made.append(SHAPES[number % len(SHAPES)].format(number))
            yield made[-1]

    secrets = make()
    producer = Producer(
        {"bootstrap.servers": real_kafka.bootstrap, "log_level": 3, "enable.idempotence": True}
    )
    # Each shape comes by each place once.
    records = [json.dumps(event).encode() for _ in SHAPES for event in events(secrets)]
    records += [next(secrets).encode() for _ in SHAPES]
    for record in records:
        producer.produce(real_topic, record, key=next(secrets), headers={"authorization": next(secrets)})
    assert producer.flush(30) == 0

    labels = {"extra": ["model"], "budgets": {"path": 5000, "provider": 5000, "model": 5000}}
    with Agent(real_kafka.bootstrap, real_topic, labels=labels, log={"level": "debug"}) as agent:
        until(lambda: agent.total("api_error_agent_records_total") >= len(records), 30, "not all was counted")
        page, log = agent.page(), agent.log.read_text()

    cores = {secret.removeprefix("Bearer ").split(".")[0] for secret in made}
    assert {secret for secret in cores if secret in page} == set()
    assert {secret for secret in cores if secret in log} == set()
    assert 'type="authentication_error"' in page
