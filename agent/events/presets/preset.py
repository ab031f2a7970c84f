"""What a preset is: where each field of a wire shape stands."""

from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import NamedTuple

from agent.events.invalid import Field
from agent.events.sources import Rule, Source, Sources

JsonObject = Mapping[str, object]


class Preset(NamedTuple):
    """One wire shape. The first source with a value gives the field.

    Attributes:
        title: What it is, for people.

        origin: The documentation page or source file that shows it.

        body: Sources of the response's body; none when the shape has none.

        attributes: Sources of extra labels that do not stand under their own name.

        under: What stands before the name of an extra label.

        opened: Brings an event into the shape that the sources expect.

        own: The gateway's name, where it answered itself and asked no provider. It goes before every place of
            the provider, those of the settings too: a refusal of one's own is not the provider's.

        entries: Takes the events out of an object that holds several; what holds none is an event itself.

        is_other: Says of an event that it is no API call, such as a health probe or a span of a database.

        parse: Reads a value that does not begin as JSON does; raises InvalidEventError where it cannot.
    """

    title: str
    origin: str
    fields: Mapping[Field, Sources]
    body: Sources = ()
    attributes: Mapping[str, Sources] = {}
    under: str = ""
    opened: Callable[[JsonObject], JsonObject] | None = None
    own: Sources = ()
    entries: Callable[[JsonObject], Iterable[object] | None] | None = None
    is_other: Callable[[JsonObject], bool] | None = None
    parse: Callable[[bytes], object] | None = None


def at(rule: Rule, *paths: str) -> Sources:
    """The same rule at several places."""
    return tuple(Source(path, rule) for path in paths)


def logged(rule: Rule, *paths: str) -> Sources:
    """The same as at(), for logs, which write an empty text or `-` where there is no value."""
    return at(unless_empty(rule), *paths)


def guessed(rule: Rule, *paths: str) -> Sources:
    """The same at places that may hold something else: there, what cannot be used is no value."""
    return at(if_usable(rule), *paths)


def under(key: str, sources: Sources) -> Sources:
    """The same sources below *key*."""
    return tuple(Source(f"{key}.{path}", rule) for path, rule in sources)


def if_usable(rule: Rule) -> Rule:
    """A rule for which what cannot be used is no value."""

    @wraps(rule)
    def read(value: object) -> object:
        try:
            return rule(value)
        except ValueError:
            return None

    return read


def unless_empty(rule: Rule) -> Rule:
    """A rule that takes an empty text and `-` for no value."""

    @wraps(rule)
    def read(value: object) -> object:
        return None if value in ("", "-") else rule(value)

    return read
