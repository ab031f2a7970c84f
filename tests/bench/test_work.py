"""How much is done for an event, in calls: who does more is seen, also on a busy machine."""

import pytest

from bench.mixes import BY_NAME
from bench.work import calls, calls_per_event

AT_MOST: dict[str, float] = {
    "repeat_5": 10,
    "fresh_5": 22,
    "repeat_50": 15.3,
    "fresh_50": 32,
    "garbage": 11,
    "full_budget": 18,  # of them one for the counter with extra labels, apart from its histogram
    "batches": 14.7,
    "rate_limits": 15.5,
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


def test_every_mix_has_a_limit() -> None:
    assert AT_MOST.keys() == BY_NAME.keys()
