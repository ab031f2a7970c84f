"""The lines of the log that docs/operations.md and other pages name are those that the code writes."""

import re
from pathlib import Path

import pytest

from agent.settings.model import fields, sections
from docs.src import chart
from tests import logged
from tests.docs.pages import DOCS
from tests.tools.cache import ROOT

PAGE = (DOCS / "operations.md").read_text()
ROWS = re.findall(r"(?m)^\| (`[a-z_]+\.[a-z_]+`.*?) \|", PAGE)
LISTED = set(re.findall(r"`([a-z_.]+)`", " ".join(ROWS)))

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
SETTINGS = {name for name, _ in (*fields(), *sections())}
OTHERS = SETTINGS | set(chart.sentences()) | {"service.cert", "service.key"}  # values, and files of Aiven
FIELDS_OF_EVENTS = DOCS / "events.md"  # such as `request.id`


def test_every_line_of_the_log_that_the_table_has_is_written() -> None:
    assert LISTED - logged.events() == set()


def test_the_table_has_every_line_that_warns() -> None:
    warns = {line.event for line in logged.lines() if line.level in logged.LOUD}

    assert warns - LISTED == set()


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.name)
def test_what_looks_like_a_line_of_the_log_is_one(path: Path) -> None:
    begins = {event.partition(".")[0] for event in logged.events()}
    named = set(re.findall(r"`([a-z_]+\.[a-z_]+)(?::[^`]*)?`", path.read_text())) - OTHERS
    alike = {name for name in named if name.partition(".")[0] in begins}

    assert path == FIELDS_OF_EVENTS or alike <= logged.events()
