"""Events with the same keys: where their values stand is found once, and becomes code that reads them.

A value is either measured, as times and durations are, and another one in every event; or it says something
that comes again and again: who was asked and for what, and how it ended.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from inspect import unwrap
from typing import Any, NamedTuple

from agent.events import rules
from agent.events.invalid import Field
from agent.events.response import FIRST_ERROR
from agent.events.sources import Rule, Step, Steps

_UNITS: Mapping[Rule, float] = {
    rules.seconds: 1.0,
    rules.milliseconds: 1e3,
    rules.microseconds: 1e6,
    rules.nanoseconds: 1e9,
}
MEASURED: Mapping[Field, Iterable[Rule]] = {
    Field.DURATION: _UNITS,
    Field.TIME_TO_FIRST_TOKEN: _UNITS,
    Field.TIMESTAMP: (rules.timestamp,),
    Field.REQUEST_ID: (rules.identifier,),
    Field.HEADERS: (rules.headers,),
}


_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)

Keys = tuple[str, ...]
Said = tuple[object, ...]
"""The type of the status, then the values that say something. The type, as 1 == 1.0 == True."""

Read = Callable[[Any, datetime], Any]
"""Reads an event whose time must not lie after a given one.

The answer is what is remembered of events that say the same, the duration, the time to the first token, and
the headers, if there are any, with the event's own time.
Where nothing is remembered, or something measured is unusual, it answers None or raises LookupError,
TypeError or ValueError.
"""


class Span(NamedTuple):
    """A key that holds a time span, and how many of its unit make a second."""

    key: str
    per_second: float


class Shape(NamedTuple):
    """The keys at which events have what is read of them; None for what they have not.

    Attributes:
        words: Of the values that say something, that of the status first. All of a response that is not named
            below follows from them.

        unread: Keys of which the values say nothing.
    """

    words: Keys
    duration: Span | None
    first_token: Span | None
    timestamp: str | None
    request_id: str | None
    headers: str | None
    body: str | None
    unread: Keys


def shape_of(
    keys: Iterable[str], fields: Mapping[Field, Steps], others: Iterable[Steps], body: Steps
) -> Shape | None:
    """The shape of events in which only these steps can find something; None where it is not that simple.

    Args:
        keys: All that these events have.

        fields: The steps to each field that can be there.

        others: The steps to what is no field.
    """
    measured = {field: steps[0] for field, steps in fields.items() if field in MEASURED}
    are_simple = all(not rest and unwrap(rule) in MEASURED[at] for at, (_, rest, rule) in measured.items())
    has_one_body = len(body) <= 1 and not any(rest for _, rest, _ in body)
    if Field.STATUS not in fields or not are_simple or not has_one_body:
        return None
    saying = (steps for field, steps in fields.items() if field not in MEASURED)
    words = dict.fromkeys(
        str(key) for steps in (fields[Field.STATUS], *saying, *others) for key, _, _ in steps
    )
    at = {field: str(key) for field, (key, _, _) in measured.items()}
    bodies = [str(key) for key, _, _ in body]
    return Shape(
        tuple(words),
        _span(measured.get(Field.DURATION)),
        _span(measured.get(Field.TIME_TO_FIRST_TOKEN)),
        at.get(Field.TIMESTAMP),
        at.get(Field.REQUEST_ID),
        at.get(Field.HEADERS),
        bodies[0] if bodies else None,
        tuple(key for key in keys if key not in {*words, *at.values(), *bodies}),
    )


def _span(step: Step | None) -> Span | None:
    return Span(str(step[0]), _UNITS[unwrap(step[2])]) if step else None


def said(event: Mapping[str, object], shape: Shape) -> Said:
    """What *event* says."""
    return (type(event[shape.words[0]]), *(event[key] for key in shape.words))


def reader(
    shape: Shape,
    remembered: Mapping[Said, object],
    is_answer: Callable[[object], bool],
    error_of: Callable[[object, Said], object],
) -> Read:
    """Compile the code that reads events of *shape*: a walk over its keys would take twice as long.

    Args:
        remembered: What the reader answers, by what an event says.

        is_answer: Whether a body has no sign of an error.

        error_of: What the reader answers of an error, by its body and what the event says; None to refuse it.
    """
    names: dict[str, Any] = {
        "remembered": remembered,
        "is_answer": is_answer,
        "error_of": error_of,
        "is_past": _is_past,
        "instant": datetime.fromisoformat,
        "EARLIEST": _EARLIEST,
    }
    exec("\n    ".join(("def read(event, latest):", *_lines(shape))), names)  # noqa: S102 - keys stand in it by repr
    read: Read = names["read"]
    return read


def _lines(shape: Shape) -> Iterator[str]:
    yield from (f"if {key!r} not in event: return None" for key in shape.unread)
    if shape.timestamp is not None:
        yield f"at = event[{shape.timestamp!r}]"
        yield "moment = instant(at) if type(at) is str and at[-1] == 'Z' else None"
        yield "if not (EARLIEST < moment <= latest if moment else is_past(at, latest)): return None"
    if shape.request_id is not None:
        yield f"word = event[{shape.request_id!r}]"
        yield f"if type(word) is not str or not 0 < len(word) <= {rules.LONGEST_TEXT}: return None"
    if shape.headers is not None:
        yield f"headers = event[{shape.headers!r}]"
        yield "if headers is not None and type(headers) is not dict: return None"
        yield "if headers and moment is None: return None" if shape.timestamp else "if headers: return None"
    yield from _span_lines("seconds", shape.duration)
    yield from _span_lines("first_token", shape.first_token)
    status, *words = shape.words
    body = "None" if shape.body is None else f"event[{shape.body!r}]"
    others = "".join(f", event[{key!r}]" for key in words)
    yield f"status = event[{status!r}]"
    yield f"if status.__class__ is int and status >= {FIRST_ERROR}:"
    yield "    if headers: return None" if shape.headers else "    pass"
    yield f"    return error_of({body}, (int, status{others})), seconds, first_token, None"
    if shape.body is not None:
        yield f"if not is_answer({body}): return None"
    limits = "headers and (headers, moment)" if shape.headers and shape.timestamp else None
    yield f"return remembered[status.__class__, status{others}], seconds, first_token, {limits}"


def _span_lines(name: str, span: Span | None) -> Iterator[str]:
    if span is None:
        yield f"{name} = None"
        return
    yield f"{name} = event[{span.key!r}]"
    yield f"if type({name}) is not float and type({name}) is not int: return None"
    yield f"if not 0.0 <= {name} <= {rules.LONGEST_DURATION * span.per_second}: return None"
    yield f"{name} /= {span.per_second}"


def _is_past(at: object, latest: datetime) -> bool:
    return rules.timestamp(at) <= latest.timestamp()
