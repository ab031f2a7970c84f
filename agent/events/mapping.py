"""The settings events.fields: where the fields of an own format stand.

A place is a path (`response.status`), a mapping (`{path: latencies.request, unit: ms}`), a constant
(`{value: openai}`), or a list of these, of which the first with a value counts.
"""

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from agent.events import rules
from agent.events.gateways import logged
from agent.events.sources import WHOLE, Rule, Source, Sources, keys_of

ATTRIBUTES = "attributes"

RULES: Mapping[str, Rule] = {
    "status": rules.status,
    "provider": rules.provider_or_host,
    "method": rules.method,
    "path": rules.text,
    "duration": rules.seconds,
    "timestamp": rules.timestamp,
    "request_id": rules.identifier,
    "headers": rules.headers,
    "body": rules.body,
}
IN_UNIT = {"duration": rules.duration_in, "timestamp": rules.timestamp_in}
_PARTS = ("path", "unit", "value")


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
        yield from (((name, str(label)), ATTRIBUTES, item) for label, item in place.items())
    else:
        yield (name,), name, place


def _sources(field: str, place: object) -> Sources:
    if field not in RULES and field != ATTRIBUTES:
        raise ValueError(f"no such field; there are {', '.join((*RULES, ATTRIBUTES))}")
    places = place if isinstance(place, list) else [place]
    if not places:
        raise ValueError("an empty list; give at least one path")
    return tuple(_source(field, item) for item in places)


def _source(field: str, place: object) -> Source:
    rule = RULES.get(field, rules.attribute)
    if isinstance(place, str):
        return _checked(Source(place, logged(rule)))
    if not isinstance(place, Mapping):
        raise ValueError("neither a path nor a mapping such as {path: latencies.request, unit: ms}")  # noqa: TRY004
    unknown = sorted(str(key) for key in place if key not in _PARTS)
    if unknown:
        raise ValueError(f"unknown word {', '.join(unknown)}; there are {', '.join(_PARTS)}")
    if ("path" in place) == ("value" in place):
        raise ValueError("give either a path or a value")
    if "value" in place:
        return _constant(field, rule, place)
    return _checked(Source(_path(place["path"]), logged(_in_unit(field, place, rule))))


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
        raise ValueError(f"{field} has no unit; {' and '.join(IN_UNIT)} have")
    unit = place["unit"]
    if not isinstance(unit, str) or unit not in rules.UNITS:
        raise ValueError(f"unit {unit!r} is none of {', '.join(rules.UNITS)}")
    return IN_UNIT[field](unit)


def _constant(field: str, rule: Rule, place: Mapping[str, object]) -> Source:
    if "unit" in place:
        raise ValueError("a value has no unit")
    try:
        value = rule(place["value"])
    except ValueError:
        raise ValueError(f"{place['value']!r} cannot be a {field}") from None
    return Source(WHOLE, lambda _event: value)
