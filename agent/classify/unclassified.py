"""Errors that the agent does not know: which they are, and the last of them by what they say.

Unclassified is an error of type unknown, one whose type is a guess by labelled texts with the same words, and
an api_error of which the status alone said so although the body says more than the status's name: a 5xx says
that something failed, and the body may say what.
"""

import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import NamedTuple

from agent.classify.classifier import Explanation
from agent.classify.finding import text_of
from agent.classify.rules import NO_RULES, Rules
from agent.classify.ruling import explain
from agent.classify.skeleton import skeleton
from agent.classify.taxonomy import OutcomeType
from agent.events.response import FIRST_ERROR, ApiResponse

KEPT = 50
"""Kinds of unclassified errors that an agent remembers."""

_LETTERS = re.compile(r"[^\W\d_]+")
_PHRASES = " ".join(each.phrase for each in HTTPStatus if each >= FIRST_ERROR)
_SAY_NOTHING = frozenset(_LETTERS.findall(f"{_PHRASES} an error http status code page".lower()))


def is_unclassified(how: Explanation, response: ApiResponse) -> bool:
    """Whether nobody knows what an error means, as the head of this module says."""
    if how.outcome.type is OutcomeType.UNKNOWN:
        return True
    if how.is_own or how.finding is None:
        return False
    kind = how.finding.decision.kind
    if kind != "status" or how.outcome.type is not OutcomeType.API:
        return kind == "learned"
    said = _LETTERS.findall(skeleton(text_of(response, how.finding)).lower())
    return not _SAY_NOTHING.issuperset(said)


class Kind(NamedTuple):
    """What unclassified errors have in common."""

    provider: str
    status: int | None
    skeleton: str


class Place(NamedTuple):
    """Where a record stands."""

    topic: str
    partition: int
    offset: int


class Kept(NamedTuple):
    """How often a kind was looked at, and where and when (unix time) last."""

    events: int
    place: Place
    at: float


def kind_of(response: ApiResponse, how: Explanation) -> Kind:
    """The kind of an error, by the provider that is counted."""
    text = "" if how.finding is None else text_of(response, how.finding)
    return Kind(response.provider, response.status, skeleton(text))


class LastUnclassified:
    """The last kinds of errors of type unknown, each with how often one was looked at; masked, and bounded.

    Args:
        rules: The users' own, which come first.
    """

    def __init__(self, rules: Rules = NO_RULES) -> None:
        self._rules = rules
        self._kept: dict[Kind, Kept] = {}

    def see(self, response: ApiResponse, place: Place, now: float) -> None:
        """Remember an error that is looked at at unix time *now*."""
        kind = kind_of(response, explain(response, None, self._rules))
        before = self._kept.pop(kind, None)
        self._kept[kind] = Kept(before.events + 1 if before else 1, place, now)
        if len(self._kept) > KEPT:
            del self._kept[next(iter(self._kept))]

    def newest(self) -> Iterable[tuple[Kind, Kept]]:
        """All that are kept, the one seen last first."""
        return tuple(reversed(self._kept.items()))
