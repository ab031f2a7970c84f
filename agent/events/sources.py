"""Where a value stands in a record, and the rule that reads it; compiled once, read for every event."""

import re
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

Rule = Callable[[object], object]
"""Returns the value in base units, None when there is none, or raises ValueError when it cannot be used."""

EVENT: Final = ("event",)
HEADERS: Final = ("headers",)
"""Keys beside the event's own, which no JSON object has: the event as a whole, and the record's headers."""

WHOLE, RECORD = "*", "header:"

_PART = r'"[^"]+"|[^\s."](?:[^."]*[^\s."])?'
_PARTS = re.compile(_PART)
_PATH = re.compile(rf"(?:{_PART})(?:\.(?:{_PART}))*\Z")


class Place(NamedTuple):
    """Where a value was found, as a path, and what stands there."""

    path: str
    value: object


class Source(NamedTuple):
    """One place of a field.

    Attributes:
        path: Keys joined by dots; a key with a dot in it stands in double quotes. `*` is the whole event,
            `header:x-status` a header of the Kafka record.

        rule: Reads what stands there.
    """

    path: str
    rule: Rule


Sources = tuple[Source, ...]
Step = tuple[str | tuple[str], tuple[str, ...], Rule]
Steps = tuple[Step, ...]


def compiled(sources: Iterable[Source]) -> Steps:
    """The same sources with their paths taken apart: first key, further keys, rule."""
    steps = []
    for path, rule in sources:
        key, *rest = keys_of(path)
        steps.append((key, tuple(str(part) for part in rest), rule))
    return tuple(steps)


def keys_of(path: str) -> tuple[str | tuple[str], ...]:
    """The keys that lead to a value.

    Raises:
        ValueError: If *path* is none.
    """
    if path == WHOLE:
        return (EVENT,)
    if path.startswith(RECORD) and path[len(RECORD) :].strip():
        return (HEADERS, path[len(RECORD) :].strip().lower())
    if path == RECORD or not _PATH.match(path):
        raise ValueError(f"{path!r} is not a path: write keys joined by dots, such as response.status")
    return tuple(part.strip('"') for part in _PARTS.findall(path))


def first(root: Mapping[Any, object], steps: Steps) -> object:
    """The first value there is.

    Raises:
        ValueError: If what stands there cannot be used.
    """
    for key, rest, rule in steps:
        value = root.get(key)
        if rest and value is not None:
            value = _descend(value, rest)
        if value is None:
            continue
        found = rule(value)
        if found is not None:
            return found
    return None


def found_at(root: Mapping[Any, object], steps: Steps) -> Place | None:
    """Where first() stops, be it at a value or at what cannot be used: for people, not for the hot path."""
    for key, rest, rule in steps:
        value = _descend(root.get(key), rest) if rest else root.get(key)
        if value is None:
            continue
        try:
            is_found = rule(value) is not None
        except ValueError:
            is_found = True
        if is_found:
            return Place(_path_to(key, rest), value)
    return None


def _path_to(key: str | tuple[str], rest: tuple[str, ...]) -> str:
    if key == EVENT:
        return WHOLE
    if key == HEADERS:
        return RECORD + rest[0]
    return ".".join(f'"{part}"' if "." in part else part for part in (str(key), *rest))


def _descend(value: object, keys: tuple[str, ...]) -> object:
    for key in keys:
        if type(value) is not dict:
            return None
        value = value.get(key)
    return value


def texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Record headers as text by lower-case name; of a repeated one the first."""
    found: dict[str, str] = {}
    for name, content in headers:
        if content is not None:
            found.setdefault(name.lower(), content.decode(errors="replace"))
    return found
