"""docs/muting.md: its silences silence, its routes lead where they say, and its values are taken."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from agent.classify.taxonomy import OutcomeType
from tests.chart.rendering import only, render
from tests.docs.pages import DOCS, blocks
from tests.rules.promql import matchers, selectors
from tests.rules.test_contract import ALERTS, RECORDS
from tests.tools import alertmanager, helm
from tests.tools.alertmanager import Alertmanager
from tests.tools.cache import require

PAGE = DOCS / "muting.md"
SILENCES = blocks(PAGE, "sh")
ROUTES = blocks(PAGE, "yaml", "alertmanager.yml")[0]
VALUES = blocks(PAGE, "yaml", "values.yaml")
NAMES = {rule["alert"] for rule in ALERTS.values()}


def types_of(expr: str) -> set[str]:
    """The types of errors that an expression and the records in it ask for."""
    wanted = (value for label, sign, value in matchers(expr) if label == "type" and sign in {"=", "=~"})
    own = {word for value in wanted for word in value.split("|")}
    of_records = (types_of(RECORDS[name]) for name, _ in selectors(expr) if name in RECORDS)
    return own.union(*of_records) - {OutcomeType.OK}


def test_the_table_has_the_alerts_of_every_type() -> None:
    asked: dict[str, set[str]] = {}
    for rule in ALERTS.values():
        for type_ in types_of(rule["expr"]):
            asked.setdefault(type_, set()).add(rule["alert"])

    rows = re.findall(r"(?m)^\| `(\w+)` \| (.+) \|$", PAGE.read_text())
    assert {type_: set(alerts.split(", ")) for type_, alerts in rows} == asked


def test_every_alert_that_the_page_names_exists() -> None:
    assert set(re.findall(r"\bApi[A-Z]\w+", PAGE.read_text())) - {"ApiErrorAgent"} <= NAMES


# --- silences ------------------------------------------------------------------------------------------

LABELS = {"job": "api-error-agent", "namespace": "monitoring", "severity": "warning"}
SENT = [
    {**LABELS, "alertname": name, "provider": provider}
    for name in ("ApiOverloaded", "ApiRateLimited", "ApiPathFailing")
    for provider in ("openai", "anthropic")
] + [{**LABELS, "alertname": "ApiErrorAgentLagging"}]


@pytest.fixture
def manager() -> Iterator[Alertmanager]:
    require(alertmanager.ensure)
    with Alertmanager({"route": {"receiver": "nobody"}, "receivers": [{"name": "nobody"}]}) as running:
        yield running


@pytest.mark.parametrize(
    ("number", "silenced"),
    [
        (0, {("ApiOverloaded", "openai")}),
        (
            1,
            {
                (name, vendor)
                for name in ("ApiRateLimited", "ApiPathFailing")
                for vendor in ("openai", "anthropic")
            },
        ),
        (2, {(name, "openai") for name in ("ApiOverloaded", "ApiRateLimited", "ApiPathFailing")}),
        (3, {("ApiErrorAgentLagging", None)}),
    ],
)
def test_a_silence_silences_what_the_page_says(
    manager: Alertmanager, number: int, silenced: set[tuple[str, str | None]]
) -> None:
    command = SILENCES[number].replace("http://alertmanager:9093", manager.url)
    tools = f"{require(alertmanager.amtool).parent}:/usr/bin:/bin"

    subprocess.run(["sh", "-c", command], env={"PATH": tools, "USER": "me"}, check=True)
    manager.send(*({"labels": labels} for labels in SENT))

    def as_said(it: Alertmanager) -> bool:
        quiet = [alert["labels"] for alert in it.alerts() if alert["status"]["silencedBy"]]
        return {(labels["alertname"], labels.get("provider")) for labels in quiet} == silenced

    manager.wait_until(as_said)


def test_there_is_a_test_for_every_silence() -> None:
    assert len(SILENCES) == 4


# --- routes --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("labels", "receiver"),
    [
        ("alertname=ApiRateLimited provider=sandbox severity=critical", "nobody"),
        ("alertname=ApiLatencyHigh provider=openrouter severity=warning", "nobody"),
        ("alertname=ApiLatencyHigh provider=openai severity=warning", "slack"),
        ("alertname=ApiBalanceExhausted provider=openai severity=critical", "finance"),
        ("alertname=ApiProviderFailing provider=openai severity=critical", "pagerduty"),
        ("alertname=ApiErrorAgentDown severity=critical", "pagerduty"),
    ],
)
def test_an_alert_goes_to_the_receiver_of_its_route(tmp_path: Path, labels: str, receiver: str) -> None:
    file = tmp_path / "alertmanager.yml"
    file.write_text(ROUTES)
    test = ["config", "routes", "test", f"--config.file={file}", f"--verify.receivers={receiver}"]

    result = subprocess.run(
        [require(alertmanager.amtool), *test, *labels.split()], capture_output=True, text=True, check=False
    )

    assert result.returncode == 0, result.stdout + result.stderr


def test_alertmanager_takes_the_configuration(tmp_path: Path) -> None:
    (tmp_path / "alertmanager.yml").write_text(ROUTES)

    subprocess.run([require(alertmanager.amtool), "check-config", tmp_path / "alertmanager.yml"], check=True)


# --- values --------------------------------------------------------------------------------------------


@pytest.fixture
def rules(request: pytest.FixtureRequest) -> dict[str, dict[str, str]]:
    """The alerts that the chart renders with values of the page."""
    require(helm.ensure)
    found = only(render(yaml.safe_load(request.param)), "PrometheusRule")["spec"]["groups"]
    rules = [rule for group in found for rule in group["rules"]]
    return {rule["alert"]: rule for rule in rules if "alert" in rule}


@pytest.mark.parametrize("rules", VALUES[:1], indirect=True)
def test_other_values_change_the_rules(rules: dict[str, dict[str, str]]) -> None:
    assert "> 0.15" in rules["ApiRateLimited"]["expr"]
    assert ">= 50" in rules["ApiRateLimited"]["expr"]
    assert "> 120" in rules["ApiLatencyHigh"]["expr"]
    assert rules["ApiOverloaded"]["for"] == "5m"


@pytest.mark.parametrize("rules", VALUES[1:], indirect=True)
def test_an_alert_that_is_left_out_is_not_there(rules: dict[str, dict[str, str]]) -> None:
    assert rules.keys() == NAMES - {"ApiRateLimitHeadroomLow", "ApiTrafficStopped"}
