"""Bytes in, counts out: every record ends as counted, invalid or skipped, and the sums agree."""

import json
from collections.abc import Iterable
from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families

from agent.classify import classify
from agent.events import ApiResponse, Reader
from agent.meaning import AHEAD, Counted, Ignored, meanings
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Delta
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import MOST_UNKNOWN, Pipeline
from tests.examples import EXAMPLES

NOW = 1_795_323_600.0
P = ("events", 3)

LIMITED = {
    "error": {"type": "requests", "code": "rate_limit_exceeded", "message": "slow down", "param": None}
}


@dataclass
class Record:
    """What the pipeline reads of a Kafka record."""

    value: bytes | None
    offset: int = 0
    timestamp: int = int(NOW * 1000)
    headers: tuple[tuple[str, bytes | None], ...] = ()


class Page:
    """What a page would show of batches."""

    def __init__(self, *, extra: tuple[str, ...] = (), max_series: int = 10_000) -> None:
        self.tally = Tally(Labels(extra=extra), extra=extra, max_series=max_series)
        self.pipeline = Pipeline(self.tally, Reader((*extra, "model", "pool")))
        self._exposition = Exposition(CollectorRegistry(), self.tally.readings, extra=extra)
        self.text = ""

    def process(self, *values: bytes | None, timestamp: float = NOW) -> Batch:
        records = [Record(value, offset, int(timestamp * 1000)) for offset, value in enumerate(values)]
        return self.show(self.pipeline.process(P, records, NOW))

    def show(self, batch: Batch) -> Batch:
        """As Prometheus scrapes it."""
        self.text = b"".join(self._exposition.page(batch.delta, Format.TEXT, NOW, "prometheus")).decode()
        self._exposition.delivered("prometheus")
        return batch

    def samples(self, name: str, **labels: str) -> list[tuple[dict[str, str], float]]:
        return [
            (sample.labels, sample.value)
            for family in text_string_to_metric_families(self.text)
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        ]

    def total(self, name: str, **labels: str) -> float:
        return sum(value for _, value in self.samples(name, **labels))


def event(**fields: object) -> bytes:
    return json.dumps({"provider": "openai", "path": "/v1/embeddings", "status": 200} | fields).encode()


def test_a_response_is_counted_by_what_it_means() -> None:
    page = Page()

    page.process(event(), event(status=429, body=LIMITED), event(status=429, body=LIMITED))

    assert page.total("api_responses_total", status="200", type="ok") == 1
    assert page.total("api_responses_total", status="429", type="rate_limit_error") == 2
    assert page.total("api_errors_total", type="rate_limit_error", provider="openai") == 2
    assert page.total("api_error_agent_records_total", topic="events", partition="3") == 3


def test_a_duration_falls_into_its_bucket_and_an_event_without_one_into_none() -> None:
    page = Page()

    page.process(
        event(duration_seconds=0.25), event(duration_seconds=7), event(duration_seconds=700), event()
    )

    def bucket(le: str) -> float:
        return page.total("api_response_duration_seconds_bucket", le=le)

    assert [bucket(le) for le in ("0.1", "0.25", "5.0", "10.0", "600.0", "+Inf")] == [0, 1, 1, 2, 2, 3]
    assert page.total("api_response_duration_seconds_sum") == 707.25
    assert page.total("api_response_duration_seconds_count") == 3
    assert page.total("api_responses_total") == 4


def test_a_duration_histogram_does_not_exist_where_no_event_has_a_duration() -> None:
    page = Page()

    page.process(event())

    assert page.samples("api_response_duration_seconds_count") == []


def test_a_time_to_first_token_falls_into_its_bucket_where_the_event_says_it() -> None:
    page = Page()

    page.process(event(time_to_first_token=0.3), event(time_to_first_token=7, status=499), event())

    def bucket(le: str) -> float:
        return page.total("api_time_to_first_token_seconds_bucket", le=le)

    labels = {"provider": "openai", "path": "/v1/embeddings", "type": "ok", "le": "0.3"}
    assert page.samples("api_time_to_first_token_seconds_bucket", type="ok", le="0.3") == [(labels, 1)]
    assert [bucket(le) for le in ("0.2", "0.3", "5.0", "10.0", "60.0", "+Inf")] == [0, 1, 1, 2, 2, 2]
    assert page.total("api_time_to_first_token_seconds_sum", type="client_closed_request") == 7
    assert page.total("api_responses_total") == 3


