"""The page is what Prometheus reads: right types, canonical buckets, nothing extra, little work."""

import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from itertools import accumulate
from math import isnan
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry
from prometheus_client import Metric as Family
from prometheus_client.openmetrics.parser import text_string_to_metric_families as parse_openmetrics
from prometheus_client.parser import text_string_to_metric_families as parse_text

from agent.classify import Outcome, OutcomeType, Reason
from agent.classify.outcome import RateLimit
from agent.events import ApiResponse
from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.labels import Labels
from agent.metrics.native import Cells
from agent.metrics.process import ProcessMetrics
from agent.metrics.readings import Reading, Readings, Source
from agent.metrics.tally import Tally
from tests.tools import prometheus
from tests.tools.cache import require

NOW = 1_795_323_600.0
TEXTS = (Format.TEXT, Format.OPENMETRICS)
LIMITED = Outcome(OutcomeType.RATE_LIMIT, Reason.REQUESTS_PER_MINUTE, "openai", 20.0)

both = pytest.mark.parametrize("format_", TEXTS)


def page(registry: CollectorRegistry, format_: Format = Format.TEXT) -> str:
    """A page with a bit of everything on it."""
    tally = Tally(Labels())
    exposition = Exposition(registry, tally.readings)
    delta: Delta = {}
    response = ApiResponse(429, 'open"ai\\', "POST", "/v1/embeddings", 0.3)
    tally.response(delta, response, LIMITED)
    reading = LIMITED._replace(rate_limits=(RateLimit("requests", 100, 0, None),))
    tally.limits.told(tally.pool(response), NOW, reading.rate_limits)
    tally.add(delta, catalogue.RECORDS, ("events", "0"))
    tally.observe(delta, catalogue.EVENT_AGE, (), 2)
    return whole(exposition, delta, format_)


def whole(exposition: Exposition, values: Delta, format_: Format = Format.TEXT) -> str:
    return b"".join(exposition.page(values, format_, NOW + 1)).decode()


def families(text: str, format_: Format) -> Iterable[Family]:
    parse = parse_openmetrics if format_ is Format.OPENMETRICS else parse_text
    return parse(text)


def samples(text: str, format_: Format) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in families(text, format_):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value


def test_a_page_in_the_text_format_names_counters_as_queries_do() -> None:
    text = page(CollectorRegistry())

    assert "# TYPE api_responses_total counter" in text
    assert 'provider="open\\"ai\\\\"' in text


def test_a_page_in_openmetrics_ends_with_its_mark_and_names_counters_without_total() -> None:
    text = page(CollectorRegistry(), Format.OPENMETRICS)

    assert "# TYPE api_responses counter" in text
    assert text.count("# EOF") == 1
    assert text.endswith("\n# EOF\n")


def test_a_bucket_has_the_same_name_in_both_formats() -> None:
    edges = {format_: set(edges_of(page(CollectorRegistry(), format_))) for format_ in TEXTS}

    assert edges[Format.TEXT] == edges[Format.OPENMETRICS] > {"0.1", "1.0", "3600.0", "+Inf"}


def edges_of(text: str) -> Iterator[str]:
    return (line.split('le="')[1].split('"')[0] for line in text.splitlines() if "_bucket{" in line)


@both
def test_there_are_no_created_lines(format_: Format) -> None:
    assert "_created" not in page(ProcessMetrics("1.2.3").registry, format_)


@both
def test_every_metric_of_the_catalogue_is_there_and_no_other(format_: Format) -> None:
    text = page(ProcessMetrics("1.2.3").registry, format_)

    exported = {line.split()[2] for line in text.splitlines() if line.startswith("# TYPE ")}
    ours = {name for name in exported if not name.startswith(("process_", "python_"))}
    names = {metric.name for metric in catalogue.METRICS}
    assert ours == names if format_ is Format.TEXT else {name.removesuffix("_total") for name in names}


def test_help_and_kind_stand_as_in_the_catalogue() -> None:
    text = page(ProcessMetrics("1.2.3").registry)

    for metric in catalogue.METRICS:
        assert f"# HELP {metric.name} {metric.help}\n" in text
        assert f"# TYPE {metric.name} {metric.kind}\n" in text


def test_a_limit_of_0_is_shown_and_an_absent_reset_is_not() -> None:
    text = page(CollectorRegistry())

    assert 'api_ratelimit_remaining{provider="open\\"ai\\\\",resource="requests"} 0\n' in text
    assert "api_ratelimit_reset_timestamp_seconds{" not in text


@pytest.mark.parametrize("promtool", [prometheus.promtool, prometheus.oldest_promtool])
def test_promtool_finds_no_fault(promtool: Callable[[], Path]) -> None:
    result = subprocess.run(
        [require(promtool), "check", "metrics"],
        input=page(ProcessMetrics("1.2.3").registry),
        capture_output=True,
        text=True,
        check=False,
    )

    assert (result.returncode, result.stdout + result.stderr) == (0, "")


