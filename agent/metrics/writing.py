"""Pages in the text formats: numbers are written into the texts that are known of their series."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from itertools import accumulate
from typing import TypeVar

from agent.metrics.catalogue import Kind, Metric
from agent.metrics.delta import Delta
from agent.metrics.exemplars import Exemplar
from agent.metrics.formats import Format, edge, labels_of, number
from agent.metrics.native import Cells
from agent.metrics.rows import Rows
from agent.metrics.sheet import Plain, Sheet

T = TypeVar("T")
M = TypeVar("M")
Samples = Iterator[tuple[str, T]]
Write = Callable[[Samples[T], Mapping[str, M]], str]

_PIECE = 1 << 18  # bytes: a page does not come in crumbs


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
    held: list[bytes] = []
    size = 0
    for some in _parts(sheet, format_):
        held.append(some)
        size += len(some)
        if size >= _PIECE:
            yield b"".join(held)
            held, size = [], 0
    yield b"".join(held)


def _parts(sheet: Sheet, format_: Format) -> Iterator[bytes]:
    for family in sheet.plain:
        yield _plain(family, format_).encode(errors="replace")
    for metric, counters in sheet.counters.items():
        yield format_.head(metric.name, metric.kind, metric.help).encode()
        yield from _written(counters, sheet.values, _counters, sheet.marks)
    for metric, histograms in sheet.histograms.items():
        yield format_.head(metric.name, metric.kind, metric.help).encode()
        write = partial(_histograms, cells=sheet.cells.get(metric))
        yield from _written(histograms, sheet.values, write, sheet.bucket_marks)
    yield format_.end.encode()


def _written(rows: Rows[T], values: Delta, write: Write[T, M], marks: Mapping[str, M]) -> Iterator[bytes]:
    """All samples of a metric. With marks they are written anew: those are others on each page."""
    for block in rows.blocks:
        if marks:
            yield write(block.samples(values), marks).encode(errors="replace")
        else:
            yield block.written(values, lambda some: write(some, {}))


def _plain(family: Plain, format_: Format) -> str:
    head = format_.head(family.name, family.kind, family.help)
    lines = [
        f"{family.name}{labels_of(names, values)} {number(it)}\n" for names, values, it in family.samples
    ]
    return "".join((head, *lines))


def _counters(some: Samples[float], marks: Mapping[str, Exemplar]) -> str:
    """Samples: what stands before each number, and the number."""
    if marks:
        return "".join(
            [f"{text}{number(value)}{_mark(marks.get(text) if value else None, 1)}\n" for text, value in some]
        )
    return "".join([f"{text}{value if type(value) is int else number(value)}\n" for text, value in some])


def _histograms(
    some: Samples[list[float]], marks: Mapping[str, Mapping[int, Exemplar]], *, cells: Cells | None
) -> str:
    """The samples of histograms: all lines of one with %s for each number, and its counts and sum."""
    by_bucket = ((text, cells.classic(it)) for text, it in some) if cells else some
    return "".join([_histogram(text, numbers, marks.get(text, {})) for text, numbers in by_bucket])


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
