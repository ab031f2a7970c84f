"""Paths to a value in an event: `response.status`, `tries.last.code`, `tags.where(key = model).value`.

A key with a dot in it stands in double quotes. Below a list stands a place from 0 on, `last`, or the first
object in it `where(key = value)`. Below a text that holds JSON the path goes on in what it holds.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import orjson

LAST = "last"

_WHERE = r"where\(\s*[^()=]+?\s*=\s*[^()]*?\s*\)"
_KEY = r'[^\s."$\[\]|*?(){}](?:[^."$\[\]|*?(){}]*[^\s."$\[\]|*?(){}])?'
_PART = rf'"[^"]+"|{_WHERE}|{_KEY}'
_PARTS = re.compile(_PART)
_PATH = re.compile(rf"(?:{_PART})(?:\.(?:{_PART}))*\Z")
_CONDITION = re.compile(r"where\(\s*([^()=]+?)\s*=\s*([^()]*?)\s*\)\Z")
_INDEX = re.compile(r"\[\s*(-?\d+)\s*\]|\[\s*['\"]([^'\"\]]+)['\"]\s*\]")
_REMEMBERED_TEXTS = 8


class Where(NamedTuple):
    """The first object in a list whose *key* holds *value*."""

    key: str
    value: str


Key = str | Where
Keys = tuple[Key, ...]


def parsed(path: str) -> Keys:
    """The keys that lead to a value.

    Raises:
        ValueError: If *path* is none. It names the spelling that was meant, where that can be told.
    """
    if not _PATH.match(path) or path.startswith("/"):
        raise ValueError(f"{path!r} is not a path: {_meant(path)}")
    return tuple(_key(part) for part in _PARTS.findall(path))


def written(keys: Sequence[Key]) -> str:
    """The path of *keys*."""
    return ".".join(_part(key) for key in keys)


def below(value: object, keys: Keys) -> object:
    """What stands below *value*; None when nothing does."""
    for key in keys:
        if value is None:
            return None
        value = value.get(key) if type(value) is dict else _in_other(value, key)
    return value


def opened(text: str) -> Mapping[str, object] | list[object] | None:
    """The object or list that a text holds as JSON."""
    return _opened(text) if text.lstrip()[:1] in {"{", "["} else None


@lru_cache(_REMEMBERED_TEXTS)  # several paths lead into the same text
def _opened(text: str) -> Mapping[str, object] | list[object] | None:
    try:
        found = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    return found if type(found) in {dict, list} else None


def _in_other(value: object, key: Key) -> object:
    if type(value) is str:
        value = opened(value)
    if type(value) is dict:
        return value.get(key)
    if type(value) is not list or not value:
        return None
    if isinstance(key, Where):
        return next(
            (item for item in value if type(item) is dict and _is(item.get(key.key), key.value)), None
        )
    if key == LAST:
        return value[-1]
    return value[int(key)] if key.isascii() and key.isdigit() and int(key) < len(value) else None


def _is(found: object, wanted: str) -> bool:
    return found is not None and str(found) == wanted


def _key(part: str) -> Key:
    condition = _CONDITION.match(part)
    return Where(condition[1].strip('"'), condition[2].strip("\"'")) if condition else part.strip('"')


def _part(key: Key) -> str:
    if isinstance(key, Where):
        return f"where({key.key} = {key.value})"
    return f'"{key}"' if "." in key else key


def _meant(path: str) -> str:
    """Words for the right spelling of what another language spells in its own way."""
    if "|" in path:
        return "for one of several places write a list of paths; a path goes into JSON in a text by itself"
    if "*" in path:
        return "a field is one value; several events in one record are opened by events.each: NAME"
    meant = _INDEX.sub(_dotted, path.strip()).removeprefix("$").replace("/", ".").strip(".")
    if meant != path and _PATH.match(meant):
        return f"write {meant}"
    return "write keys joined by dots, such as response.status"


def _dotted(index: re.Match[str]) -> str:
    if index[1] is not None:
        return f".{LAST}" if index[1] == "-1" else f".{index[1]}"
    return f'."{index[2]}"' if "." in index[2] else f".{index[2]}"
