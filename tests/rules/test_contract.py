"""Rules, their runbooks and their page use what the agent exports, and nothing else."""

import json
import re
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

from agent.classify.limits import RESOURCES
from agent.classify.taxonomy import OutcomeType, Reason
from agent.consumer.causes import Problem
from agent.events.invalid import WHY
from agent.metrics.catalogue import METRICS, Kind
from agent.settings import Settings
from grafana.src.generate import OUTPUT, generated
from grafana.src.tokens import defaults, render
from tests import logged
from tests.boards.boards import targets
from tests.rules.expected import LINKS
from tests.rules.promql import bare, branches, kept, label_lists, matchers, parse, rules, selectors
from tests.rules.variants import title
from tests.tools import prometheus
from tests.tools.cache import ROOT, require

TARGET_LABELS = {"cluster", "namespace", "job", "instance", "pod"}
ALERT_LABELS = {"alertname", "alertstate", "severity", "job", "provider", "path", "model"}
MAY_HAVE = {name: {"model", "tenant"} for name in ("api_responses_total", "api_errors_total")}  # labels.extra
ALERTS = {title(rule): rule for rule in rules(render(LINKS), "alert")}
RECORDS = {rule["record"]: rule["expr"] for rule in rules(render(), "record")}
RUNBOOKS = sorted((OUTPUT / "runbooks").glob("*.md"))
WORDS = {"type": {*OutcomeType}, "reason": {*Reason}, "resource": {*RESOURCES}}


def exported() -> dict[str, set[str]]:
    """Every series of the agent, and its labels."""
    series = {"up": TARGET_LABELS, "process_start_time_seconds": TARGET_LABELS, "ALERTS": ALERT_LABELS}
    for metric in METRICS:
        labels = TARGET_LABELS | set(metric.labels) | MAY_HAVE.get(metric.name, set())
        series[metric.name] = labels
        if metric.kind is Kind.HISTOGRAM:
            series |= {f"{metric.name}_bucket": labels | {"le"}, f"{metric.name}_sum": labels}
            series |= {f"{metric.name}_count": labels}
    return series


def known() -> dict[str, set[str]]:
    found = exported()
    for name, expr in RECORDS.items():
        found[name] = kept(parse(expr), found)
    return found


KNOWN = known()
BOARDS = [json.loads(text) for path, text in generated().items() if path.suffix == ".json"]
VARIABLES = {board["uid"]: {each["name"] for each in board["templating"]["list"]} for board in BOARDS}
SETTINGS = {
    f"{name}.{key}"
    for name, section in Settings.model_fields.items()
    for key in getattr(section.annotation, "model_fields", ())
}
NOT_OURS = {
    *("compression.type", "retention.bytes", "retention.ms", "transaction.timeout.ms"),  # Kafka's
    "metadata.raw",  # OpenRouter's
}
QUERIES = {name: rule["expr"] for name, rule in ALERTS.items()} | RECORDS
ASKED_BY_BOARDS = [re.sub(r"\$__\w+", "5m", target.query["expr"]) for target in targets()]


def quoted(path: Path) -> list[str]:
    """The blocks of queries of a runbook: each is pasted as a whole."""
    return re.findall(r"```promql\n(.*?)```", path.read_text(), re.DOTALL)


ADVICE = {
    f"{path.stem} {number}": query for path in RUNBOOKS for number, query in enumerate(quoted(path), start=1)
}


@pytest.mark.parametrize("place", ADVICE)
def test_a_block_of_a_runbook_is_one_query(place: str) -> None:
    assert parse(ADVICE[place]).end <= len(ADVICE[place])


def test_prometheus_takes_every_block_of_the_runbooks(tmp_path: Path) -> None:
    recorded = [{"record": f"query:{number}", "expr": text} for number, text in enumerate(ADVICE.values())]
    file = tmp_path / "rules.yaml"
    file.write_text(yaml.safe_dump({"groups": [{"name": "runbooks", "rules": recorded}]}))

    checked = subprocess.run(
        [require(prometheus.promtool), "check", "rules", file], capture_output=True, text=True, check=False
    )

    assert checked.returncode == 0, checked.stderr


@pytest.mark.parametrize("place", [*QUERIES, *ADVICE])
def test_every_metric_and_every_matched_label_exists(place: str) -> None:
    for metric, labels in selectors((QUERIES | ADVICE)[place]):
        assert metric in KNOWN, f"{place} asks for {metric}, which the catalogue does not have"
        assert set(labels) <= KNOWN[metric], f"{place} matches {labels} of {metric}"


@pytest.mark.parametrize("place", [*QUERIES, *ADVICE])
def test_every_label_in_a_list_exists_on_a_metric_of_the_query(place: str) -> None:
    query = (QUERIES | ADVICE)[place]
    there = set().union(*(KNOWN[metric] for metric, _ in selectors(query)))

    for word, labels in label_lists(query):
        assert set(labels) <= there, f"{place} says {word} {labels}"


@pytest.mark.parametrize("place", [*QUERIES, *ADVICE])
def test_every_matched_type_reason_and_resource_exists(place: str) -> None:
    for label, _, value in matchers((QUERIES | ADVICE)[place]):
        if label in WORDS and "invalid_events" not in (QUERIES | ADVICE)[place]:
            assert set(value.split("|")) <= WORDS[label], f"{place} matches {label} {value}"


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_word_that_a_runbook_puts_before_its_cause_is_a_reason(path: Path) -> None:
    words = {*Reason, *OutcomeType, *WHY, *defaults()}
    table = path.read_text().partition("\n| reason |")[2].partition("\n\n")[0]
    for row in re.findall(r"(?m)^\| (`.*?) \|", table):
        assert set(re.findall(r"`(\w+)`", row)) <= words, row


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_series_that_a_runbook_names_exists(path: Path) -> None:
    named = set(re.findall(r"\bapi_(?!error_agent\b)\w+", path.read_text())) - {*OutcomeType}

    assert named <= KNOWN.keys() | {"api_keys"}


