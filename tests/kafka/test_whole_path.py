"""The main job, whole: a real Kafka, the real agent as a process, a real Prometheus that scrapes it."""

import gzip
import json
import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest

from grafana.src.tokens import render
from tests.conftest import Say
from tests.corpus import Row, rows, seed_bodies
from tests.kafka.recorder import produce
from tests.tools import prometheus
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import Prometheus, scrape_config

COMPRESSIONS = ("none", "gzip", "lz4", "snappy", "zstd")
JUDGED = {"openai", "anthropic", "gemini", "vertex", "aimlapi", "pipellm"}
TYPES_RIGHT = 0.97


def path_of(row: Row) -> str:
    """A path of its own for each row, so that every miss can be named."""
    return f"/corpus/{row['id']}"


def event_of(row: Row) -> bytes:
    event: dict[str, object] = {
        "timestamp": datetime.now(UTC).isoformat(),
        "provider": row["provider"],
        "method": "POST",
        "path": path_of(row),
        "headers": row["headers"],
        "body": row["body"],
    }
    if row["status"] is not None:
        event["status"] = row["status"]
    return json.dumps(event).encode()


def is_json_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except ValueError:
        return False


@pytest.fixture(scope="module")
def _prometheus_is_there() -> None:
    require(prometheus.ensure)


@pytest.mark.usefixtures("_prometheus_is_there")
def test_every_body_of_the_corpus_arrives_in_prometheus_as_what_it_means(
    real_kafka: Kafka, real_topic: str, measured: Say
) -> None:
    corpus = rows()
    labels = {"paths": [path_of(row) for row in corpus], "budgets": {"status": 100}}
    values = [*map(event_of, corpus), *seed_bodies()]
    with ExitStack() as stack:
        agents = [stack.enter_context(Agent(real_kafka.bootstrap, real_topic, labels=labels)) for _ in "12"]
        config = scrape_config({"api-error-agent": [agent.address for agent in agents]})
        prom = stack.enter_context(Prometheus(config))
        assigned = f'api_error_agent_assigned_partitions{{topic="{real_topic}"}} == 2'
        prom.wait_until(lambda it: len(it.query(assigned)) == 2)
        for compression in COMPRESSIONS:
            produce(real_kafka.bootstrap, real_topic, values, **{"compression.type": compression})
        produced = len(values) * len(COMPRESSIONS)
        prom.wait_until(lambda it: total(it, "api_error_agent_records_total") >= produced)

        assert total(prom, "api_error_agent_records_total") == produced
        invalid = total(prom, "api_error_agent_invalid_events_total")
        assert total(prom, "api_responses_total") + invalid == produced
        assert len(prom.query("sum by (instance) (api_responses_total) > 0")) == 2
        assert by_provider_and_status(prom, corpus) == expected_by_provider_and_status(corpus)
        assert_types_are_right(prom, corpus, measured)


def total(prom: Prometheus, metric: str) -> float:
    return sum(sample["value"] for sample in prom.query(f"sum({metric})"))


def by_provider_and_status(prom: Prometheus, corpus: list[Row]) -> dict[tuple[str, str], float]:
    """What was counted of the rows that have a status; the others may have one in their bodies."""
    paths = {path_of(row) for row in corpus if row["status"] is not None}
    counts: Counter[tuple[str, str]] = Counter()
    for it in prom.query("sum by (path, provider, status) (api_responses_total) > 0"):
        if it["metric"]["path"] in paths:
            counts[it["metric"]["provider"], it["metric"]["status"]] += int(it["value"])
    return dict(counts)


def expected_by_provider_and_status(corpus: list[Row]) -> dict[tuple[str, str], float]:
    counts = Counter((row["provider"], str(row["status"])) for row in corpus if row["status"] is not None)
    return {key: count * len(COMPRESSIONS) for key, count in counts.items()}


def assert_types_are_right(prom: Prometheus, corpus: list[Row], measured: Say) -> None:
    """Held against the label of the corpus, row by row; misses are listed."""
    found = prom.query('sum by (path, type) (api_responses_total{path=~"/corpus/.*"}) > 0')
    types = {it["metric"]["path"]: it["metric"]["type"] for it in found}
    judged = [
        row
        for row in corpus
        if row["provider"] in JUDGED and (row["status"] or 0) >= 400 and is_json_object(row["body"])
    ]
    misses = [
        f"{row['id']}: {types.get(path_of(row))}, not {row['type']}"
        for row in judged
        if types.get(path_of(row)) != row["type"]
    ]
    measured(f"corpus in Prometheus: {len(judged) - len(misses)} of {len(judged)} types right")
    for miss in misses:
        measured(f"  {miss}")
    assert len(misses) <= (1 - TYPES_RIGHT) * len(judged), misses


