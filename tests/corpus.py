"""The corpus of real error bodies, which stands outside of the repository."""

import json
import os
import re
from pathlib import Path
from typing import TypedDict

import pytest

PLACE = Path(__file__).parents[2] / "shared" / "corpus" / "error_bodies.jsonl"
SEEDS = Path(__file__).parents[2] / "shared" / "seeds"


class Row(TypedDict):
    """One recorded error and its labels."""

    id: str
    provider: str
    status: int | None
    body: str
    headers: dict[str, str]
    type: str
    reason: str
    retry_after_s: float | None


def rows() -> list[Row]:
    """The corpus; without it the test is skipped with a loud line."""
    place = Path(os.environ.get("CORPUS", PLACE))
    if not place.exists():
        pytest.skip("NOT TESTED ON REAL BODIES: there is no corpus; name error_bodies.jsonl in CORPUS=")
    return [json.loads(line) for line in place.read_text().splitlines()]


def seed_bodies() -> list[bytes]:
    """The error bodies shown in the two references that the product starts from, as they stand there."""
    texts = [place.read_text() for place in sorted(SEEDS.glob("*.txt"))]
    return [
        body.encode() for text in texts for body in re.findall(r"^\{\n.*?^\}", text, re.MULTILINE | re.DOTALL)
    ]
