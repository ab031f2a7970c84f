"""What is counted is shown zero-first, moves only by deliveries, and is committed once it was seen."""

import pickle
from collections.abc import Callable

import pytest

from agent.ledger.interval import IntervalLedger
from agent.ledger.ledger import Ledger
from agent.ledger.scrapers import MISSED, MOST
from agent.ledger.values import Offsets, Waiting
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Delta, Series

P0, P1 = ("events", 0), ("events", 1)
OK = Series(catalogue.INVALID_EVENTS, ("ok",), 1)
RARE = Series(catalogue.INVALID_EVENTS, ("rare",), 1)


def batch(next_offset: int, counted_at: float | None = None, /, **counts: int) -> Batch:
    named = {"ok": OK, "rare": RARE}
    delta: Delta = {named[name]: [count] for name, count in counts.items()}
    return Batch(delta, sum(counts.values()), next_offset, counted_at)


def ledger(*, note: str = "", wait_for_all: bool = True, max_uncommitted: float = 900) -> Ledger:
    books = Ledger(wait_for_all=wait_for_all, max_uncommitted=max_uncommitted)
    own(books, note=note)
    return books


def plain() -> IntervalLedger:
    books = IntervalLedger()
    own(books)
    return books


KINDS = (ledger, plain)
"""Both ways to commit."""


def own(books: Ledger, offset: int = 0, note: str = "") -> None:
    books.assign()
    for partition in (P0, P1):
        books.start(partition, offset, note, 0.0)


def scrape(
    books: Ledger, *, delivered: bool = True, proven: bool = True, scraper: str = "one", now: float = 0.0
) -> dict[str, float]:
    """What a scrape shows. What it may commit is accepted."""
    shown, offsets = scrape_without_commit(
        books, delivered=delivered, proven=proven, scraper=scraper, now=now
    )
    books.committed(offsets)
    return shown


def scrape_without_commit(
    books: Ledger, *, delivered: bool = True, proven: bool = True, scraper: str = "one", now: float = 0.0
) -> tuple[dict[str, float], Offsets]:
    """What a scrape shows, and what it may commit."""
    books.begin(scraper, now)
    page = books.expose(proven=proven)
    shown = {series.labels[0]: numbers[0] for series, numbers in page.values.items()}
    if delivered:
        return shown, books.delivered(page, scraper, now)
    books.undelivered(page)
    return shown, {}


def known(books: Ledger) -> Ledger:
    """The ledger with both series seen and 5 records of each partition committed."""
    books.stage(P0, batch(5, ok=5))
    books.stage(P1, batch(5, rare=5))
    scrape(books)
    scrape(books)
    return books


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
    books.assign([RARE])

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
    assert (books.waiting, books.held) == (Waiting(6, 90.0), 1)
    scrape(books)
    assert (books.waiting, books.held) == (Waiting(0, None), 0)


# --- committing ----------------------------------------------------------------------------------------


def test_what_a_delivered_scrape_has_shown_may_be_committed_and_nothing_else() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))

    _, lost = scrape_without_commit(books, delivered=False)
    books.stage(P0, batch(9, ok=1))
    page_shows, offsets = scrape_without_commit(books)

    assert (lost, offsets) == ({}, {P0: 9})
    assert page_shows["ok"] == 9


def test_the_probe_commits_again_what_was_seen_and_never_what_is_new() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))

    assert books.begin("one", 0) == {P0: 5}


def test_a_scrape_with_nothing_new_needs_no_probe() -> None:
    assert known(ledger()).begin("one", 0) == {}


def test_without_proof_a_page_shows_the_old_values_and_the_next_one_shows_all() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))

    assert [scrape(books, proven=False)["ok"], scrape(books)["ok"]] == [5, 8]


def test_a_commit_without_an_answer_is_sent_again() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    _, offsets = scrape_without_commit(books)
    books.unanswered(offsets)

    assert scrape_without_commit(books)[1] == {P0: 8}


def test_pages_without_a_commit_take_a_bounded_room() -> None:
    books = known(ledger())
    for number in range(1000):
        books.stage(P0, batch(6 + number, ok=1))
        _, offsets = scrape_without_commit(books)
        books.unanswered(offsets)

    assert len(books._stages[P0]._flight) <= 256
    books.committed(offsets)
    assert len(books._stages[P0]._flight) == 0


