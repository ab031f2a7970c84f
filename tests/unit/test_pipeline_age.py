"""Which records are late and which events are left out: each is counted once, where somebody looks for it."""

from collections.abc import Sequence

import pytest

from agent.events import Reader
from agent.metrics import catalogue
from agent.metrics.delta import Batch
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from tests.unit.test_pipeline import NOW, P, Record, event

LATE_MS = int((NOW - 301) * 1000)


def process(records: Sequence[Record], only: Sequence[str] = ()) -> Batch:
    return Pipeline(Tally(Labels()), Reader(only=only)).process(P, records, NOW)


def count(batch: Batch, metric: catalogue.Metric, *labels: str) -> float:
    return sum(
        it[0] for series, it in batch.delta.items() if (series.metric, series.labels) == (metric, labels)
    )


def late(batch: Batch, provider: str) -> float:
    return count(batch, catalogue.LATE_RECORDS, "events", "3", provider)


def test_what_the_settings_leave_out_is_an_event_that_is_ignored_and_no_response() -> None:
    records = [Record(event(path="/healthz")), Record(event(path="/healthz"), 1), Record(event(), 2)]

    batch = process(records, only=["path != /healthz"])

    assert count(batch, catalogue.EVENTS, "events", "3") == 3
    assert count(batch, catalogue.IGNORED_EVENTS, "events", "3") == 2
    assert sum(it[0] for series, it in batch.delta.items() if series.metric is catalogue.RESPONSES) == 1


def test_a_record_that_has_no_time_is_never_late() -> None:
    batch = process([Record(event(), 0, LATE_MS), Record(event(), 1, -1)])

    assert late(batch, "openai") == 1


def test_the_first_moment_that_kafka_can_write_is_a_time() -> None:
    batch = process([Record(event(), 0, LATE_MS), Record(event(), 1, 0)])

    assert late(batch, "openai") == 2


@pytest.mark.parametrize("timestamp", [-1, 0, 1, LATE_MS, LATE_MS + 1000, int(NOW * 1000)])
def test_whatever_its_time_a_record_counts_once_beside_a_late_one(timestamp: int) -> None:
    batch = process([Record(event(), 0, LATE_MS), Record(event(), 1, timestamp)])

    assert count(batch, catalogue.EVENTS, "events", "3") == 2
    assert sum(it[0] for series, it in batch.delta.items() if series.metric is catalogue.RESPONSES) == 2


def test_a_record_that_is_just_in_time_is_not_late_beside_one_that_is() -> None:
    batch = process([Record(event(), 0, LATE_MS), Record(event(), 1, int((NOW - 300) * 1000))])

    assert late(batch, "openai") == 1


def test_late_responses_count_whether_or_not_they_have_a_duration() -> None:
    seconds = (0.5, 7, 86_400)
    values = [*(event(duration_seconds=it) for it in seconds), event(), event(provider="groq")]

    batch = process([Record(value, offset, LATE_MS) for offset, value in enumerate(values)])

    assert (late(batch, "openai"), late(batch, "groq"), late(batch, "")) == (4, 1, 0)


def test_one_late_record_may_hold_several_responses() -> None:
    batch = process([Record(b"[%s,%s]" % (event(), event()), 0, LATE_MS)])

    assert (late(batch, "openai"), late(batch, "")) == (2, 0)
