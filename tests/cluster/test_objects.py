"""The API server takes every object of the chart, keeps it as it was sent, and its controllers act on it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart.rendering import CASES, EXAMPLES, Manifest
from tests.cluster.conftest import NewRelease
from tests.cluster.release import ALL_BUT_AUTOSCALING, HPA, KEDA, PATIENCE, Release, left_behind
from tests.tools.process import until

pytestmark = pytest.mark.cluster

AS_SENT = ("spec", "data")
ELSEWHERE = {"azure-managed-prometheus", "google-managed-prometheus", "grafana-operator"}
ELSEWHERE |= {"victoria-metrics", "victoria-metrics-service"}
"""Cases with kinds of operators whose definitions this server has not."""

CAREFUL: Manifest = {
    "allowPrivilegeEscalation": False,
    "capabilities": {"drop": ["ALL"]},
}
MOUNTS = [{"name": "more", "mountPath": "/more"}]
OWN: Manifest = {
    "extraVolumes": [{"name": "more", "emptyDir": {}}],
    "extraVolumeMounts": MOUNTS,
    "initContainers": [
        {"name": "fetch", "image": "fetch:1", "volumeMounts": MOUNTS, "securityContext": CAREFUL}
    ],
    "extraContainers": [{"name": "beside", "image": "beside:1", "securityContext": CAREFUL}],
    "workload": {"hostAliases": [{"ip": "10.0.0.1", "hostnames": ["kafka"]}]},
    "serviceAccount": {"create": True, "automount": True},
}


@pytest.mark.parametrize("case", sorted(CASES.keys() - ELSEWHERE))
def test_every_case_is_kept_as_it_was_sent(case: str, release: NewRelease) -> None:
    """A field that the server does not know, or takes for another, would be missing or changed."""
    agent = release()

    agent.install(CASES[case], options=())

    assert list(changed(agent)) == []


@pytest.mark.parametrize("example", ["openshift", "strimzi"])
def test_agents_of_an_example_become_ready(example: str, release: NewRelease) -> None:
    """Their monitors and rules are off or known; their Secrets are not looked at by the nodes here."""
    agent = release()

    agent.install(EXAMPLES[example])

    assert agent.ready
    assert list(changed(agent)) == []


def test_agents_with_volumes_and_containers_of_the_users_own_become_ready(
    release: NewRelease, tmp_path: Path
) -> None:
    values = tmp_path / "values.yaml"
    values.write_text(yaml.safe_dump(OWN))
    agent = release()

    agent.install(values)

    (pod,) = agent.agents
    assert agent.ready
    assert {each["name"] for each in pod["spec"]["containers"]} == {"agent", "beside"}
    assert {"config", "tmp", "more"} < {each["name"] for each in pod["spec"]["volumes"]}


@pytest.mark.parametrize("autoscaler", [HPA, KEDA], ids=["HPA", "KEDA"])
def test_with_everything_on_agents_become_ready(autoscaler: tuple[str, ...], release: NewRelease) -> None:
    agent = release()

    agent.install(*ALL_BUT_AUTOSCALING, *autoscaler)

    assert agent.ready
    assert list(changed(agent)) == []


def test_two_releases_in_a_namespace_are_none_of_each_others_business(release: NewRelease) -> None:
    gateway, batch = release("gateway"), release("batch")

    gateway.install("workload.replicas=2", "service.enabled=true")
    batch.install("workload.replicas=3", "service.enabled=true", "workload.kind=Deployment")

    is_alone(gateway, agents=2)
    is_alone(batch, agents=3)


def test_a_release_outlives_its_neighbour(release: NewRelease) -> None:
    gateway, batch = release("gateway"), release("batch")
    gateway.install(*ALL_BUT_AUTOSCALING)
    before = gateway.cluster.everything()
    batch.install(*ALL_BUT_AUTOSCALING)

    batch.uninstall()

    assert left_behind(gateway.cluster, before) == set()
    assert before <= gateway.cluster.everything()


def is_alone(agent: Release, agents: int) -> None:
    """Budget and Service see the release's agents, and no others."""
    until(lambda: budget(agent).get("currentHealthy") == agents, PATIENCE, "the budget sees others")
    until(lambda: served(agent) == addresses(agent), PATIENCE, "the Service has others")
    assert budget(agent)["expectedPods"] == len(addresses(agent)) == agents


def budget(agent: Release) -> dict[str, Any]:
    (found,) = agent.own("poddisruptionbudgets")
    return dict(found["status"])


def addresses(agent: Release) -> set[str]:
    return {each["status"]["podIP"] for each in agent.agents}


def served(agent: Release) -> set[str]:
    slices = agent.own("endpointslices")
    return {address for each in slices for end in each["endpoints"] or [] for address in end["addresses"]}


def changed(agent: Release) -> Iterator[str]:
    """Say where what the server keeps is not what Helm has sent."""
    for sent in agent.sent():
        about = sent["metadata"]
        kept = agent.cluster.get(sent["kind"], about["name"], about.get("namespace", agent.namespace))
        for part in AS_SENT:
            yield from differences(sent.get(part), kept.get(part), f"{sent['kind']} {about['name']}: {part}")


def differences(sent: Any, kept: Any, place: str) -> Iterator[str]:
    """Compare what was sent; the server adds defaults."""
    if isinstance(sent, dict) and isinstance(kept, dict):
        for key, value in sent.items():
            yield from differences(value, kept.get(key), f"{place}.{key}")
    elif isinstance(sent, list) and isinstance(kept, list) and len(sent) == len(kept):
        for number, (one, other) in enumerate(zip(sent, kept, strict=True)):
            yield from differences(one, other, f"{place}[{number}]")
    elif sent != kept:
        yield f"{place}: {sent!r} became {kept!r}"
