"""The example configuration of Alertmanager: it can be loaded, and alerts go where their severity says."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
import yaml

from tests.tools import alertmanager
from tests.tools.alertmanager import Alertmanager
from tests.tools.cache import require

EXAMPLE = Path(__file__).parents[2] / "grafana" / "alertmanager" / "alertmanager.yml"


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require(alertmanager.amtool), *arguments], capture_output=True, text=True, check=False
    )


def test_alertmanager_takes_the_example() -> None:
    result = amtool("check-config", str(EXAMPLE))

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "pagerduty"), ("warning", "slack"), ("info", "slack")]
)
def test_an_alert_goes_where_its_severity_says(severity: str, receiver: str) -> None:
    route = ("config", "routes", "test", f"--config.file={EXAMPLE}", f"--verify.receivers={receiver}")

    result = amtool(*route, f"severity={severity}", "alertname=ApiRateLimited", "provider=openai")

    assert result.returncode == 0, result.stdout + result.stderr


@pytest.fixture(scope="module")
def server() -> Iterator[Alertmanager]:
    """The example, with nobody behind its receivers."""
    require(alertmanager.ensure)
    config = yaml.safe_load(EXAMPLE.read_text())
    config["receivers"] = [{"name": it["name"]} for it in config["receivers"]]
    with Alertmanager(config | {"global": {}}) as running:
        yield running


@pytest.mark.parametrize(
    ("cause", "quiet"),
    [
        ("ApiErrorAgentNotConnected critical", "ApiErrorAgentPartitionUnread critical"),
        ("ApiErrorAgentNotConnected critical", "ApiErrorAgentStuck critical"),
        ("ApiErrorAgentNotConnected critical", "ApiTrafficStopped critical"),
        ("ApiErrorAgentDown critical", "ApiErrorAgentNotConnected critical"),
        ("ApiErrorAgentLagging warning", "ApiErrorAgentRecordsLate warning"),
        ("ApiProviderFailing critical", "ApiErrorBudgetBurn critical"),
        ("ApiAuthenticationFailing critical", "ApiPathFailing warning"),
        ("ApiRequestsRefused critical", "ApiModelFailing warning"),
    ],
)
def test_of_two_alerts_that_have_one_cause_the_better_one_arrives(
    server: Alertmanager, cause: str, quiet: str
) -> None:
    release = {"namespace": "prod", "job": f"{cause} {quiet}"}
    sent = [dict(zip(("alertname", "severity"), it.split(), strict=True)) | release for it in (cause, quiet)]
    server.send(*({"labels": labels} for labels in sent))

    def states() -> dict[str, str]:
        found = [it for it in server.alerts() if it["labels"]["job"] == release["job"]]
        return {it["labels"]["alertname"]: it["status"]["state"] for it in found}

    wanted = {sent[0]["alertname"]: "active", sent[1]["alertname"]: "suppressed"}
    server.wait_until(lambda _: states() == wanted)


ONE_PAGE = {
    "a provider that is out": (
        "ApiProviderFailing critical",
        "ApiErrorBudgetBurn critical",
        "ApiErrorBudgetBurn warning",
        "ApiProviderFailing warning",
        "ApiTimeoutsHigh warning",
        "ApiPathFailing warning",
        "ApiModelFailing warning",
    ),
    "a provider that says it is overloaded": (
        "ApiOverloadSustained critical",
        "ApiProviderFailing critical",
        "ApiErrorBudgetBurn critical",
        "ApiErrorBudgetBurn warning",
        "ApiProviderFailing warning",
        "ApiOverloaded warning",
        "ApiPathFailing warning",
    ),
    "a key that was revoked": (
        "ApiAuthenticationFailing critical",
        "ApiAuthenticationFailing warning",
        "ApiPathFailing warning",
    ),
}


@pytest.mark.parametrize("trouble", ONE_PAGE)
def test_of_all_that_one_trouble_raises_one_alert_arrives(server: Alertmanager, trouble: str) -> None:
    about = {"namespace": "prod", "job": trouble, "provider": "openai"}
    sent = [dict(zip(("alertname", "severity"), it.split(), strict=True)) | about for it in ONE_PAGE[trouble]]
    server.send(*({"labels": labels} for labels in sent))

    def arriving() -> list[str]:
        found = [it for it in server.alerts() if it["labels"]["job"] == trouble]
        active = [it["labels"] for it in found if it["status"]["state"] == "active"]
        return [f"{it['alertname']} {it['severity']}" for it in active if len(found) == len(sent)]

    server.wait_until(lambda _: arriving() == [ONE_PAGE[trouble][0]])
