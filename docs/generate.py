"""Writes the pages that say what the code already says: python -m docs.generate."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path

from docs.src import alerts, chart, codes, events, metrics, performance, sentences, settings, taxonomy

HERE = Path(__file__).parent


@cache
def pages() -> Mapping[Path, str]:
    """Every generated page by where it stands."""
    return {
        HERE / f"{source.__name__.rpartition('.')[2]}.md": source.page()
        for source in (alerts, codes, events, metrics, performance, sentences, settings, taxonomy)
    } | {
        HERE / "agent.yaml": settings.file(),
        chart.README: chart.page(),
        chart.SCHEMA: chart.schema(),
        chart.TEMPLATES: chart.templates(),
    }


if __name__ == "__main__":
    for path, text in pages().items():
        path.write_text(text)
        print(path.relative_to(HERE.parent))  # noqa: T201 - a command says what it wrote
