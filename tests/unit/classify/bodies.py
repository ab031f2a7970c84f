"""Labelled bodies: our own and collected ones, and the research corpus where it is at hand."""

import json
import os
from pathlib import Path
from typing import Any, NamedTuple

from agent.events.response import ApiResponse

ROOT = Path(__file__).parents[3]
OWN = ROOT / "tests" / "data" / "bodies"
CORPUS = Path(os.environ.get("CORPUS", ROOT.parent / "shared" / "corpus" / "error_bodies.jsonl"))


class Labelled(NamedTuple):
    name: str
    provider: str
    response: ApiResponse
    type: str
    reason: str
    retry_after: float | None
    dialect: str | None


def labelled(name: str, row: dict[str, Any]) -> Labelled:
    response = ApiResponse(status=row["status"], headers=row.get("headers") or {}, body=row["body"])
    wait = row["retry_after"] if "retry_after" in row else row["retry_after_s"]
    provider = row.get("provider", "unknown")
    return Labelled(name, provider, response, row["type"], row["reason"], wait, row.get("dialect"))


def rows(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


def own() -> list[Labelled]:
    return [
        labelled(f"{path.stem}-{number}", row)
        for path in sorted(OWN.glob("*.jsonl"))
        for number, row in enumerate(rows(path), start=1)
    ]


def corpus() -> list[Labelled]:
    return [labelled(row["id"], row) for row in rows(CORPUS)] if CORPUS.exists() else []


class Collected(NamedTuple):
    """A response from a public report, document or source, labelled by who had not seen the classifier.

    Attributes:
        type: What its reader took it for; "ok" for none.

        types: That, and what else a careful reader would defend.
    """

    response: ApiResponse
    type: str
    types: frozenset[str]
    reason: str
    reasons: frozenset[str]
    retry_after: float | None


def collected() -> list[Collected]:
    return [
        Collected(
            ApiResponse(status=row["status"], headers=row.get("headers", {}), body=row["body"]),
            row["type"],
            frozenset({row["type"], *row.get("alt", ())}),
            row["reason"],
            frozenset({row["reason"], *row.get("alt_reasons", ())}),
            row.get("retry_after"),
        )
        for row in rows(OWN.parent / "collected.jsonl")
    ]


def close(wanted: float | None, got: float | None) -> bool:
    if wanted is None or got is None:
        return wanted is got
    return abs(wanted - got) <= 1
