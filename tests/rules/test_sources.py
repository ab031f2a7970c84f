"""What is committed is what the sources give."""

import re
import subprocess
from pathlib import Path

import pytest
import yaml

from grafana.src.generate import OUTPUT, generated
from grafana.src.tokens import defaults, fill, render, rule_files, sources
from tests.rules.expected import LINKS
from tests.rules.promql import rules
from tests.rules.variants import title, used
from tests.tools.cache import ROOT

ALERTS = {title(rule): rule for rule in rules(render(LINKS), "alert")}
NAMES = sorted({rule["alert"] for rule in ALERTS.values()})
FILES = generated()
LITERAL = re.compile(r"\[\d|[<>]=? ?(?!0\b)\d")  # a window or a limit; `> 0` only guards a division


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.name)
def test_committed_files_are_what_generation_gives(path: Path) -> None:
    assert path.read_text() == FILES[path], f"{path.name} is out of date: run `make generate` and commit it"


@pytest.mark.parametrize(
    "folder", sorted({path.parent for path in FILES}), ids=lambda path: f"{path.parent.name}/{path.name}"
)
def test_nothing_lies_beside_the_generated_files(folder: Path) -> None:
    assert set(folder.iterdir()) == {path for path in FILES if path.parent == folder}


def test_nothing_in_the_repository_is_a_link() -> None:
    """Flux's archives, and checkouts on Windows, leave links out without a word."""
    listed = subprocess.run(
        ["git", "ls-files", "--stage"], cwd=ROOT, capture_output=True, text=True, check=True
    )

    assert [line for line in listed.stdout.splitlines() if line.startswith("120000")] == []


def test_no_token_is_left_in_the_rendered_rules() -> None:
    assert all("${" not in text for text in rule_files().values())
    assert "${" not in render({"window": "8s"})


def test_every_token_is_used() -> None:
    everything = "".join([*sources().values(), *defaults().values()])

    assert [name for name in defaults() if f"${{{name}}}" not in everything] == []


def test_an_unknown_token_in_a_source_is_refused() -> None:
    with pytest.raises(KeyError, match=r"\$\{windw\} is no token"):
        fill("rate(x[${windw}])", {"window": "5m"})


def test_an_unknown_override_is_refused() -> None:
    with pytest.raises(KeyError, match="windw: no such token"):
        render({"windw": "8s"})


def test_templates_of_prometheus_are_left_alone() -> None:
    assert (
        fill("{{ $value }} of $labels over ${window}", {"window": "5m"}) == "{{ $value }} of $labels over 5m"
    )


@pytest.mark.parametrize("name", sources())
def test_every_number_that_decides_is_a_token(name: str) -> None:
    for group in yaml.safe_load(sources()[name])["groups"]:
        for rule in group["rules"]:
            assert LITERAL.findall(rule["expr"]) == []
            assert all(rule[key].startswith("${") for key in ("for", "keep_firing_for") if key in rule)


@pytest.mark.parametrize("alert", ALERTS)
def test_every_alert_explains_itself(alert: str) -> None:
    rule = ALERTS[alert]
    notes = rule["annotations"]

    assert rule["labels"] == {"severity": rule["labels"]["severity"]}
    assert rule["labels"]["severity"] in {"info", "warning", "critical"}
    assert rule["for"]
    assert rule["keep_firing_for"]
    assert "{{" not in notes["summary"]
    assert "$value" in notes["description"]
    assert "$labels.job" in notes["description"]
    assert notes["runbook_url"] == f"{LINKS['runbooks_url']}/{rule['alert']}.md"
    assert notes["dashboard_url"].startswith(LINKS["grafana_url"])


@pytest.mark.parametrize(
    ("address", "link"), [("runbooks_url", "runbook_url"), ("grafana_url", "dashboard_url")]
)
def test_an_alert_has_no_link_to_what_is_not_set(address: str, link: str) -> None:
    given = [rule["annotations"] for rule in rules(render(LINKS | {address: ""}), "alert")]

    assert [notes for notes in given if link in notes] == []
    assert all(
        f"{other}_url" in notes
        for notes in given
        for other in ("runbook", "dashboard")
        if f"{other}_url" != link
    )


def test_there_are_all_the_alerts() -> None:
    assert len(NAMES) >= 24
    assert [name for name in NAMES if not re.fullmatch(r"Api[A-Z]\w+", name)] == []


@pytest.mark.parametrize("alert", NAMES)
def test_every_alert_has_its_runbook(alert: str) -> None:
    text = (OUTPUT / "runbooks" / f"{alert}.md").read_text()

    assert text.startswith(f"# {alert}\n")
    for heading in ("What it means", "First look", "Likely causes", "At the vendor", "Silence"):
        assert f"\n## {heading}" in text


@pytest.mark.parametrize("path", sorted((OUTPUT / "runbooks").glob("*.md")), ids=lambda path: path.stem)
def test_every_runbook_has_its_alert(path: Path) -> None:
    assert path.stem in NAMES


@pytest.mark.parametrize("alert", ALERTS)
def test_a_runbook_says_the_numbers_of_its_rule(alert: str) -> None:
    meaning = _section(ALERTS[alert]["alert"], "What it means")
    for token in used(alert):
        value, said = defaults()[token], f"{token} is {defaults()[token]}: {meaning}"
        if token.endswith("_share") and token != "late_share":
            assert f"{100 * float(value):g} %" in meaning, said
        elif token.endswith(("_count", "_days")):
            assert re.search(rf"\b{value}\b", meaning), said


@pytest.mark.parametrize("alert", NAMES)
def test_tokens_that_a_runbook_tells_to_raise_exist(alert: str) -> None:
    advice = _section(alert, "Silence")

    assert set(re.findall(r"`([a-z]+_[a-z_]+)`", advice)) <= defaults().keys()


def _section(alert: str, heading: str) -> str:
    text = (OUTPUT / "runbooks" / f"{alert}.md").read_text()
    return text.partition(f"## {heading}")[2].partition("\n## ")[0]
