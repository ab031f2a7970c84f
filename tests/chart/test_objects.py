"""The objects do what they are for."""

from pathlib import Path

import pytest

from agent.settings import load
from tests.chart.rendering import CASES, CHART, only, pod, render, settings
from tests.tools.helm import helm

ALL = {"podMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}, "dashboards": {"enabled": True}}


@pytest.mark.parametrize("case", CASES)
def test_the_agent_reads_its_file(case: str, tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(settings(render(CASES[case])))

    assert load(tmp_path / "config.yaml").kafka.topics[0] == "api-responses"


def test_every_setting_arrives_as_it_was_given(tmp_path: Path) -> None:
    (tmp_path / "config.yaml").write_text(settings(render(CASES["everything"])))
    read = load(tmp_path / "config.yaml")

    assert read.kafka.bootstrap_servers == ["kafka-0.kafka:9093", "kafka-1.kafka:9093"]
    assert read.kafka.start == "2026-11-22T05:00:00Z"
    assert read.events.max_bytes == 2097152
    assert read.labels.budgets == {"path": 200}
    assert read.commit.interval_seconds == 0.5


def test_only_the_agent_is_created_by_default() -> None:
    assert sorted(each["kind"] for each in render()) == ["ConfigMap", "StatefulSet"]


@pytest.mark.parametrize("kind", ["PodMonitor", "PrometheusRule"])
def test_a_value_alone_decides_about_an_object(kind: str) -> None:
    """Not the API server's abilities, which `helm template` does not know."""
    assert only(render(ALL), kind)


def test_pods_are_restricted() -> None:
    spec = pod(render())
    (container,) = spec["containers"]

    assert spec["automountServiceAccountToken"] is False
    assert spec["enableServiceLinks"] is False
    assert spec["securityContext"]["runAsNonRoot"] is True
    assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
    assert container["securityContext"] == {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }


def test_every_pod_takes_its_name_as_its_identity_in_the_group() -> None:
    (container,) = pod(render())["containers"]

    assert container["env"] == [
        {
            "name": "AGENT_KAFKA__GROUP_INSTANCE_ID",
            "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
        }
    ]


def test_probes_and_monitor_follow_the_port() -> None:
    manifests = render(ALL, {"agent": {"web": {"listen_address": "[::]:8080"}}})
    (container,) = pod(manifests)["containers"]
    (endpoint,) = only(manifests, "PodMonitor")["spec"]["podMetricsEndpoints"]

    assert container["ports"] == [{"name": "metrics", "containerPort": 8080, "protocol": "TCP"}]
    assert endpoint["port"] == "metrics"
    for probe in ("startupProbe", "livenessProbe", "readinessProbe"):
        assert container[probe]["httpGet"]["port"] == "metrics"


def test_pods_are_replaced_when_their_settings_change() -> None:
    def checksum(level: str) -> object:
        manifest = only(render({"agent": {"log": {"level": level}}}), "StatefulSet")
        return manifest["spec"]["template"]["metadata"]["annotations"]["checksum/config"]

    assert checksum("debug") == checksum("debug")
    assert checksum("debug") != checksum("info")


def test_the_monitor_finds_the_pods_and_nobody_elses() -> None:
    manifests = render(ALL)
    wanted = only(manifests, "PodMonitor")["spec"]["selector"]["matchLabels"]
    workload = only(manifests, "StatefulSet")["spec"]

    assert wanted.items() <= workload["template"]["metadata"]["labels"].items()
    assert wanted == workload["selector"]["matchLabels"]
    assert wanted["app.kubernetes.io/instance"] == "agent"


@pytest.mark.parametrize(
    ("one", "other"),
    [("agent", "agent-2"), ("a" * 52 + "x", "a" * 52 + "y"), ("errors", "api-error-agent")],
)
def test_two_releases_in_one_namespace_share_nothing(one: str, other: str) -> None:
    first, second = render(ALL, release=one), render(ALL, release=other)

    assert not names(first) & names(second)
    assert group(first) != group(second)


def test_the_same_release_in_two_namespaces_shares_nothing() -> None:
    shared = {"dashboards": {"enabled": True, "namespace": "monitoring"}}
    first, second = render(ALL, shared, namespace="a"), render(ALL, shared, namespace="b")

    assert not names(first) & names(second)
    assert group(first) != group(second)


def names(manifests: list[dict[str, object]]) -> set[tuple[object, ...]]:
    return {
        (each["kind"], each["metadata"]["namespace"], each["metadata"]["name"])  # type: ignore[index]
        for each in manifests
    }


def group(manifests: list[dict[str, object]]) -> str:
    (line,) = (line for line in settings(manifests).splitlines() if "group_id" in line)
    return line


def test_names_leave_room_for_what_kubernetes_adds() -> None:
    workload = only(render(release="r" * 53), "StatefulSet")

    assert len(workload["metadata"]["name"]) <= 63 - len("-0123456789")


@pytest.mark.parametrize("major", [3, 4])
def test_a_packed_chart_carries_boards_and_rules(major: int, tmp_path: Path) -> None:
    """They lie in the chart as links to grafana/."""
    helm("package", CHART, "--destination", tmp_path, major=major)
    (packed,) = tmp_path.glob("*.tgz")

    assert render(ALL, chart=packed, major=major) == render(ALL, major=major)
