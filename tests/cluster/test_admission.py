"""A namespace that takes restricted pods only takes the chart's, and none with less care."""

import copy

import pytest

from tests.chart.rendering import WORKLOADS, Manifest, only, pod, render
from tests.cluster.conftest import NewRelease
from tests.tools.kubernetes import Cluster, Refused

pytestmark = pytest.mark.cluster

CARELESS: dict[str, tuple[str, Manifest]] = {
    "may be root": ("runAsNonRoot", {"runAsUser": 65532, "seccompProfile": {"type": "RuntimeDefault"}}),
    "may call anything": ("seccompProfile", {"runAsNonRoot": True}),
    "is root": ("runAsUser=0", {"runAsNonRoot": True, "runAsUser": 0}),
}
CARELESS_CONTAINERS: dict[str, tuple[str, Manifest]] = {
    "may become more": ("allowPrivilegeEscalation", {"capabilities": {"drop": ["ALL"]}}),
    "keeps capabilities": ("unrestricted capabilities", {"allowPrivilegeEscalation": False}),
}


@pytest.mark.parametrize("kind", WORKLOADS)
def test_the_pods_of_agents_and_of_helm_test_are_let_in(kind: str, cluster: Cluster, namespace: str) -> None:
    manifests = render({"workload": {"kind": kind}})

    cluster.apply(named("agent", namespace, pod(manifests)))
    cluster.apply(named("test", namespace, only(manifests, "Pod")["spec"]))


@pytest.mark.parametrize("what", CARELESS)
def test_a_pod_is_refused_that(what: str, cluster: Cluster, namespace: str) -> None:
    said, careless = CARELESS[what]
    spec = pod(render()) | {"securityContext": careless}

    with pytest.raises(Refused, match=rf'Forbidden.* violates PodSecurity "restricted:latest": .*{said}'):
        cluster.apply(named("agent", namespace, spec))


@pytest.mark.parametrize("what", CARELESS_CONTAINERS)
def test_a_pod_is_refused_whose_container(what: str, cluster: Cluster, namespace: str) -> None:
    said, careless = CARELESS_CONTAINERS[what]
    spec = copy.deepcopy(pod(render()))
    spec["containers"][0]["securityContext"] = careless

    with pytest.raises(Refused, match=rf'Forbidden.* violates PodSecurity "restricted:latest": .*{said}'):
        cluster.apply(named("agent", namespace, spec))


def test_no_agent_gets_a_token_of_the_api_server(release: NewRelease) -> None:
    agent = release()

    agent.install()

    (found,) = agent.agents
    assert {each["name"] for each in found["spec"]["volumes"]} == {"config", "tmp"}


def named(name: str, namespace: str, spec: Manifest) -> Manifest:
    return {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {"name": name, "namespace": namespace},
        "spec": spec,
    }
