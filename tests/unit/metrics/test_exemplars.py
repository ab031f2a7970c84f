"""An exemplar leads from a number to one response that is in it, and shows nothing else of it."""

from collections.abc import Iterator, Mapping
from typing import Any

import orjson
import pytest
from prometheus_client import CollectorRegistry
from prometheus_client.openmetrics.parser import text_string_to_metric_families
from prometheus_client.samples import Exemplar

from agent.assembly import assemble
from agent.events import ApiResponse
from agent.metrics import catalogue
from agent.metrics.delta import Series
from agent.metrics.exemplars import Exemplars
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.readings import Readings
from agent.settings import Settings
from tests.unit.test_pipeline import Record

NOW = 1_795_323_600.0
TEXTS = (Format.TEXT, Format.OPENMETRICS)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"
PARENT = f"00-{TRACE}-00f067aa0ba902b7-01"


class Shown:
    """A page after one batch of events, a second from one to the next."""

    def __init__(
        self,
        exemplars: str,
        *events: Mapping[str, object],
        format_: Format = Format.OPENMETRICS,
        fields: Mapping[str, object] | None = None,
        headers: tuple[tuple[str, bytes], ...] = (),
        extra: tuple[str, ...] = (),
    ) -> None:
        settings = {"metrics": {"exemplars": exemplars}, "events": {"fields": fields or {}}}
        parts = assemble(Settings.model_validate(settings | {"labels": {"extra": [*extra]}}))
        exposition = Exposition(
            CollectorRegistry(), parts.tally.readings, extra=extra, exemplars=parts.exemplars
        )
        records = [
            Record(orjson.dumps({"status": 429, **event}), place, int(NOW + place) * 1000, headers)
            for place, event in enumerate(events)
        ]
        delta = parts.pipeline.process(("events", 0), records, NOW + 60).delta
        self.text = b"".join(exposition.page(delta, format_, NOW)).decode()

    def __iter__(self) -> Iterator[tuple[str, str | None, Exemplar]]:
        for family in text_string_to_metric_families(self.text):  # type: ignore[no-untyped-call]
            for sample in family.samples:
                if sample.exemplar:
                    yield sample.name, sample.labels.get("le"), sample.exemplar

    def ids(self, name: str = "api_errors_total") -> list[str]:
        return [id_ for shown, _, it in self for id_ in it.labels.values() if shown == name]


def test_a_counter_leads_to_its_newest_response() -> None:
    shown = Shown("request_id", {"request_id": "req-1"}, {"request_id": "req-2"})

    assert [(name, it.labels, it.value, float(it.timestamp or 0)) for name, _, it in shown] == [
        (name, {"request_id": "req-2"}, 1, NOW + 1) for name in ("api_responses_total", "api_errors_total")
    ]


def test_each_bucket_leads_to_a_response_in_it() -> None:
    events = [{"request_id": f"r{it}", "duration_seconds": it, "status": 200} for it in (0.3, 0.2, 700, 0.4)]

    buckets = [(le, it.labels["request_id"], it.value) for name, le, it in Shown("request_id", *events) if le]

    assert buckets == [("0.25", "r0.2", 0.2), ("0.5", "r0.4", 0.4), ("+Inf", "r700", 700)]


def test_counters_with_extra_labels_and_the_buckets_without_them_have_exemplars() -> None:
    events = [
        {"request_id": f"r{model}", "duration_seconds": 0.3, "status": 200, "model": model} for model in "ab"
    ]
    shown = Shown("request_id", *events, extra=("model",))

    assert shown.ids("api_responses_total") == ["ra", "rb"]
    assert shown.ids("api_response_duration_seconds_bucket") == ["rb"]


def test_of_many_like_successes_the_newest_is_shown() -> None:
    events = [{"request_id": f"r{it}", "status": 200} for it in range(50)]

    assert Shown("request_id", *events).ids("api_responses_total") == ["r49"]


def test_a_response_from_before_takes_no_place() -> None:
    shown = Shown("request_id", {"request_id": "newer"}, {"request_id": "older", "timestamp": NOW - 100})

    assert shown.ids() == ["newer"]


def test_of_two_responses_of_one_moment_the_later_is_shown() -> None:
    shown = Shown("request_id", *({"request_id": it, "timestamp": NOW} for it in ("first", "second")))

    assert shown.ids() == ["second"]