@pytest.mark.parametrize("pages", [3, 10])
def test_however_many_pages_were_shown_a_refusal_undoes_them_all(
    pages: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.ledger.stage._MOST_IN_FLIGHT", 4)
    books = known(ledger())
    for number in range(pages):
        books.stage(P0, batch(6 + number, ok=1))
        _, offsets = scrape_without_commit(books)

    assert books.refused(offsets) == pages


def test_what_waits_while_a_page_is_on_its_way_takes_a_bounded_room() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))
    books.begin("one", 0.0)
    books.expose(proven=True)

    for number in range(6, 1000):
        books.stage(P0, batch(number, rare=1))

    assert len(books._stages[P0].unshown) <= 4  # taken, ready, waiting for the page, waiting for the next


def test_a_revoke_of_a_process_that_lives_on_commits_what_is_shown_and_drops_the_rest() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    scrape(books, delivered=False)
    books.stage(P0, batch(9, ok=1))

    assert books.revoke(leaving=False) == {P0: 8}
    assert (books.kept(P0), books.kept(("events", 7))) == (8, None)
    assert scrape(books)["ok"] == 8


def test_a_process_that_leaves_commits_only_what_was_seen() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    scrape_without_commit(books)
    books.stage(P0, batch(9, ok=1))
    scrape(books, delivered=False)

    assert books.revoke(leaving=True) == {P0: 8}


def test_what_was_shown_and_then_refused_is_paid_back_by_what_comes() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    _, offsets = scrape_without_commit(books)

    assert books.refused(offsets) == 3
    own(books, offset=8)  # somebody else has counted these three
    books.stage(P0, batch(10, ok=2))
    assert scrape(books)["ok"] == 8
    books.stage(P0, batch(14, ok=4))
    assert scrape(books)["ok"] == 11


def test_what_is_refused_before_anything_was_committed_is_undone() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))
    for _ in ("the zero", "the count"):
        _, offsets = scrape_without_commit(books)

    assert [books.refused(offsets), books.refused(offsets)] == [5, 0]


def test_after_a_probe_was_refused_all_is_shown_in_the_order_of_its_offsets() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    scrape_without_commit(books)
    books.stage(P0, batch(10, ok=2))
    books.refused(books.begin("one", 0.0))
    books.expose(proven=False)

    shown, offsets = scrape_without_commit(books)

    assert (shown["ok"], offsets) == (10, {P0: 10})


@pytest.mark.parametrize(
    ("is_in_doubt", "kept"), [(False, None), (True, 8)], ids=["refused", "refused, after it had no answer"]
)
def test_when_a_last_commit_is_refused_others_count_from_where_they_are(
    kept: int | None,
    is_in_doubt: bool,  # noqa: FBT001
) -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    scrape(books, delivered=False)
    offsets = books.revoke(leaving=False)
    if is_in_doubt:
        books.unanswered(offsets)

    books.refused(offsets)

    assert books.kept(P0) == kept


def test_a_page_that_arrives_when_its_partitions_are_let_go_commits_nothing() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    books.begin("one", 0.0)
    page = books.expose(proven=True)
    books.revoke(leaving=False)

    assert books.delivered(page, "one", 0.0) == {}


def test_of_what_was_shown_only_what_is_not_committed_is_undone() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    _, offsets = scrape_without_commit(books)
    books.stage(P0, batch(12, ok=4))
    _, later = scrape_without_commit(books)

    books.committed(offsets)

    assert books.refused(later) == 4


def test_a_refusal_after_a_commit_without_an_answer_undoes_nothing() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    _, offsets = scrape_without_commit(books)

    books.unanswered(offsets)

    assert books.refused(offsets) == 0


def test_a_page_says_how_many_records_it_shows_for_the_first_time() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    books.stage(P1, batch(7, ok=2))
    books.begin("one", 0.0)

    assert [books.expose(proven=proven).merged for proven in (True, True)] == [5, 0]


def test_what_was_refused_by_mistake_is_counted_once() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    _, offsets = scrape_without_commit(books)
    books.refused(offsets)

    assert scrape(books)["ok"] == 8
    assert books.revoke(leaving=True) == {}


def test_a_log_that_went_back_loses_nothing_that_was_counted() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))

    books.start(P0, 2, "", 0.0)
    books.stage(P0, batch(3, ok=1))

    assert scrape(books)["ok"] == 9


