"""The setting classify.rules: what users say that an error means. They come before all that the agent knows.

A text of a rule fits whatever its letter case, and `*` in it stands for any text. Regular expressions are not
read: what is matched comes from outside, and could be written to keep one busy for hours. A text is looked
for in time linear in the body, and in its first 64 KiB only.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from agent.classify.dialects import provider_of
from agent.classify.finding import Finding, text_of
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import FIRST_ERROR, UNKNOWN, ApiResponse


class Text:
    """A text with `*` in it.

    Args:
        is_part: Whether it may stand anywhere in what is said; else it is the whole of it.
    """

    def __init__(self, written: str, *, is_part: bool) -> None:
        open_end = "*" if is_part else ""
        self._first, *self._rest = f"{open_end}{folded(written)}{open_end}".split("*")

    def fits(self, said: str) -> bool:
        """Whether it fits *said*, which is folded."""
        if not self._rest:
            return said == self._first
        if not said.startswith(self._first):
            return False
        at = len(self._first)
        *between, last = self._rest
        for piece in between:
            found = said.find(piece, at)
            if found < 0:
                return False
            at = found + len(piece)
        return len(said) - len(last) >= at and said.endswith(last)


Texts = tuple[Text, ...]


class Said(NamedTuple):
    """What rules look at; provider and words are folded, and the text may be."""

    provider: str
    status: int | None
    words: tuple[str, ...]
    text: str


@dataclass(frozen=True, slots=True)
class Rule:
    """What an error means for which all conditions hold; one that names nothing holds always.

    Attributes:
        place: Where it stands, such as classify.rules[0].

        codes: Of the vendor's codes and type words one must fit; *types* likewise, for a second one.

        messages: One must stand in what the error says.
    """

    place: str
    type: OutcomeType
    reason: Reason
    statuses: frozenset[int] | None = None
    providers: Texts = ()
    codes: Texts = ()
    types: Texts = ()
    messages: Texts = ()

    def holds(self, said: Said) -> bool:
        return (
            (self.statuses is None or said.status in self.statuses)
            and _fits(self.providers, (said.provider,))
            and _fits(self.codes, said.words)
            and _fits(self.types, said.words)
            and _fits(self.messages, (said.text,))
        )

    @property
    def looks_inside(self) -> bool:
        return bool(self.codes or self.types or self.messages)


class Rules:
    """Rules in their order, of which the first that holds decides.

    Attributes:
        of_successes: Statuses below 400 that a rule names: such a response must be read though it looks like
            a success.
    """

    def __init__(self, rules: Iterable[Rule] = ()) -> None:
        self._rules = tuple(rules)
        named = (rule.statuses for rule in self._rules if rule.statuses)
        self.of_successes = frozenset(status for each in named for status in each if status < FIRST_ERROR)

    def concern(self, provider: str, status: int | None) -> bool:
        """Whether one of them may hold for an error of *provider*, whose status may not be known yet."""
        return any(
            (rule.statuses is None or status is None or status in rule.statuses)
            and _fits(rule.providers, (folded(provider),))
            for rule in self._rules
        )

    def first(self, said: Said, *, is_success: bool, is_silent: bool) -> Rule | None:
        """The rule that holds for what was *said*.

        Args:
            is_success: It looks like a success, which is an error only for a rule that names its status.
            is_silent: Nothing calls it an error, which it is only for a rule that looks into the body.
        """
        for rule in self._rules:
            if (is_success and rule.statuses is None) or (is_silent and not rule.looks_inside):
                continue
            if rule.holds(said):
                return rule
        return None


NO_RULES = Rules()


def folded(text: str) -> str:
    """*text* as it is compared: without letter case, and with single spaces."""
    return " ".join(text.casefold().split())


def said_by(response: ApiResponse, finding: Finding) -> Said:
    """What rules look at in a response of which *finding* is known."""
    status = response.status if response.status is not None else finding.status
    words = tuple(folded(word) for evidence in finding.evidence for word in evidence.words)
    provider = provider_by(response, finding.dialect)
    return Said(folded(provider), status, words, folded(text_of(response, finding)))


def provider_by(response: ApiResponse, dialect: str) -> str:
    """Who answered, as it is counted: where the event does not say, the *dialect* may."""
    known = response.provider
    return known if known != UNKNOWN else provider_of(dialect) or UNKNOWN


def _fits(texts: Texts, said: tuple[str, ...]) -> bool:
    return not texts or any(text.fits(each) for text in texts for each in said)
