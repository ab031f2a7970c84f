"""Pages in the text formats: numbers are written into the texts that are known of their series."""

from collections.abc import Iterable, Iterator, Mapping
from itertools import accumulate

from agent.metrics.catalogue import Kind, Metric
from agent.metrics.exemplars import Exemplar
from agent.metrics.formats import Format, edge, labels_of, number
from agent.metrics.sheet import COUNTERS_AT_ONCE, HISTOGRAMS_AT_ONCE, Plain, Sheet, portions, summed

_PIECE = 1 << 18  # characters: a page does not come in crumbs


def text(metric: Metric, labels: str, bounds: Iterable[float]) -> str:
    """What the numbers of a series are written into: behind that of a counter, for %s in a histogram's."""
    if metric.kind is Kind.COUNTER:
        return f"{metric.name}{labels} "
    labels = labels.replace("%", "%%")
    start = f"{metric.name}_bucket{labels[:-1]}," if labels else f"{metric.name}_bucket{{"
    buckets = "".join([f'{start}le="{it}"}} %s\n' for it in (*map(edge, bounds), "+Inf")])
    return f"{buckets}{metric.name}_count{labels} %s\n{metric.name}_sum{labels} %s\n"


def page(sheet: Sheet, format_: Format) -> Iterator[bytes]:
    """The page, in pieces that are little work each."""
    held: list[str] = []
    size = 0
    for some in _texts(sheet, format_):
        held.append(some)
        size += len(some)
        if size >= _PIECE:
            yield "".join(held).encode(errors="replace")
            held, size = [], 0
    yield "".join(held).encode(errors="replace")


def _texts(sheet: Sheet, format_: Format) -> Iterator[str]:
    yield from (_plain(family, format_) for family in sheet.plain)
    for metric, table in sheet.counters.items():
        yield format_.head(metric.name, metric.kind, metric.help)
        for counts in portions(table.items(), COUNTERS_AT_ONCE):
            yield _counters(counts, sheet.marks)
    for metric, of_texts in sheet.histograms.items():
        yield format_.head(metric.name, metric.kind, metric.help)
        cells = sheet.cells.get(metric)
        for some in portions(of_texts.items(), HISTOGRAMS_AT_ONCE):
            numbers = ((text, summed(held)) for text, held in some)
            by_bucket = ((text, cells.classic(it)) for text, it in numbers) if cells else numbers
            yield _histograms(by_bucket, sheet.bucket_marks)
    yield format_.end


def _plain(family: Plain, format_: Format) -> str:
    head = format_.head(family.name, family.kind, family.help)
    lines = [
        f"{family.name}{labels_of(names, values)} {number(it)}\n" for names, values, it in family.samples
    ]
    return "".join((head, *lines))


def _counters(some: Iterable[tuple[str, float]], marks: Mapping[str, Exemplar]) -> str:
    """Samples: what stands before each number, and the number."""
    if marks:
        return "".join(
            [f"{text}{number(value)}{_mark(marks.get(text) if value else None, 1)}\n" for text, value in some]
        )
    return "".join([f"{text}{value if type(value) is int else number(value)}\n" for text, value in some])


def _histograms(some: Iterable[tuple[str, list[float]]], marks: Mapping[str, Mapping[int, Exemplar]]) -> str:
    """The samples of histograms: all lines of one with %s for each number, and its counts and sum."""
    return "".join([_histogram(text, numbers, marks.get(text, {})) for text, numbers in some])


def _histogram(text: str, numbers: list[float], marks: Mapping[int, Exemplar]) -> str:
    *counts, sum_ = numbers
    upto: list[object] = list(accumulate(counts))
    total = upto[-1]
    for bucket, exemplar in marks.items():
        if counts[bucket]:
            upto[bucket] = f"{upto[bucket]}{_mark(exemplar, exemplar.value)}"
    return text % (*upto, total, number(sum_))


def _mark(exemplar: Exemplar | None, value: float) -> str:
    """What stands behind a sample. One that is still 0 has nothing: its events wait for the next page."""
    if exemplar is None:
        return ""
    return f' # {{{exemplar.label}="{exemplar.id}"}} {number(value)} {exemplar.at}'
