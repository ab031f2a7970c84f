"""Boards ask for what the agent exports, by labels that it has, and for nothing else."""

import re

import pytest

from agent.metrics.catalogue import METRICS, Kind
from grafana.src.dashboards import BOARDS
from tests.boards.boards import targets, variables
from tests.rules.promql import bare, label_lists, selectors

OF_TARGET = {"namespace", "job", "instance", "pod"}
OF_PROMETHEUS = dict.fromkeys(("up", "scrape_duration_seconds", "scrape_samples_scraped"), OF_TARGET)
OF_PROCESS = dict.fromkeys(
    (
        *("process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"),
        *("process_open_fds", "process_max_fds"),
    ),
    OF_TARGET,
)
OF_ALERTS = {"ALERTS": OF_TARGET | {"alertname", "alertstate", "severity", "provider", "path", "resource"}}


def exported() -> dict[str, set[str]]:
    """Every series of the agent, and its labels."""
    series = {}
    for metric in METRICS:
        labels = OF_TARGET | set(metric.labels)
        series[metric.name] = labels
        if metric.kind is Kind.HISTOGRAM:
            series |= {f"{metric.name}_bucket": labels | {"le"}, f"{metric.name}_sum": labels}
            series |= {f"{metric.name}_count": labels}
    return series


KNOWN = exported() | OF_PROMETHEUS | OF_PROCESS | OF_ALERTS
QUERIES = {str(target): re.sub(r"\$__\w+", "5m", target.query["expr"]) for target in targets()}
CHOICES = {
    f"{name}: {each['name']}": each["query"].removeprefix("label_values(").rpartition(",")[0]
    for name in BOARDS
    for each in variables(name)
    if each["type"] == "query"
}


@pytest.mark.parametrize(("place", "query"), [*QUERIES.items(), *CHOICES.items()])
def test_every_metric_and_every_matched_label_exists(place: str, query: str) -> None:
    for metric, labels in selectors(query):
        assert metric in KNOWN, f"{place} asks for {metric}, which nobody exports"
        assert set(labels) <= KNOWN[metric], f"{place} matches {labels} of {metric}"


@pytest.mark.parametrize(("place", "query"), QUERIES.items())
def test_every_label_in_a_list_exists_on_a_metric_of_the_query(place: str, query: str) -> None:
    there = set().union(*(KNOWN[metric] for metric, _ in selectors(query)))

    for word, labels in label_lists(query):
        assert set(labels) <= there, f"{place} says {word} {labels}"


@pytest.mark.parametrize(("place", "query"), QUERIES.items())
def test_every_selector_follows_the_choice_of_namespace_and_job(place: str, query: str) -> None:
    assert bare(query) == set(), place
    assert all({"namespace", "job"} <= set(labels) for _, labels in selectors(query)), place


def test_every_metric_of_the_agent_has_a_panel() -> None:
    asked = {name for query in QUERIES.values() for name, _ in selectors(query)}

    assert {each.name for each in METRICS} <= asked | {name.removesuffix("_bucket") for name in asked}
