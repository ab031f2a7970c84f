"""The bookkeeper says where invalid records are, once in a while, and never what is in them."""

import pytest
import structlog

from agent.bookkeeper import Bookkeeper
from agent.events import Reader
from agent.ledger.ledger import Ledger
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from tests.unit.test_pipeline import Record

P = ("events", 3)


def keeper() -> Bookkeeper:
    books = Bookkeeper(Pipeline(Tally(Labels()), Reader()), Ledger())
    books.assigned([P])
    books.started(P, 0, "")
    return books


def test_a_batch_with_invalid_records_is_one_line_that_says_where_to_look() -> None:
    books = keeper()

    with structlog.testing.capture_logs() as lines:
        books.count(P, [Record(b'{"status": 200}', 7), Record(b"secret", 8), Record(b"secret", 9)])

    (line,) = lines
    assert (line["event"], line["topic"], line["partition"]) == ("batch.invalid", "events", 3)
    assert (line["first_offset"], line["first_reason"], line["invalid"]) == (8, "json", {"json": 2})
    assert "secret" not in str(line)


def test_a_storm_of_invalid_records_is_not_a_storm_of_lines() -> None:
    books = keeper()

    with structlog.testing.capture_logs() as lines:
        for offset in range(100):
            books.count(P, [Record(b"7", offset)])

    assert len(lines) == 1


def test_each_reason_is_counted_as_itself_also_while_nothing_is_said() -> None:
    books, clock = keeper(), iter([0.0, 1.0, 2.0, 20.0])
    with pytest.MonkeyPatch.context() as patch, structlog.testing.capture_logs() as lines:
        patch.setattr("agent.bookkeeper.time.monotonic", lambda: next(clock))
        for offset, value in enumerate([b"7", b"{", b"{", b""]):
            books.count(P, [Record(value, offset)])

    assert [line["invalid"] for line in lines] == [{"not_object": 1}, {"json": 2, "empty": 1}]


def test_a_batch_without_trouble_says_nothing() -> None:
    books = keeper()

    with structlog.testing.capture_logs() as lines:
        books.count(P, [Record(b'{"status": 200}', 7)])

    assert lines == []
