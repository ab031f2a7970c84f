"""What the pages have people install with Helm can be rendered as it stands there."""

import shlex

import pytest

from tests.docs.pages import DOCS, blocks
from tests.tools import helm
from tests.tools.cache import ROOT, require

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
LINES = [
    line
    for page in PAGES
    for block in blocks(page, "sh")
    for line in block.replace("\\\n", " ").splitlines()
    if line.startswith("helm install ")
]


def test_there_are_lines_on_several_pages() -> None:
    assert len(LINES) >= 4


@pytest.mark.parametrize("line", LINES)
def test_a_line_for_helm_renders_the_chart(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    require(helm.ensure)
    monkeypatch.chdir(ROOT)
    assert "kind: StatefulSet" in helm.helm("template", *shlex.split(line)[2:])
