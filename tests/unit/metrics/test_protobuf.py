"""A page in protobuf says what the page in text says, and native buckets besides."""

from collections.abc import Iterator
from functools import partial
from typing import Any

import pytest
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.internal.decoder import _DecodeVarint32
from prometheus_client import CollectorRegistry

from agent.events import ApiResponse
from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series
from agent.metrics.exemplars import Exemplars
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.native import SCHEMA, ZERO_THRESHOLD, Cells
from agent.metrics.process import ProcessMetrics
from agent.metrics.readings import Reading, Readings, Source
from tests.unit.metrics.test_exposition import calls, samples

NOW = 1_795_323_600.25
CELLS = Cells(catalogue.DURATION_BUCKETS)
TRACE = "4bf92f3577b34da6a3ce929d0e0e4736"

SCHEMA_OF_PAGES = {
    "Pair": "1 name string, 2 value string",
    "Gauge": "1 value double",
    "Time": "1 seconds int64, 2 nanos int32",
    "Exemplar": "1 label *Pair, 2 value double, 3 timestamp Time",
    "Counter": "1 value double, 2 exemplar Exemplar",
    "Bucket": "1 cumulative_count uint64, 2 upper_bound double, 3 exemplar Exemplar",
    "Span": "1 offset sint32, 2 length uint32",
    "Histogram": "1 sample_count uint64, 2 sample_sum double, 3 bucket *Bucket, 5 schema sint32,"
    "6 zero_threshold double, 7 zero_count uint64, 12 positive_span *Span, 13 positive_delta *sint64",
    "Metric": "1 label *Pair, 2 gauge Gauge, 3 counter Counter, 7 histogram Histogram",
    "MetricFamily": "1 name string, 2 help string, 3 type uint32, 4 metric *Metric",
}
"""What is used of metrics.proto of Prometheus's client_model, by message: number, name and type of fields."""

KINDS = {0: "counter", 1: "gauge", 4: "histogram"}


def _messages() -> dict[str, Any]:
    file = descriptor_pb2.FileDescriptorProto(name="pages.proto", package="pages")
    kinds = descriptor_pb2.FieldDescriptorProto
    for message, fields in SCHEMA_OF_PAGES.items():
        described = file.message_type.add(name=message)
        for number, name, kind in map(str.split, fields.split(",")):
            label = kinds.LABEL_REPEATED if kind.startswith("*") else kinds.LABEL_OPTIONAL
            field = described.field.add(name=name, number=int(number), label=label)
            if (plain := kind.lstrip("*")) in SCHEMA_OF_PAGES:
                field.type, field.type_name = kinds.TYPE_MESSAGE, f".pages.{plain}"
            else:
                field.type = kinds.Type.Value(f"TYPE_{plain.upper()}")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    found: dict[str, Any] = message_factory.GetMessageClassesForFiles(["pages.proto"], pool)
    return found


FAMILY = _messages()["pages.MetricFamily"]


def families(page: bytes) -> Iterator[Any]:
    """The messages of a page. Nothing in them is unknown."""
    at = 0
    while at < len(page):
        length, start = _DecodeVarint32(page, at)
        at = start + length
        family = FAMILY.FromString(page[start:at])
        assert FAMILY.FromString(family.SerializeToString(deterministic=True)) == family
        assert family.ByteSize() == length
        yield family


def of_labels(metric: Any) -> dict[str, str]:
    return {it.name: it.value for it in metric.label}


def samples_of(family: Any) -> Iterator[tuple[str, dict[str, str], float]]:
    """As in text."""
    for metric in family.metric:
        labels = of_labels(metric)
        if KINDS[family.type] != "histogram":
            yield family.name, labels, getattr(metric, KINDS[family.type]).value
            continue
        histogram = metric.histogram
        for bucket in histogram.bucket:
            edge = {"le": str(bucket.upper_bound).replace("inf", "+Inf")}
            yield f"{family.name}_bucket", labels | edge, bucket.cumulative_count
        yield f"{family.name}_count", labels, histogram.sample_count
        yield f"{family.name}_sum", labels, histogram.sample_sum