def test_a_page_of_a_log_that_went_back_says_nothing_of_the_records_that_came_since() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    books.begin("one", 0)
    page = books.expose(proven=True)

    books.start(P0, 0, "", 0.0)
    books.stage(P0, batch(6, ok=6))
    scrape_without_commit(books, delivered=False)

    assert books.delivered(page, "one", 0.0) == {}


def test_a_topic_made_anew_is_not_gone_on_with() -> None:
    books = known(ledger())
    books.revoke(leaving=False)

    books.forget("events")

    assert books.kept(P0) is None


@pytest.mark.parametrize("books", KINDS, ids=["scrape", "interval"])
def test_records_of_a_partition_that_is_not_ours_are_left_to_its_owner(books: Callable[[], Ledger]) -> None:
    of_ours = known(books())

    of_ours.stage(("events", 7), batch(8, ok=3))

    assert scrape(of_ours)["ok"] == 5


@pytest.mark.parametrize("books", KINDS, ids=["scrape", "interval"])
def test_what_is_gone_before_the_first_record_is_counted(books: Callable[[], Ledger]) -> None:
    of_ours = books()
    of_ours.start(P0, 10, "", 0.0)

    of_ours.stage(P0, batch(10, ok=3))

    assert [scrape(of_ours), scrape(of_ours)] == [{"ok": 0}, {"ok": 3}]


@pytest.mark.parametrize("books", KINDS, ids=["scrape", "interval"])
def test_a_batch_that_was_counted_already_is_not_counted_again(books: Callable[[], Ledger]) -> None:
    of_ours = known(books())

    of_ours.stage(P0, batch(4, ok=3))

    assert scrape(of_ours)["ok"] == 5


# --- a new assignment ----------------------------------------------------------------------------------


@pytest.mark.parametrize("books", KINDS, ids=["scrape", "interval"])
def test_series_that_come_with_an_assignment_are_shown_as_0_from_then_on(
    books: Callable[[], Ledger],
) -> None:
    of_ours = books()
    scrape(of_ours)

    of_ours.assign([OK])

    assert scrape(of_ours) == {"ok": 0}


@pytest.mark.parametrize("books", KINDS, ids=["scrape", "interval"])
def test_an_assignment_that_follows_without_a_revoke_ends_the_one_before(
    books: Callable[[], Ledger],
) -> None:
    of_ours = known(books())
    of_ours.stage(P0, batch(8, ok=3))
    of_ours.begin("one", 0.0)
    page = of_ours.expose(proven=True)

    of_ours.assign()
    of_ours.start(P1, 5, "", 0.0)
    of_ours.stage(P0, batch(9, rare=1))

    assert of_ours.delivered(page, "one", 0.0) == {}
    assert of_ours.due(0.0) == {}
    assert scrape(of_ours)["rare"] == 5


def test_an_answer_that_comes_after_the_next_assignment_undoes_nothing() -> None:
    books = known(ledger())
    books.stage(P0, batch(8, ok=3))
    offsets = scrape_without_commit(books)[1]
    books.revoke(leaving=False)

    books.assign()

    assert books.refused(offsets) == 0


@pytest.mark.parametrize("delivered", [True, False])
def test_pages_that_are_over_leave_nothing_behind(
    delivered: bool,  # noqa: FBT001
) -> None:
    books = known(ledger())
    before = len(pickle.dumps(books))

    for _ in range(100):
        scrape(books, delivered=delivered)

    assert len(pickle.dumps(books)) < before + 100


# --- nobody scrapes ------------------------------------------------------------------------------------


def test_what_nobody_scrapes_is_committed_in_the_end_and_still_shown_zero_first() -> None:
    books = ledger(max_uncommitted=900)
    books.stage(P0, batch(5, ok=5))

    assert [books.due(now) for now in (0, 899)] == [{}, {}]
    offsets = books.due(900)
    books.committed(offsets)
    books.put_back()

    assert offsets == {P0: 5}
    books.revoke(leaving=False)
    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]


def after_an_unseen_commit_that_was_not_accepted() -> Ledger:
    books = ledger(max_uncommitted=900)
    books.stage(P0, batch(5, ok=5))
    books.due(0)
    books.unanswered(books.due(900))
    books.put_back()
    return books


def test_an_unseen_commit_that_was_not_accepted_changes_nothing() -> None:
    books = after_an_unseen_commit_that_was_not_accepted()

    assert books.revoke(leaving=True) == {}
    assert scrape(books) == {}


