"""The settings events.fields: where the fields of an own format stand.

A place is a path (`response.status`), a mapping (`{path: latencies.request, unit: ms}`), a constant
(`{value: openai}`), the time between two instants (`{start: begun, end: done}`), headers that are keys of the
event (`{prefix: sent_http_}`), or a list of these, of which the first with a value counts.
"""

from collections.abc import Iterator, Mapping
from functools import partial
from typing import NamedTuple

from agent.events import paths, rules
from agent.events.presets.preset import unless_empty
from agent.events.sources import WHOLE, Rule, Source, Sources, keys_of
from agent.events.tracing import TRACE_ID, trace_id

ATTRIBUTES, MODEL, POOL = "attributes", "model", "pool"
SHORT: dict[str, Rule] = {MODEL: rules.attribute, POOL: rules.attribute, TRACE_ID: trace_id}
"""Attributes that may also stand among the fields, as most people ask for them."""

RULES: dict[str, Rule] = {
    "status": rules.status,
    "provider": rules.provider_or_host,
    "method": rules.method,
    "path": rules.path,
    "duration": rules.seconds,
    "time_to_first_token": rules.seconds,
    "timestamp": rules.timestamp,
    "request_id": rules.identifier,
    "headers": rules.headers,
    "body": rules.body,
    "ending": rules.ending,
    "attempts": rules.attempts,
}
DURATIONS = ("duration", "time_to_first_token")
IN_UNIT = {**dict.fromkeys(DURATIONS, rules.duration_in), "timestamp": rules.timestamp_in}
_FORMS = (
    {"path", "unit", "absent"},
    {"value"},
    {"start", "end", "unit"},
    {"path", "prefix"},
)
_PARTS = ("path", "unit", "absent", "value", "start", "end", "prefix")


_NOTHING = (None, "", "-")


class Problem(NamedTuple):
    """What is wrong with a mapping.

    Attributes:
        place: Where, as keys below events.fields.
    """

    place: tuple[str, ...]
    value: object
    message: str


class Overrides(NamedTuple):
    """What the settings say of fields, and of the sources of extra labels."""

    fields: Mapping[str, Sources]
    attributes: Mapping[str, Sources]


def problems(fields: Mapping[str, object]) -> list[Problem]:
    """Everything that is wrong with *fields*."""
    found: list[Problem] = []
    for name, place in fields.items():
        if name == ATTRIBUTES and not isinstance(place, Mapping):
            found.append(Problem((name,), place, "not a mapping such as {model: request.model}"))
            continue
        for where, rule_of, item in _items(name, place):
            try:
                _sources(rule_of, item)
            except ValueError as error:
                found.append(Problem(where, item, str(error)))
    return found


def overrides(fields: Mapping[str, object]) -> Overrides:
    """The sources that *fields* name.

    Raises:
        ValueError: If there is a problem.
    """
    read = {
        where: _sources(rule_of, item)
        for name, place in fields.items()
        for where, rule_of, item in _items(name, place)
    }
    return Overrides(
        {where[0]: sources for where, sources in read.items() if len(where) == 1},
        {where[1]: sources for where, sources in read.items() if len(where) > 1},
    )


def _items(name: str, place: object) -> Iterator[tuple[tuple[str, ...], str, object]]:
    if name == ATTRIBUTES and isinstance(place, Mapping):
        yield from (((name, str(label)), _rule_of(label), item) for label, item in place.items())
    elif name in SHORT:
        yield (ATTRIBUTES, name), name, place
    else:
        yield (name,), name, place


def _rule_of(label: object) -> str:
    return str(label) if label in SHORT else ATTRIBUTES


def _sources(field: str, place: object) -> Sources:
    if field not in RULES and field not in SHORT and field != ATTRIBUTES:
        raise ValueError(f"no such field; there are {', '.join((*RULES, *SHORT, ATTRIBUTES))}")
    places = place if isinstance(place, list) else [place]
    if not places:
        raise ValueError("an empty list; give at least one path")
    return tuple(source for item in places for source in _read(field, item))


def _read(field: str, place: object) -> Sources:
    rule = (RULES | SHORT).get(field, rules.attribute)
    if isinstance(place, str):
        return (_checked(Source(place, unless_empty(rule))),)
    if not isinstance(place, Mapping):
        raise ValueError("neither a path nor a mapping such as {path: latencies.request, unit: ms}")  # noqa: TRY004
    unknown = sorted(str(key) for key in place if key not in _PARTS)
    if unknown:
        raise ValueError(f"unknown word {', '.join(unknown)}; there are {', '.join(_PARTS)}")
    if not place or not any(form >= set(place) for form in _FORMS):
        raise ValueError("give {path: ..., unit: ..., absent: ...}, {value: ...} or {start: ..., end: ...}")
    if "value" in place:
        return (_constant(field, rule, place["value"]),)
    if "start" in place or "end" in place:
        return (_between(field, place),)
    if "prefix" in place:
        return (_prefixed(field, place),)
    found = _checked(Source(_path(place.get("path")), unless_empty(_in_unit(field, place, rule))))
    return (found, _constant(field, rule, place["absent"])) if "absent" in place else (found,)


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError(f"{value!r} is not a path: write keys joined by dots, such as response.status")  # noqa: TRY004
    return value


def _checked(source: Source) -> Source:
    keys_of(source.path)
    return source


def _in_unit(field: str, place: Mapping[str, object], rule: Rule) -> Rule:
    if "unit" not in place:
        return rule
    if field not in IN_UNIT:
        raise ValueError(f"{field} has no unit; {', '.join(IN_UNIT)} have")
    unit = place["unit"]
    if not isinstance(unit, str) or unit not in rules.UNITS:
        raise ValueError(f"unit {unit!r} is none of {', '.join(rules.UNITS)}")
    return IN_UNIT[field](unit)


def _constant(field: str, rule: Rule, constant: object) -> Source:
    try:
        value = rule(constant)
    except ValueError:
        raise ValueError(f"{constant!r} cannot be a {field}") from None
    return Source(WHOLE, lambda _event: value)


def _between(field: str, place: Mapping[str, object]) -> Source:
    """The time from one instant to another."""
    if field not in DURATIONS:
        raise ValueError(f"start and end give a duration; {field} is none")
    if "start" not in place or "end" not in place:
        raise ValueError("give both start and end")
    instant = _in_unit("timestamp", place, rules.timestamp)
    ends = tuple(paths.parsed(_path(place[name])) for name in ("start", "end"))

    def read(event: object) -> float | None:
        start, end = (paths.below(event, keys) for keys in ends)
        if start in _NOTHING or end in _NOTHING:
            return None
        return rules.seconds(instant(end) - instant(start))  # type: ignore[operator]

    return Source(WHOLE, read)


def _prefixed(field: str, place: Mapping[str, object]) -> Source:
    """Headers that stand as keys of their own, in names where `_` stands for `-`."""
    prefix = place["prefix"]
    if field != "headers" or not isinstance(prefix, str) or not prefix:
        raise ValueError(
            "a prefix is a text that the names of headers begin with, as in {prefix: sent_http_}"
        )
    return _checked(Source(_path(place.get("path", WHOLE)), partial(rules.headers_with, prefix)))
