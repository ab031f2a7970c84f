"""JSON object of an event -> ApiResponse, by a preset and the overrides of the settings, compiled once."""

from collections.abc import Callable, Iterable, Mapping
from functools import partial
from operator import itemgetter
from typing import Any, NamedTuple

import orjson

from agent.bounded import Bounded
from agent.events import applog, rules, tracing
from agent.events.invalid import Field
from agent.events.layouts import MEASURED, Layout, layout_of
from agent.events.mapping import overrides
from agent.events.presets import DEFAULT, PRESETS, JsonObject, Preset
from agent.events.response import CLOSED_REQUEST, ApiResponse, Ending
from agent.events.sources import (
    EVENT,
    HEADERS,
    Place,
    Source,
    Sources,
    Steps,
    compiled,
    first,
    found_at,
    present,
    texts,
)

RecordHeaders = Iterable[tuple[str, bytes | None]]

_BODY = "body"
_ERROR_FROM = 400
_WORDS = frozenset({str, type(None)})
_FIRST_WORDS = _WORDS | {int}
_MOST_BYTES, _WEIGHT = 8 << 20, 2  # of words that are remembered, each with the field that is read of it
# Keys of events that are remembered; what goes beyond them costs more, and means the same.
_MOST_PLANS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096


class Event(NamedTuple):
    """What was read from one record, and the fields of it that could not be used."""

    response: ApiResponse
    bad_fields: tuple[Field, ...]


class _Place(NamedTuple):
    """Where a field stands, and whether the settings say so."""

    field: Field
    name: str
    steps: Steps
    is_own: bool


Fields = dict[str, object]


class _Plan(NamedTuple):
    """What is looked for in an event: everything, or what can be there in events with the same keys.

    Attributes:
        fields: Those that say something: who was asked for what, and how it ended.

        measured: Those that are others in every event.

        words: Takes the values on which all that says something depends; None where they are not known.
    """

    fields: tuple[_Place, ...]
    attributes: tuple[tuple[str, Steps], ...]
    body: Steps
    measured: tuple[_Place, ...]
    words: Callable[[Any], tuple[object, ...]] | None = None

    def of(self, keys: Mapping[Any, object], *, is_flat: bool) -> "_Plan":
        """The steps of which the first key is there."""
        fields, measured = (_present(places, keys) for places in (self.fields, self.measured))
        attributes = tuple((name, present(steps, keys)) for name, steps in self.attributes)
        at = dict.fromkeys(key for key, _, _ in _steps(fields, attributes, ()))
        words = itemgetter(*at) if len(at) > 1 and is_flat else None  # of one key it would make no tuple
        return _Plan(fields, attributes, present(self.body, keys), measured, words)


def _present(places: Iterable[_Place], keys: Mapping[Any, object]) -> tuple[_Place, ...]:
    left = (place._replace(steps=present(place.steps, keys)) for place in places)
    return tuple(place for place in left if place.steps)


