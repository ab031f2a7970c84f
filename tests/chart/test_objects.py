"""The objects do what they are for."""

import itertools
import json
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.settings import Settings, load
from tests.chart import composing
from tests.chart.composing import EVERY_CASE, of_parent
from tests.chart.rendering import (
    ALL,
    CASES,
    CHART,
    WORKLOADS,
    Manifest,
    container,
    kinds,
    only,
    pod,
    render,
    settings,
    workload,
)
from tests.tools.helm import Refused, helm

PROBES = ("startupProbe", "livenessProbe", "readinessProbe")
WEB_TLS = {"web": {"existingSecret": "web", "tls": True}}
CLIENT_CERTIFICATES = {"web": WEB_TLS["web"] | {"clientCertificates": True}}
SERVICE_MONITOR = {"service": {"enabled": True}, "serviceMonitor": {"enabled": True}}


@pytest.fixture
def read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[list[Manifest]], Settings]:
    """Read the settings as the agent does in its container."""

    def _read(manifests: list[Manifest]) -> Settings:
        for variable in container(manifests).get("env", []):
            monkeypatch.setenv(variable["name"], variable.get("value", "from-elsewhere"))
        (tmp_path / "config.yaml").write_text(settings(manifests))
        return load(tmp_path / "config.yaml")

    return _read


@pytest.mark.parametrize("case", CASES)
def test_the_agent_reads_its_file(case: str, read: Callable[[list[Manifest]], Settings]) -> None:
    assert read(render(CASES[case])).kafka.topics[0] == "api-responses"


def test_every_setting_arrives_as_it_was_given(read: Callable[[list[Manifest]], Settings]) -> None:
    found = read(render(CASES["everything"]))

    assert found.kafka.bootstrap_servers == ["kafka-0.kafka:9093", "kafka-1.kafka:9093"]
    assert found.kafka.start == "2026-11-22T05:00:00Z"
    assert found.kafka.tls.check_hostname is False
    assert found.kafka.sasl.token_url == "https://login.example.org:8443/oauth2/token"
    assert found.events.max_bytes == 2097152
    assert found.events.fields == {"status": "response.status"}
    assert found.labels.budgets == {"path": 200}
    assert found.commit.interval_seconds == 0.5
    assert found.kafka.sasl.username == "from-elsewhere"
    assert found.kafka.stall_seconds == 90


@pytest.mark.parametrize("brokers", ["a:9092,b:9092", ["a:9092", "b:9092"]])
def test_brokers_are_a_list_or_a_text(brokers: object) -> None:
    """On the command line, as --set 'kafka.bootstrapServers={a:9092,b:9092}', a list is easier."""
    found = yaml.safe_load(settings(render({"kafka": {"bootstrapServers": brokers}})))

    assert found["kafka"]["bootstrap_servers"] == ["a:9092", "b:9092"]


@pytest.mark.parametrize("topics", ["a,b", ["a", "b"]])
def test_topics_are_a_list_or_a_text(topics: object) -> None:
    found = yaml.safe_load(settings(render({"kafka": {"topics": topics}})))

    assert found["kafka"]["topics"] == ["a", "b"]


def test_only_the_agent_is_created_by_default() -> None:
    assert kinds(render()) == ["ConfigMap", "Service", "StatefulSet"]


@pytest.mark.parametrize(
    ("values", "kind"),
    [
        (ALL, "PodMonitor"),
        (ALL, "PrometheusRule"),
        (SERVICE_MONITOR, "ServiceMonitor"),
        ({"autoscaling": {"kind": "KEDA", "keda": {"serverAddress": "http://prometheus"}}}, "ScaledObject"),
    ],
)
def test_a_value_alone_decides_about_an_object(values: dict[str, Any], kind: str) -> None:
    """Not the API server's abilities, which `helm template` does not know."""
    assert only(render(values), kind)


def test_the_stack_has_all_of_it() -> None:
    created = kinds(render(CASES["kube-prometheus-stack"]))

    assert {"PodMonitor", "PrometheusRule", "PodDisruptionBudget"} < set(created)
    assert created.count("ConfigMap") == 1 + len(list((CHART / "dashboards").iterdir()))


@pytest.mark.parametrize("case", EVERY_CASE)
def test_no_token_is_left_outside_of_boards(case: str) -> None:
    for each in composing.case(case):
        boards = [name for name in each.get("data", {}) if name.endswith(".json")]
        assert "${" not in json.dumps(each | ({"data": {}} if boards else {}))