LABELS = ("openai", "POST", "/v1/models", "429", "rate_limit_error", "requests_per_minute")
TIMED = Series(catalogue.DURATION, (*LABELS, 'm"1é'), len(CELLS.bounds) + 2)
UNTIMED = Series(catalogue.RESPONSES, (*LABELS, "m2"), 1)
WAITS = Series(catalogue.RETRY_AFTER, ("openai", "rate_limit_error"), 12)
VALUES: Delta = {
    TIMED: [*((n // 2 + 1) % 3 for n in range(len(CELLS.bounds) + 1)), 900.5],
    UNTIMED: [300],
    WAITS: [*range(11), 70_000.25],
    Series(catalogue.RECORDS, ("events", "0"), 1): [1 << 40],
    Series(catalogue.RECORDS, ("events", "1"), 1): [0],
    **{Series(catalogue.RECORDS, ("x" * n, "0"), 1): [n] for n in (0, 1, 126, 127, 128, 300, 16_383, 16_384)},
    Series(catalogue.RECORDS, ("\ud800", "0"), 1): [7],
}


def shown(format_: Format, values: Delta = VALUES, exemplars: Exemplars | None = None) -> bytes:
    readings = Readings()
    readings.keep(Source("openai", "gpt-5", "requests"), Reading(NOW, 100, 3, None))
    process = ProcessMetrics("1.2.3")
    process.scrapes.labels("delivered").inc(7)
    process.lag_records.labels("events", "0").set(-1.5)
    registry = CollectorRegistry()
    for it in (process.scrapes, process.lag_records):
        registry.register(it)
    exposition = Exposition(registry, readings, extra=("model",), cells=CELLS, exemplars=exemplars)
    return b"".join(exposition.page(values, format_, NOW))


def test_a_page_in_protobuf_says_what_the_page_in_text_says() -> None:
    text = list(samples(shown(Format.TEXT).decode(), Format.TEXT))

    read = [it for family in families(shown(Format.PROTOBUF)) for it in samples_of(family)]

    key = partial(sorted, key=lambda it: (it[0], sorted(it[1].items())))
    assert key(read) == key(text)


def test_a_family_has_its_kind_and_its_help_and_is_left_out_when_it_is_empty() -> None:
    known = {it.name: (it.kind, it.help) for it in catalogue.METRICS}

    found = {it.name: (KINDS[it.type], it.help) for it in families(shown(Format.PROTOBUF))}

    assert found == {name: known[name] for name in found}
    assert {kind for kind, _ in found.values()} == {"counter", "gauge", "histogram"}
    assert catalogue.SKIPPED_RECORDS.name not in found


def test_labels_stand_in_the_order_of_their_names() -> None:
    for family in families(shown(Format.PROTOBUF)):
        for metric in family.metric:
            names = [it.name for it in metric.label]
            assert names == sorted(names)


def histogram_of(name: str, page: bytes) -> Any:
    (metric,) = next(it for it in families(page) if it.name == name).metric
    return metric.histogram


def test_native_buckets_hold_what_the_cells_hold() -> None:
    native = CELLS.native(VALUES[TIMED])

    found = histogram_of(catalogue.DURATION.name, shown(Format.PROTOBUF))

    assert (found.schema, found.zero_threshold, found.zero_count) == (SCHEMA, ZERO_THRESHOLD, native.zero)
    assert [(it.offset, it.length) for it in found.positive_span] == native.spans
    assert list(found.positive_delta) == native.deltas
    assert min(native.deltas) < 0 < max(native.deltas)
    assert 0 in native.deltas
    assert native.zero > 0
    assert min(offset for offset, _ in native.spans) < 0


def test_only_durations_have_native_buckets() -> None:
    found = histogram_of(catalogue.RETRY_AFTER.name, shown(Format.PROTOBUF))

    assert not found.HasField("schema")
    assert not found.positive_span


@pytest.mark.parametrize("duration", [0.3, None])
def test_exemplars_stand_at_counters_and_at_the_bucket_of_their_duration(duration: float | None) -> None:
    exemplars = Exemplars("trace_id", catalogue.DURATION_BUCKETS)
    response = ApiResponse(429, duration=duration, attributes={"trace_id": TRACE})
    exemplars.keep(UNTIMED if duration is None else TIMED, response, NOW)
    values: Delta = {TIMED: [*[1] * (len(CELLS.bounds) + 1), 3.5], UNTIMED: [2]}

    page = list(families(shown(Format.PROTOBUF, values, exemplars)))

    counters = [
        it.counter.exemplar
        for family in page
        for it in family.metric
        if family.name in (catalogue.RESPONSES.name, catalogue.ERRORS.name)
        and of_labels(it)["model"] == ("m2" if duration is None else 'm"1é')
    ]
    buckets = [
        (it.upper_bound, it.exemplar.value)
        for family in page
        for metric in family.metric
        for it in metric.histogram.bucket
        if it.HasField("exemplar")
    ]
    assert [(of_labels(it), it.value) for it in counters] == [({"trace_id": TRACE}, 1)] * 2
    assert {(it.timestamp.seconds, it.timestamp.nanos) for it in counters} == {(int(NOW), 250_000_000)}
    assert buckets == ([] if duration is None else [(0.5, 0.3)])


def test_what_is_still_0_has_no_exemplar() -> None:
    exemplars = Exemplars("trace_id", catalogue.DURATION_BUCKETS)
    response = ApiResponse(429, duration=0.3, attributes={"trace_id": TRACE})
    exemplars.keep(TIMED, response, NOW)

    page = shown(Format.PROTOBUF, {TIMED: TIMED.zeros()}, exemplars)

    assert TRACE.encode() not in page


@pytest.mark.parametrize(
    ("series", "number"), [(UNTIMED, 3000), (WAITS, 200)], ids=["counters", "histograms"]
)
def test_a_page_in_protobuf_comes_in_pieces_of_little_work(series: Series, number: int) -> None:
    exposition = Exposition(CollectorRegistry(), Readings(), cells=CELLS)
    labels = [(*series.labels[:1], f"{n}", *series.labels[2:6]) for n in range(number)]
    values = {it: it.zeros() for it in (Series(series.metric, one, series.width) for one in labels)}
    b"".join(exposition.page(values, Format.PROTOBUF, NOW))
    pieces = exposition.page(values, Format.PROTOBUF, NOW)

    costs = [calls(lambda: next(pieces, None)) for _ in range(100)]

    assert next(pieces, None) is None
    assert max(costs) < sum(costs) / 2
