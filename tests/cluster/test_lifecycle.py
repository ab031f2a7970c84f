"""Both Helms install, upgrade, roll back and uninstall a release where only restricted pods are let in."""

import pytest

from tests.chart.rendering import WORKLOADS
from tests.cluster.conftest import NewRelease
from tests.cluster.release import ALL_BUT_AUTOSCALING, HPA, KEDA, Release, left_behind
from tests.tools.helm import Refused
from tests.tools.kubernetes import Manifest

IMPATIENT = ("--wait", "--timeout=5s")

pytestmark = pytest.mark.cluster

every_kind = pytest.mark.parametrize("kind", WORKLOADS)
both_helms = pytest.mark.parametrize("major", [3, 4], ids=["helm3", "helm4"])


@every_kind
@both_helms
def test_install_comes_back_when_every_agent_is_ready(kind: str, major: int, release: NewRelease) -> None:
    agent = release(major=major)

    agent.install(f"workload.kind={kind}", "workload.replicas=3")

    assert len(agent.ready) == 3


@every_kind
@both_helms
def test_upgrade_replaces_every_agent_and_rollback_does_it_back(
    kind: str, major: int, release: NewRelease
) -> None:
    agent = release(major=major)
    plain = (f"workload.kind={kind}", "workload.replicas=3")
    agent.install(*plain, "image.tag=v1")

    agent.upgrade(*plain, "image.tag=v2")
    assert (agent.images, len(agent.ready)) == ({"api-error-agent:v2"}, 3)

    agent.rollback()
    assert (agent.images, len(agent.ready)) == ({"api-error-agent:v1"}, 3)


@every_kind
@both_helms
def test_a_bad_upgrade_stops_at_the_first_agent_and_rollback_heals_it(
    kind: str, major: int, release: NewRelease
) -> None:
    agent = release(major=major)
    plain = (f"workload.kind={kind}", "workload.replicas=3")
    agent.install(*plain, "image.tag=v1")

    with pytest.raises(Refused):  # no node is like that, so the first new pod stays pending
        agent.upgrade(*plain, "image.tag=v2", "workload.nodeSelector.zone=moon", options=IMPATIENT)
    assert (len(agent.ready), len(agent.agents)) == (2, 3)

    agent.rollback()
    assert (agent.images, len(agent.ready)) == ({"api-error-agent:v1"}, 3)


@pytest.mark.parametrize(
    ("kind", "autoscaler"),
    [("StatefulSet", HPA), ("Deployment", KEDA)],
    ids=["StatefulSet-HPA", "Deployment-KEDA"],
)
@both_helms
def test_uninstall_leaves_nothing_behind(
    kind: str, autoscaler: tuple[str, ...], major: int, release: NewRelease
) -> None:
    agent = release(major=major)
    before = agent.cluster.everything()
    agent.install(f"workload.kind={kind}", *ALL_BUT_AUTOSCALING, *autoscaler)
    assert len(agent.cluster.everything() - before) > len(agent.sent())

    agent.uninstall()

    assert left_behind(agent.cluster, before) == set()


@both_helms
def test_helm_test_can_be_repeated_and_leaves_its_pod_to_be_read(major: int, release: NewRelease) -> None:
    agent = release(major=major)
    agent.install()

    pods = [succeeded(agent) for _ in range(2)]
    agent.uninstall()

    (left,) = agent.cluster.find("pods", agent.namespace)
    assert left["metadata"]["uid"] == pods[1]["metadata"]["uid"] != pods[0]["metadata"]["uid"]


def succeeded(agent: Release) -> Manifest:
    """Run `helm test` and give its pod."""
    assert "Phase:          Succeeded" in agent.test()
    return agent.cluster.get("pod", "agent-api-error-agent-test", agent.namespace)


@every_kind
@both_helms
def test_an_autoscaler_keeps_its_say_over_upgrade_and_rollback(
    kind: str, major: int, release: NewRelease
) -> None:
    agent = release(major=major)
    agent.install(f"workload.kind={kind}", *HPA, "image.tag=v1")
    agent.wait_for(2)  # the least that the autoscaler has
    agent.scale(4)

    agent.upgrade(f"workload.kind={kind}", *HPA, "image.tag=v2")
    assert (agent.images, agent.replicas) == ({"api-error-agent:v2"}, 4)

    agent.rollback()
    assert (agent.images, agent.replicas) == ({"api-error-agent:v1"}, 4)