def test_a_time_to_first_token_is_absent_where_no_event_says_it() -> None:
    page = Page()

    page.process(event(duration_seconds=2))

    assert page.samples("api_time_to_first_token_seconds_count") == []


def test_hidden_attempts_are_counted_by_their_status_and_never_as_responses() -> None:
    page = Page()

    page.process(event(attempts=[504, 502]), event(status=429, body=LIMITED, attempts=[504]))

    where = {"provider": "openai", "path": "/v1/embeddings"}
    assert page.samples("api_attempts_total") == [
        ({**where, "status": "504", "type": "timeout_error"}, 2),
        ({**where, "status": "502", "type": "api_error"}, 1),
    ]
    assert page.total("api_responses_total") == 2
    assert page.total("api_errors_total") == 1


def test_an_attempt_that_had_no_answer_has_no_status() -> None:
    delta: Delta = {}

    Page().tally.response(delta, ApiResponse(200, "openai", attempts=(0,)), classify(ApiResponse(200)))

    (attempt,) = (series for series in delta if series.metric is catalogue.ATTEMPTS)
    assert attempt.labels == ("openai", "unknown", "unknown", "unknown")


def test_a_caller_who_hung_up_is_counted_as_499_where_no_status_stands() -> None:
    page = Page()
    page.pipeline = Pipeline(page.tally, Reader(fields={"ending": "grpc_status"}))

    page.process(json.dumps({"provider": "openai", "grpc_status": "CANCELLED"}).encode())

    assert page.total("api_responses_total", status="499", type="client_closed_request") == 1
    assert page.total("api_error_agent_invalid_events_total") == 0


def test_what_is_no_event_is_counted_by_why() -> None:
    page = Page()

    batch = page.process(None, b"[1]", b"{}", event())

    assert (batch.records, batch.next_offset) == (4, 4)
    assert page.total("api_error_agent_invalid_events_total", reason="tombstone") == 1
    assert page.total("api_error_agent_invalid_events_total", reason="not_object") == 1
    assert page.total("api_error_agent_invalid_events_total", reason="no_status") == 1
    assert page.total("api_responses_total") == 1


def test_a_bad_field_is_counted_and_so_is_its_event() -> None:
    page = Page()

    page.process(event(duration_seconds=-1))

    assert page.total("api_error_agent_invalid_fields_total", field="duration") == 1
    assert page.total("api_responses_total") == 1


def test_an_error_body_without_a_status_counts_with_status_unknown() -> None:
    page = Page()

    page.process(json.dumps(LIMITED).encode())

    assert page.total("api_responses_total", status="unknown", type="rate_limit_error") == 1


def test_the_provider_of_a_bare_body_comes_from_its_dialect() -> None:
    page = Page()
    flat = {
        "message": "Too Many Requests",
        "path": "/v1/tts",
        "requestId": "r",
        "statusCode": 429,
        "timestamp": 1,
    }

    page.process(json.dumps(flat).encode())

    assert page.total("api_responses_total", provider="aimlapi", path="/v1/tts", status="429") == 1


def test_headers_of_a_record_are_read_where_the_preset_names_them() -> None:
    page = Page()
    reader = Reader(fields={"provider": "header:vendor"})
    pipeline = Pipeline(page.tally, reader)
    record = Record(b'{"status": 200}', headers=(("vendor", b"kong"),))

    page.show(pipeline.process(P, [record], NOW))

    assert page.total("api_responses_total", provider="kong") == 1


def test_a_late_record_is_counted_as_late_too() -> None:
    page = Page()

    page.process(event(), timestamp=NOW - 301)

    assert page.total("api_error_agent_late_records_total") == 1
    assert page.total("api_error_agent_event_age_seconds_sum") == 301