@pytest.mark.parametrize("kind", WORKLOADS)
def test_pods_are_restricted(kind: str) -> None:
    manifests = render({"workload": {"kind": kind}})
    test = only(manifests, "Pod")["spec"]

    for spec in (pod(manifests), test):
        assert spec["automountServiceAccountToken"] is False
        assert spec["enableServiceLinks"] is False
        assert spec["securityContext"]["runAsNonRoot"] is True
        assert spec["securityContext"]["seccompProfile"] == {"type": "RuntimeDefault"}
        assert [each["securityContext"] for each in spec["containers"]] == [
            {
                "allowPrivilegeEscalation": False,
                "readOnlyRootFilesystem": True,
                "capabilities": {"drop": ["ALL"]},
            }
        ]


def test_every_pod_takes_its_name_as_its_identity_in_the_group() -> None:
    assert container(render())["env"] == [
        {
            "name": "AGENT_KAFKA__GROUP_INSTANCE_ID",
            "valueFrom": {"fieldRef": {"fieldPath": "metadata.name"}},
        }
    ]


def test_pods_of_a_deployment_have_no_identity_and_are_never_one_too_many() -> None:
    """Their names never come back, and a surplus one would make the group share out its partitions twice."""
    manifests = render(CASES["deployment"])

    assert "env" not in container(manifests)
    assert workload(manifests)["spec"]["strategy"]["rollingUpdate"] == {"maxSurge": 0, "maxUnavailable": 1}


def test_pods_of_a_statefulset_do_not_wait_for_each_other() -> None:
    assert workload(render(CASES["statefulset"]))["spec"]["podManagementPolicy"] == "Parallel"


def test_there_is_more_time_to_end_than_the_agent_takes() -> None:
    assert pod(render())["terminationGracePeriodSeconds"] >= 15


def test_probes_and_monitor_follow_the_port() -> None:
    manifests = render(ALL, {"agent": {"web": {"listen_address": "[::]:8080"}}})
    (endpoint,) = only(manifests, "PodMonitor")["spec"]["podMetricsEndpoints"]

    assert container(manifests)["ports"] == [{"name": "metrics", "containerPort": 8080, "protocol": "TCP"}]
    assert endpoint["port"] == "metrics"
    for probe in PROBES:
        assert container(manifests)[probe]["httpGet"]["port"] == "metrics"


@pytest.mark.parametrize("case", CASES)
def test_an_outage_of_kafka_restarts_nobody(case: str) -> None:
    """/readyz is about the broker, /healthz is not."""
    for probe in ("startupProbe", "livenessProbe"):
        assert "/readyz" not in json.dumps(container(render(CASES[case]))[probe])


def test_probes_speak_https_when_the_agent_does() -> None:
    found = container(render(WEB_TLS))

    assert found["livenessProbe"]["httpGet"] == {"path": "/healthz", "port": "metrics", "scheme": "HTTPS"}
    assert found["readinessProbe"]["httpGet"] == {"path": "/readyz", "port": "metrics", "scheme": "HTTPS"}


def test_probes_only_connect_where_the_kubelet_would_need_a_certificate() -> None:
    found = container(render(CLIENT_CERTIFICATES))

    for probe in PROBES:
        assert found[probe]["tcpSocket"] == {"port": "metrics"}
        assert "httpGet" not in found[probe]


@pytest.mark.parametrize(
    ("monitor", "kind", "endpoints"),
    [
        ({"podMonitor": {"enabled": True}}, "PodMonitor", "podMetricsEndpoints"),
        (SERVICE_MONITOR, "ServiceMonitor", "endpoints"),
    ],
)
def test_a_monitor_scrapes_as_the_agent_serves(monitor: dict[str, Any], kind: str, endpoints: str) -> None:
    guarded: dict[str, Any] = {
        "tlsConfig": {"serverName": "agent"},
        "basicAuth": {"username": {"name": "scraper", "key": "user"}},
        "sampleLimit": 20000,
        "interval": "30s",
    }
    plain = only(render(monitor), kind)["spec"]
    tls = only(render(monitor, WEB_TLS, {"podMonitor": guarded}), kind)["spec"]

    assert plain[endpoints] == [{"port": "metrics", "path": "/metrics", "interval": "15s"}]
    assert "sampleLimit" not in plain
    assert tls["sampleLimit"] == guarded.pop("sampleLimit")
    assert tls[endpoints] == [{"port": "metrics", "path": "/metrics", "scheme": "https"} | guarded]


