"""What the pages in docs show: fenced blocks, by language and by the file that their first line names."""

import re
from pathlib import Path

from tests.tools.cache import ROOT

DOCS = ROOT / "docs"


def blocks(page: Path, language: str, file: str = "") -> list[str]:
    """The blocks of *page* in *language*; with *file*, those that begin with `# file`, without that line."""
    found = re.findall(rf"(?m)^```{language}\n(.*?)^```", page.read_text(), re.DOTALL)
    if not file:
        return found
    named = f"# {file}\n"
    return [text.removeprefix(named) for text in found if text.startswith(named)]