def test_late_records_are_counted_by_whose_responses_they_are() -> None:
    page = Page()
    late, fresh = (NOW - 301) * 1000, NOW * 1000
    batch = [event(provider="openai"), event(provider="groq"), b"no event", event(provider="openai")]
    stamps = (late, fresh, late, late)

    records = [Record(it, number, int(at)) for number, (it, at) in enumerate(zip(batch, stamps, strict=True))]
    page.show(page.pipeline.process(P, records, NOW))

    assert page.total("api_error_agent_late_records_total", provider="openai") == 2
    assert page.total("api_error_agent_late_records_total", provider="groq") == 0
    assert page.total("api_error_agent_late_records_total", provider="") == 1
    assert page.total("api_responses_total") == 3


def test_what_is_no_event_is_told_in_its_order_though_the_late_records_are_counted_first() -> None:
    fresh, late = Record(b"{", 0, int(NOW * 1000)), Record(b"[", 1, int((NOW - 301) * 1000))

    batch = Page().pipeline.process(P, [fresh, late], NOW)

    assert [(event.offset, event.place) for event in batch.invalid] == [(0, 0), (1, 0)]


def test_a_batch_without_records_passes_nothing() -> None:
    batch = Page().process()

    assert (batch.records, batch.next_offset) == (0, 0)


@pytest.mark.parametrize(
    ("said", "stamp", "at"),
    [
        ({}, NOW, NOW),
        ({}, NOW + AHEAD, NOW + AHEAD),
        ({}, NOW + AHEAD + 1, None),
        ({}, 0, 0.0),
        ({}, -0.001, None),
        ({"timestamp": NOW - 7}, NOW, NOW - 7),
        ({"timestamp": NOW + AHEAD + 1}, NOW, NOW),
    ],
)
def test_a_response_is_of_its_own_time_else_of_its_records_unless_that_lies_ahead(
    said: dict[str, object], stamp: float, at: float | None
) -> None:
    (counted,) = meanings(Reader(), Record(event(**said), timestamp=round(stamp * 1000)), NOW)

    assert isinstance(counted, Counted)
    assert counted.at == at


def test_an_event_that_is_ignored_can_still_be_looked_at() -> None:
    (ignored,) = meanings(Reader(only=["path != /v1/embeddings"]), Record(event()), NOW)

    assert isinstance(ignored, Ignored)
    assert ignored.found.event is None


def test_a_record_is_late_only_when_it_is_older_than_it_may_be() -> None:
    page = Page()

    page.process(event(), timestamp=NOW - 300)

    assert page.total("api_error_agent_late_records_total") == 0


def test_only_a_record_with_a_timestamp_has_an_age() -> None:
    page = Page()

    page.show(page.pipeline.process(P, [Record(event(), 0, -1), Record(event(), 1, 0)], NOW))

    assert page.total("api_error_agent_event_age_seconds_count") == 1
    assert page.total("api_error_agent_event_age_seconds_sum") == NOW


def test_records_that_cannot_be_had_are_read_and_skipped() -> None:
    page = Page()

    batch = page.show(page.pipeline.skipped(P, 7, 20))

    assert (batch.records, batch.next_offset) == (7, 20)
    assert page.total("api_error_agent_records_total", topic="events", partition="3") == 7
    assert page.total("api_error_agent_skipped_records_total", topic="events", partition="3") == 7


def test_records_that_are_gone_are_a_gap_and_were_never_read() -> None:
    page = Page()

    batch = page.show(page.pipeline.gap(P, 7, 20))

    assert (batch.records, batch.next_offset) == (0, 20)
    assert page.total("api_error_agent_offset_gap_records_total", topic="events", partition="3") == 7
    assert page.samples("api_error_agent_records_total") == []


def test_a_partition_has_its_counters_from_its_assignment_on() -> None:
    pipeline = Page().pipeline

    names = {series.metric.name for series in pipeline.assigned(P)}

    assert {series.labels[:2] for series in pipeline.assigned(P)} == {("events", "3")}
    assert names == {
        f"api_error_agent_{what}_total"
        for what in (
            *("records", "late_records", "skipped_records", "offset_gap_records"),
            *("events", "ignored_events"),
        )
    }


