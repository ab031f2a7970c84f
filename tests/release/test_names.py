"""Names that users build on stay, or the changelog says what became of them (docs/upgrades.md).

names.txt has those of the last release; UPDATE_GOLDEN=1 writes down the names as they are now.
"""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from agent.classify.taxonomy import OutcomeType, Reason
from agent.metrics.catalogue import METRICS
from agent.settings import fields
from grafana.src.tokens import defaults
from release.versions import CHANGELOG
from tests.rules.test_contract import ALERTS

KEPT = Path(__file__).with_name("names.txt")
TOLD = re.compile(r"(?m)^- (?:Renamed|Removed): `([^`]+)`")


def names() -> Iterator[str]:
    """Every name that is a promise, behind its kind."""
    yield from (f"metric {metric.name}" for metric in METRICS)
    yield from (f"label {metric.name} {label}" for metric in METRICS for label in metric.labels)
    yield from (f"type {each.value}" for each in OutcomeType)
    yield from (f"reason {each.value}" for each in Reason)
    yield from (f"setting {name}" for name, _ in fields())
    yield from {f"alert {rule['alert']}" for rule in ALERTS.values()}
    yield from (f"token {name}" for name in defaults())


def gone(kept: set[str], changelog: str) -> set[str]:
    """Which of the names that there were are missing, and nobody says so."""
    told = set(TOLD.findall(changelog))
    return {name for name in kept - {*names()} if name.split(" ", 1)[1] not in told}


def test_no_name_goes_without_a_word_in_the_changelog() -> None:
    if os.environ.get("UPDATE_GOLDEN"):
        KEPT.write_text("".join(f"{name}\n" for name in sorted({*names()})))
    kept = set(KEPT.read_text().splitlines())

    assert gone(kept, CHANGELOG.read_text()) == set(), (
        "say so in CHANGELOG.md: - Renamed: `old` is now `new`."
    )


@pytest.mark.parametrize(
    ("changelog", "missing"),
    [
        ("- Renamed: `api_old_total` is now `api_errors_total`.\n", set()),
        ("- Removed: `api_old_total`.\n", set()),
        ("- Better words for `api_old_total`.\n", {"metric api_old_total"}),
    ],
)
def test_a_name_that_went_is_missed_until_the_changelog_tells(changelog: str, missing: set[str]) -> None:
    assert gone({"metric api_old_total", "metric api_errors_total"}, changelog) == missing
