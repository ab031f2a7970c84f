"""Rules and boards use what the agent exports, and nothing else."""

import json
import re
from typing import Any

import pytest
import yaml

from agent.metrics.catalogue import METRICS, Kind
from grafana.src.dashboards import BOARDS
from grafana.src.generate import generated
from grafana.src.tokens import render
from tests.rules.promql import bare, branches, label_lists, rules, selectors

TARGET_LABELS = {"namespace", "job", "instance", "pod"}
ALERTS = {rule["alert"]: rule for rule in rules(render(), "alert")}
RECORDS = {rule["record"]: rule["expr"] for rule in rules(render(), "record")}


def exported() -> dict[str, set[str]]:
    """Every series of the agent, and its labels."""
    series = {"up": TARGET_LABELS}
    for metric in METRICS:
        labels = TARGET_LABELS | set(metric.labels)
        series[metric.name] = labels
        if metric.kind is Kind.HISTOGRAM:
            series |= {f"{metric.name}_bucket": labels | {"le"}, f"{metric.name}_sum": labels}
            series |= {f"{metric.name}_count": labels}
    return series


def kept(query: str) -> set[str]:
    """The labels that come out of one side of an `or`."""
    first, matched = selectors(query)[0]
    if "absent(" in query:
        return set(matched)
    grouped = [labels for word, labels in label_lists(query) if word == "by"]
    return set(grouped[0]) if grouped else kept(RECORDS[first])


KNOWN = exported() | {name: kept(expr) for name, expr in RECORDS.items()}


def board(name: str) -> dict[str, Any]:
    (text,) = (text for path, text in generated().items() if path.name == f"{name}.json")
    return dict(json.loads(text))


def queries() -> dict[str, str]:
    """Every query that the product ships, by where it stands."""
    found = {name: rule["expr"] for name, rule in ALERTS.items()} | RECORDS
    for name in BOARDS:
        for panel in board(name)["panels"]:
            found |= {f"{name}: {panel['title']} {each['refId']}": each["expr"] for each in panel["targets"]}
    return found


def variables() -> dict[str, str]:
    return {
        f"{name}: {each['name']}": each["query"].removeprefix("label_values(").rpartition(",")[0]
        for name in BOARDS
        for each in board(name)["templating"]["list"]
        if each["type"] == "query"
    }


@pytest.mark.parametrize(("place", "query"), [*queries().items(), *variables().items()])
def test_every_metric_and_every_matched_label_exists(place: str, query: str) -> None:
    for metric, labels in selectors(query):
        assert metric in KNOWN, f"{place} asks for {metric}, which the catalogue does not have"
        assert set(labels) <= KNOWN[metric], f"{place} matches {labels} of {metric}"


@pytest.mark.parametrize(("place", "query"), queries().items())
def test_every_label_in_a_list_exists_on_a_metric_of_the_query(place: str, query: str) -> None:
    there = set().union(*(KNOWN[metric] for metric, _ in selectors(query)))

    for word, labels in label_lists(query):
        assert set(labels) <= there, f"{place} says {word} {labels}"


@pytest.mark.parametrize(("place", "query"), queries().items())
def test_no_metric_stands_without_a_selector(place: str, query: str) -> None:
    """Two releases in one Prometheus would see each other's series."""
    assert bare(query) == set(), place


@pytest.mark.parametrize("place", [*ALERTS, *RECORDS])
def test_every_selector_of_a_rule_names_the_job(place: str) -> None:
    assert all("job" in labels for _, labels in selectors(queries()[place]))


@pytest.mark.parametrize("alert", ALERTS)
def test_labels_in_annotations_survive_the_aggregation(alert: str) -> None:
    rule = ALERTS[alert]
    text = rule["annotations"]["description"]
    optional = set(re.findall(r"\{\{ with \$labels\.(\w+) \}\}", text))
    used = set(re.findall(r"\$labels\.(\w+)", text)) - optional

    for side in branches(rule["expr"]):
        assert used <= kept(side), f"{alert}: {side}"
    assert optional <= set().union(*(kept(side) for side in branches(rule["expr"])))


@pytest.mark.parametrize("alert", ALERTS)
def test_every_record_stands_before_its_alert_in_the_same_group(alert: str) -> None:
    for group in yaml.safe_load(render())["groups"]:
        names = [rule.get("alert", rule.get("record")) for rule in group["rules"]]
        if alert in names:
            used = {metric for metric, _ in selectors(ALERTS[alert]["expr"]) if ":" in metric}
            assert used <= set(names[: names.index(alert)])