@pytest.mark.parametrize(
    "event",
    [
        {"trace_id": TRACE},
        {"traceparent": PARENT},
        {"headers": {"traceparent": PARENT}},
        {"trace.id": TRACE},
        {"traceId": "S/kvNXezTaajzpKdDg5HNg=="},
        {"dd": {"trace_id": TRACE}},
    ],
    ids=str,
)
def test_the_trace_is_found_under_its_usual_names(event: dict[str, Any]) -> None:
    assert Shown("trace_id", event).ids() == [TRACE]


@pytest.mark.parametrize(
    "trace", ["0" * 32, "", None, [], {"a": 1}, True, f"00-{'0' * 32}-{'0' * 16}-00"], ids=repr
)
def test_what_is_no_trace_is_left_out_and_makes_no_field_invalid(trace: object) -> None:
    shown = Shown("trace_id", {"trace_id": trace})

    assert shown.ids() == []
    assert "invalid_fields_total{" not in shown.text


@pytest.mark.parametrize(
    "id_",
    [
        "x" * 119,
        "two words",
        'q"',
        "line\nbreak",
        "back\\slash",
        "é",
        "sk-abcdefghijklmnop",
        "Bearer-1234567890ab",
    ],
)
def test_an_id_that_is_too_long_or_unlike_ids_or_like_a_key_is_left_out(id_: str) -> None:
    assert Shown("request_id", {"request_id": id_}).ids() == []


@pytest.mark.parametrize(
    "id_",
    [
        "x" * 118,
        TRACE,
        "req_011CSHoEeqs5C35K2UUqR7Fy",
        "1-5759e988-bd862e3fe1be46a994272793",
        "a.b:c/d=e+f@g~h",
    ],
)
def test_ids_as_vendors_write_them_are_shown(id_: str) -> None:
    assert Shown("request_id", {"request_id": id_}).ids() == [id_]


@pytest.mark.parametrize("place", [{"trace_id": "ctx.parent"}, {"attributes": {"trace_id": "ctx.parent"}}])
def test_the_settings_may_say_where_the_trace_stands(place: dict[str, Any]) -> None:
    assert Shown("trace_id", {"ctx": {"parent": PARENT}, "trace_id": "other"}, fields=place).ids() == [TRACE]


def test_the_trace_may_stand_in_a_header_of_the_record() -> None:
    shown = Shown("trace_id", {}, headers=(("traceparent", PARENT.encode()),))

    assert shown.ids() == [TRACE]


@pytest.mark.parametrize("format_", TEXTS)
def test_there_are_none_unless_the_settings_ask_for_them(format_: Format) -> None:
    shown = Shown("off", {"request_id": "req-1", "trace_id": TRACE}, format_=format_)

    assert " # " not in shown.text.replace("\n# ", "\n")


def test_the_text_format_has_none() -> None:
    text = Shown("request_id", {"request_id": "req-1", "duration_seconds": 1}, format_=Format.TEXT).text

    assert "req-1" not in text


def test_a_response_that_comes_while_a_page_is_written_is_not_on_it() -> None:
    kept, series = Exemplars("request_id", ()), Series(catalogue.RESPONSES, ("a", "b", "c", "d", "ok", ""), 1)
    kept.keep(series, ApiResponse(request_id="req-1"), NOW)
    pieces = Exposition(CollectorRegistry(), Readings(), exemplars=kept).page(
        {series: [1]}, Format.OPENMETRICS, NOW
    )
    kept.keep(series, ApiResponse(request_id="req-2"), NOW)

    text = b"".join(pieces)
    assert (b"req-1" in text, b"req-2" in text) == (True, False)


def test_a_series_that_is_still_0_has_none() -> None:
    parts = assemble(Settings.model_validate({"metrics": {"exemplars": "request_id"}}))
    exposition = Exposition(CollectorRegistry(), parts.tally.readings, exemplars=parts.exemplars)
    event = {"status": 429, "request_id": "req-1", "duration_seconds": 1}
    batch = parts.pipeline.process(("events", 0), [Record(orjson.dumps(event), 0, int(NOW) * 1000)], NOW)

    for _ in range(2):
        page = exposition.page({it: it.zeros() for it in batch.delta}, Format.OPENMETRICS, NOW)
        assert b"req-1" not in b"".join(page)