@pytest.mark.parametrize("path", RUNBOOKS, ids=lambda path: path.stem)
def test_every_setting_and_every_line_of_the_log_that_a_runbook_names_exists(path: Path) -> None:
    """They look alike: `commit.mode` and `commit.refused`."""
    named = set(re.findall(r"`([a-z_]+\.[a-zA-Z_.]+)(?::[^`]*)?`", path.read_text()))

    assert named - NOT_OURS <= SETTINGS | logged.events()


@pytest.mark.parametrize("place", QUERIES)
def test_no_metric_stands_without_a_selector(place: str) -> None:
    """Two releases in one Prometheus would see each other's series."""
    assert bare(QUERIES[place]) == set(), place


@pytest.mark.parametrize("place", QUERIES)
def test_every_selector_names_the_job(place: str) -> None:
    assert all("job" in labels for _, labels in selectors(QUERIES[place]))


@pytest.mark.parametrize("alert", ALERTS)
def test_every_metric_that_an_annotation_asks_for_exists(alert: str) -> None:
    named = re.findall(r"\bapi_\w+(?=\{)", ALERTS[alert]["annotations"]["description"])

    assert set(named) <= KNOWN.keys()


def test_the_runbook_of_an_agent_that_reads_nothing_knows_every_problem() -> None:
    text = (OUTPUT / "runbooks" / "ApiErrorAgentNotConnected.md").read_text()

    assert re.findall(r"(?m)^\| `(\w+)` \|", text) == [*Problem]


@pytest.mark.parametrize("alert", ALERTS)
def test_labels_in_annotations_survive_the_aggregation(alert: str) -> None:
    notes = ALERTS[alert]["annotations"]
    text = notes["description"] + notes["dashboard_url"]
    optional = set(re.findall(r"\{\{ with \$labels\.(\w+) \}\}", text))
    surely = set(re.findall(r"\$labels\.(\w+)", re.sub(r"\{\{ with .*?\{\{ end \}\}", "", text)))
    sides = [kept(side, KNOWN) for side in branches(ALERTS[alert]["expr"])]

    for side in sides:
        assert surely <= side, alert
    assert optional <= set().union(*sides)


@pytest.mark.parametrize("alert", ALERTS)
def test_both_sides_of_an_or_give_the_same_labels(alert: str) -> None:
    """Else one fault would be two alerts. Of a target that is gone the namespace is not known."""
    first, *more = (kept(side, KNOWN) - {"cluster", "namespace"} for side in branches(ALERTS[alert]["expr"]))

    assert all(side == first for side in more)


@pytest.mark.parametrize("alert", ALERTS)
def test_the_board_of_an_alert_exists_and_takes_what_the_link_chooses(alert: str) -> None:
    uid, _, choice = ALERTS[alert]["annotations"]["dashboard_url"].partition("/d/")[2].partition("?")

    assert set(re.findall(r"var-(\w+)=", choice)) <= VARIABLES[uid]


GROUPS = {group["name"]: group for group in yaml.safe_load(render())["groups"]}


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_no_rule_reads_what_its_own_group_records(group: dict[str, Any]) -> None:
    """vmalert would read it one evaluation late, and Prometheus at once: two outcomes of one rule."""
    recorded = {rule["record"] for rule in group["rules"] if "record" in rule}

    assert [
        rule for rule in group["rules"] for metric, _ in selectors(rule["expr"]) if metric in recorded
    ] == []


def test_every_record_is_read_and_every_one_that_is_read_is_recorded() -> None:
    asked = [*QUERIES.values(), *ASKED_BY_BOARDS, *ADVICE.values()]
    read = {metric for query in asked for metric, _ in selectors(query)}

    assert {metric for metric in read if ":" in metric or metric in RECORDS} == set(RECORDS)


@pytest.mark.parametrize("group", GROUPS.values(), ids=list(GROUPS))
def test_a_group_is_small_enough_for_hosted_prometheus_and_says_how_often(group: dict[str, Any]) -> None:
    """Mimir, Grafana Cloud and Amazon's take 20 rules in a group, unless told otherwise."""
    assert len(group["rules"]) <= 20
    assert group["interval"] in (defaults()["interval"], defaults()["window"])


@pytest.mark.parametrize("alert", ALERTS)
def test_an_alert_that_stays_looks_at_itself(alert: str) -> None:
    rule = ALERTS[alert]
    own = {("alertname", "=", rule["alert"]), ("alertstate", "=", "firing")}
    own |= {("severity", "=", rule["labels"]["severity"])}
    for node in parse(rule["expr"]).walk():
        if node.kind == "selector" and node.name == "ALERTS":
            assert own <= set(node.matchers or ())


@pytest.mark.parametrize("page", ["README.md", "docs/alerts.md"])
def test_a_page_names_the_oldest_prometheus_that_the_rules_are_tested_in(page: str) -> None:
    named = re.search(r"Prometheus(?: from)? (\d+\.\d+)(?: or later| on)", (ROOT / page).read_text())

    assert named
    assert prometheus.OLDEST.startswith(f"{named[1]}.")
