"""Which phrases and codes a labelled line has hit; the others are listed in tests/data/unearned.txt.

Run as a module it writes the list anew, and refuses to let it grow.
"""

import importlib
import pkgutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from agent import classify
from agent.classify.codes import CODES, VAGUE
from agent.classify.dialects import DIALECTS
from agent.classify.matching import Match, Phrases, Types, Words
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import OWN, own, rows

DATA = OWN.parent
LIST = DATA / "unearned.txt"


def tables() -> list[Phrases]:
    """Every table of phrases that a module of the room holds, by itself or by reason."""
    found: dict[int, Phrases] = {}
    for module in pkgutil.walk_packages(classify.__path__, "agent.classify."):
        for value in vars(importlib.import_module(module.name)).values():
            for each in value.values() if isinstance(value, dict) else (value,):
                if isinstance(each, Phrases):
                    found[id(each)] = each
    return list(found.values())


def listed() -> set[str]:
    return set(LIST.read_text(encoding="utf-8").splitlines())


def unearned() -> set[str]:
    """The phrases, and the codes of each dialect, that no labelled line hits in whatever table."""
    heard: set[str] = set()
    with _listening(heard):
        for response in _labelled():
            classify.explain(response)
    return _rules() - heard


def _labelled() -> Iterator[ApiResponse]:
    for body in own():
        yield body.response
    for row in (*rows(DATA / "wordings.jsonl"), *rows(DATA / "languages.jsonl")):
        yield ApiResponse(body=row["text"])
    for row in rows(DATA / "kinds.jsonl"):
        yield ApiResponse(status=row.get("status"), body=row["body"])
    for row in rows(DATA / "codes.jsonl"):
        yield of_code(row)
    for row in rows(DATA / "sentences.jsonl"):
        yield of_sentence(row)


def of_sentence(row: dict[str, Any]) -> ApiResponse:
    """An error that says nothing but a sentence, in a shape of nobody's."""
    body = {"error": {"message": row["message"]}}
    return ApiResponse(status=row.get("status"), provider=row.get("provider", "unknown"), body=body)


def of_code(row: dict[str, str]) -> ApiResponse:
    """An error that says nothing but a code, under no status."""
    body = {"error": {"code": row["code"], "message": ""}}
    return ApiResponse(provider=row.get("provider", "unknown"), body=body)


def _rules() -> set[str]:
    phrases = {f"phrase {phrase}" for table in tables() for phrase, _ in table.rules}
    return phrases | {f"code {owner} {code}" for owner, codes in _codes() for code in codes}


def _codes() -> Iterator[tuple[str, Any]]:
    """Every table of codes by the name of who owns it; of dialects that share one, the first."""
    yield "any", CODES
    yield "any", VAGUE
    owners = {id(dialect.codes): dialect for dialect in reversed(DIALECTS)}
    yield from ((owner.name, owner.codes) for owner in owners.values())


class _Heard(dict[str, Any]):
    """A table of codes that notes which of them were asked for."""

    def __init__(self, owner: str, codes: Any, heard: set[str]) -> None:
        super().__init__(codes)
        self._owner, self._heard = owner, heard

    def get(self, code: str, default: Any = None) -> Any:
        if code in self:
            self._heard.add(f"code {self._owner} {code}")
        return super().get(code, default)


@contextmanager
def _listening(heard: set[str]) -> Iterator[None]:
    """Note in *heard* what is asked of the tables and answered."""
    match = Phrases.match

    def noted(table: Phrases, words: Words, types: Types = None) -> Match | None:
        found = match(table, words, types)
        if found is not None:
            heard.add(f"phrase {found.phrase}")
        return found

    owners = {id(codes): owner for owner, codes in _codes()}
    codes = [(dialect, dialect.codes) for dialect in DIALECTS]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Phrases, "match", noted)
        patch.setattr("agent.classify.decide.CODES", _Heard("any", CODES, heard))
        patch.setattr("agent.classify.decide.VAGUE", _Heard("any", VAGUE, heard))
        try:
            for dialect, known in codes:  # which are frozen
                object.__setattr__(dialect, "codes", _Heard(owners[id(known)], known, heard))
            yield
        finally:
            for dialect, known in codes:
                object.__setattr__(dialect, "codes", known)


if __name__ == "__main__":
    now = unearned()
    if LIST.exists() and (new := now - listed()):
        sys.exit(f"write a labelled line for each of these first: {sorted(new)}")
    LIST.write_text("".join(f"{rule}\n" for rule in sorted(now)), encoding="utf-8")
