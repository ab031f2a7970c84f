"""Rate-limit readings: the tightest that is still valid, whole, and never longer than it can be believed."""

import pytest

from agent.metrics import readings
from agent.metrics.readings import MOST_SCRAPERS, Reading, Readings, Source

NOW = 1000.0
GPT = Source("openai", "gpt-5", "requests")
MINI = Source("openai", "gpt-5-mini", "requests")
KEY = ("openai", "requests")


def reading(
    limit: float | None, remaining: float | None, reset: float | None = None, at: float = NOW
) -> Reading:
    return Reading(at, limit, remaining, reset)


def tightest(*said: tuple[Source, Reading], now: float = NOW) -> Reading | None:
    """What is shown of readings after they were scraped."""
    kept = Readings()
    for source, one in said:
        kept.keep(source, one)
    kept.seen("prometheus")
    return kept.tightest(now).get(KEY)


def test_of_several_models_the_one_with_the_least_headroom_is_shown() -> None:
    assert tightest((GPT, reading(100, 50)), (MINI, reading(1000, 10))) == reading(1000, 10)


def test_a_newer_reading_replaces_an_older_one_and_not_the_other_way_round() -> None:
    old, new = reading(100, 1, at=NOW - 5), reading(100, 99)

    assert tightest((GPT, old), (GPT, new)) == new
    assert tightest((GPT, new), (GPT, old)) == new


@pytest.mark.parametrize(
    ("reset", "until"), [(None, NOW + 120), (NOW + 30, NOW + 30), (NOW + 86_400, NOW + 900)]
)
def test_a_reading_is_gone_when_it_can_no_longer_be_believed(reset: float | None, until: float) -> None:
    one = reading(100, 5, reset)

    assert tightest((GPT, one), now=until - 1) == one
    assert tightest((GPT, one), now=until) is None


def test_a_limit_of_0_is_no_headroom() -> None:
    assert tightest((GPT, reading(100, 1)), (MINI, reading(0, None))) == reading(100, 1)
    assert tightest((GPT, reading(100, 1)), (MINI, reading(0, 0))) == reading(0, 0)
    assert tightest((GPT, reading(100, 1)), (MINI, reading(0, 3))) == reading(0, 3)


def test_models_stand_apart_when_model_is_a_label() -> None:
    kept = Readings()
    kept.keep(GPT, reading(100, 50))
    kept.keep(MINI, reading(1000, 10))

    assert set(kept.tightest(NOW, by=("model",))) == {(*KEY, "gpt-5"), (*KEY, "gpt-5-mini")}


def test_pools_stand_apart_when_pool_is_a_label() -> None:
    kept = Readings()
    kept.keep(GPT._replace(pool="team-a"), reading(100, 50))
    kept.keep(GPT._replace(pool="team-b"), reading(100, 2))

    assert {key: one.remaining for key, one in kept.tightest(NOW, by=("pool",)).items()} == {
        (*KEY, "team-a"): 50,
        (*KEY, "team-b"): 2,
    }
    assert kept.tightest(NOW)[KEY].remaining == 2


def test_a_share_is_as_tight_as_what_it_leaves() -> None:
    share = Reading(NOW, None, None, None, utilization=0.97)

    assert tightest((GPT, reading(100, 4)), (MINI, share)) == share
    assert tightest((GPT, reading(100, 2)), (MINI, share)) == reading(100, 2)


# --- between two scrapes ------------------------------------------------------------------------------


def left(kept: Readings, scraper: str, now: float = NOW) -> float | None:
    return kept.tightest(now, scraper=scraper)[KEY].remaining


def test_the_lowest_since_the_last_scrape_is_shown_and_then_the_newest() -> None:
    kept = Readings()
    for remaining in (80, 3, 60):
        kept.keep(GPT, reading(100, remaining))

    assert left(kept, "prometheus") == 3
    kept.seen("prometheus")
    assert left(kept, "prometheus") == 60
    for remaining in (50, 70):
        kept.keep(GPT, reading(100, remaining))
    assert left(kept, "prometheus") == 50


def test_a_second_scraper_takes_nothing_from_the_first() -> None:
    kept = Readings()
    kept.seen("a")
    kept.seen("b")
    kept.keep(GPT, reading(100, 3))
    kept.keep(GPT, reading(100, 60))
    kept.seen("b")

    assert (left(kept, "a"), left(kept, "b")) == (3, 60)


def test_a_look_that_is_no_scrape_changes_nothing() -> None:
    kept = Readings()
    kept.seen("prometheus")
    kept.keep(GPT, reading(100, 3))
    kept.keep(GPT, reading(100, 60))

    assert [left(kept, ""), left(kept, ""), left(kept, "prometheus")] == [3, 3, 3]


def test_the_lowest_is_no_longer_shown_when_its_window_is_over() -> None:
    kept = Readings()
    kept.keep(GPT, reading(100, 3, reset=NOW + 5))
    kept.keep(GPT, reading(100, 60, reset=NOW + 65, at=NOW + 6))

    assert left(kept, "prometheus", now=NOW + 7) == 60


def test_who_no_longer_scrapes_is_forgotten() -> None:
    kept = Readings()
    for number in range(MOST_SCRAPERS + 1):
        kept.seen(f"scraper {number}")
    kept.keep(GPT, reading(100, 3))
    kept.keep(GPT, reading(100, 60))
    kept.seen("another")

    assert left(kept, "scraper 0") == 60, "as to anybody"
    assert left(kept, f"scraper {MOST_SCRAPERS}") == 3


def test_of_two_that_are_as_low_the_later_is_shown_for_as_long_as_it_holds() -> None:
    kept = Readings()
    for at in (NOW, NOW + 60):
        kept.keep(GPT, reading(100, 3, at=at))
    kept.keep(GPT, reading(100, 60, at=NOW + 61))

    assert [kept.tightest(now)[KEY].remaining for now in (NOW + 61, NOW + 179, NOW + 180)] == [3, 3, 60]


def test_who_scrapes_again_is_forgotten_after_those_who_do_not() -> None:
    kept = Readings()
    for scraper in ("prometheus", *map(str, range(MOST_SCRAPERS - 2)), "prometheus"):
        kept.seen(scraper)
    kept.keep(GPT, reading(100, 3))
    kept.keep(GPT, reading(100, 60))
    for scraper in ("one", "two", "three"):
        kept.seen(scraper)

    assert left(kept, "prometheus") == 3


def test_the_sources_that_were_read_again_stay_where_there_are_too_many(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(readings, "MOST_READINGS", 2)
    kept = Readings()
    for number, source in enumerate((GPT, MINI, GPT, GPT._replace(model="gpt-6"))):
        kept.keep(source, reading(100, 50, at=NOW + number))

    assert {key[-1] for key in kept.tightest(NOW + 9, by=("model",))} == {"gpt-5", "gpt-6"}