def test_what_can_be_folded_is_known_from_the_start() -> None:
    declared = Page(extra=("model",)).pipeline.declared()

    folded = {it.labels[0] for it in declared if it.metric is catalogue.FOLDED_EVENTS}
    assert folded == {"provider", "method", "path", "status", "model"}


@pytest.mark.parametrize(("ahead", "is_bad"), [(AHEAD, False), (AHEAD + 1, True)])
def test_a_time_that_lies_ahead_of_the_clock_is_a_bad_field(ahead: float, *, is_bad: bool) -> None:
    page = Page()

    page.process(event(timestamp=NOW + ahead))

    assert page.total("api_error_agent_invalid_fields_total", field="timestamp") == is_bad
    assert page.total("api_responses_total") == 1


@pytest.mark.parametrize(("ahead", "is_used"), [(AHEAD, True), (AHEAD + 1, False)])
def test_a_record_from_ahead_of_the_clock_says_nothing_of_when_limits_hold(
    ahead: float, *, is_used: bool
) -> None:
    page = Page()
    headers = {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "5"}

    page.process(event(headers=headers), timestamp=NOW + ahead)

    assert bool(page.tally.readings.tightest(NOW + ahead)) is is_used


def test_a_clock_that_runs_ahead_gives_no_negative_age() -> None:
    page = Page()

    page.process(event(), timestamp=NOW + 50)

    assert page.total("api_error_agent_event_age_seconds_sum") == 0


def test_extra_labels_stand_on_the_counters_only() -> None:
    page = Page(extra=("model",))

    page.process(event(model="gpt-5", duration_seconds=1))

    assert page.total("api_responses_total", model="gpt-5") == 1
    assert "model" not in page.samples("api_response_duration_seconds_count")[0][0]


def test_a_full_budget_folds_paths_first_and_loses_nothing() -> None:
    page = Page(max_series=1000)

    page.process(*(event(path=f"/a{number}", duration_seconds=1) for number in range(150)))

    assert page.total("api_responses_total") == 150
    folded = page.total("api_responses_total", path="other", provider="openai")
    assert 0 < folded < 150
    assert page.total("api_error_agent_folded_events_total", label="path") == folded
    assert page.tally.series_count <= 1000


def test_the_hostile_cannot_make_more_series_than_the_budget() -> None:
    page = Page(max_series=1000)
    values = [
        event(
            provider=f"p{n % 60}",
            method=f"M{'x' * (n % 9)}",
            path=f"/a{n}",
            status=100 + n % 500,
            duration_seconds=1,
            time_to_first_token=n % 7,
            attempts=[100 + n % 499],
        )
        for n in range(3000)
    ]

    page.process(*values)

    lines = [
        line
        for line in page.text.splitlines()
        if line.startswith(("api_resp", "api_err", "api_time", "api_att"))
        and not line.startswith("api_error_agent")
    ]
    assert len(lines) <= page.tally.series_count <= 1000
    assert page.total("api_time_to_first_token_seconds_count") == 3000
    assert page.total("api_attempts_total") == 3000
    assert page.total("api_responses_total") == 3000


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)
names = st.sampled_from(
    (
        *("status", "statusCode", "provider", "method", "path", "url", "duration_seconds", "duration_ms"),
        *("timestamp", "request_id", "requestId", "headers", "body", "error", "message", "code", "type"),
        *("detail", "model", "time_to_first_token", "attempts"),
    )
)
events = st.dictionaries(names, json_values, max_size=8).map(lambda it: json.dumps(it).encode())


@EXAMPLES
@given(st.lists(st.none() | st.binary() | events, max_size=5))
def test_no_bytes_make_the_pipeline_raise_and_the_sums_always_agree(values: Iterable[bytes | None]) -> None:
    page = Page()

    batch = page.process(*values)

    invalid = page.total("api_error_agent_invalid_events_total")
    ignored = page.total("api_error_agent_ignored_events_total")
    assert page.total("api_responses_total") + invalid + ignored == page.total("api_error_agent_events_total")
    assert page.total("api_error_agent_records_total") == batch.records
    errors = page.total("api_responses_total") - page.total("api_responses_total", type="ok")
    assert page.total("api_errors_total") == errors


