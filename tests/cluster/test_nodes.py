"""Nodes can be drained: agents go one after the other, and an outage of Kafka holds nobody back."""

from collections.abc import Iterator

import pytest

from tests.cluster.conftest import NewRelease
from tests.cluster.release import Release
from tests.tools.kubernetes import NODES, Cluster, Refused

pytestmark = pytest.mark.cluster

UNREADY = '{"status": {"conditions": [{"type": "Ready", "status": "False"}]}}'


@pytest.fixture(autouse=True)
def _nodes_come_back(cluster: Cluster) -> Iterator[None]:
    yield
    cluster.kubectl("uncordon", *NODES)


def test_a_node_is_drained_while_other_agents_are_ready(release: NewRelease) -> None:
    agent = release("drained")
    agent.install("workload.replicas=4")

    drain(agent, NODES[0])
    agent.wait_for(4)

    assert nodes(agent) == {NODES[1]}


def test_a_node_is_drained_while_kafka_is_away(release: NewRelease) -> None:
    """No agent is ready then."""
    agent = release("unready")
    agent.install("workload.replicas=4")
    lose_kafka(agent)
    assert agent.ready == []

    drain(agent, NODES[0])

    assert nodes(agent) == {NODES[1]}


def test_no_more_agents_go_while_as_many_are_missing_as_may_be(release: NewRelease) -> None:
    agent = release("missing")
    agent.install("workload.replicas=4")
    agent.kubectl("cordon", *NODES)  # who goes has nowhere to come back to

    with pytest.raises(Refused, match="disruption budget"):
        drain(agent, NODES[0])

    assert len(agent.ready) == 3


def drain(agent: Release, node: str) -> None:
    """Drain the node of the release's agents; kubectl asks again every 5 seconds."""
    mine = f"--pod-selector=app.kubernetes.io/instance={agent.name}"
    agent.kubectl("drain", node, mine, "--delete-emptydir-data", "--timeout=12s")


def lose_kafka(agent: Release) -> None:
    names = [each["metadata"]["name"] for each in agent.agents]
    agent.kubectl("patch", "pods", *names, "--subresource=status", f"--patch={UNREADY}")


def nodes(agent: Release) -> set[str]:
    return {each["spec"].get("nodeName", "") for each in agent.agents} - {""}
