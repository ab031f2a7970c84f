"""Where a value stands in a record, and the rule that reads it; compiled once, read for every event."""

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final, NamedTuple

from agent.events import paths

Rule = Callable[[object], object]
"""Returns the value in base units, None when there is none, or raises ValueError when it cannot be used."""

EVENT: Final = ("event",)
HEADERS: Final = ("headers",)
"""Keys beside the event's own, which no JSON object has: the event as a whole, and the record's headers."""

WHOLE, RECORD = "*", "header:"


class Place(NamedTuple):
    """Where a value was found, as a path, and what stands there."""

    path: str
    value: object


class Source(NamedTuple):
    """One place of a field.

    Attributes:
        path: As agent.events.paths has it; `*` is the whole event, `header:x-status` a header of the Kafka
            record.

        rule: Reads what stands there.
    """

    path: str
    rule: Rule


Sources = tuple[Source, ...]
Step = tuple[str | tuple[str] | frozenset[str | tuple[str]], paths.Keys, Rule]
"""First key, further keys, rule.

A set of keys is those of the steps behind it: without any of them there, the search ends. A field with many
names costs little in the events that do not have it.
"""

Steps = tuple[Step, ...]

_FEW = 4


def compiled(sources: Iterable[Source]) -> Steps:
    """The same sources with their paths taken apart."""
    steps = tuple((*keys_of(path), rule) for path, rule in sources)
    if len(steps) <= _FEW:
        return steps
    usual, *others = steps
    behind = frozenset(key for key, _, _ in others)
    return (usual, (behind, (), _nothing), *others)


def _nothing(_value: object) -> None:
    return None


def keys_of(path: str) -> tuple[str | tuple[str], paths.Keys]:
    """The first key that leads to a value, and the further ones.

    Raises:
        ValueError: If *path* is none.
    """
    if path == WHOLE:
        return EVENT, ()
    if path.startswith(RECORD) and path[len(RECORD) :].strip():
        return HEADERS, (path[len(RECORD) :].strip().lower(),)
    if path == RECORD:
        raise ValueError(
            f"{path!r} is not a path: write the name of a record's header, such as header:x-status"
        )
    key, *rest = paths.parsed(path)
    if isinstance(key, paths.Where):
        raise ValueError(f"{path!r} is not a path: where(...) stands behind a key that holds a list")  # noqa: TRY004
    return key, tuple(rest)


def first(root: Mapping[Any, object], steps: Steps) -> object:
    """The first value there is.

    Raises:
        ValueError: If what stands there cannot be used.
    """
    for key, rest, rule in steps:
        value = root.get(key)
        if rest and value is not None:
            value = paths.below(value, rest)
        if value is None:
            if type(key) is frozenset and key.isdisjoint(root):
                break
            continue
        found = rule(value)
        if found is not None:
            return found
    return None


def present(steps: Steps, root: Mapping[Any, object]) -> Steps:
    """The steps of which first() would not pass the first key by in anything with the same keys as *root*."""
    return tuple(step for step in steps if type(step[0]) is not frozenset and step[0] in root)


def found_at(root: Mapping[Any, object], steps: Steps) -> Place | None:
    """Where first() stops, be it at a value or at what cannot be used: for people, not for the hot path."""
    for key, rest, rule in steps:
        value = paths.below(root.get(key), rest) if rest else root.get(key)
        if value is None:
            continue
        try:
            is_found = rule(value) is not None
        except ValueError:
            is_found = True
        if is_found:
            return Place(_path_to(key, rest), value)
    return None


def _path_to(key: object, rest: paths.Keys) -> str:
    if key == EVENT:
        return WHOLE
    if key == HEADERS:
        return RECORD + paths.written(rest)
    return paths.written((str(key), *rest))


def texts(headers: Iterable[tuple[str, bytes | None]]) -> dict[str, str]:
    """Record headers as text by lower-case name; of a repeated one the first."""
    found: dict[str, str] = {}
    for name, content in headers:
        if content is not None:
            found.setdefault(name.lower(), content.decode(errors="replace"))
    return found
