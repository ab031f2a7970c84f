"""Two Prometheus servers that scrape one agent: each has a history of its own, and the agent one offset."""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from agent.crashpoints import VARIABLE
from tests.chaos import groups, report
from tests.chaos.endpoint import as_user, for_users
from tests.chaos.evaluation import Key
from tests.chaos.journal import last_merged
from tests.chaos.rig import Rig
from tests.chaos.verdict import Verdict
from tests.conftest import Say
from tests.tools.process import until

USERS = ("first", "second")
STATIC = {"group_instance_id": "agent-{n}"}


class Seen(NamedTuple):
    by: dict[str, Verdict]
    """What each of the two has seen."""
    in_the_end: int
    """Records that the scrape merged at which the first process crashed."""


def after_crashes(rig: Rig, folder: Path, scrapers: str, points: Sequence[str], at_scrape: int) -> Seen:
    """Let an agent crash at one point after the other, each time at its scrape number *at_scrape*."""
    web = {"config_file": str(for_users(folder, USERS))}
    group = rig.agents(scrapers, {**groups.EXACT, "scrapers": scrapers}, count=1, web=web, kafka=STATIC)
    proms = {user: rig.prometheus(group, replica=user, **as_user(user)) for user in USERS}
    rig.load.start()
    (member,) = group.members
    for point in points:
        member.launch(**{VARIABLE: f"{point}:{at_scrape}"})
        until(lambda: not member.alive, 60, "no crash")
        member.ended(f"crash {point}")
    member.launch()
    rig.finish(*proms.values())
    seen = {user: rig.verdict(group, prom, scrapers=len(USERS)) for user, prom in proms.items()}
    return Seen(seen, last_merged(member.journal()[0]))


def test_for_all_nobody_loses_an_event(rig: Rig, tmp_path: Path, measured: Say) -> None:
    points = ("after_ack", "after_commit", "after_write")

    seen = after_crashes(rig, tmp_path, "all", points, at_scrape=9)

    for user, verdict in seen.by.items():
        measured(report.line(f"scrapers: all, {user}", verdict, len(points), rig.seed))
        assert verdict.is_sound, "\n".join(report.why(verdict))


@pytest.mark.chaos
def test_for_any_no_event_is_lost_to_both(rig: Rig, tmp_path: Path, measured: Say) -> None:
    seen = after_crashes(rig, tmp_path, "any", ["after_commit"], at_scrape=30)

    for user, verdict in seen.by.items():
        measured(report.line(f"scrapers: any, {user}", verdict, 1, rig.seed))
        assert not verdict.comparison.doubled
    for what, losses in {"beginning": beginning, "reset": reset, "crash": crash}.items():
        first, second = (losses(verdict) for verdict in seen.by.values())
        measured(f"  unseen at a {what}: first {first.total()}, second {second.total()}")
        assert not first.keys() & second.keys(), f"lost to both at a {what}"
    assert first.total() + second.total() <= seen.in_the_end


def beginning(verdict: Verdict) -> Counter[Key]:
    """What was lost of series that only the other server has seen as 0."""
    return verdict.beginnings


def reset(verdict: Verdict) -> Counter[Key]:
    """The same after the crash: the server did not see that they began anew."""
    return verdict.resets


def crash(verdict: Verdict) -> Counter[Key]:
    """What only the other server had seen before the crash."""
    lost = Counter({key: -difference for key, difference in verdict.comparison.wrong.items()})
    return lost - verdict.beginnings - verdict.resets