class Extractor:
    """Reads events of one wire shape.

    Args:
        attributes: Names of the texts to keep as sources of extra labels.

        preset: Name of the wire shape.

        fields: The settings events.fields, which go before the preset's places.

    Raises:
        ValueError: If *fields* have a problem.

    Attributes:
        reads_headers: Whether record headers are of use.
    """

    def __init__(
        self,
        attributes: tuple[str, ...] = (),
        preset: str = DEFAULT,
        fields: Mapping[str, object] | None = None,
    ) -> None:
        shape, own = PRESETS[preset], overrides(fields or {})
        places = {field.value: sources for field, sources in shape.fields.items()} | dict(own.fields)
        places[Field.PROVIDER] = (*shape.own, *places[Field.PROVIDER])
        body = places.pop(_BODY, shape.body)
        labels = {name: own.attributes.get(name) or _attribute(shape, name) for name in attributes}
        every = [
            _Place(Field(name), name, compiled(sources), name in own.fields)
            for name, sources in places.items()
        ]
        self._plan = _Plan(
            tuple(place for place in every if place.field not in MEASURED),
            tuple((name, compiled(sources)) for name, sources in labels.items()),
            compiled(body),
            tuple(place for place in every if place.field in MEASURED),
        )
        self._plans: dict[tuple[Any, ...], _Plan] = {}
        self._remembered: Bounded[tuple[Fields, list[Field]]] = Bounded(_MOST_BYTES, _WEIGHT)
        self._may_be_bare = preset == DEFAULT and _BODY not in own.fields
        self._opened = shape.opened
        first_keys = {key for key, _, _ in _steps(every, self._plan.attributes, self._plan.body)}
        self.reads_headers = HEADERS in first_keys
        self._needs_root = bool(first_keys & {HEADERS, EVENT}) or shape.opened is not None

    def extract(
        self, event: JsonObject, headers: RecordHeaders = (), around: JsonObject | None = None
    ) -> Event:
        """Read the fields of an event.

        Args:
            around: What carried the event. Fields and labels of the settings are looked for in it too.
        """
        root: Mapping[Any, object] = self._root(event, headers) if self._needs_root else event
        wide = {**around, **root} if around else root
        plan = self._plan if around else self._plan_of(root)
        fields, bad = self._told(plan, root, wide)
        for place in plan.measured:
            _read(place, root, wide, fields, bad)
        body = first(root, plan.body)
        if body is None and self._may_be_bare:
            body = _bare_body(event, fields.get("status"))
        if "status" not in fields:
            fields["status"] = _own_status(body)
        if fields["status"] is None and fields.get("ending") is Ending.CLIENT_CLOSED:
            fields["status"] = CLOSED_REQUEST  # gateways write 0 or -1 there
            bad = [field for field in bad if field is not Field.STATUS]
        return Event(ApiResponse(body=body, **fields), tuple(bad))  # type: ignore[arg-type]

    def said(self, event: JsonObject) -> Event:
        """The same of an event with a layout, without its body and what is measured."""
        fields, bad = _said(self._plan_of(event), event, event)
        return Event(ApiResponse(**fields), tuple(bad))  # type: ignore[arg-type]

    def layout(self, event: JsonObject, others: Iterable[str] = ()) -> Layout | None:
        """How events with the same keys can be read at once; None where more than single keys matter.

        Args:
            others: Keys that matter too.
        """
        if self._needs_root:
            return None
        plan = self._plan.of(event, is_flat=True)
        steps = [
            *(steps for _, steps in plan.attributes),
            tuple((key, (), rules.body) for key in others if key in event),
        ]
        fields = {place.field: place.steps for place in (*plan.fields, *plan.measured)}
        may_be_bare = self._may_be_bare and _BODY not in event
        return layout_of(
            event, fields, steps, plan.body, partial(_body_or_bare, plan.body) if may_be_bare else None
        )

    def places(
        self, event: JsonObject, headers: RecordHeaders = (), around: JsonObject | None = None
    ) -> dict[str, Place]:
        """Where extract() finds each field, the body and each attribute: for people."""
        root = self._root(event, headers)
        wide = {**(around or {}), **root}
        found = {
            **{
                name: found_at(wide if is_own else root, steps)
                for _, name, steps, is_own in (*self._plan.fields, *self._plan.measured)
            },
            **{f"attributes.{name}": found_at(wide, steps) for name, steps in self._plan.attributes},
            "body": found_at(root, self._plan.body),
        }
        return {name: place for name, place in found.items() if place is not None}

    def _root(self, event: JsonObject, headers: RecordHeaders) -> Mapping[Any, object]:
        """The event with what stands beside its own keys."""
        if self._opened is not None:
            event = self._opened(event)
        return {**event, EVENT: event, HEADERS: texts(headers)}

    def _told(
        self, plan: _Plan, root: Mapping[Any, object], wide: Mapping[Any, object]
    ) -> tuple[Fields, list[Field]]:
        """The same as _said(), remembered where all values are words, or the first of them a number."""
        if plan.words is None:
            return _said(plan, root, wide)
        words = plan.words(root)
        what = (plan.words, words[0].__class__, *words)  # with its type, as 1 == 1.0 == True
        try:
            known = self._remembered.get(what)
        except TypeError:  # there is an object among them
            return _said(plan, root, wide)
        if known is None:
            known = _said(plan, root, wide)
            if type(words[0]) in _FIRST_WORDS and all(type(word) in _WORDS for word in words[1:]):
                self._remembered.keep(what, known)
        fields, bad = known
        return {**fields}, [*bad]

    def _plan_of(self, root: Mapping[Any, object]) -> _Plan:
        keys = tuple(root)
        plan = self._plans.get(keys)
        if plan is None:
            is_long = len(keys) > _MOST_KEYS or sum(map(len, keys)) > _LONGEST_KEYS
            if is_long or len(self._plans) >= _MOST_PLANS:
                return self._plan
            plan = self._plans[keys] = self._plan.of(root, is_flat=not self._needs_root)
        return plan


def _said(plan: _Plan, root: Mapping[Any, object], wide: Mapping[Any, object]) -> tuple[Fields, list[Field]]:
    """The fields that say something, and those of them that cannot be used."""
    fields: Fields = {}
    bad: list[Field] = []
    for place in plan.fields:
        _read(place, root, wide, fields, bad)
    attributes: dict[str, str] = {}
    for name, steps in plan.attributes:
        try:
            value = first(wide, steps)
        except ValueError:
            bad.append(Field.ATTRIBUTES)
            continue
        if value is not None:
            attributes[name] = str(value)
    return {**fields, "attributes": attributes}, bad


def _read(
    place: _Place, root: Mapping[Any, object], wide: Mapping[Any, object], fields: Fields, bad: list[Field]
) -> None:
    try:
        value = first(wide if place.is_own else root, place.steps)
    except ValueError:
        bad.append(place.field)
        return
    if value is not None:
        fields[place.name] = value


def _attribute(shape: Preset, name: str) -> Sources:
    usual = (Source(f"{shape.under}{name}", rules.attribute),)
    return shape.attributes.get(name) or (tracing.SOURCES if name == tracing.TRACE_ID else usual)


def _steps(fields: Iterable[_Place], attributes: Iterable[tuple[str, Steps]], body: Steps) -> Steps:
    named = (*(place.steps for place in fields), *(steps for _, steps in attributes))
    return (*(step for steps in named for step in steps), *body)


def _bare_body(event: JsonObject, status: object) -> object:
    """What of an event without a body is, or may be, an error body."""
    is_success = type(status) is int and status < _ERROR_FROM
    return None if is_success or _BODY in event else applog.failure_in(event)


def _body_or_bare(steps: Steps, event: JsonObject) -> object:
    """The body of an error, or what _bare_body makes of the event."""
    body = first(event, steps)
    return applog.failure_in(event) if body is None else body


def _own_status(body: object) -> int | None:
    """The HTTP status that an error body itself carries: AI/ML API's statusCode, PipeLLM's error.code."""
    if type(body) is str and body.lstrip()[:1] == "{":
        body = _parsed(body)
    if type(body) is not dict:
        return None
    error = body.get("error")
    code = error.get("code") if type(error) is dict else None
    return _status(body.get("statusCode")) or _status(code)


def _status(value: object) -> int | None:
    try:
        return rules.status(value)
    except ValueError:
        return None


def _parsed(text: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