def test_an_event_from_the_future_leaves_the_readings_of_limits_alone() -> None:
    page = Page()
    limits = {"x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": "1"}

    page.process(event(timestamp=NOW + 3600, headers=limits))
    page.process(event(timestamp=NOW, headers=limits | {"x-ratelimit-remaining-requests": "90"}))

    assert page.total("api_ratelimit_remaining", provider="openai", resource="requests") == 90


def test_a_timestamp_from_the_future_is_a_bad_field_of_an_event_that_counts() -> None:
    page = Page()

    page.process(event(timestamp=NOW + 61), event(timestamp=NOW + 59))

    assert page.total("api_error_agent_invalid_fields_total", field="timestamp") == 1
    assert page.total("api_responses_total") == 2


def test_limits_of_records_that_kafka_dates_ahead_are_not_believed() -> None:
    page = Page()
    limits = {"x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": "1"}

    page.process(event(headers=limits), timestamp=NOW + 3600)

    assert page.samples("api_ratelimit_remaining") == []


def limits(remaining: int, **others: str) -> dict[str, str]:
    return {"x-ratelimit-limit-requests": "100", "x-ratelimit-remaining-requests": str(remaining)} | others


@pytest.mark.parametrize(
    ("one", "other", "pools"),
    [
        ({"pool": "eu"}, {"pool": "us"}, ["eu", "us"]),
        ({"headers": {"OpenAI-Project": "a"}}, {"headers": {"OpenAI-Project": "b"}}, ["a", "b"]),
        ({"headers": {"openai-organization": "org", "openai-project": "a"}}, {}, ["org/a", "unknown"]),
    ],
)
@pytest.mark.parametrize("status", [200, 500])
def test_two_pools_do_not_overwrite_each_other(
    status: int, one: dict[str, object], other: dict[str, object], pools: list[str]
) -> None:
    def events(remaining: int, said: dict[str, object]) -> list[bytes]:
        headers = limits(remaining) | said.get("headers", {})  # type: ignore[operator]
        return [event(timestamp=NOW, status=status, **said | {"headers": headers})] * 2

    page, apart = Page(), Page(extra=("pool",))
    for each in (page, apart):
        each.process(*events(3, one), *events(90, other))
        each.process()

    assert page.samples("api_ratelimit_remaining") == [({"provider": "openai", "resource": "requests"}, 3)]
    shown = {said["pool"]: value for said, value in apart.samples("api_ratelimit_remaining")}
    assert shown == dict(zip(pools, (3, 90), strict=True))


def test_a_low_between_two_scrapes_is_seen_once() -> None:
    page = Page()

    page.process(*(event(timestamp=NOW, headers=limits(left)) for left in (80, 70, 2, 60, 90)))
    assert page.total("api_ratelimit_remaining") == 2

    page.process(event(timestamp=NOW, headers=limits(85)))
    assert page.total("api_ratelimit_remaining") == 85


def test_a_limit_of_which_only_a_share_is_told_has_its_own_gauge() -> None:
    page = Page()

    page.process(event(provider="anthropic", headers={"anthropic-ratelimit-unified-7d-utilization": "0.42"}))

    assert page.samples("api_ratelimit_utilization") == [
        ({"provider": "anthropic", "resource": "usage_per_week"}, 0.42)
    ]
    assert page.samples("api_ratelimit_remaining") == []


def test_the_last_errors_that_nobody_knows_are_remembered_with_their_place() -> None:
    page = Page()

    page.process(
        event(status=418, body="User 7 sleeps"), event(status=500), event(status=418, body="User 8 sleeps")
    )

    ((kind, kept),) = page.pipeline.unclassified.newest()
    assert (kind.skeleton, kept.events, kept.place) == ("User * sleeps", 2, ("events", 3, 2))


def test_a_storm_of_unknown_errors_is_counted_whole_and_looked_at_only_a_little() -> None:
    page = Page()

    page.process(*[event(status=418, body="User 7 sleeps")] * 100)

    ((_, kept),) = page.pipeline.unclassified.newest()
    assert (page.total("api_errors_total"), kept.events) == (100, MOST_UNKNOWN)
