"""The few milliseconds that random kills miss: a crash at each step of a scrape."""

import pytest

from agent.crashpoints import POINTS, VARIABLE
from tests.chaos import report
from tests.chaos.groups import Group
from tests.chaos.journal import last_merged
from tests.chaos.rig import Rig
from tests.chaos.verdict import Verdict
from tests.conftest import Say
from tests.tools.process import until

DOUBLING = {"after_write", "after_ack"}
"""Prometheus has the counts by then, and Kafka does not know it."""

SCRAPES = 5  # at the last of which a process ends
STATIC = {"group_instance_id": "agent-{n}"}
"""A process that comes back need not wait until the session of the one before it is over."""


@pytest.mark.parametrize("times", [1, pytest.param(5, marks=pytest.mark.chaos)])
def test_a_crash_at_any_step_of_a_scrape_loses_nothing(rig: Rig, times: int, measured: Say) -> None:
    groups = {point: rig.agents(point, count=1, kafka=STATIC) for point in POINTS}
    for point, group in groups.items():
        group.launch(**{VARIABLE: f"{point}:{SCRAPES}"})
    prom = rig.prometheus()
    rig.load.start()

    for left in reversed(range(times)):
        crash_and_start_again(groups, is_last=left == 0)
    rig.finish(prom)

    for point, group in groups.items():
        verdict = rig.verdict(group, prom)
        measured(report.line(f"{times} x crash {point}", verdict, times, rig.seed))
        assert verdict.is_sound, "\n".join(report.why(verdict))
        assert_doubled_as_it_may_be(point, verdict, at_most=sum(map(last_merged, group.journal()[:times])))


def crash_and_start_again(groups: dict[str, Group], *, is_last: bool) -> None:
    members = [group.members[0] for group in groups.values()]
    until(lambda: not any(member.alive for member in members), 60, "not all have crashed")
    for point, group in groups.items():
        (member,) = group.members
        member.ended(f"crash {point}")
        member.launch(**({} if is_last else {VARIABLE: f"{point}:{SCRAPES}"}))


def assert_doubled_as_it_may_be(point: str, verdict: Verdict, at_most: int) -> None:
    """*at_most*: what the scrapes had merged at which processes crashed."""
    doubled = verdict.comparison.doubled
    assert (doubled > 0) == (point in DOUBLING), f"{point}: {doubled} doubled"
    assert doubled <= at_most
