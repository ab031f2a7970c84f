"""Brokers that freeze, die, or leave their place to another, while agents count and are scraped."""

import signal
import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos import report
from tests.chaos.conftest import new_rig
from tests.chaos.groups import Group
from tests.chaos.members import Member
from tests.chaos.rig import Rig
from tests.conftest import Say
from tests.tools.kafka import Kafka
from tests.tools.kafka_cluster import Cluster
from tests.tools.process import until

pytestmark = pytest.mark.chaos

FAULTS: dict[str, tuple[Callable[[Kafka], None], Callable[[Kafka], None]]] = {
    "frozen": (Kafka.pause, Kafka.resume),
    "dead": (Kafka.kill, Kafka.start),
    "healthy": (lambda _: None, lambda _: None),
}


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("state", ["settled", "joining"])
def test_sigterm_ends_agents_in_time_whatever_the_broker_does(
    rig: Rig, broker: Kafka, fault: str, state: str, measured: Say
) -> None:
    take_away, bring_back = FAULTS[fault]
    group = rig.agents(f"{fault}-{state}")
    group.launch()
    prom = rig.prometheus()
    rig.load.start()
    rig.wait_joined()
    if state == "joining":
        make_join(group)

    take_away(broker)
    for member in group.members:
        member.child.signal(signal.SIGTERM)
    for member in group.members:
        began = time.monotonic()
        member.wait_for_end()
        measured(f"broker {fault}, {state}: SIGTERM ends an agent within {time.monotonic() - began:.1f} s")
    bring_back(broker)
    group.launch()

    rig.finish(prom)
    verdict = rig.verdict(group, prom)
    measured(report.line(f"broker {fault}, {state}", verdict, 1, rig.seed))
    assert verdict.is_sound, "\n".join(report.why(verdict))


def make_join(group: Group) -> None:
    """Let a member die and come back: until its session is over, the other one waits in a JoinGroup."""
    survivor, victim = group.members
    until(lambda: has_partitions(survivor) and has_partitions(victim), 30, "they do not share the partitions")
    before = len(survivor.logged("partitions.revoked"))
    victim.kill()
    victim.launch()
    until(lambda: len(survivor.logged("partitions.revoked")) > before, 30, "it does not join anew")


def has_partitions(member: Member) -> bool:
    return any(entry["partitions"] for entry in member.logged("partitions.assigned")[-1:])


@pytest.fixture
def cluster(_real_components: None) -> Iterator[Cluster]:
    with Cluster() as running:
        yield running


def test_a_coordinator_that_dies_costs_no_event(cluster: Cluster, measured: Say) -> None:
    with new_rig(cluster) as rig:
        group = rig.agents("three-brokers")
        group.launch()
        prom = rig.prometheus()
        rig.load.start()
        rig.wait_joined()

        for _ in range(2):
            coordinator = cluster.coordinator(group.group_id)
            coordinator.kill()
            rig.wait_for(lambda: False, 12)
            coordinator.start()

        rig.finish(prom)
        verdict = rig.verdict(group, prom)
    measured(report.line("coordinator killed twice", verdict, 2, rig.seed))
    assert verdict.is_sound, "\n".join(report.why(verdict))
