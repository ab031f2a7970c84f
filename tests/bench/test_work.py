"""How much is done for an event, in calls: who does more is seen, also on a busy machine."""

import pytest

from bench.mixes import BY_NAME
from bench.work import calls, calls_per_event

AT_MOST: dict[str, float] = {
    "repeat_5": 9.8,
    "fresh_5": 20.5,
    "repeat_50": 15.1,
    "fresh_50": 31.1,
    "garbage": 10.7,
    "full_budget": 17.5,  # of them one for the counter with extra labels, apart from its histogram
    "room": 16.0,
    "batches": 14.5,
    "rate_limits": 15.4,
}
"""Calls for each event, a little above what was last seen. Whoever makes it fewer lowers the number."""


def test_calls_in_python_and_in_c_count() -> None:
    def once() -> int:
        return abs(-1)

    def twice() -> None:
        once()
        once()

    assert calls(twice) - calls(once) == len(["twice", "once again", "abs again"])


@pytest.mark.parametrize("name", AT_MOST)
def test_an_event_takes_no_more_calls_than_before(name: str) -> None:
    assert calls_per_event(BY_NAME[name]) <= AT_MOST[name]


def test_an_event_that_says_what_none_said_before_takes_no_more_calls_than_before() -> None:
    """Of 12 providers, 60 paths and 80 models: three in five are the first of their combination."""
    assert calls_per_event(BY_NAME["full_budget"], are_new=True) <= 144


def test_every_mix_has_a_limit() -> None:
    assert AT_MOST.keys() == BY_NAME.keys()
