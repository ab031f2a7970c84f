"""Since when the oldest record waits: api_error_agent_oldest_waiting_timestamp_seconds says it."""

from agent.ledger.interval import IntervalLedger
from tests.ledger.test_ledger import P0, batch, own, scrape


def plain() -> IntervalLedger:
    books = IntervalLedger()
    own(books)
    return books


def test_in_interval_mode_nothing_waits_once_its_zero_and_then_itself_were_shown() -> None:
    books = plain()
    books.stage(P0, batch(5, 100.0, ok=5))

    waited = [books.waiting.since]
    for _ in ("the zero", "the count"):
        scrape(books)
        waited.append(books.waiting.since)

    assert waited == [100.0, 100.0, None]


def test_in_interval_mode_a_zero_that_is_lost_leaves_the_oldest_record_the_oldest() -> None:
    books = plain()
    books.stage(P0, batch(5, 100.0, ok=5))
    scrape(books, delivered=False)
    books.stage(P0, batch(6, 200.0, ok=1))
    scrape(books, delivered=False)

    assert books.waiting.since == 100.0


def test_in_interval_mode_what_was_shown_keeps_no_newer_record_waiting_since_its_own_time() -> None:
    books = plain()
    books.stage(P0, batch(5, 100.0, ok=5))
    scrape(books)
    books.stage(P0, batch(6, 200.0, rare=1))
    scrape(books)

    assert books.waiting.since == 200.0