def test_pods_are_replaced_when_their_settings_change() -> None:
    def checksum(level: str) -> object:
        manifest = workload(render({"agent": {"log": {"level": level}}}))
        return manifest["spec"]["template"]["metadata"]["annotations"]["checksum/config"]

    assert checksum("debug") == checksum("debug")
    assert checksum("debug") != checksum("info")


@pytest.mark.parametrize("kind", ["PodMonitor", "ServiceMonitor", "Service", "PodDisruptionBudget"])
def test_selectors_find_the_pods_and_nobody_elses(kind: str) -> None:
    monitor = SERVICE_MONITOR if kind == "ServiceMonitor" else {"podMonitor": {"enabled": True}}
    manifests = render(monitor, {"service": {"enabled": True}, "workload": {"replicas": 2}})
    selector = only(manifests, kind)["spec"]["selector"]
    wanted = selector.get("matchLabels", selector)
    labels = {each["kind"]: each["metadata"]["labels"] for each in manifests}

    assert wanted == workload(manifests)["spec"]["selector"]["matchLabels"]
    assert wanted["app.kubernetes.io/instance"] == "agent"
    assert wanted.items() <= workload(manifests)["spec"]["template"]["metadata"]["labels"].items()
    assert not wanted.items() <= labels["Pod"].items()
    assert wanted.items() <= labels["Service"].items()


def test_the_job_is_the_releases_name_for_both_monitors() -> None:
    """A ServiceMonitor takes it from the Service, a PodMonitor from the pod."""
    manifests = render(SERVICE_MONITOR, release="eu")
    label = only(manifests, "ServiceMonitor")["spec"]["jobLabel"]

    assert only(manifests, "Service")["metadata"]["labels"][label] == "eu"
    assert workload(manifests)["spec"]["template"]["metadata"]["labels"][label] == "eu"


def test_secrets_arrive_as_files_that_are_replaced_when_they_change() -> None:
    """A file below a subPath would stay as it was."""
    for case in ("sasl-tls", "client-certificates", "everything"):
        found = container(render(CASES[case]))
        assert not [mount for mount in found["volumeMounts"] if "subPath" in mount]


def test_only_the_keys_that_are_needed_are_mounted() -> None:
    (volume,) = (
        each for each in pod(render(CASES["client-certificates"]))["volumes"] if each["name"] == "kafka"
    )

    assert volume["projected"]["sources"] == [
        {"configMap": {"name": "company-authorities", "items": [{"key": "bundle.pem", "path": "ca.crt"}]}},
        {
            "secret": {
                "name": "api-error-agent",
                "items": [{"key": "user.crt", "path": "tls.crt"}, {"key": "user.key", "path": "tls.key"}],
            }
        },
    ]


@pytest.mark.parametrize("case", ["hpa", "keda", "everything"])
def test_an_autoscaler_alone_says_how_many(case: str) -> None:
    manifests = render(CASES[case])
    (scaler,) = (each for each in manifests if each["kind"] in ("HorizontalPodAutoscaler", "ScaledObject"))
    target = scaler["spec"]["scaleTargetRef"]

    assert "replicas" not in workload(manifests)["spec"]
    assert target["kind"] == workload(manifests)["kind"]
    assert target["name"] == workload(manifests)["metadata"]["name"]


@pytest.mark.parametrize("case", ["hpa", "keda"])
def test_agents_are_taken_away_slowly(case: str) -> None:
    behavior = json.dumps(render(CASES[case]))

    assert '"stabilizationWindowSeconds": 900' in behavior
    assert '"type": "Pods", "value": 1' in behavior.replace('"periodSeconds": 600, ', "")


def test_keda_asks_for_the_lag_of_this_release() -> None:
    (trigger,) = only(render(CASES["keda"], release="eu", namespace="ai"), "ScaledObject")["spec"]["triggers"]

    assert trigger["metadata"]["query"] == 'max(api_error_agent_lag_seconds{job="eu",namespace="ai"})'
    assert trigger["metadata"]["threshold"] == "60"


@pytest.mark.parametrize(
    ("values", "there"),
    [
        ({"workload": {"replicas": 1}}, False),
        ({"workload": {"replicas": 2}}, True),
        ({"workload": {"replicas": 2}, "podDisruptionBudget": {"enabled": False}}, False),
        ({"autoscaling": {"kind": "HPA", "maxReplicas": 1}, "workload": {"replicas": 3}}, False),
        ({"autoscaling": {"kind": "HPA", "maxReplicas": 2}}, True),
    ],
    ids=str,
)
def test_there_is_a_budget_only_above_one_agent(values: dict[str, Any], *, there: bool) -> None:
    assert ("PodDisruptionBudget" in kinds(render(values))) is there


