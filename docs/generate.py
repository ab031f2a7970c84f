"""Writes the pages of docs/ that say what the code already says: python -m docs.generate."""

from collections.abc import Mapping
from pathlib import Path

from docs.src import events, metrics, settings

HERE = Path(__file__).parent


def pages() -> Mapping[Path, str]:
    """Every generated page by where it stands."""
    return {
        HERE / f"{source.__name__.rpartition('.')[2]}.md": source.page()
        for source in (events, metrics, settings)
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
        print(f"docs/{path.name}")  # noqa: T201 - a command says what it wrote
