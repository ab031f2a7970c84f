"""A rolling update, as a Deployment and as a StatefulSet do it, under load: nothing is lost or doubled."""

from contextlib import suppress
from urllib.request import urlopen

import pytest

from tests.chaos import report
from tests.chaos.groups import Group
from tests.chaos.members import Member
from tests.chaos.rig import Rig
from tests.conftest import Say
from tests.tools.process import until
from tests.tools.prometheus import Prometheus

pytestmark = pytest.mark.chaos


def is_ready(member: Member) -> bool:
    with suppress(OSError), urlopen(f"http://{member.address}/readyz", timeout=2):
        return True
    return False


def wait_until_ready(member: Member) -> None:
    until(lambda: is_ready(member), 60, "the new process is not ready")


def counts_more(prom: Prometheus, member: Member) -> None:
    """Wait until this member has shown counts of its own."""
    counted = f'sum(api_responses_total{{instance="{member.address}"}}) > 0'
    prom.wait_until(lambda it: it.query(counted), 60)


def assert_exact(rig: Rig, group: Group, prom: Prometheus, measured: Say, what: str) -> None:
    rig.finish(prom)
    verdict = rig.verdict(group, prom)
    measured(report.line(what, verdict, len(group.members), rig.seed))
    assert verdict.is_sound, "\n".join(report.why(verdict))
    assert verdict.comparison.difference == 0


def test_a_deployment_starts_the_new_process_before_it_ends_the_old_one(rig: Rig, measured: Say) -> None:
    group = rig.agents("deployment", count=4)
    old, new = group.members[:2], group.members[2:]
    for member in old:
        member.launch()
    prom = rig.prometheus()
    rig.load.start()
    rig.wait_joined()

    for before, after in zip(old, new, strict=True):
        after.launch()
        wait_until_ready(after)
        with before.busy:
            before.terminate()
        counts_more(prom, after)

    assert_exact(rig, group, prom, measured, "rolling update of a Deployment")


def test_a_stateful_set_ends_the_old_process_before_it_starts_the_new_one(rig: Rig, measured: Say) -> None:
    group = rig.agents("stateful-set", kafka={"group_instance_id": "agent-{n}"})
    group.launch()
    prom = rig.prometheus()
    rig.load.start()
    rig.wait_joined()

    for member in (*group.members, *group.members):
        with member.busy:
            member.terminate()
            member.launch()
        wait_until_ready(member)
        counts_more(prom, member)

    assert_exact(rig, group, prom, measured, "rolling update of a StatefulSet")
