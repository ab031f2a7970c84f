"""What stands on a page, before it is written in one format or another."""

from collections.abc import Collection, Iterator, Mapping
from itertools import islice
from typing import NamedTuple, TypeVar

from agent.metrics.catalogue import Metric
from agent.metrics.delta import Delta
from agent.metrics.exemplars import Exemplar
from agent.metrics.native import Cells
from agent.metrics.rows import Rows

T = TypeVar("T")


class Labelled(NamedTuple):
    """One number under its labels."""

    names: tuple[str, ...]
    values: tuple[str, ...]
    number: float


class Plain(NamedTuple):
    """A family of counters or gauges whose numbers are known when the page is begun.

    Attributes:
        name: That of its samples.
    """

    name: str
    kind: str
    help: str
    samples: list[Labelled]


class Sheet(NamedTuple):
    """All of one page. Numbers are found by the text that they are written into.

    Attributes:
        values: What the rows show.

        marks, bucket_marks: Exemplars of counters, and of the buckets of histograms.

        cells: Of the metrics whose numbers are by cell, and not by bucket.
    """

    plain: list[Plain]
    values: Delta
    counters: Mapping[Metric, Rows[float]]
    histograms: Mapping[Metric, Rows[list[float]]]
    marks: dict[str, Exemplar]
    bucket_marks: dict[str, dict[int, Exemplar]]
    cells: Mapping[Metric, Cells]


def portions(items: Collection[T], size: int) -> Iterator[Iterator[T]]:
    """Each to be used up before the next: a list of each would keep the garbage collector busy."""
    rest = iter(items)
    return (islice(rest, size) for _ in range(0, len(items), size))
