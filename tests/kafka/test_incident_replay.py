"""A day of incidents, as each gateway's log tells it: 10,000 errors through a real Kafka and the real agent.

The bodies are our own, in each vendor's documented shape, labelled by hand. Where a product's log carries the
body, type and reason must be right; where it does not, what the status alone allows.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import cycle, islice

import pytest
from prometheus_client.parser import text_string_to_metric_families

from agent.classify.known import CURED_BY_WAITING
from tests.kafka.recorder import produce
from tests.tools.agent import SCRAPER, Agent
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.unit.classify.bodies import OWN, rows

EVENTS = 10_000
INCIDENTS = {"rate_limit_error", "overloaded_error", "insufficient_balance", "authentication_error"}
RETRY_AFTER = "20"

# What a status says by itself, in the taxonomy's words; every incident below has one of these.
BY_STATUS = {
    400: ("invalid_request_error", "invalid_request_generic"),
    401: ("authentication_error", "auth_failed"),
    402: ("insufficient_balance", "insufficient_credits"),
    403: ("permission_error", "access_denied"),
    413: ("request_too_large", "payload_too_large"),
    429: ("rate_limit_error", "rate_limit_generic"),
    500: ("api_error", "internal_error"),
    503: ("api_error", "service_unavailable"),
    529: ("overloaded_error", "capacity"),
}

Incident = tuple[str, int, str, tuple[str, str]]
"""A path of its own, the HTTP status, the body, and what it means."""


def incidents() -> list[Incident]:
    return [
        (
            f"/incident/{file.stem}/{chr(97 + number // 26)}{chr(97 + number % 26)}",
            row["status"],
            row["body"],
            label,
        )
        for file in sorted(OWN.glob("*.jsonl"))
        for number, row in enumerate(rows(file))
        if (label := (row["type"], row["reason"]))[0] in INCIDENTS
        and row["status"] in BY_STATUS
        and not row.get("headers")
        and isinstance(row["body"], str)
    ]


Log = Callable[[Incident], dict[str, object]]


def native(it: Incident) -> dict[str, object]:
    path, status, body, _ = it
    return {
        "provider": "p",
        "path": path,
        "status": status,
        "headers": {"retry-after": RETRY_AFTER},
        "body": body,
    }


def cloudevents(it: Incident) -> dict[str, object]:
    return {"specversion": "1.0", "type": "response", "source": "gateway", "id": "1", "data": native(it)}


def litellm(it: Incident) -> dict[str, object]:
    path, status, body, _ = it
    error = {"error_code": str(status), "error_message": body, "llm_provider": "p"}
    route = {"user_api_key_request_route": path}
    return {"status": "failure", "custom_llm_provider": "p", "metadata": route, "error_information": error}


def envoy(it: Incident) -> dict[str, object]:
    path, status, _, _ = it
    headers = {"retry-after": RETRY_AFTER}
    return {
        "method": "POST",
        "x-envoy-origin-path": path,
        "response_code": str(status),
        "response_headers": headers,
    }


def kong(it: Incident) -> dict[str, object]:
    path, status, _, _ = it
    response = {"status": status, "headers": {"retry-after": RETRY_AFTER}}
    return {"request": {"method": "POST", "uri": path}, "response": response, "latencies": {"request": 173}}


def nginx(it: Incident) -> dict[str, object]:
    path, status, _, _ = it
    return {
        "request_method": "POST",
        "request_uri": path,
        "status": str(status),
        "sent_http_retry_after": RETRY_AFTER,
    }


def apisix(it: Incident) -> dict[str, object]:
    path, status, _, _ = it
    response = {"status": status, "headers": {"retry-after": RETRY_AFTER}}
    return {"request": {"method": "POST", "uri": path}, "response": response, "latency": 120.9}


WITH_BODY: tuple[Log, ...] = (native, cloudevents, litellm)
WITHOUT_BODY: tuple[Log, ...] = (envoy, kong, nginx, apisix)
EACH = -(-EVENTS // len(WITH_BODY + WITHOUT_BODY))


def counted(page: str) -> Iterator[tuple[tuple[str, str, str], float]]:
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            if sample.name == "api_errors_total":
                labels = sample.labels
                yield (labels["path"], labels["type"], labels["reason"]), sample.value


@pytest.mark.parametrize("log", [*WITH_BODY, *WITHOUT_BODY], ids=lambda log: log.__name__)
def test_the_incidents_of_a_day_are_counted_as_what_they_mean(real_kafka: Kafka, log: Log) -> None:
    topic = f"incidents-of-{log.__name__}"
    real_kafka.create_topic(topic)
    sent = list(islice(cycle(incidents()), EACH))
    produce(real_kafka.bootstrap, topic, [json.dumps(log(it)).encode() for it in sent])
    labels = {"paths": sorted({path for path, *_ in sent}), "max_series": 100_000}

    with Agent(real_kafka.bootstrap, topic, events={"preset": log.__name__}, labels=labels) as agent:
        until(lambda: agent.total("api_error_agent_records_total") >= EACH, 60, "not all was counted")
        found = dict(counted(agent.page(SCRAPER)))
        waits = agent.total("api_retry_after_seconds_count")

    expected = Counter(
        (path, *(label if log in WITH_BODY else BY_STATUS[status])) for path, status, _, label in sent
    )
    assert {key: value for key, value in found.items() if value} == expected
    cured = sum(count for (_, kind, _), count in expected.items() if kind in CURED_BY_WAITING)
    assert log is litellm or waits == cured
