"""docs/vendors.md shows the vendor that a test adds, and a line of real bodies."""

import pytest

from agent.classify.dialects.dialect import Dialect
from tests.docs.pages import DOCS, blocks
from tests.tools.cache import ROOT

PAGE = DOCS / "vendors.md"
CLASSIFYING = ROOT / "tests" / "unit" / "classify"
BODIES = ROOT / "tests" / "data" / "bodies"


def test_the_example_is_the_file_that_is_tested() -> None:
    assert blocks(PAGE, "python") == [(CLASSIFYING / "foo_ai.py").read_text()]


def test_the_line_of_bodies_is_one_of_ours() -> None:
    (line,) = blocks(PAGE, "json")

    assert any(line in file.read_text() for file in BODIES.glob("*.jsonl"))


@pytest.mark.parametrize("name", ["recognise", "codes", "phrases", "hosts", "limits", "states_error", "keys"])
def test_what_the_page_explains_is_a_part_of_a_dialect(name: str) -> None:
    assert name in Dialect.__dataclass_fields__
    assert f"| `{name}` |" in PAGE.read_text() or f"| `{name.upper()}` |" in PAGE.read_text()
