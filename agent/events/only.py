"""The setting events.only: which events count; all others are ignored, and counted as that.

A condition is `FIELD == VALUE`, `!=`, `=~` or `!~` (a regular expression that must fit as a whole), `FIELD
exists` or `FIELD absent`. FIELD is a field of the event as it was read, or else a path in it.
"""

import re
from collections.abc import Callable, Iterable, Mapping

from agent.events import paths
from agent.events.response import ApiResponse

JsonObject = Mapping[str, object]
Condition = Callable[[JsonObject, ApiResponse], bool]

_CONDITION = re.compile(r"\s*([^<>=!~]+?)\s*(==|!=|=~|!~|=)(?![<>=])\s*(.*?)\s*\Z")
_SEVERAL = re.compile(r"\s(?:and|or|AND|OR|&&|\|\|)\s+\S+\s*(?:[=!]|exists|absent)")
_PRESENCE = re.compile(r"\s*(.+?)\s+(exists|absent)\s*\Z")
_READ: Mapping[str, Callable[[ApiResponse], object]] = {
    "status": lambda response: response.status,
    "provider": lambda response: response.provider,
    "method": lambda response: response.method,
    "path": lambda response: response.path.split("?", 1)[0] or None,
    "ending": lambda response: response.ending,
}
_EXAMPLE = "write FIELD == VALUE, !=, =~ or !~, or FIELD exists or absent, such as path != /healthz"


class Only:
    """Conditions of which all must hold.

    Raises:
        ValueError: If one cannot be read; it quotes it and shows a right one.
    """

    def __init__(self, conditions: Iterable[str]) -> None:
        self._conditions = {condition: _compiled(condition) for condition in conditions}

    def __bool__(self) -> bool:
        return bool(self._conditions)

    def __call__(self, event: JsonObject, response: ApiResponse) -> bool:
        return all(holds(event, response) for holds in self._conditions.values())

    def broken(self, event: JsonObject, response: ApiResponse) -> str:
        """The first condition that does not hold, as it was written; empty when all hold."""
        found = (it for it, holds in self._conditions.items() if not holds(event, response))
        return next(found, "")


def keys_of(conditions: Iterable[str]) -> frozenset[str]:
    """The keys of an event that can decide whether these conditions hold for it."""
    matches = (_PRESENCE.match(condition) or _CONDITION.match(condition) for condition in conditions)
    return frozenset(str(paths.parsed(match[1])[0]) for match in matches if match)


def _compiled(condition: str) -> Condition:
    if _SEVERAL.search(condition):
        raise ValueError(f"{condition!r} holds several conditions: give a list, all of which must hold")
    presence = _PRESENCE.match(condition)
    if presence is not None:
        value_of, is_wanted = _value_of(presence[1]), presence[2] == "exists"
        return lambda event, response: (value_of(event, response) is not None) == is_wanted
    comparison = _CONDITION.match(condition)
    if comparison is None:
        raise ValueError(f"{condition!r} is no condition: {_EXAMPLE}")
    value_of, is_like = _value_of(comparison[1]), _like(comparison[2], comparison[3].strip("\"'"))
    is_wanted = comparison[2] not in {"!=", "!~"}
    return lambda event, response: is_like(value_of(event, response)) == is_wanted


def _value_of(field: str) -> Callable[[JsonObject, ApiResponse], object]:
    read, keys = _READ.get(field), paths.parsed(field)
    if read is None:
        return lambda event, _response: paths.below(event, keys)
    return lambda event, response: read(response) if read(response) is not None else paths.below(event, keys)


def _like(operator: str, wanted: str) -> Callable[[object], bool]:
    if operator not in {"=~", "!~"}:
        return lambda value: value is not None and _text(value) == wanted
    try:
        pattern = re.compile(wanted)
    except re.error as error:
        raise ValueError(f"{wanted!r} is no regular expression: {error}; such as path =~ /v1/.*") from None
    return lambda value: value is not None and pattern.fullmatch(_text(value)) is not None


def _text(value: object) -> str:
    return str(value).lower() if type(value) is bool else str(value)
