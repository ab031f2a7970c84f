"""What each vendor's dialect is worth: types right by status alone, without its dialect, and with it.

python -m tests.unit.classify.leave_one_out writes the table that docs/taxonomy.md shows.
"""

import json
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from agent.classify import classify
from agent.classify.dialects import DIALECTS, recognition
from agent.classify.statuses import type_of
from tests.unit.classify.bodies import ROOT, Labelled, corpus

TABLE = ROOT / "docs" / "src" / "leave_one_out.json"
FEWEST = 5  # bodies of a vendor; fewer say nothing


class Row(NamedTuple):
    vendor: str
    bodies: int
    by_status: int
    dialect: str
    without: int
    whole: int


def right(bodies: Iterable[Labelled]) -> int:
    return sum(classify(body.response).type == body.type for body in bodies)


@contextmanager
def without(name: str) -> Iterator[None]:
    """Leave one dialect out of the registry."""
    before = recognition.REGISTRY
    recognition.REGISTRY = recognition.Registry(tuple(each for each in DIALECTS if each.name != name))
    try:
        yield
    finally:
        recognition.REGISTRY = before


def row(vendor: str, bodies: list[Labelled]) -> Row:
    by_status = sum(type_of(body.response.status) == body.type for body in bodies)
    names = Counter(classify(body.response).dialect for body in bodies)
    dialect = max(sorted(names), key=lambda name: names[name])
    with without(dialect):
        rest = right(bodies)
    return Row(vendor, len(bodies), by_status, dialect, rest, right(bodies))


def rows() -> list[Row]:
    bodies = corpus()
    vendors = sorted(
        name for name, most in Counter(each.provider for each in bodies).items() if most >= FEWEST
    )
    return [row(vendor, [body for body in bodies if body.provider == vendor]) for vendor in vendors]


def written(table: Iterable[Row]) -> str:
    return "[\n" + ",\n".join(f" {json.dumps(each._asdict())}" for each in table) + "\n]\n"


if __name__ == "__main__":
    Path(TABLE).write_text(written(rows()), encoding="utf-8")
