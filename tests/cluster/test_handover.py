"""Releases go from one Helm to the next, and their agents from a number to an autoscaler."""

import json

import pytest

from tests.chart.rendering import WORKLOADS
from tests.cluster.conftest import NewRelease
from tests.cluster.release import HPA, Release

pytestmark = pytest.mark.cluster


@pytest.mark.parametrize("kind", WORKLOADS)
@pytest.mark.parametrize("scaled", [(), HPA], ids=["plain", "autoscaled"])
def test_helm_4_takes_over_what_helm_3_has_installed(
    kind: str, scaled: tuple[str, ...], release: NewRelease
) -> None:
    values = (f"workload.kind={kind}", "workload.replicas=2", *scaled)
    old, new = release(major=3), release(major=4)
    old.install(*values, "image.tag=v1")
    old.wait_for(2)
    if scaled:
        old.scale(4)
    before = old.replicas

    new.upgrade(*values, "image.tag=v2")
    assert (new.images, new.replicas) == ({"api-error-agent:v2"}, before)

    new.rollback()
    assert (new.images, new.replicas) == ({"api-error-agent:v1"}, before)

    new.uninstall()
    assert new.agents == []


def test_autoscaling_is_turned_on_without_losing_agents(release: NewRelease) -> None:
    """Without the handover Kubernetes would take the number for 1 (docs/deploy.md)."""
    agent = release()
    agent.install("workload.replicas=4")
    hand_over(agent)

    agent.upgrade(*HPA)
    assert agent.replicas == 4

    agent.scale(5)
    agent.upgrade(*HPA, "image.tag=v2")
    assert (agent.images, agent.replicas) == ({"api-error-agent:v2"}, 5)


def hand_over(agent: Release) -> None:
    """Make somebody else than Helm own the number of agents."""
    workload = agent.workload
    owned = {
        "apiVersion": "apps/v1",
        "kind": workload["kind"],
        "metadata": {"name": workload["metadata"]["name"]},
        "spec": {"replicas": workload["spec"]["replicas"]},
    }
    apply = ("apply", "--server-side", "--field-manager=autoscaling", "--filename=-")
    agent.kubectl(*apply, given=json.dumps(owned))
