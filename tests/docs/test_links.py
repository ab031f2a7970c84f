"""Links between the pages of the repository lead somewhere, and README leads to every page."""

import re
from pathlib import Path

import pytest

from tests.docs.pages import DOCS
from tests.tools.cache import ROOT

PAGES = [*ROOT.glob("*.md"), *DOCS.glob("*.md"), *(ROOT / "grafana" / "runbooks").glob("*.md")]
LINK = re.compile(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)")


def links(page: Path) -> list[tuple[Path, str]]:
    """Where each link of a page leads: a file, and a heading in it."""
    text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
    return [(page.parent / file if file else page, heading) for file, heading in LINK.findall(text)]


def headings(page: Path) -> set[str]:
    """The headings of a page as a link names them: in small letters, with hyphens, without signs."""
    titles = re.findall(r"(?m)^#+ (.+)$", re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL))
    return {re.sub(r"[^\w\- ]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_leads_to_a_file_and_to_a_heading_in_it(page: Path) -> None:
    for file, heading in links(page):
        assert file.exists(), file
        assert not heading or heading in headings(file), f"{file.name} has no heading for #{heading}"


def test_readme_leads_to_every_page() -> None:
    linked = {file.resolve() for file, _ in links(ROOT / "README.md")}

    assert {page.name for page in (*DOCS.glob("*.md"), *DOCS.glob("*.yaml")) if page not in linked} == set()
