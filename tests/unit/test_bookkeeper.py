"""The bookkeeper hands on what the consumer brings; of invalid records it says where they are, no more."""

import time

import pytest
import structlog

from agent.bookkeeper import Bookkeeper
from agent.events import Reader
from agent.ledger.interval import IntervalLedger
from agent.ledger.ledger import Ledger
from agent.ledger.values import Offsets
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from tests.unit.test_pipeline import Record

P = ("events", 3)


EVENT = b'{"status": 200}'


def keeper(ledger: Ledger | None = None, note: str = "") -> Bookkeeper:
    books = Bookkeeper(Pipeline(Tally(Labels()), Reader()), ledger or Ledger())
    books.assigned([P])
    books.started(P, 0, note)
    return books


def shown(ledger: Ledger) -> Offsets:
    """What may be committed after the page that shows all."""
    for _ in "the page with zeros, and that with counts":
        ledger.begin("one", 0.0)
        offsets = ledger.delivered(ledger.expose(proven=True), "one", 0.0)
    return offsets


def test_whatever_becomes_of_records_they_are_given_back_once_committed() -> None:
    ledger = IntervalLedger()
    books = keeper(ledger)

    books.count(P, [Record(EVENT, 0), Record(EVENT, 1)])
    seen = [ledger.due(0)]
    books.skip(P, 3, 5)
    seen += [ledger.due(0)]
    books.gap(P, 5, 10)
    seen += [ledger.due(0)]
    books.passed(P, 12)
    seen += [ledger.due(0)]
    books.committed({P: 12})

    assert [*seen, ledger.due(0)] == [{P: 2}, {P: 5}, {P: 10}, {P: 12}, {}]


def test_all_that_becomes_of_records_is_on_the_page() -> None:
    ledger = Ledger()
    books = keeper(ledger)

    books.count(P, [Record(EVENT, 0), Record(EVENT, 1)])
    books.skip(P, 3, 5)
    books.gap(P, 5, 10)

    found = {series.metric.name: sum(numbers) for series, numbers in ledger.preview().items()}
    assert found["api_error_agent_records_total"] == 5
    assert found["api_error_agent_skipped_records_total"] == 3
    assert found["api_error_agent_offset_gap_records_total"] == 5


def test_what_holds_no_record_waits_for_no_scrape() -> None:
    ledger = Ledger()
    books = keeper(ledger)

    books.passed(P, 12)
    books.gap(P, 5, 17)

    assert ledger.waiting.records == 0


def test_counters_of_a_partition_are_there_from_its_assignment_on() -> None:
    ledger = Ledger()

    books = keeper(ledger)

    assert books.owned == {P}
    assert {series.labels for series in ledger.preview()} == {("events", "3"), ("events", "3", "")}


@pytest.mark.parametrize(("leaving", "offsets", "kept"), [(True, {}, 0), (False, {P: 1}, 1)])
def test_what_is_let_go_is_given_back_and_gone_on_with(
    leaving: bool,  # noqa: FBT001
    offsets: Offsets,
    kept: int,
) -> None:
    """It was shown on a page that got lost."""
    ledger = Ledger()
    books = keeper(ledger)
    books.count(P, [Record(EVENT, 0)])
    ledger.begin("one", 0.0)
    ledger.delivered(ledger.expose(proven=True), "one", 0.0)
    ledger.begin("one", 0.0)
    ledger.undelivered(ledger.expose(proven=True))

    assert books.revoked(leaving=leaving) == offsets
    assert (books.owned, books.kept(P)) == (set(), kept)


def test_of_a_topic_made_anew_nothing_is_gone_on_with() -> None:
    books = keeper()
    books.revoked(leaving=False)

    books.forget("events")

    assert books.kept(P) is None


def test_a_commit_says_when_it_was_accepted() -> None:
    books = keeper()
    assert books.committed_at is None

    books.committed({P: 0})

    assert books.committed_at == pytest.approx(time.time(), abs=60)


def test_what_was_shown_and_then_refused_is_told() -> None:
    ledger = Ledger()
    books = keeper(ledger)
    books.count(P, [Record(EVENT, 0), Record(EVENT, 1)])
    offsets = shown(ledger)

    with structlog.testing.capture_logs() as lines:
        books.refused(offsets)
        books.refused(offsets)

    assert books.undone == 2
    assert [(line["event"], line["records"]) for line in lines] == [("counts.undone", 2)]


def test_after_a_commit_without_an_answer_nothing_is_undone() -> None:
    ledger = Ledger()
    books = keeper(ledger)
    books.count(P, [Record(EVENT, 0)])
    offsets = shown(ledger)

    books.unanswered(offsets)
    books.refused(offsets)

    assert books.undone == 0


def test_commits_carry_what_the_ledger_notes_of_its_scrapers() -> None:
    ledger = Ledger()
    books = keeper(ledger)
    for scraper in ("one", "two"):
        ledger.begin(scraper, 0.0)
        ledger.delivered(ledger.expose(proven=True), scraper, 0.0)

    assert books.note() == ledger.note != ""


def test_a_successor_knows_what_was_noted() -> None:
    ledger = Ledger()
    books = keeper(ledger, note="scrapers=2/15.0")
    books.count(P, [Record(EVENT, 0)])

    assert shown(ledger) == {}  # the other scraper has not come yet


def test_a_batch_with_invalid_records_is_one_line_that_says_where_to_look() -> None:
    books = keeper()

    with structlog.testing.capture_logs() as lines:
        books.count(
            P,
            [
                Record(b'{"status": 200}', 7),
                Record(b"secret", 8),
                Record(b"['secret']", 9),
                Record(b"5", 10),
            ],
        )

    (line,) = lines
    assert (line["event"], line["topic"], line["partition"]) == ("batch.invalid", "events", 3)
    assert (line["first_offset"], line["first_reason"], line["invalid"]) == (
        8,
        "json",
        {"json": 2, "not_object": 1},
    )
    assert "secret" not in str(line)


def test_a_storm_of_invalid_records_is_not_a_storm_of_lines() -> None:
    books = keeper()

    with structlog.testing.capture_logs() as lines:
        for offset in range(100):
            books.count(P, [Record(b"7", offset)])

    assert len(lines) == 1


def test_each_reason_is_counted_as_itself_also_while_nothing_is_said() -> None:
    books, clock = keeper(), iter([0.0, 1.0, 2.0, 10.0])
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


def test_records_in_trouble_are_remembered_by_their_place_without_what_they_hold() -> None:
    books = keeper()

    books.count(P, [Record(EVENT, 0), Record(b"canary", 1)])
    books.skip(P, 2, 4)

    rows = books.troubles.rows()
    assert [(row["what"], row["partition"], row["offset"], row["reason"]) for row in rows] == [
        ("skipped", 3, 2, "unreadable"),
        ("invalid", 3, 1, "json"),
    ]
    assert "canary" not in str(rows)
