"""Error bodies to make events of: those of tests/data/bodies, as they are or with fresh ids and numbers."""

import json
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import Any, NamedTuple

FOLDER = Path(__file__).parents[1] / "tests" / "data" / "bodies"

ERRORS = 400  # and above: what HTTP calls an error

STORM = {429, 503, 529}
"""What comes in masses when it comes."""

_CODE = r"(?<!code)(?<!code[ :=#])(?<!code.[ :=#])(?<!code.[ :=#].)(?<!code.[ :=#]..)(?<!error-)(?<!error )"
_VARIES = re.compile(
    r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)(?P<hex>[0-9a-f]{6,})\b"  # ids
    rf"|{_CODE}(?<![\w.])(?P<number>\d{{4,}})(?![\w.])"  # counters, years, limits; never a code
    r"|(?<=in )(?P<wait>\d{2,3})(?=m?s\b)|(?<=after )(?P<after>\d{2,3})(?= s)|(?<=Used )(?P<used>\d+)",
    re.IGNORECASE,
)
"""What differs between two errors that mean the same."""

_MESSAGE = re.compile(r'"message": "(?:[^"\\]|\\.)+(?=")')
_ID = "7d0f3b91c2e84a65"


class Body(NamedTuple):
    """One error as a template of JSON.

    Attributes:
        provider: Whose error it is.

        text: The members `body` and, if it has some, `headers` of an event, for the operator %.

        slots: For each value that the template takes, its first value and how many there are.
    """

    status: int
    provider: str
    text: str
    slots: tuple[tuple[int, int], ...]

    def drawn(self, chance: Random) -> str:
        """The text with other ids and numbers of the same length."""
        draw = chance.random
        return self.text % tuple(first + int(count * draw()) for first, count in self.slots)


def load(*, fresh: bool) -> list[Body]:
    """All bodies whose status is an error, in an order that is always the same."""
    return [body(row, fresh=fresh) for row in _rows(FOLDER.glob("*.jsonl")) if (row["status"] or 0) >= ERRORS]


def body(row: dict[str, Any], *, fresh: bool) -> Body:
    """A row of tests/data/bodies as a template; without *fresh* it has no slots."""
    members: dict[str, Any] = {"headers": row["headers"]} if row.get("headers") else {}
    text = json.dumps(members | {"body": _parsed(row["body"])}, ensure_ascii=False)[1:-1]
    template, slots = _template(_identified(text)) if fresh else (text.replace("%", "%%"), ())
    return Body(row["status"], row["dialect"], template, slots)


def _identified(text: str) -> str:
    """The text with an id in its message, as vendors write one, unless something in it varies already."""
    if _VARIES.search(text):
        return text
    named = _MESSAGE.sub(rf"\g<0> (request id: {_ID})", text, count=1)
    if named != text:
        return named
    is_object = text.endswith("}")
    return f'{text[:-1]}, "request_id": "{_ID}"}}' if is_object else f'{text[:-1]} (request id: {_ID})"'


def _rows(files: Iterable[Path]) -> Iterator[dict[str, Any]]:
    for file in sorted(files):
        yield from map(json.loads, file.read_text(encoding="utf-8").splitlines())


def _parsed(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return text


def _template(text: str) -> tuple[str, tuple[tuple[int, int], ...]]:
    parts: list[str] = []
    slots: list[tuple[int, int]] = []
    end = 0
    for match in _VARIES.finditer(text):
        form, slot = _slot(match[0], is_hex=match["hex"] is not None)
        parts += [text[end : match.start()].replace("%", "%%"), form]
        slots.append(slot)
        end = match.end()
    return "".join((*parts, text[end:].replace("%", "%%"))), tuple(slots)


def _slot(seen: str, *, is_hex: bool) -> tuple[str, tuple[int, int]]:
    """How to write a value as long as the one seen, and which there are; a number keeps its first digit."""
    length = len(seen)
    if is_hex:
        return f"%0{length}x", (0, 16**length)
    step: int = 10 ** (length - 1)
    return f"%0{length}d", (int(seen[0]) * step, step)
