"""The boards as Grafana reads them."""

import json
from collections.abc import Iterator
from typing import Any, NamedTuple

from grafana.src.dashboards import BOARDS
from grafana.src.generate import boards, every_panel, generated

Json = dict[str, Any]


class Target(NamedTuple):
    """One query of one panel."""

    board: str
    panel: str
    letter: str
    query: Json

    def __str__(self) -> str:
        return f"{self.board}: {self.panel} {self.letter}"


TEXTS = boards()
PUBLISHED = {path: text for path, text in generated().items() if path.suffix == ".json"}


def board(name: str) -> Json:
    return dict(json.loads(TEXTS[name]))


def panels(name: str) -> list[Json]:
    """The panels of a board, also those in folded rows, without its rows."""
    return [each for each in every_panel(board(name)) if each["type"] != "row"]


def targets() -> Iterator[Target]:
    for name in BOARDS:
        for panel in panels(name):
            for query in panel["targets"]:
                yield Target(name, panel["title"], query["refId"], query)


def variables(name: str) -> list[Json]:
    return list(board(name)["templating"]["list"])