# --- what is read is what was counted -----------------------------------------------------------------

WORDS = st.text(st.characters(exclude_categories=["Cs"]), max_size=12) | st.text('"\\\n%{},= #é', max_size=6)
PLACES = st.tuples(WORDS, WORDS)
AMOUNTS = st.integers(0, 1 << 80) | st.floats(0, allow_nan=False)
COUNTS = st.integers(0, 1 << 50)
WIDTH = len(catalogue.RETRY_AFTER.buckets) + 1


@both
@given(counted=st.dictionaries(PLACES, AMOUNTS, max_size=5))
def test_a_counter_is_read_as_it_was_counted(format_: Format, counted: dict[tuple[str, str], float]) -> None:
    values = {Series(catalogue.RECORDS, labels, 1): [amount] for labels, amount in counted.items()}

    text = whole(Exposition(CollectorRegistry(), Readings()), values, format_)

    assert {
        (labels["topic"], labels["partition"]): value
        for name, labels, value in samples(text, format_)
        if name == catalogue.RECORDS.name
    } == counted


@both
@given(
    counts=st.lists(COUNTS, min_size=WIDTH, max_size=WIDTH), sum_=st.floats(0, allow_nan=False), labels=PLACES
)
def test_a_histogram_is_read_as_it_was_counted(
    format_: Format, counts: list[int], sum_: float, labels: tuple[str, str]
) -> None:
    series = Series(catalogue.RETRY_AFTER, labels, WIDTH + 1)

    text = whole(Exposition(CollectorRegistry(), Readings()), {series: [*counts, sum_]}, format_)

    read = [it for it in samples(text, format_) if it[0].startswith(catalogue.RETRY_AFTER.name)]
    upto = list(accumulate(counts))
    edges = [*map(float, catalogue.RETRY_AFTER.buckets), float("inf")]
    assert [(float(it["le"]), value) for _, it, value in read[:-2]] == list(zip(edges, upto, strict=True))
    assert [(it[0].rpartition("_")[2], it[2]) for it in read[-2:]] == [("count", upto[-1]), ("sum", sum_)]
    assert {(it["provider"], it["type"]) for _, it, _ in read} == {labels}


@both
@given(value=st.floats())
def test_a_gauge_is_read_as_it_was_set(format_: Format, value: float) -> None:
    process = ProcessMetrics("1.2.3")
    process.lag_seconds.labels("a", 0).set(value)

    text = whole(Exposition(process.registry, Readings()), {}, format_)

    (read,) = [it[2] for it in samples(text, format_) if it[0] == catalogue.LAG_SECONDS.name]
    assert read == value or (isnan(read) and isnan(value))


def test_what_differs_only_in_labels_that_a_metric_does_not_have_is_summed() -> None:
    tally, delta = Tally(Labels()), Delta()
    for method, reason in (("POST", Reason.REQUESTS_PER_MINUTE), ("GET", Reason.TOKENS_PER_MINUTE)):
        outcome = LIMITED._replace(reason=reason)
        tally.response(delta, ApiResponse(429, "openai", method, "/v1/models", 0.3), outcome)
        tally.response(delta, ApiResponse(429, "openai", method, "/v1/models", None), outcome)

    read = list(samples(whole(Exposition(CollectorRegistry(), tally.readings), delta), Format.TEXT))

    totals = {name: [value for it, _, value in read if it == name] for name, _, _ in read}
    assert totals["api_responses_total"] == totals["api_errors_total"] == [2, 2]
    assert totals["api_response_duration_seconds_count"] == [2]
    assert totals["api_response_duration_seconds_sum"] == [0.6]


def test_many_series_that_are_one_histogram_are_summed() -> None:
    labels = ("openai", "POST", "/v1/models", "200", "ok", "none")
    width = len(catalogue.DURATION_BUCKETS) + 1
    values: Delta = {
        Series(catalogue.DURATION, (*labels, f"model-{number}"), width + 1): [1] * width + [0.5]
        for number in range(200)
    }

    read = samples(whole(Exposition(CollectorRegistry(), Readings(), extra=("model",)), values), Format.TEXT)

    shown = [value for name, it, value in read if "duration" in name and it.get("le", "0.25") == "0.25"]
    assert shown == [400, 200 * width, 100]


@pytest.mark.parametrize("on_histograms", [True, False])
def test_extra_labels_stand_on_histograms_where_that_is_asked_for(
    on_histograms: bool,  # noqa: FBT001
) -> None:
    labels = ("openai", "POST", "/v1/models", "200", "ok", "none", "gpt-5")
    width = len(catalogue.DURATION_BUCKETS) + 1
    values: Delta = {Series(catalogue.DURATION, labels, width + 1): [*[0] * (width - 1), 2, 1300.5]}
    exposition = Exposition(
        CollectorRegistry(), Readings(), extra=("model",), extra_on_histograms=on_histograms
    )

    read = list(samples(whole(exposition, values), Format.TEXT))

    found = {name: (value, it.get("model")) for name, it, value in read}
    on_sum = found["api_response_duration_seconds_sum"]
    assert [found["api_responses_total"], on_sum] == [
        (2, "gpt-5"),
        (1300.5, "gpt-5" if on_histograms else None),
    ]


