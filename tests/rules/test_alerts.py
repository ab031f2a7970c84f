"""Every alert fires, stays silent just below, clears, and is mute when it should be."""

import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from grafana.src.tokens import render
from tests.rules.cases import SCENARIOS
from tests.rules.expected import LINKS
from tests.rules.mutants import EQUIVALENT
from tests.rules.variants import titles, variants
from tests.tools import prometheus, victoria
from tests.tools.cache import require

NAMES = [(title, each.name) for title, group in SCENARIOS.items() for each in group]


@pytest.mark.parametrize(("title", "name"), NAMES, ids=[name for _, name in NAMES])
def test_the_alert_does_as_it_should(name: str, verdict: dict[str, str]) -> None:
    assert verdict[name] == ""


@pytest.mark.parametrize("title", titles())
def test_the_alert_does_the_same_in_the_oldest_prometheus(verdict: dict[str, str]) -> None:
    assert {name: said for name, said in verdict.items() if said} == {}


@pytest.mark.mutants
@pytest.mark.parametrize("title", titles())
def test_every_condition_and_number_of_a_rule_is_held_by_a_scenario(verdict: list[str]) -> None:
    """Each is deleted or shifted in turn; these changes go unnoticed."""
    assert verdict == []


@pytest.mark.parametrize(("alert", "change"), EQUIVALENT)
def test_every_change_that_nobody_could_notice_is_one_of_its_alert(alert: str, change: str) -> None:
    assert change in [label for label, _ in variants(alert, {})]


@pytest.mark.parametrize("behaviour", ["fires", "is silent", "clears"])
@pytest.mark.parametrize("title", titles())
def test_every_alert_is_seen_to(title: str, behaviour: str) -> None:
    assert [each.name for each in SCENARIOS[title] if behaviour in each.name]


@pytest.mark.parametrize("title", titles())
def test_every_alert_is_compared_whole(title: str) -> None:
    assert any(each.alerts for each in SCENARIOS[title])


def test_names_are_sentences_of_their_own() -> None:
    names = [name for _, name in NAMES]

    assert sorted(set(names)) == sorted(names)


def renderings(folder: Path) -> list[Path]:
    """The rules as they are, shortened as the end-to-end test loads them, with more labels, with links."""
    shortened: dict[str, object] = {"window": "8s", "quiet_window": "30s", "rate_limited_for": "2s"}
    finer: dict[str, object] = {
        "by": "cluster, namespace, job, provider, tenant",
        "release": "namespace, job",
    }
    written = []
    every: list[dict[str, object]] = [{}, shortened, finer, {**LINKS}, {"error_budget_objective": 0.999}]
    for number, tokens in enumerate(every):
        written.append(folder / f"{number}.yaml")
        written[-1].write_text(render(tokens))
    return written


@pytest.mark.parametrize(
    ("promtool", "lint"),
    [(prometheus.promtool, "all"), (prometheus.oldest_promtool, "duplicate-rules")],
    ids=[prometheus.VERSION, prometheus.OLDEST],
)
def test_the_rules_load(promtool: Callable[[], Path], lint: str, tmp_path: Path) -> None:
    strict = ["check", "rules", f"--lint={lint}", "--lint-fatal"]
    subprocess.run([require(promtool), *strict, *renderings(tmp_path)], check=True)


def test_vmalert_takes_the_rules(tmp_path: Path) -> None:
    for file in renderings(tmp_path):
        subprocess.run([require(victoria.vmalert), "-dryRun", f"-rule={file}"], check=True)