# --- bad input ---------------------------------------------------------------------------------------

EVENTS = 100_000
OF_EACH = EVENTS // 100
MAX_BYTES = 2048


def good(number: int) -> bytes:
    return json.dumps(
        {"provider": "openai", "method": "POST", "path": "/v1/embeddings", "status": 200, "n": number}
    ).encode()


INVALID: dict[str, Callable[[int], bytes | None]] = {
    "tombstone": lambda _: None,
    "empty": lambda _: b"",
    "too_large": lambda number: good(number) + b" " * MAX_BYTES,
    "encoding": lambda number: b"\xff\xfe" + good(number),
    "json": lambda number: good(number)[:-1],
    "not_object": lambda number: b"[%d]" % number,
    "no_status": lambda number: b'{"provider": "openai", "n": %d}' % number,
}
HELD: dict[str, tuple[Callable[[int], bytes], dict[str, int]]] = {
    "a list with a bad entry": (lambda n: b"[%b, 17]" % good(n), {"counted": 1, "not_object": 1}),
    "a list of nothing": (lambda _: b"[]", {}),
    "lines, the last one cut": (lambda n: good(n) + b"\n" + good(n)[:-1], {"counted": 1, "json": 1}),
    "a text of a text": (lambda n: json.dumps(good(n).decode()).encode(), {"counted": 1}),
    "an envelope": (lambda n: json.dumps({"message": good(n).decode()}).encode(), {"counted": 1}),
    "packed": (lambda n: gzip.compress(good(n) + b"\n" + good(n)), {"counted": 2}),
    "packed and damaged": (lambda n: gzip.compress(good(n))[:-4], {"encoding": 1}),
    "packed and too large": (lambda _: gzip.compress(bytes(100 * MAX_BYTES)), {"too_large": 1}),
}
"""What else a record may hold, and how what is in it is counted."""
BAD_FIELDS: dict[str, dict[str, object]] = {
    "duration": {"duration_seconds": -1},
    "timestamp": {"timestamp": "NaN"},
    "status": {"status": True, "body": {"error": {"type": "rate_limit_error", "message": "slow down"}}},
    "headers": {"headers": 7},
    "method": {"method": 5},
    "path": {"path": ["/v1"]},
    "provider": {"provider": {"name": "openai"}},
    "request_id": {"request_id": 1.5},
    "attributes": {"model": 4},
}


def bad_field(field: str) -> bytes:
    event = {"provider": "openai", "path": "/v1/embeddings", "status": 200}
    return json.dumps(event | BAD_FIELDS[field]).encode()


def mixture() -> list[bytes | None]:
    """100,000 records, always in the same order, 1 % of each kind of bad input and of HELD among them."""
    values: list[bytes | None] = [make(number) for make in INVALID.values() for number in range(OF_EACH)]
    values += [make(number) for make, _ in HELD.values() for number in range(OF_EACH)]
    values += [bad_field(field) for field in BAD_FIELDS for _ in range(OF_EACH)]
    values += [good(number) for number in range(EVENTS - len(values))]
    random.Random(7).shuffle(values)
    return values


def test_every_bad_input_is_counted_under_what_is_wrong_with_it(real_kafka: Kafka, real_topic: str) -> None:
    produce(real_kafka.bootstrap, real_topic, mixture())

    with Agent(real_kafka.bootstrap, real_topic, events={"max_bytes": MAX_BYTES}) as agent:
        until(lambda: agent.total("api_error_agent_records_total") >= EVENTS, 120, "not all was counted")

        def count(name: str, **labels: str) -> float:
            return agent.total(f"api_error_agent_{name}_total", **labels)

        held = sum((Counter(ends) for _, ends in HELD.values()), Counter[str]())
        assert {reason: count("invalid_events", reason=reason) for reason in INVALID} == {
            reason: (1 + held[reason]) * OF_EACH for reason in INVALID
        }
        assert {field: count("invalid_fields", field=field) for field in BAD_FIELDS} == dict.fromkeys(
            BAD_FIELDS, OF_EACH
        )
        assert count("skipped_records") == 0
        plain = EVENTS - len(HELD) * OF_EACH
        assert count("records") == EVENTS
        assert count("events") == plain + held.total() * OF_EACH
        assert agent.total("api_responses_total") + count("invalid_events") == count("events")
        assert agent.status("/healthz") == 200


