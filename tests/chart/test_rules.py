"""The chart's rules and boards are those of grafana/, for this release."""

import json
import re
import subprocess
from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import pytest
import yaml

from grafana.src.tokens import DEFAULTS, defaults, rule_files, sources
from tests.chart.rendering import only, render, workload
from tests.rules import committing, others, own
from tests.rules.scenarios import Scenario, judge
from tests.tools import prometheus
from tests.tools.cache import ROOT, require
from tests.tools.helm import Refused

RULES, BOARDS = ROOT / "grafana" / "rules", ROOT / "grafana" / "dashboards"
OWN = 'job="agent",namespace="prod"'


def groups(tokens: dict[str, Any] | None = None, **options: Any) -> list[dict[str, Any]]:
    manifests = render({"prometheusRule": {"enabled": True, "tokens": tokens or {}}}, **options)
    return list(only(manifests, "PrometheusRule")["spec"]["groups"])


def alerts(**rule: Any) -> list[dict[str, Any]]:
    manifests = render({"prometheusRule": {"enabled": True} | rule})
    found = only(manifests, "PrometheusRule")["spec"]["groups"]
    return [rule for group in found for rule in group["rules"] if "alert" in rule]


def in_python(tokens: dict[str, Any]) -> list[dict[str, Any]]:
    return [group for text in rule_files(tokens).values() for group in yaml.safe_load(text)["groups"]]


@pytest.mark.parametrize("major", [3, 4])
def test_without_values_they_are_the_committed_rules_but_for_the_selector(major: int) -> None:
    texts = [path.read_text().replace(defaults()["selector"], OWN) for path in sorted(RULES.iterdir())]

    assert groups(major=major) == [group for text in texts for group in yaml.safe_load(text)["groups"]]


@pytest.mark.parametrize("major", [3, 4])
@pytest.mark.parametrize(
    "tokens",
    [
        {"rate_limited_share": 0.1, "overloaded_count": 100, "agent_down_for": "10m"},
        {"window": "10m", "by": "namespace, job, provider, model", "late_share": 0.25},
        {"late": "", "guard": "", "quiet_guard": ""},
        {"rate_limited_share": 0, "rate_limited_count": 2000000},
        {"grafana_url": "https://grafana.example.org", "runbooks_url": "https://wiki.example.org"},
    ],
)
def test_tokens_in_values_give_what_they_give_in_python(tokens: dict[str, Any], major: int) -> None:
    shown = {name: "2e+06" if value == 2000000 else value for name, value in tokens.items()}

    assert groups(tokens, major=major) == in_python({"selector": OWN} | shown)


def test_a_selector_in_values_wins_over_the_releases_own() -> None:
    assert groups({"selector": 'job="gateway"'}) == in_python({"selector": 'job="gateway"'})


def test_no_token_is_left() -> None:
    assert "${" not in yaml.safe_dump(groups())


def test_the_selector_is_the_job_and_namespace_that_the_monitor_gives() -> None:
    manifests = render({"podMonitor": {"enabled": True}}, release="eu", namespace="ai")
    monitor = only(manifests, "PodMonitor")
    job = workload(manifests)["spec"]["template"]["metadata"]["labels"][monitor["spec"]["jobLabel"]]

    assert (job, monitor["metadata"]["namespace"]) == ("eu", "ai")
    for group in groups(release="eu", namespace="ai"):
        for rule in group["rules"]:
            assert '{job="eu",namespace="ai"' in rule["expr"]


def test_an_alert_can_be_left_out() -> None:
    every = {rule["alert"] for rule in alerts()}

    assert {rule["alert"] for rule in alerts(disabled=["ApiRateLimited", "ApiErrorAgentDown"])} == every - {
        "ApiRateLimited",
        "ApiErrorAgentDown",
    }


def test_recording_rules_stay_when_all_alerts_are_left_out() -> None:
    names = sorted({rule["alert"] for rule in alerts()})
    left = only(render({"prometheusRule": {"enabled": True, "disabled": names}}), "PrometheusRule")["spec"]

    assert all("record" in rule for group in left["groups"] for rule in group["rules"])
    assert all(group["rules"] for group in left["groups"])


def test_alerts_get_the_labels_of_values_beside_their_severity() -> None:
    for rule in alerts(alertLabels={"team": "ai"}):
        assert rule["labels"]["team"] == "ai"
        assert rule["labels"]["severity"]


