"""One spelling for the keys of logs whose format people write themselves.

`responseCode`, `RESPONSE-CODE`, `"response.code"` and {"response": {"code": ...}} are all `response_code`.
"""

import re
from collections.abc import Mapping
from functools import lru_cache, wraps

from agent.events import rules
from agent.events.presets.preset import JsonObject, at, unless_empty
from agent.events.presets.words import NO_VALUE
from agent.events.sources import Rule, Sources

_DEEPEST = 3
_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_NO_WORD = re.compile(r"[^a-z0-9]+")
_REMEMBERED_KEYS, _LONGEST_KEY = 4096, 64
_LIMITS = ("retry_after", "x_ratelimit_", "ratelimit_", "anthropic_ratelimit_")


def respelled(event: JsonObject) -> JsonObject:
    """The same event, and beside its own keys their one spelling."""
    found: dict[str, object] = {}
    _gather(event, "", found, _DEEPEST)
    return {**found, **event}


def _gather(value: JsonObject, before: str, found: dict[str, object], deeper: int) -> None:
    for key, item in value.items():
        name = _plain(before, key) if len(key) <= _LONGEST_KEY else key
        found.setdefault(name, item)
        if deeper and type(item) is dict:
            _gather(item, f"{name}_", found, deeper - 1)


@lru_cache(_REMEMBERED_KEYS)
def _plain(before: str, key: str) -> str:
    return before + _NO_WORD.sub("_", _NEW_WORD.sub("_", key).lower()).strip("_")


def written(rule: Rule, *paths: str) -> Sources:
    """The same as logged(), where an object is no value either: what is in it has keys of its own."""
    return at(_unless_object(unless_empty(rule)), *paths)


def _unless_object(rule: Rule) -> Rule:
    @wraps(rule)
    def read(value: object) -> object:
        return None if isinstance(value, Mapping) else rule(value)

    return read


def headers_among(event: object, *prefixes: str) -> dict[str, str] | None:
    """The headers that stand as keys of the event, `_` being `-`, each found by the first of *prefixes*.

    Those of waits and of rate limits are known without a prefix.
    """
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    known = (*prefixes, *_LIMITS)
    names = [name for name, value in event.items() if name.startswith(known) and value not in NO_VALUE]
    found: dict[str, object] = {}
    for prefix in (*prefixes, "") if names else ():
        for name in [name for name in names if name.startswith(prefix or _LIMITS)]:
            names.remove(name)
            found.setdefault(name.removeprefix(prefix).replace("_", "-"), event[name])
    return rules.headers(found) or None