# --- the end ------------------------------------------------------------------------------------------


@pytest.fixture
def own_kafka() -> Iterator[Kafka]:
    with Kafka() as broker:
        broker.create_topic("events")
        yield broker


@pytest.mark.parametrize("fault", ["none", "stopped", "dead"])
def test_sigterm_ends_the_process_in_time_whatever_the_broker_does(
    own_kafka: Kafka, fault: str, measured: Say
) -> None:
    produce(own_kafka.bootstrap, "events", [good(number) for number in range(100)])
    with Agent(own_kafka.bootstrap, "events") as agent:
        until(lambda: agent.total("api_error_agent_records_total") >= 100, 30, "not all was counted")
        {"none": lambda: None, "stopped": own_kafka.pause, "dead": own_kafka.kill}[fault]()

        started = time.monotonic()
        code = agent.terminate(within=10)
        took = time.monotonic() - started

        if fault == "stopped":
            own_kafka.resume()
    measured(f"SIGTERM, broker's fault {fault}: exit code {code} after {took:.1f} s")
    assert code == 0


def test_an_agent_that_never_found_its_broker_ends_in_time_too() -> None:
    with Agent("127.0.0.1:9", "events", ready=False) as agent:
        until(lambda: "kafka.unreachable" in agent.events(), 10, "the log does not say why")

        assert agent.status("/readyz") == 503
        assert agent.terminate(within=10) == 0


# --- the alert ----------------------------------------------------------------------------------------

SHORT = {
    "interval": "1s",
    "window": "6s",
    "quiet_window": "30s",
    "rate_limited_for": "2s",
    "rate_limited_keep_firing_for": "2s",
}
CALM, STORM = 0.02, 0.6  # shares of 429
PER_SECOND = 60


@pytest.mark.usefixtures("_prometheus_is_there")
def test_a_storm_of_429s_wakes_somebody_and_calm_traffic_does_not(
    real_kafka: Kafka, real_topic: str, measured: Say
) -> None:
    with ExitStack() as stack:
        agent = stack.enter_context(Agent(real_kafka.bootstrap, real_topic))
        rules = agent.folder / "rules.yaml"
        rules.write_text(render(SHORT))
        config = scrape_config({"api-error-agent": [agent.address]}, rules=[rules])
        prom = stack.enter_context(Prometheus(config))
        traffic = Traffic(real_kafka.bootstrap, real_topic)

        calm = [traffic.second(CALM) and firing(prom) for _ in range(15)]
        assert total(prom, 'api_responses_total{type="rate_limit_error"}') > 0
        assert not any(calm), calm

        started = time.monotonic()
        until(lambda: traffic.second(STORM) and "ApiRateLimited" in firing(prom), 40, "nobody was woken")
        measured(f"ApiRateLimited fires {time.monotonic() - started:.0f} s into the storm")
        assert firing(prom) == {"ApiRateLimited"}


def firing(prom: Prometheus) -> set[str]:
    return {alert["labels"]["alertname"] for alert in prom.alerts() if alert["state"] == "firing"}


class Traffic:
    """Responses of one provider at an even pace."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._bootstrap, self._topic = bootstrap, topic
        self._chance = random.Random(3)
        self._next = time.monotonic()

    def second(self, share: float) -> bool:
        """Send a second's worth, *share* of it rate-limited, and wait that second out."""
        values = [self._response(share) for _ in range(PER_SECOND)]
        produce(self._bootstrap, self._topic, values)
        self._next += 1
        time.sleep(max(0.0, self._next - time.monotonic()))
        return True

    def _response(self, share: float) -> bytes:
        event: dict[str, object] = {"provider": "openai", "path": "/v1/chat/completions", "status": 200}
        if self._chance.random() < share:
            message = "Rate limit reached for gpt-4o on requests per min (RPM): Limit 500. Try again in 1s."
            error = {"message": message, "type": "requests", "param": None, "code": "rate_limit_exceeded"}
            event |= {"status": 429, "body": {"error": error}}
        return json.dumps(event).encode()
