"""Rate-limit readings: the tightest that is still valid, whole, and never longer than it can be believed."""

import pytest

from agent.metrics.readings import Reading, Readings, Source

NOW = 1000.0
GPT = Source("openai", "gpt-5", "requests")
MINI = Source("openai", "gpt-5-mini", "requests")
KEY = ("openai", "requests")


def reading(
    limit: float | None, remaining: float | None, reset: float | None = None, at: float = NOW
) -> Reading:
    return Reading(at, limit, remaining, reset)


def tightest(*readings: tuple[Source, Reading], now: float = NOW) -> Reading | None:
    kept = Readings()
    for source, one in readings:
        kept.keep(source, one)
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


def test_models_stand_apart_when_model_is_a_label() -> None:
    kept = Readings()
    kept.keep(GPT, reading(100, 50))
    kept.keep(MINI, reading(1000, 10))

    assert set(kept.tightest(NOW, by_model=True)) == {(*KEY, "gpt-5"), (*KEY, "gpt-5-mini")}