@pytest.mark.parametrize(("version", "policy"), [("1.26", None), ("1.27", "AlwaysAllow")])
def test_nodes_can_be_drained_while_kafka_is_away(version: str, policy: str | None) -> None:
    manifests = render(CASES["statefulset"], options=(f"--kube-version={version}",))

    assert only(manifests, "PodDisruptionBudget")["spec"].get("unhealthyPodEvictionPolicy") == policy


def test_out_go_names_brokers_and_logins_only() -> None:
    def ports(*values: Any) -> list[list[int]]:
        manifest = only(render({"networkPolicy": {"enabled": True}}, *values), "NetworkPolicy")
        return [[port["port"] for port in rule["ports"]] for rule in manifest["spec"]["egress"]]

    two = {"kafka": {"bootstrapServers": "a:9092,b:9092,c:9094"}}
    aws = {"kafka": {"securityProtocol": "SASL_SSL", "sasl": {"mechanism": "AWS_MSK_IAM", "region": "eu"}}}

    assert ports() == [[53, 53], [9092]]
    assert ports(two) == [[53, 53], [9092, 9094]]
    assert ports(aws) == [[53, 53], [9092], [443], [80]]
    assert ports(CASES["everything"]) == [[53, 53, 5353, 5353], [9093, 9094], [8443], [4317]]


def test_the_metadata_service_of_a_cloud_is_all_that_plain_http_may_reach() -> None:
    aws = {"kafka": {"securityProtocol": "SASL_SSL", "sasl": {"mechanism": "AWS_MSK_IAM", "region": "eu"}}}
    manifest = only(render({"networkPolicy": {"enabled": True}}, aws), "NetworkPolicy")
    (rule,) = [each for each in manifest["spec"]["egress"] if each["ports"][0]["port"] == 80]

    assert [peer["ipBlock"]["cidr"] for peer in rule["to"]] == ["169.254.170.23/32", "fd00:ec2::23/128"]


def test_the_pod_of_helm_test_is_let_out_too() -> None:
    manifests = render({"networkPolicy": {"enabled": True}})
    (expression,) = only(manifests, "NetworkPolicy")["spec"]["podSelector"]["matchExpressions"]

    assert only(manifests, "Pod")["metadata"]["labels"][expression["key"]] in expression["values"]
    assert (
        workload(manifests)["spec"]["template"]["metadata"]["labels"][expression["key"]]
        in (expression["values"])
    )


@pytest.mark.parametrize("case", CASES)
def test_helm_test_checks_with_what_the_agents_have(case: str) -> None:
    manifests = render(CASES[case])
    (check,), agent = only(manifests, "Pod")["spec"]["containers"], container(manifests)
    identity = "AGENT_KAFKA__GROUP_INSTANCE_ID"

    assert check["args"][:2] == ["check-config", "--connect"]
    assert check["args"][2] == agent["args"][1]
    for key in ("image", "envFrom", "volumeMounts", "resources"):
        assert check.get(key) == agent.get(key)
    assert check.get("env", []) == [each for each in agent.get("env", []) if each["name"] != identity]
    for key in ("volumes", "initContainers", "priorityClassName", "serviceAccountName", "hostAliases"):
        assert only(manifests, "Pod")["spec"].get(key) == pod(manifests).get(key)


@pytest.mark.parametrize("case", CASES)
def test_the_pod_of_helm_test_has_labels_and_annotations_of_the_agents(case: str) -> None:
    """Meshes, injectors and policies go by them."""
    manifests = render(CASES[case])
    agent, test = workload(manifests)["spec"]["template"]["metadata"], only(manifests, "Pod")["metadata"]
    own = {"checksum/config": agent["annotations"]["checksum/config"]}

    assert agent["annotations"].items() - own.items() <= test["annotations"].items() | overridden(test)
    assert agent["labels"].items() - test["labels"].items() <= {
        ("app.kubernetes.io/name", agent["labels"]["app.kubernetes.io/name"])
    }


def overridden(test: Manifest) -> set[tuple[str, str]]:
    """What test.podAnnotations says otherwise."""
    return (
        {("sidecar.istio.io/inject", "false")} if "sidecar.istio.io/inject" in test["annotations"] else set()
    )


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


def names(manifests: list[Manifest]) -> set[tuple[str, ...]]:
    return {(each["kind"], each["metadata"]["namespace"], each["metadata"]["name"]) for each in manifests}