def test_after_an_unseen_commit_that_was_not_accepted_a_new_series_is_still_shown_zero_first() -> None:
    books = after_an_unseen_commit_that_was_not_accepted()

    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]


@pytest.mark.parametrize("is_accepted", [True, False])
def test_what_is_committed_unseen_is_counted_once(
    is_accepted: bool,  # noqa: FBT001
) -> None:
    books = known(ledger(max_uncommitted=900))
    books.stage(P0, batch(6, ok=1))
    books.stage(P1, batch(7, rare=2))
    offsets = books.due(900)
    (books.committed if is_accepted else books.unanswered)(offsets)
    books.put_back()

    assert offsets == {P0: 6, P1: 7}
    assert [scrape(books, now=900) for _ in "12"] == [{"ok": 6, "rare": 7}] * 2


def test_what_comes_during_an_unseen_commit_that_is_not_accepted_is_counted_once() -> None:
    books = known(ledger(max_uncommitted=900))
    new = Series(catalogue.INVALID_EVENTS, ("new",), 1)
    books.stage(P0, Batch({new: [3]}, 3, 8, None))
    books.unanswered(books.due(900))
    books.stage(P0, batch(9, ok=1))
    books.put_back()

    assert books.waiting.records == 4
    assert [scrape(books, now=900), scrape(books, now=900)] == [
        {"ok": 5, "rare": 5, "new": 0},
        {"ok": 6, "rare": 5, "new": 3},
    ]


def test_after_an_unseen_commit_the_next_one_waits_as_long() -> None:
    books = ledger(max_uncommitted=900)
    books.stage(P0, batch(5, ok=5))
    books.due(0)
    books.committed(books.due(900))
    books.put_back()
    books.stage(P0, batch(6, ok=1))

    assert [books.due(now) for now in (901, 1800, 1801)] == [{}, {}, {P0: 6}]


def test_a_delivered_scrape_puts_the_unseen_commit_off() -> None:
    books = known(ledger(max_uncommitted=900))
    books.stage(P0, batch(6, rare=1))
    scrape(books, now=800)
    books.stage(P0, batch(7, rare=1))

    assert books.due(1600) == {}
    assert books.due(1700) == {P0: 7}


# --- several scrapers ----------------------------------------------------------------------------------


def test_a_commit_waits_for_the_slower_of_two_scrapers() -> None:
    books = known(ledger())
    scrape(books, scraper="two")
    books.stage(P0, batch(8, ok=3))

    assert scrape_without_commit(books, scraper="one")[1] == {}
    assert scrape_without_commit(books, scraper="two")[1] == {P0: 8}


def test_with_any_scraper_a_commit_waits_for_the_first() -> None:
    books = known(ledger(wait_for_all=False))
    scrape(books, scraper="two")
    books.stage(P0, batch(8, ok=3))

    assert scrape_without_commit(books, scraper="one")[1] == {P0: 8}


def test_a_new_series_moves_when_both_scrapers_have_had_its_zero() -> None:
    books = ledger()
    scrape(books, scraper="one")
    scrape(books, scraper="two")
    books.stage(P0, batch(5, ok=5))

    shown = [scrape(books, scraper=scraper)["ok"] for scraper in ("one", "one", "two", "one")]

    assert shown == [0, 0, 0, 5]


def test_a_scraper_that_comes_for_the_first_time_sees_zeros_that_others_have_had() -> None:
    books = ledger()
    books.stage(P0, batch(5, ok=5))

    shown = [scrape(books, scraper=scraper)["ok"] for scraper in ("one", "two", "one")]

    assert shown == [0, 0, 5]


def test_a_scraper_that_stays_away_is_waited_for_three_intervals() -> None:
    books = known(ledger())
    for now in (100, 110, 120, 130):
        scrape(books, scraper="two", now=now)
        scrape(books, scraper="one", now=now)
    books.stage(P0, batch(8, ok=3))

    assert scrape_without_commit(books, now=130 + 10 * MISSED)[1] == {}
    assert scrape_without_commit(books, now=131 + 10 * MISSED)[1] == {P0: 8}


@pytest.mark.parametrize(
    ("note", "shown"),
    [
        ("", [0, 5]),
        ("scrapers=2/15.0", [0, 0]),
        ("scrapers=x/", [0, 5]),
        ("scrapers=2", [0, 5]),
        ("scrapers=2/1.5.0", [0, 5]),
    ],
)
def test_a_successor_waits_for_as_many_scrapers_as_there_were(note: str, shown: list[int]) -> None:
    books = ledger(note=note)
    books.stage(P0, batch(5, ok=5))

    assert [scrape(books)["ok"] for _ in "12"] == shown


