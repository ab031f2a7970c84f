"""The setting classify.rules: what users say that an error means. They come before all that the agent knows.

A text of a rule fits whatever its letter case, and `*` in it stands for any text. Regular expressions are not
read: what is matched comes from outside, and could be written to keep one busy for hours. A text is looked
for in time linear in the body, and in its first 64 KiB only.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

from agent.classify.dialects import provider_of
from agent.classify.finding import Finding
from agent.classify.statuses import FIRST_ERROR
from agent.classify.taxonomy import OutcomeType, Reason
from agent.classify.unwrap import LONGEST
from agent.events.response import UNKNOWN, ApiResponse

OWN = "classify.rules"
"""Who has recognised an error that no dialect knows."""

_MOST_VALUES = 1000  # of a body that are looked at for a text


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

    def holds(self, said: "Said") -> bool:
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


class Said(NamedTuple):
    """What rules look at; provider and words are folded, and the text may be."""

    provider: str
    status: int | None
    words: tuple[str, ...]
    text: str


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

    def __bool__(self) -> bool:
        return bool(self._rules)

    def first(self, response: ApiResponse, finding: Finding, *, is_success: bool) -> Rule | None:
        """The rule for a response of which *finding* is known.

        What looks like a success is an error only for a rule that names its status; what neither a status
        nor a dialect calls an error only for one that looks into the body.
        """
        if not self._rules or (is_success and response.status not in self.of_successes):
            return None
        said = said_by(response, finding)
        is_silent = said.status is None and finding.dialect == "none"
        for rule in self._rules:
            if is_success and rule.statuses is None:
                continue
            if (rule.looks_inside or not is_silent) and rule.holds(said):
                return rule
        return None


NO_RULES = Rules()


def folded(text: str) -> str:
    """*text* as it is compared: without letter case, and with single spaces."""
    return " ".join(text.casefold().split())


def text_of(response: ApiResponse, finding: Finding) -> str:
    """What an error says: its messages, the innermost first; where it has none, all texts of its body."""
    messages = [evidence.message for evidence in finding.evidence if evidence.message]
    return "\n".join(messages or _texts(response.body))[:LONGEST]


def said_by(response: ApiResponse, finding: Finding) -> Said:
    """What rules look at in a response of which *finding* is known."""
    provider = response.provider
    if provider == UNKNOWN:
        provider = provider_of(finding.dialect) or UNKNOWN
    status = response.status if response.status is not None else finding.status
    words = tuple(folded(word) for evidence in finding.evidence for word in evidence.words)
    return Said(folded(provider), status, words, folded(text_of(response, finding)))


def _fits(texts: Texts, said: tuple[str, ...]) -> bool:
    return not texts or any(text.fits(each) for text in texts for each in said)


def _texts(body: object) -> list[str]:
    """Every text in a body, the outer ones first."""
    waiting, found = [body], list[str]()
    for value in islice(waiting, _MOST_VALUES):  # which grows meanwhile
        if isinstance(value, str) and value:
            found.append(value[:LONGEST])
        elif isinstance(value, Mapping):
            waiting.extend(list(value.values())[:_MOST_VALUES])
        elif isinstance(value, list):
            waiting.extend(value[:_MOST_VALUES])
    return found
