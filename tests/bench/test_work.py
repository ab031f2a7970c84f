"""How much is done for an event, in calls: who does more is seen, also on a busy machine."""

import pytest

from bench.mixes import BY_NAME
from bench.work import calls, calls_per_event

AT_MOST: dict[str, float] = {
    "repeat_5": 11,
    "fresh_5": 23,
    "repeat_50": 18,
    "fresh_50": 46,
    "garbage": 13,
    "full_budget": 19,  # of them one for the counter with extra labels, apart from its histogram
    "batches": 15,
    "rate_limits": 15.7,  # a body never seen takes more calls of C and less time: sums in place of loops
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