def test_a_successor_does_not_wait_for_ever() -> None:
    books = ledger(note="first_partitions=4 scrapers=2/15.0")
    books.stage(P0, batch(5, ok=5))

    assert [scrape(books, now=now)["ok"] for now in (0, 44, 45)] == [0, 0, 5]


def test_commits_say_how_many_scrapers_there_are_and_how_often_they_come() -> None:
    books = known(ledger())
    assert books.note == ""

    scrape(books, scraper="two")

    assert books.note == "scrapers=2/60.0"  # as Prometheus comes where nobody says otherwise


def test_a_scraper_comes_as_often_as_the_longest_of_its_last_three_gaps_says() -> None:
    books = ledger()
    notes = []
    for now in (0, 100, 110, 120, 130):
        for scraper in ("one", "two"):
            scrape(books, scraper=scraper, now=now)
        notes.append(books.note)

    assert notes == [f"scrapers=2/{gap}.0" for gap in (60, 100, 100, 100, 10)]


def test_sixteen_scrapers_are_known_and_of_more_the_one_not_seen_for_longest_is_forgotten() -> None:
    books = ledger()
    notes = []
    for number in range(MOST + 1):
        scrape(books, scraper=f"scraper-{MOST - number}", now=number)
        notes.append(books.note)

    assert [note.partition("/")[0] for note in notes[-3:]] == ["scrapers=15", "scrapers=16", "scrapers=16"]
    assert books._scrapers.had_by_all(MOST, "scraper-0") > 0
    assert books._scrapers.had_by_all(MOST, f"scraper-{MOST}") == 0


def test_a_successor_waits_for_no_more_scrapers_than_can_be_known() -> None:
    books = ledger(note="scrapers=99/15.0")
    books.stage(P0, batch(5, ok=5))

    shown = [scrape(books, scraper=f"scraper-{number}")["ok"] for number in (*range(MOST), 0)]

    assert shown == [0] * MOST + [5]


# --- commit.mode: interval -----------------------------------------------------------------------------


def test_in_interval_mode_what_was_counted_is_due_until_the_broker_accepted_it() -> None:
    books = plain()
    books.stage(P0, batch(5, ok=5))

    assert books.due(0) == {P0: 5}
    books.committed({P0: 5})
    assert books.due(0) == {}
    books.stage(P0, batch(6, ok=1))
    assert books.due(0) == {P0: 6}


def test_in_interval_mode_a_scrape_proves_and_commits_nothing_and_shows_all() -> None:
    books = plain()
    books.stage(P0, batch(5, ok=5))
    scrape(books)
    books.stage(P0, batch(6, ok=1))

    assert books.begin("one", 0) == {}
    assert scrape_without_commit(books) == ({"ok": 6}, {})


def test_in_interval_mode_no_scraper_waits_for_another() -> None:
    books = plain()
    scrape(books, scraper="two")
    books.stage(P0, batch(5, ok=5))

    assert [scrape(books, scraper=one)["ok"] for one in ("one", "one")] == [0, 5]
    assert books.note == ""


def test_in_interval_mode_a_revoke_commits_what_was_counted_and_goes_on_showing_it() -> None:
    books = plain()
    books.stage(P0, batch(5, ok=5))

    assert books.revoke(leaving=False) == {P0: 5}
    assert [scrape(books), scrape(books)] == [{"ok": 0}, {"ok": 5}]
    assert (books.kept(P0), books.due(0)) == (5, {})


@pytest.mark.parametrize("books", [ledger(), plain()], ids=["scrape", "interval"])
def test_values_never_go_down_over_revokes_and_lost_scrapes(books: Ledger) -> None:
    seen = []
    for turn in range(1, 20):
        books.stage(P0, batch(turn, ok=1))
        seen.append(scrape(books, delivered=turn % 3 != 0).get("ok", 0))
        if turn % 5 == 0:
            books.committed(books.revoke(leaving=False))
            own(books, offset=books.kept(P0) or 0)
            for again in range((books.kept(P0) or 0) + 1, turn + 1):
                books.stage(P0, batch(again, ok=1))

    assert seen == sorted(seen)
    scrape(books)
    assert scrape(books)["ok"] == 19
