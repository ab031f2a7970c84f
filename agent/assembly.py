"""The pure parts, put together as the settings want them."""

from typing import NamedTuple

from agent.classify import Rules
from agent.events import Reader
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from agent.settings import Settings, own_rules


class Parts(NamedTuple):
    """A pipeline and what it works with."""

    reader: Reader
    rules: Rules
    tally: Tally
    pipeline: Pipeline


def assemble(settings: Settings) -> Parts:
    """Parts that have counted nothing yet."""
    labels, events = settings.labels, settings.events
    extra = tuple(labels.extra)
    tally = Tally(
        Labels(labels.budgets, labels.paths, extra),
        extra=extra,
        extra_on_histograms=labels.extra_on_histograms,
        buckets=tuple(settings.metrics.duration_buckets),
        max_series=labels.max_series,
    )
    reader = Reader(
        tuple(dict.fromkeys((*extra, "model"))),
        events.preset,
        events.fields,
        each=events.each,
        unwrap=events.unwrap,
        only=events.only,
        max_bytes=events.max_bytes,
    )
    rules = own_rules.compiled(settings.classify.rules)
    pipeline = Pipeline(tally, reader, rules=rules, late_after=settings.metrics.late_after_seconds)
    return Parts(reader, rules, tally, pipeline)