def test_every_window_is_held_to_the_scrape_interval() -> None:
    text = "".join(sources().values()) + DEFAULTS.read_text()
    windows = sorted(set(re.findall(r"\[\$\{(\w+)\}", text)) - {"over_window", "over_slow_window"})

    assert "window" in windows
    with pytest.raises(Refused) as refused:
        groups(dict.fromkeys(windows, "59s"))
    assert [name for name in windows if f"tokens.{name} is 59s, shorter than" not in str(refused.value)] == []


@pytest.fixture
def promtool() -> Path:
    return require(prometheus.promtool)


@pytest.mark.parametrize("tokens", [{}, {"window": "10m", "late": "", "rate_limited_share": 0}])
def test_prometheus_loads_what_is_rendered(tokens: dict[str, Any], promtool: Path, tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(yaml.safe_dump({"groups": groups(tokens)}))

    subprocess.run(
        [promtool, "check", "rules", "--lint=all", "--lint-fatal", tmp_path / "rules.yaml"], check=True
    )


def test_the_rules_of_a_release_pass_the_tests_of_the_rules(promtool: Path, tmp_path: Path) -> None:
    """One firing of each alert; all else holds for the committed rules, the same but for the selector.

    Left out: an agent that is gone, because absent() has the labels of the selector, and alerts of two
    severities, whose tests are about one of them.
    """
    scenarios = firing()
    text = yaml.safe_dump({"groups": groups(release="api-error-agent")})

    assert len(scenarios) > 10
    assert [found for found in judge(promtool, text, scenarios, tmp_path) if found] == []


def firing() -> list[Scenario]:
    found: dict[str, Scenario] = {}
    for each in (*own.scenarios(), *committing.scenarios(), *others.scenarios()):
        plain = not each.tokens and each.title == each.alert != "ApiErrorAgentDown"
        if plain and "fires" in each.name:
            found.setdefault(each.alert, each)
    return list(found.values())


@pytest.mark.parametrize("board", sorted(BOARDS.iterdir()), ids=lambda path: path.stem)
def test_a_board_is_the_committed_one(board: Path) -> None:
    assert json.loads(boards({})[f"api-error-agent-{board.name}"]) == json.loads(board.read_text())


def test_boards_have_links_to_runbooks_once_their_address_is_set() -> None:
    """Without it, the committed ones have none (tests/boards)."""
    text = boards({}, tokens={"runbooks_url": "https://wiki.example.org/runbooks"})

    for board in text.values():
        assert "https://wiki.example.org/runbooks/Api" in board
        assert "runbooks_url" not in board


def test_there_is_one_configmap_for_each_board() -> None:
    assert len(boards({})) == len(list(BOARDS.iterdir()))


def test_boards_take_the_scrape_interval_as_their_smallest_step() -> None:
    for text in boards({"interval": "60s"}).values():
        assert set(re.findall(r'"interval": "(.*?)"', text)) == {"60s"}


def test_boards_fit_into_a_configmap_with_its_annotation() -> None:
    """`kubectl apply` keeps a copy in an annotation, which may have 262,144 bytes."""
    for text in boards({}).values():
        assert len(json.dumps(text)) < 250_000


def test_releases_write_the_same_file_so_that_grafana_sees_one_board() -> None:
    assert boards({}, release="one").keys() == boards({}, release="two").keys()


def boards(
    monitor: dict[str, Any], release: str = "agent", tokens: Mapping[str, str] = MappingProxyType({})
) -> dict[str, str]:
    rules = {"tokens": dict(tokens)}
    values = {"dashboards": {"enabled": True}, "podMonitor": monitor, "prometheusRule": rules}
    manifests = render(values, release=release)
    found = [each for each in manifests if "grafana_dashboard" in each["metadata"]["labels"]]
    assert all(len(each["data"]) == 1 for each in found)
    return {name: text for each in found for name, text in each["data"].items()}


def test_tokens_that_values_yaml_and_runbooks_name_exist() -> None:
    text = (ROOT / "deploy" / "helm" / "api-error-agent" / "values.yaml").read_text()
    (example,) = re.findall(r"`(\{rate_limited_share.*?\})`", text)

    assert yaml.safe_load(example).keys() <= defaults().keys()
