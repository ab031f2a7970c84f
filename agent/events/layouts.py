"""Events with the same keys: where their values stand is found once, and becomes code that reads them.

A value is either measured, as times and durations are, and another one in every event; or it says something
that comes again and again: who was asked and for what, and how it ended.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from inspect import unwrap
from typing import Any, NamedTuple

from agent.events import rules
from agent.events.invalid import Field
from agent.events.sources import Rule, Step, Steps, first

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

BodyOf = Callable[[Mapping[Any, object]], object]

Kept = Callable[[Said], Any]
First = Callable[[Any, Said, object], Any]
"""What is known of an event that says this, given the body that it has if it is a success: a pair of what is
answered of successes, and of what is known of errors that say the same. None where there are none.
"""

Like = Callable[[Any, Said], Any]

Meant = Callable[[Any, object, Any, datetime | None], object]
"""What is answered of an error, by what is known of its like, its body, and the headers with its own time."""

Read = Callable[[Any, datetime], Any]
"""Reads an event whose time must not lie after a given one.

The answer is what is remembered of events that say the same, the duration, the time to the first token, the
headers, and the event's own time: a datetime where it is read without cost, as it always is of an event with
headers; else as it stands there, or None.
Where nothing is remembered, or something measured is unusual, it answers None or raises LookupError,
TypeError or ValueError.
"""


class Span(NamedTuple):
    """A key that holds a time span, and how many of its unit make a second."""

    key: str
    per_second: float


class Layout(NamedTuple):
    """The keys at which events have what is read of them; None for what they have not.

    Attributes:
        words: Of the values that say something, that of the status first. All of a response that is not named
            below follows from them.

        body: Where it is read by its key alone.

        body_of: Reads it where that is not so, given the event.

        error_of: The same of an error, where an event that names no body may be one itself.

        unread: Keys of which only the presence is asked: others have as many keys that are not the same.
    """

    words: Keys
    duration: Span | None
    first_token: Span | None
    timestamp: str | None
    request_id: str | None
    headers: str | None
    body: str | None
    body_of: BodyOf | None
    error_of: BodyOf | None
    unread: Keys


def layout_of(
    keys: Iterable[str],
    fields: Mapping[Field, Steps],
    others: Iterable[Steps],
    body: Steps,
    error_of: BodyOf | None = None,
) -> Layout | None:
    """The layout of events in which only these steps can find something; None where it is not that simple.

    Args:
        keys: All that these events have.

        fields: The steps to each field that can be there.

        others: The steps to what is no field.

        error_of: Reads the body of an error, where *body* does not.
    """
    measured = {field: step for field, (step, *_) in fields.items() if field in MEASURED}
    are_simple = all(not rest and unwrap(rule) in MEASURED[at] for at, (_, rest, rule) in measured.items())
    if Field.STATUS not in fields or not are_simple:
        return None
    saying = (steps for field, steps in fields.items() if field not in MEASURED)
    words = dict.fromkeys(
        str(key) for steps in (fields[Field.STATUS], *saying, *others) for key, _, _ in steps
    )
    at = {field: str(key) for field, (key, _, _) in measured.items()}
    bodies = [str(key) for key, _, _ in body]
    is_plain = len(body) == 1 and all(not rest and rule is rules.body for _, rest, rule in body)
    named = {*words, *at.values(), *(bodies if is_plain and error_of is None else ())}
    return Layout(
        tuple(words),
        _span(measured.get(Field.DURATION)),
        _span(measured.get(Field.TIME_TO_FIRST_TOKEN)),
        at.get(Field.TIMESTAMP),
        at.get(Field.REQUEST_ID),
        at.get(Field.HEADERS),
        bodies[0] if is_plain else None,
        partial(first, steps=body) if body and not is_plain else None,
        error_of,
        tuple(key for key in keys if key not in named),
    )


def _span(step: Step | None) -> Span | None:
    return Span(str(step[0]), _UNITS[unwrap(step[2])]) if step else None


def body_in(event: Mapping[str, object], layout: Layout) -> object:
    """The body of an error."""
    if layout.error_of is not None:
        return layout.error_of(event)
    if layout.body_of is not None:
        return layout.body_of(event)
    return None if layout.body is None else event[layout.body]


def reader(
    layout: Layout,
    kept: Kept,
    first: First,
    like: Like,
    is_answer: Callable[[object], bool],
    meant: Meant,
) -> Read:
    """Compile the code that reads events of *layout*: a walk over its keys would take twice as long.

    Args:
        kept: Finds what is known of events by what they say.

        first: The same of words that were not met before.

        like: What is known of errors under words that were met with successes only.

        is_answer: Whether a body has no sign of an error.
    """
    names: dict[str, Any] = {
        "kept": kept,
        "first": first,
        "like_of": like,
        "is_answer": is_answer,
        "meant": meant,
        "body_of": layout.body_of,
        "body_in": partial(body_in, layout=layout),
        "is_past": _is_past,
        "instant": datetime.fromisoformat,
        "EARLIEST": _EARLIEST,
    }
    exec("\n    ".join(("def read(event, latest):", *_lines(layout))), names)  # noqa: S102 - keys stand in it by repr
    read: Read = names["read"]
    return read


def _lines(layout: Layout) -> Iterator[str]:
    yield from (f"if {key!r} not in event: return None" for key in layout.unread)
    if layout.timestamp is not None:
        yield f"at = event[{layout.timestamp!r}]"
        yield "moment = instant(at) if type(at) is str and at[-1] == 'Z' else None"
        yield "if not (EARLIEST < moment <= latest if moment else is_past(at, latest)): return None"
    if layout.request_id is not None:
        yield f"word = event[{layout.request_id!r}]"
        yield f"if type(word) is not str or not 0 < len(word) <= {rules.LONGEST_TEXT}: return None"
    if layout.headers is not None:
        yield f"headers = event[{layout.headers!r}]"
        yield "if headers is not None and type(headers) is not dict: return None"
        yield "if headers and moment is None: return None" if layout.timestamp else "if headers: return None"
    yield from _span_lines("seconds", layout.duration)
    yield from _span_lines("first_token", layout.first_token)
    yield from _answer_lines(layout)


def _answer_lines(layout: Layout) -> Iterator[str]:
    status, *words = layout.words
    others = "".join(f", event[{key!r}]" for key in words)
    headers = "headers" if layout.headers and layout.timestamp else "None"
    moment, time = ("moment", "moment or at") if layout.timestamp else ("None", "None")
    plain = f"event[{layout.body!r}]"
    body = plain if layout.body is not None else "body_of(event)" if layout.body_of else None
    error = plain if layout.body is not None and layout.error_of is None else "body_in(event)"
    yield f"status = event[{status!r}]"
    yield f"words = status.__class__, status{others}"
    yield f"seen, like = kept(words) or first(event, words, {body})"
    yield f"if seen is None: seen = meant(like, {error}, {headers}, {moment})"
    if body:
        others = f"{body}, {headers}, {moment}"
        yield f"elif not is_answer({body}): seen = meant(like or like_of(event, words), {others})"
    yield f"return seen, seconds, first_token, {headers}, {time}"


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
