"""What to set when an event is read half: the places where missing fields seem to stand."""

from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from agent.assembly import Parts
from agent.events import Event, Extractor, rules
from agent.events.hosts import host_of, provider_at
from agent.events.paths import written
from agent.events.presets import PRESETS, JsonObject
from agent.events.response import UNKNOWN
from agent.events.wrappers import WRAPPERS, candidates
from agent.meaning import Counted, Ignored, Meaning, Record, meanings

_DEEPEST = 4
_MOST_PLACES = 500
_SAID_BY_A_PRESET = 3
"""Fields that another preset must find, and more than the one that is set."""

_READ_BY = {name: Extractor(preset=name) for name, shape in PRESETS.items() if shape.entries is None}
_STATUS_WORDS = ("status", "code")
_DURATION_WORDS = ("duration", "latency", "elapsed", "took", "response_time", "responsetime")
_UNITS = (("ms", ("ms", "milli")), ("us", ("us", "micro")), ("ns", ("ns", "nano")))


class Advice(NamedTuple):
    """A setting that would read more of an event.

    Attributes:
        seen: What speaks for it; a value of the event stands here only.

        setting: What to set.
    """

    seen: str
    setting: str

    def __str__(self) -> str:
        return f"{self.seen}: set {self.setting}"


class _Place(NamedTuple):
    path: str
    name: str
    value: object


def advice_on(parts: Parts, record: Record, now: float) -> set[Advice]:
    """All advice on the events in a record."""
    return {
        advice
        for meaning in meanings(parts.reader, record, now, parts.rules)
        if isinstance(source := meaning.found.opened.event, Mapping)
        for advice in advise(source, meaning)
    }


def advise(event: JsonObject, meaning: Meaning) -> list[Advice]:
    """Settings that would read more of *event*.

    Args:
        meaning: What is made of it today; nothing is said of fields that were found.
    """
    if isinstance(meaning, Ignored):
        return []
    today = meaning.event if isinstance(meaning, Counted) else None
    found = [*_preset(event, today, meaning.found.opened.way)]
    if found:
        return found
    response = today.response if today is not None else None
    places = list(_places(event))
    advice = [*_first(places, "status", _status)] if response is None or response.status is None else []
    if response is not None and response.duration is None:
        advice += _first(places, "duration", _duration)
    if response is not None and response.provider == UNKNOWN:
        advice += _first(places, "provider", _host)
    if response is not None and not response.path:
        advice += _first(places, "path", _path)
    return advice


def _preset(event: JsonObject, today: Event | None, way: tuple[str, ...]) -> Iterator[Advice]:
    """The preset that reads most of an event, or of JSON below one of its keys, if it is more than today."""
    least = max(_SAID_BY_A_PRESET, _told(today) + 1 if today is not None else 0)
    best = _best(event, least)
    if best is not None and way[:1] and way[0] in WRAPPERS:
        yield _wrapped(best, way[0])
        return
    if best is not None:
        yield Advice(f"it has the shape of {best}", f"events.preset: {best}")
        return
    for key, values in candidates(event):
        inner = _best(values[0], least) if isinstance(values[0], Mapping) else None
        if inner is not None:
            yield _wrapped(inner, key)
            return


def _wrapped(preset: str, key: str) -> Advice:
    settings = f"events.preset: {preset}, events.unwrap: {key}"
    return Advice(f"`{key}` holds JSON in the shape of {preset}", settings)


def _best(event: JsonObject, least: int) -> str | None:
    """The preset that reads most of an event, if it is *least* fields; of several the default one first."""
    scores = {name: _told(_READ_BY[name].extract(event), name) for name in _READ_BY}
    most = max(scores.values())
    if most < least:
        return None
    return next(name for name, score in scores.items() if score == most)


def _told(event: Event, preset: str = "") -> int:
    """How many fields were found; none at all where there is no status.

    A gateway's own name is no find: any event without a provider could be its refusal.
    """
    response = event.response
    known = (response.duration, response.timestamp, response.path or None, response.request_id)
    told = sum(value is not None for value in known) + (response.provider not in {UNKNOWN, preset})
    return 0 if response.status is None else 1 + told - len(event.bad_fields)


def _places(value: object, keys: tuple[str, ...] = ()) -> Iterator[_Place]:
    if isinstance(value, Mapping) and len(keys) < _DEEPEST:
        for key, below in list(value.items())[:_MOST_PLACES]:
            yield from _places(below, (*keys, str(key)))
    elif keys:
        yield _Place(written(keys), keys[-1].lower(), value)


def _first(places: list[_Place], field: str, fits: Callable[[_Place], str | None]) -> list[Advice]:
    for place in places[:_MOST_PLACES]:
        where = fits(place)
        if where is not None:
            return [Advice(f"`{place.path}` holds {_shown(place.value)}", f"events.fields.{field}: {where}")]
    return []


def _status(place: _Place) -> str | None:
    try:
        rules.status(place.value)
    except ValueError:
        return None
    return place.path if any(word in place.name for word in _STATUS_WORDS) else None


def _duration(place: _Place) -> str | None:
    if not any(word in place.name for word in _DURATION_WORDS):
        return None
    try:
        rules.seconds(place.value)
    except ValueError:
        return None
    unit = next((unit for unit, marks in _UNITS if place.name.endswith(marks)), "s")
    return place.path if isinstance(place.value, str) else f"{{path: {place.path}, unit: {unit}}}"


def _host(place: _Place) -> str | None:
    is_text = isinstance(place.value, str) and "." in place.value and len(place.value) < 300  # noqa: PLR2004
    return place.path if is_text and provider_at(host_of(str(place.value))) else None


def _path(place: _Place) -> str | None:
    is_path = isinstance(place.value, str) and place.value.startswith(("/v1", "/v1beta", "/openai/", "/api/"))
    return place.path if is_path else None


def _shown(value: object) -> str:
    return str(value) if isinstance(value, int | float) else "such a value"
