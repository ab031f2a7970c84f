"""What a dialect has to say about a body, and what a dialect is."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

from agent.classify import fields
from agent.classify.matching import NO_PHRASES, Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse


class Evidence(NamedTuple):
    """What a body states, in the vendor's own words.

    Attributes:
        words: Codes and type words, most specific first, in lower case.

        message: The vendor's sentence.

        status: The HTTP status that the body states, 400-599.

        wait: Seconds, or a duration such as "40s", after which to try again.

        until: The instant after which to try again: unix time, RFC 3339 or HTTP date.

        inner: A body inside this one, which decides if it is itself a recognisable error; by default
            the message is looked at.

        about: The field of the request that the error is about.

        limits: Rate-limit fields of the body, named like headers.
    """

    words: tuple[str, ...] = ()
    message: str = ""
    status: int | None = None
    wait: object = None
    until: object = None
    inner: object = None
    about: str = ""
    limits: Mapping[str, object] = {}


Recognise = Callable[[Any, ApiResponse], Evidence | None]

Shape = Literal["nested", "flat", "text"]
LimitField = Literal["limit", "remaining", "reset"]


@dataclass(frozen=True, slots=True)
class Dialect:
    """One vendor's way to write errors.

    Attributes:
        shape: nested for bodies {"error": {...}}, flat for other objects, text for the rest.

        codes: What the vendor's codes and type words mean here; outranks the shared table.

        phrases: What the vendor's sentences mean here; outranks the shared phrases.

        keys: Names that the body or its error object must all have; a cheaper question than *recognise*.

        numbers: With which *recognise* compares for equality, beside those that are codes.

        headers: Names of the response headers that *recognise* asks; it is shown no others, and of one that
            ends in "id" only that it is there.

        provider: Who must have answered; None for a shape that several vendors share.

        others: Further names of providers whose codes and sentences these are, whatever shape they come in.

        states_error: What is an error though its HTTP status is not, where the common rules do not know it;
            it is asked about objects with one of *keys*.

        speaks_for_all: Whether it speaks for bodies that nobody else knows; an error inside then names it.

        hosts: Names of hosts, or their ends, at which the vendor answers, each with the provider there.

        limits: Headers, and names in Evidence.limits, that tell of a limit: of what, and what of it.

        is_page: Whether what it recognises is an error page even under a successful status.
    """

    name: str
    shape: Shape
    recognise: Recognise
    codes: Mapping[str, Reason] = field(default_factory=dict)
    phrases: Phrases = NO_PHRASES
    provider: str | None = None
    others: frozenset[str] = frozenset()
    states_error: Callable[[Mapping[Any, Any]], bool] | None = None
    speaks_for_all: bool = False
    is_page: bool = False
    keys: frozenset[str] = frozenset()
    numbers: frozenset[str] = frozenset()
    headers: frozenset[str] = frozenset()
    hosts: Mapping[str, str] = field(default_factory=dict)
    limits: Mapping[str, tuple[str, LimitField]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse what could never be found.

        Raises:
            ValueError: If a code is not written as codes are compared, or nothing leads to states_error.
        """
        wrong = next((code for code in self.codes if fields.word(code) != code), None)
        if wrong is not None:
            right = fields.word(wrong) or f"one of at most {fields.LONGEST_WORD} characters"
            raise ValueError(f"the code {wrong!r} of {self.name} can never match: write {right!r}")
        if self.states_error and not self.keys:
            raise ValueError(f"{self.name} states errors, but has no keys: give those of the body")
