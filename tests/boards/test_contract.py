"""Boards ask for what the agent exports, by labels that it has, and for nothing else."""

import re

import pytest

from agent.metrics.catalogue import METRICS, Kind
from grafana.src.dashboards import BOARDS
from grafana.src.tokens import render
from tests.boards.boards import targets, variables
from tests.rules.promql import bare, kept, label_lists, parse, rules, selectors

OF_TARGET = {"cluster", "namespace", "job", "instance", "pod"}
OF_PROMETHEUS = dict.fromkeys(("up", "scrape_duration_seconds", "scrape_samples_scraped"), OF_TARGET)
OF_PROCESS = dict.fromkeys(
    (
        *("process_cpu_seconds_total", "process_resident_memory_bytes", "process_start_time_seconds"),
        *("process_open_fds", "process_max_fds"),
    ),
    OF_TARGET,
)
OF_ALERT = OF_TARGET | {"alertname", "alertstate", "severity", "provider", "path", "resource"}
OF_ALERTS = {"ALERTS": OF_ALERT | {"about"}, "ALERTS_FOR_STATE": OF_ALERT}
"""`about` is made by label_replace."""


MAY_HAVE = {"api_responses_total": {"model", "tenant"}} | {
    f"api_ratelimit_{each}": {"model", "pool"} for each in ("limit", "remaining", "reset_timestamp_seconds")
}
"""What labels.extra adds."""


def exported() -> dict[str, set[str]]:
    """Every series of the agent, and its labels."""
    series = {}
    for metric in METRICS:
        labels = OF_TARGET | set(metric.labels) | MAY_HAVE.get(metric.name, set())
        series[metric.name] = labels
        if metric.kind is Kind.HISTOGRAM:
            series |= {f"{metric.name}_bucket": labels | {"le"}, f"{metric.name}_sum": labels}
            series |= {f"{metric.name}_count": labels}
    return series


KNOWN = exported() | OF_PROMETHEUS | OF_PROCESS | OF_ALERTS
RECORDS = {rule["record"]: rule["expr"] for rule in rules(render(), "record")}
for record, expr in RECORDS.items():
    KNOWN[record] = kept(parse(expr), KNOWN)
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
    asked |= {name for record in asked & RECORDS.keys() for name, _ in selectors(RECORDS[record])}

    assert {each.name for each in METRICS} <= asked | {name.removesuffix("_bucket") for name in asked}
