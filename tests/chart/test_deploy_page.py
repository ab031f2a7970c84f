"""What docs/deploy.md tells people to use can be used."""

import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.chart import rendering
from tests.chart.rendering import only, render, workload
from tests.tools import prometheus
from tests.tools.cache import ROOT, require

PAGE = (ROOT / "docs" / "deploy.md").read_text()
BLOCKS = re.findall(r"```yaml\n# ([\w.-]+)\n(.*?)```", PAGE, re.DOTALL)


def blocks(kind: str) -> list[str]:
    return [text for name, text in BLOCKS if name == kind]


def test_every_block_says_which_file_it_is() -> None:
    assert len(BLOCKS) == PAGE.count("```yaml\n")


@pytest.mark.parametrize("text", blocks("values.yaml"), ids=range(len(blocks("values.yaml"))))
def test_values_are_taken(text: str) -> None:
    assert render(yaml.safe_load(text))


def test_prometheus_takes_the_configuration(tmp_path: Path) -> None:
    (text,) = blocks("prometheus.yml")
    (tmp_path / "prometheus.yml").write_text(text)

    promtool = require(prometheus.promtool)
    subprocess.run([promtool, "check", "config", "--syntax-only", tmp_path / "prometheus.yml"], check=True)


def test_the_plain_configuration_finds_the_pods() -> None:
    (config,) = yaml.safe_load(blocks("prometheus.yml")[0])["scrape_configs"]
    found = workload(render())["spec"]["template"]
    (container,) = found["spec"]["containers"]
    name = found["metadata"]["labels"]["app.kubernetes.io/name"]

    assert config["relabel_configs"][0]["regex"] == f"{name};{container['ports'][0]['name']}"


def test_the_adapter_serves_the_metric_that_the_autoscaler_wants() -> None:
    (rule,) = yaml.safe_load(blocks("prometheus-adapter")[0])["rules"]["custom"]
    (metric,) = only(render({"autoscaling": {"kind": "HPA"}}), "HorizontalPodAutoscaler")["spec"]["metrics"]

    assert rule["seriesQuery"].startswith(metric["pods"]["metric"]["name"] + "{")


def test_the_group_in_the_rights_is_that_of_the_release_above() -> None:
    (group,) = set(re.findall(r"monitoring-[\w-]+", PAGE))
    manifests = render(rendering.STACK, release="api-errors", namespace="monitoring")

    assert yaml.safe_load(rendering.settings(manifests))["kafka"]["group_id"] == group
    assert f"statefulset/{workload(manifests)['metadata']['name']}" in PAGE


def test_values_that_the_page_names_exist() -> None:
    known = set(dotted(rendering.values())) | {f"agent.{name}" for name in settings()}
    sections = {name.split(".")[0] for name in dotted(rendering.values())}
    named = {name for name in names(PAGE) - said_by_the_agent() if name.split(".")[0] in sections}

    assert {name for name in named if not any(f"{each}.".startswith(f"{name}.") for each in known)} - {
        "podMonitor.labels.release",
        "prometheusRule.labels.release",
        "prometheusRule.tokens.grafana_url",
        "prometheusRule.tokens.selector",
        "grafana.sidecar.dashboards.searchNamespace",
        *("service.cert", "service.key"),  # files of Aiven
    } == set()


def test_each_setting_that_the_chart_makes_of_other_values_has_its_line() -> None:
    """The agent's messages name settings; who installed by the chart must find the value."""
    values = yaml.safe_load(rendering.CASES["everything"].read_text()) | {"agent": {}}
    login = {"mechanism": "OAUTHBEARER", "tokenUrl": "https://login.example.org", "scope": "kafka"}
    values["kafka"]["sasl"] |= login | {"region": "eu-central-1", "username": "agent", "usernameKey": ""}
    made = dotted(yaml.safe_load(rendering.settings(render(values))))

    assert said_by_the_agent() == set(made) - {"web.listen_address"}  # of the values under agent


def said_by_the_agent() -> set[str]:
    """The settings in the first column of the table that gives the chart's names for them."""
    table = PAGE.partition("| the agent says |")[2].partition("\n\n")[0]
    return {name for row in table.splitlines()[2:] for name in names(row.split("|")[1])}


def names(text: str) -> set[str]:
    """Names with dots, between backticks."""
    return set(re.findall(r"`([a-zA-Z]+(?:\.\w+)+)`", text))


def dotted(values: Any, prefix: str = "") -> list[str]:
    if not isinstance(values, dict) or not values:
        return [prefix.removesuffix(".")]
    return [name for key, value in values.items() for name in dotted(value, f"{prefix}{key}.")]


def settings() -> list[str]:
    from agent.settings import fields

    return [name for name, _ in fields()]
