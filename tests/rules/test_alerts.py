"""Every alert fires, stays silent just below, clears, and is mute when it should be."""

import subprocess
from pathlib import Path

import pytest

from grafana.src.tokens import render
from tests.rules.promql import rules
from tests.rules.scenarios import scenarios

SCENARIOS = scenarios()
ALERTS = [rule["alert"] for rule in rules(render(), "alert")]

# What each scenario must notice when it is made wrong.
MUTATIONS: dict[str, list[dict[str, object]]] = {
    "ApiRateLimited is mute while most records are late, however large the share": [{"guard": ""}],
    "ApiOverloaded is mute while most records are late, however large the share": [{"guard": ""}],
    "ApiRateLimited is mute when the late records alone explain the share": [{"late": ""}],
    "ApiOverloaded is mute when the late records alone explain the share": [{"late": ""}],
    "ApiRateLimited still fires in a storm while a quarter of the records is late": [{"late_share": 0.2}],
    "ApiRateLimited is mute for a quiet provider whose rate limits were a backlog": [{"quiet_guard": ""}],
    "ApiRateLimited is silent for a quiet topic that carries errors only": [{"quiet": ""}],
    "ApiRateLimited fires for a quiet provider that refuses every call": [
        {"quiet_responses": 5},
        {"rate_limited_quiet_count": 40},
    ],
    "ApiRateLimited is silent for a quiet provider that refuses less than half": [
        {"rate_limited_quiet_share": 0.4}
    ],
    "ApiRateLimited is silent when 4 % of the responses are rate limits": [{"rate_limited_share": 0.03}],
    "ApiRateLimited is silent at nine in five minutes, however large the share": [{"rate_limited_count": 8}],
    "ApiRateLimited fires for the one provider with a tenth of rate limits": [
        {"rate_limited_for": "0s"},
        {"by": "namespace, job"},
    ],
    "ApiRateLimited clears after the rate limits end": [{"rate_limited_keep_firing_for": "20m"}],
    "ApiRateLimited does not see another release in the same Prometheus": [{"selector": 'namespace="prod"'}],
    "ApiOverloaded is silent when 4 % of the responses say overloaded": [{"overloaded_share": 0.03}],
    "ApiOverloaded is silent at nine in five minutes, however large the share": [{"overloaded_count": 8}],
    "ApiOverloaded fires for the one provider with a tenth of overloads": [{"overloaded_for": "0s"}],
    "ApiOverloaded holds for ten minutes after the overload, and clears": [
        {"overloaded_keep_firing_for": "0s"}
    ],
    "ApiErrorAgentDown is silent when a restart takes less than five minutes": [{"agent_down_for": "2m"}],
    "ApiErrorAgentDown holds for five minutes after it is back, and clears": [
        {"agent_down_keep_firing_for": "0s"}
    ],
    "ApiErrorAgentDown fires when there never was a target": [{"selector": 'job="another"'}],
}


@pytest.mark.parametrize("name", SCENARIOS)
def test_rules(name: str, promtool: Path, tmp_path: Path) -> None:
    assert SCENARIOS[name].complaint(promtool, render(), tmp_path) == ""


@pytest.mark.parametrize(
    ("name", "wrong"),
    [(name, wrong) for name, each in MUTATIONS.items() for wrong in each],
    ids=lambda each: each if isinstance(each, str) else ",".join(each),
)
def test_a_wrong_rule_is_noticed(name: str, wrong: dict[str, object], promtool: Path, tmp_path: Path) -> None:
    assert "got:" in SCENARIOS[name].complaint(promtool, render(wrong), tmp_path)


@pytest.mark.parametrize("alert", ALERTS)
@pytest.mark.parametrize("behaviour", ["fires", "is silent", "clear"])
def test_every_alert_is_seen_to(behaviour: str, alert: str) -> None:
    assert [name for name in SCENARIOS if name.startswith(alert) and behaviour in name]


def test_the_rules_load(promtool: Path, tmp_path: Path) -> None:
    """Shortened too, as the end-to-end test loads them."""
    shortened = {"window": "8s", "quiet_window": "30s", "rate_limited_for": "2s", "rate_limited_count": 3}
    for number, text in enumerate([render(), render(shortened)]):
        (tmp_path / f"{number}.yaml").write_text(text)

    strict = ["check", "rules", "--lint=all", "--lint-fatal"]
    subprocess.run([promtool, *strict, *tmp_path.iterdir()], check=True)