@pytest.mark.parametrize(
    ("cells", "formats"),
    [(None, {*TEXTS}), (Cells(catalogue.DURATION_BUCKETS), {*TEXTS, Format.PROTOBUF})],
    ids=["classic", "native"],
)
def test_pages_can_be_had_in_protobuf_where_histograms_are_native(
    cells: Cells | None, formats: set[Format]
) -> None:
    assert set(Exposition(CollectorRegistry(), Readings(), cells=cells).formats) == formats


def test_each_scraper_sees_the_lowest_reading_until_it_has_a_page_with_it() -> None:
    readings = Readings()
    exposition = Exposition(CollectorRegistry(), readings)
    for scraper in ("one", "two"):
        exposition.delivered(scraper)
    for left in (3, 60):
        readings.keep(Source("openai", "gpt-5", "requests"), Reading(NOW, 100, left, None))

    def left_for(scraper: str) -> float:
        text = b"".join(exposition.page({}, Format.TEXT, NOW, scraper)).decode()
        found = {name: value for name, _, value in samples(text, Format.TEXT)}
        return found[catalogue.RATELIMIT_REMAINING.name]

    assert [left_for("one"), left_for("one")] == [3, 3]
    exposition.delivered("one")
    assert [left_for("one"), left_for("two")] == [60, 3]


# --- how it comes ---------------------------------------------------------------------------------------


def test_what_is_counted_while_a_page_is_written_is_not_on_it() -> None:
    exposition = Exposition(CollectorRegistry(), Readings())
    first, second = (Series(catalogue.RECORDS, ("events", number), 1) for number in "01")
    values: Delta = {first: [1]}

    pieces = exposition.page(values, Format.TEXT, NOW)
    begin = next(pieces)
    values |= {first: [2], second: [3]}

    read = list(samples((begin + b"".join(pieces)).decode(), Format.TEXT))
    assert [value for name, _, value in read if name == catalogue.RECORDS.name] == [1]


def test_a_look_at_a_series_puts_it_on_no_later_page() -> None:
    exposition = Exposition(CollectorRegistry(), Readings())
    whole(exposition, {Series(catalogue.RECORDS, ("events", "0"), 1): [1]})

    assert catalogue.RECORDS.name + "{" not in whole(exposition, {})


@pytest.mark.parametrize(
    ("metric", "per_line"),
    [(catalogue.RESPONSES, 2.5), (catalogue.DURATION, 0.75)],
    ids=["counters", "histograms"],
)
def test_a_page_of_known_series_costs_few_calls_for_each_line(
    metric: catalogue.Metric, per_line: float
) -> None:
    exposition = Exposition(CollectorRegistry(), Readings())
    values = {it: it.zeros() for it in map(partial(series_of, metric), range(2000))}
    lines = whole(exposition, values).count("\n")

    assert calls(lambda: whole(exposition, values)) < per_line * lines


def test_a_page_comes_in_pieces_of_little_work() -> None:
    exposition = Exposition(CollectorRegistry(), Readings())
    values = {it: it.zeros() for it in map(partial(series_of, catalogue.DURATION), range(5000))}
    pieces = exposition.page(values, Format.TEXT, NOW)

    costs = [calls(lambda: next(pieces, None)) for _ in range(100)]

    assert next(pieces, None) is None
    assert max(costs) < sum(costs) / 4


@pytest.mark.parametrize(("number", "least", "most"), [(1, 1, 1), (1000, 2, 20)], ids=["small", "large"])
def test_a_small_page_comes_in_one_piece_and_a_large_one_in_large_pieces(
    number: int, least: int, most: int
) -> None:
    exposition = Exposition(CollectorRegistry(), Readings())
    values = {it: it.zeros() for it in map(partial(series_of, catalogue.DURATION), range(number))}
    values |= {Series(catalogue.RECORDS, ("\ud800", "0"), 1): [7]}

    pieces = [len(it) for it in exposition.page(values, Format.TEXT, NOW) if it]

    assert least <= len(pieces) <= most
    assert max(pieces) < 1 << 20


def series_of(metric: catalogue.Metric, number: int) -> Series:
    labels = ("openai", "POST", f"/v1/{number}", "429", "rate_limit_error", "tokens_per_minute")
    return Series(metric, labels, 1 if metric is catalogue.RESPONSES else len(metric.buckets) + 2)


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, in Python and in C."""
    events: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: events.append(event))
    try:
        work()
    finally:
        sys.setprofile(None)
    return events.count("call") + events.count("c_call")
