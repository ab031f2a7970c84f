"""The pure parts, put together as the settings want them."""

from typing import NamedTuple

from agent.classify import Rules, load
from agent.events import Reader
from agent.metrics.exemplars import OFF, TRACE_ID, Exemplars
from agent.metrics.labels import Labels
from agent.metrics.native import Cells
from agent.metrics.readings import APART
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from agent.settings import Settings, own_rules


class Parts(NamedTuple):
    """A pipeline and what it works with.

    Attributes:
        exemplars: None where metrics.exemplars is off.

        cells: In which durations are counted; None without native histograms.
    """

    reader: Reader
    rules: Rules
    tally: Tally
    pipeline: Pipeline
    exemplars: Exemplars | None
    cells: Cells | None


def assemble(settings: Settings) -> Parts:
    """Parts that have counted nothing yet."""
    labels, events = settings.labels, settings.events
    extra, buckets = tuple(labels.extra), tuple(settings.metrics.duration_buckets)
    cells = Cells(buckets) if settings.metrics.native_histograms else None
    id_ = settings.metrics.exemplars
    exemplars = None if id_ == OFF else Exemplars(id_, buckets)
    tally = Tally(
        Labels(labels.budgets, labels.paths, extra),
        extra=extra,
        extra_on_histograms=labels.extra_on_histograms,
        buckets=cells.bounds if cells else buckets,
        shown_buckets=len(buckets),
        max_series=labels.max_series,
    )
    reader = Reader(
        tuple(dict.fromkeys((*extra, *APART, *((TRACE_ID,) if id_ == TRACE_ID else ())))),
        events.preset,
        events.fields,
        each=events.each,
        unwrap=events.unwrap,
        only=events.only,
        max_bytes=events.max_bytes,
    )
    rules = own_rules.compiled(settings.classify.rules)
    load()  # else the first unknown error would hold up all else
    pipeline = Pipeline(
        tally, reader, rules=rules, late_after=settings.metrics.late_after_seconds, exemplars=exemplars
    )
    return Parts(reader, rules, tally, pipeline, exemplars, cells)
