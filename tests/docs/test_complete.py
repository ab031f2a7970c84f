"""Whatever a user can meet by its name has a row on its page, with a sentence that says what it is."""

import re
from collections.abc import Callable
from typing import NamedTuple

import pytest

from agent.classify.taxonomy import OutcomeType, Reason
from agent.cli import app
from agent.events.presets import PRESETS
from agent.metrics.catalogue import METRICS
from agent.settings import fields
from docs.generate import pages
from tests.docs.pages import DOCS
from tests.rules.test_contract import ALERTS, RUNBOOKS

MEANING = r"[^|]*\w[^|]*"


class Kind(NamedTuple):
    """Names of one kind, the page that must explain them, and the line there that does."""

    names: set[str]
    page: str
    line: Callable[[str], str]

    def missing(self, text: str) -> set[str]:
        """Which of them have no line in *text*, or an empty one."""
        return {name for name in self.names if not re.search(rf"(?m)^{self.line(name)}", text)}


def row(between: int = 0) -> Callable[[str], str]:
    """A row of a table with a meaning in it, behind so many other columns."""
    return lambda name: rf"\| `{re.escape(name)}` \|" + r"[^|]*\|" * between + rf" (?!None){MEANING}\|"


def heading(name: str) -> str:
    return rf"##+ {re.escape(name)}\n\n\S"


KINDS = {
    "settings": Kind({name for name, _ in fields()}, "settings.md", row()),
    "metrics": Kind({metric.name for metric in METRICS}, "metrics.md", row(between=2)),
    "alerts": Kind({rule["alert"] for rule in ALERTS.values()}, "alerts.md", heading),
    "commands": Kind(
        {str(each.name or each.callback.__name__) for each in app.registered_commands if each.callback},
        "operations.md",
        row(),
    ),
    "types": Kind({str(each.value) for each in OutcomeType}, "taxonomy.md", heading),
    "reasons": Kind({str(each.value) for each in Reason}, "taxonomy.md", row()),
    "presets": Kind({name for name in PRESETS if name != "native"}, "events.md", heading),
}


def written(page: str) -> str:
    """The page as generating it now would write it, else as it stands."""
    return pages().get(DOCS / page) or (DOCS / page).read_text()


@pytest.mark.parametrize("kind", KINDS)
def test_everything_has_its_line(kind: str) -> None:
    names, page, _ = KINDS[kind]

    assert names
    assert KINDS[kind].missing(written(page)) == set()


@pytest.mark.parametrize("kind", KINDS)
def test_what_has_no_line_is_found(kind: str) -> None:
    one = min(KINDS[kind].names)
    text = "\n".join(line for line in written(KINDS[kind].page).splitlines() if one not in line)

    assert one in KINDS[kind].missing(text)


def test_every_alert_has_a_runbook_and_no_runbook_is_about_anything_else() -> None:
    assert {path.stem for path in RUNBOOKS} == KINDS["alerts"].names


def test_the_page_of_other_tools_counts_our_presets() -> None:
    assert f"{len(PRESETS)} presets, or a mapping" in (DOCS / "compared.md").read_text()
