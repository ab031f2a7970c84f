"""What is counted is shown zero-first, moves only by deliveries, and is committed in order."""

from agent.ledger.ledger import Ledger, Waiting
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Delta, Series

P0, P1 = ("events", 0), ("events", 1)
OK = Series(catalogue.INVALID_EVENTS, ("ok",), 1)
RARE = Series(catalogue.INVALID_EVENTS, ("rare",), 1)


def batch(next_offset: int, counted_at: float | None = None, /, **counts: int) -> Batch:
    named = {"ok": OK, "rare": RARE}
    delta: Delta = {named[name]: [count] for name, count in counts.items()}
    return Batch(delta, sum(counts.values()), next_offset, counted_at)


def ledger() -> Ledger:
    books = Ledger()
    books.assign([P0, P1])
    return books


def scrape(books: Ledger, *, delivered: bool = True) -> dict[str, float]:
    books.begin_scrape()
    page = books.expose()
    shown = {series.labels[0]: numbers[0] for series, numbers in page.values.items()}
    books.finish_scrape(page, delivered=delivered)
    return shown


def test_a_new_series_is_first_shown_as_0_and_then_as_what_it_is() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]


def test_a_zero_that_was_not_delivered_is_shown_once_more() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    assert [scrape(books, delivered=False), scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 0}, {"ok": 5}]


def test_a_known_series_is_shown_at_once() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))
    scrape(books)
    scrape(books)

    books.stage(P0, batch(6, ok=1))

    assert scrape(books) == {"ok": 6}


def test_a_new_series_holds_back_what_comes_after_it_in_its_partition_only() -> None:
    books = ledger()
    books.stage(P0, batch(1, ok=1))
    books.stage(P1, batch(1, ok=1))
    scrape(books)
    scrape(books)

    books.stage(P0, batch(2, rare=1))
    books.stage(P0, batch(3, ok=10))
    books.stage(P1, batch(2, ok=100))

    assert [scrape(books), scrape(books)] == [{"ok": 102, "rare": 0}, {"ok": 112, "rare": 1}]


def test_a_steady_stream_of_new_series_does_not_starve_a_partition() -> None:
    books = ledger()
    news = [Series(catalogue.INVALID_EVENTS, (str(number),), 1) for number in range(10)]
    for number, series in enumerate(news):
        books.stage(P0, Batch({series: [1]}, 1, number + 1))
        shown = scrape(books)

    assert [shown[str(number)] for number in range(10)] == [1] * 9 + [0]


def test_declared_series_are_there_as_0_before_anything_is_counted() -> None:
    books = Ledger([OK])
    books.assign([P0], [RARE])

    assert scrape(books) == {"ok": 0, "rare": 0}


def test_a_preview_shows_all_that_is_counted_and_moves_nothing() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    assert books.preview() == {OK: [5]}
    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]


def test_what_is_waiting_says_how_many_and_since_when() -> None:
    books = ledger()
    books.stage(P0, batch(5, 100.0, ok=5))
    books.stage(P1, batch(1, 90.0, ok=1))

    assert books.waiting == Waiting(6, 90.0)
    scrape(books)
    assert (books.waiting, books.held) == (Waiting(6, 90.0), 0)
    scrape(books)
    assert books.waiting == Waiting(0, None)


def test_what_was_counted_is_due_until_the_broker_accepted_it() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    assert books.due() == {P0: 5}
    books.committed({P0: 5})
    assert books.due() == {}
    books.stage(P0, batch(6, ok=1))
    assert books.due() == {P0: 6}


def test_a_revoke_commits_what_was_counted_and_goes_on_showing_it() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    assert books.revoke() == {P0: 5}
    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]
    assert (books.kept(P0), books.kept(P1)) == (5, None)
    assert books.due() == {}


def test_values_never_go_down_over_revokes_and_lost_scrapes() -> None:
    books = ledger()
    seen = []
    for turn in range(1, 20):
        books.stage(P0, batch(turn, ok=1))
        seen.append(scrape(books, delivered=turn % 3 != 0).get("ok", 0))
        if turn % 5 == 0:
            books.revoke()
            books.assign([P0])

    assert seen == sorted(seen)
    scrape(books)
    assert scrape(books)["ok"] == 19