def group(manifests: list[Manifest]) -> str:
    return str(yaml.safe_load(settings(manifests))["kafka"]["group_id"])


def test_a_parent_chart_can_switch_it_off() -> None:
    assert of_parent({"errors": {"enabled": False}}) == []


def test_names_leave_room_for_what_kubernetes_adds() -> None:
    assert len(workload(render(release="r" * 53))["metadata"]["name"]) <= 63 - len("-0123456789")


@pytest.mark.parametrize("major", [3, 4])
def test_a_packed_chart_carries_boards_and_rules(major: int, tmp_path: Path) -> None:
    helm("package", CHART, "--destination", tmp_path, major=major)
    (packed,) = tmp_path.glob("*.tgz")

    assert packed.stat().st_size < 500_000
    assert render(ALL, chart=packed, major=major) == render(ALL, major=major)


@pytest.mark.parametrize(
    "path",
    sorted(path for kind in ("rules", "dashboards") for path in (CHART / kind).iterdir()),
    ids=lambda path: path.name,
)
def test_a_copy_of_the_chart_without_one_of_its_files_is_refused_by_its_name(
    path: Path, tmp_path: Path
) -> None:
    copied = tmp_path / "chart"
    shutil.copytree(CHART, copied)
    (copied / path.relative_to(CHART)).unlink()

    with pytest.raises(Refused, match=f"{path.relative_to(CHART)} is missing in this copy of the chart"):
        render(ALL, chart=copied)


LABELS = (
    "commonLabels",
    "workload.podLabels",
    "podMonitor.labels",
    "prometheusRule.labels",
    "dashboards.labels",
)
SAME = {"team": "ai", "app.kubernetes.io/version": "2", "helm.sh/chart": "ours", "release": "monitoring"}


def with_labels(*places: str) -> Manifest:
    found: Manifest = {key: {"enabled": True} for key in ("podMonitor", "prometheusRule", "dashboards")}
    for place in places:
        section, _, key = place.rpartition(".")
        (found.setdefault(section, {}) if section else found)[key] = SAME | {"from": place}
    return found


@pytest.mark.parametrize("pair", list(itertools.combinations(LABELS, 2)), ids=" and ".join)
@pytest.mark.parametrize("major", [3, 4])
def test_of_two_values_that_set_a_label_the_one_nearer_to_the_object_wins(
    pair: tuple[str, str], major: int
) -> None:
    """Rendering is read strictly: a key that stands twice is refused, as kustomize and Flux refuse it."""
    objects = render(with_labels(*pair), major=major)
    labels = [each["metadata"]["labels"] for each in objects]
    template = workload(objects)["spec"]["template"]["metadata"]["labels"]

    assert pair[1] in {each.get("from") for each in (*labels, template)}
    assert workload(objects)["spec"]["selector"]["matchLabels"].items() <= template.items()
    assert all(each["app.kubernetes.io/managed-by"] == "Helm" for each in labels)


def test_objects_of_the_users_own_can_call_the_charts_names_and_labels() -> None:
    """By the endings that helpers of most charts have."""
    text = """
apiVersion: v1
kind: ConfigMap
metadata:
  name: {{ include "api-error-agent.fullname" . }}-more
  namespace: {{ include "api-error-agent.namespace" . }}
  labels: {{- include "api-error-agent.labels" . | nindent 4 }}
data:
  account: {{ include "api-error-agent.serviceAccountName" . }}
  selector: {{ include "api-error-agent.selectorLabels" . | quote }}
"""
    manifests = render({"extraObjects": [text], "serviceAccount": {"create": True}})
    (found,) = [each for each in manifests if each["metadata"]["name"] == "agent-api-error-agent-more"]

    assert found["metadata"]["labels"] == workload(manifests)["metadata"]["labels"]
    assert found["data"]["account"] == only(manifests, "ServiceAccount")["metadata"]["name"]


@pytest.mark.parametrize(
    ("kind", "fields"),
    [("PodMonitor", {"scrapeNativeHistograms": True, "scrapeClassicHistograms": True}), ("VMPodScrape", {})],
)
def test_native_histograms_are_scraped_where_the_agent_shows_them_and_buckets_too(
    kind: str, fields: dict[str, bool]
) -> None:
    """Rules and boards go by the buckets, which Prometheus leaves out unless it is told."""
    monitor = {"podMonitor": {"enabled": True, "kind": kind}}
    plain, native = render(monitor), render(monitor, {"agent": {"metrics": {"native_histograms": True}}})

    assert only(native, kind)["spec"] == only(plain, kind)["spec"] | fields
