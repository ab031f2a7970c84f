"""What the pages have people install with Helm can be rendered as it stands there."""

import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.docs.pages import DOCS, blocks
from tests.tools import helm
from tests.tools.cache import ROOT, require

PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md"))]
VERBS = ("helm install ", "helm upgrade ")


def commands(page: Path) -> Iterator[str]:
    """The lines of the shell on a page, each as a whole."""
    for block in blocks(page, "sh"):
        yield from block.replace("\\\n", " ").splitlines()


LINES = [(page, line) for page in PAGES for line in commands(page) if line.startswith(VERBS)]


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "deploy").symlink_to(ROOT / "deploy")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def copy_what_the_page_copies(page: Path) -> None:
    for line in commands(page):
        if line.startswith("cp "):
            _, source, target = shlex.split(line)
            shutil.copy(source, target)


def test_there_are_lines_on_several_pages() -> None:
    assert len({page for page, _ in LINES}) >= 4


@pytest.mark.parametrize(("page", "line"), LINES, ids=[page.name for page, _ in LINES])
@pytest.mark.usefixtures("checkout")
def test_a_line_for_helm_renders_the_chart(page: Path, line: str) -> None:
    require(helm.ensure)
    copy_what_the_page_copies(page)

    assert "kind: StatefulSet" in helm.helm("template", *shlex.split(line)[2:])
