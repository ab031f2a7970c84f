"""Brokers that freeze, die, or leave their place to another, while agents count and are scraped."""

import time
from collections.abc import Callable, Iterator

import pytest

from tests.chaos import report
from tests.chaos.conftest import new_rig
from tests.chaos.plan import END
from tests.chaos.rig import Rig
from tests.conftest import Say
from tests.tools.kafka import Kafka
from tests.tools.kafka_cluster import Cluster

pytestmark = pytest.mark.chaos

FAULTS: dict[str, tuple[Callable[[Kafka], None], Callable[[Kafka], None]]] = {
    "frozen": (Kafka.pause, Kafka.resume),
    "dead": (Kafka.kill, Kafka.start),
}


@pytest.mark.parametrize("fault", FAULTS)
def test_sigterm_ends_agents_in_time_without_a_broker(
    rig: Rig, broker: Kafka, fault: str, measured: Say
) -> None:
    take_away, bring_back = FAULTS[fault]
    group = rig.agents(fault)
    group.launch()
    prom = rig.prometheus()
    rig.load.start()
    rig.wait_joined()

    take_away(broker)
    for member in group.members:
        began = time.monotonic()
        member.terminate()
        measured(f"broker {fault}: SIGTERM ends an agent within {time.monotonic() - began:.1f} s")
        assert (member.lives[-1].end, member.lives[-1].exit_code) == (END, 0)
    bring_back(broker)
    group.launch()

    rig.finish(prom)
    verdict = rig.verdict(group, prom)
    measured(report.line(f"broker {fault}", verdict, 1, rig.seed))
    assert verdict.is_sound, "\n".join(report.why(verdict))


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
