"""From unknown to known: unclassified errors by what they say, each with a rule that would catch them."""

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from agent.classify import Explanation
from agent.classify.rules import Said, said_by
from agent.classify.skeleton import skeleton
from agent.classify.unclassified import Kind, is_unclassified, kind_of
from agent.commands import safe
from agent.events.response import FIRST_ERROR, UNKNOWN, ApiResponse
from agent.settings import own_rules

Report = dict[str, Any]

MOST = 20
"""Kinds of unclassified errors that are reported, the most frequent first."""

REMEMBERED = 5000
"""Kinds of errors, classified ones among them, of which an example is kept."""

_LOOKED_AT = 4000  # characters of an example on which rules are tried


class _Example(NamedTuple):
    """The first error of a kind, and what was made of it."""

    kind: Kind
    type: str
    reason: str
    said: Said
    place: str
    message: str


class Unclassified:
    """Keeps an example of every kind of error, to tell what a rule would catch and what it would change.

    Attributes:
        unseen: Errors of so many further kinds that they were not looked at.
    """

    def __init__(self) -> None:
        self._open: dict[tuple[Kind, str], _Example] = {}
        self._known: dict[tuple[Kind, str], _Example] = {}
        self._events: Counter[tuple[Kind, str]] = Counter()
        self.unseen = 0

    def see(self, response: ApiResponse, how: Explanation, place: str) -> None:
        """Take an error into account."""
        type_, reason = how.outcome.type.value, how.outcome.reason.value
        key = kind_of(response, how), f"{type_}/{reason}"
        if key not in self._events and len(self._events) >= REMEMBERED:
            self.unseen += 1
            return
        self._events[key] += 1
        examples = self._open if is_unclassified(how, response) else self._known
        if key not in examples and how.finding is not None:
            said = said_by(response, how.finding)
            said = said._replace(text=said.text[:_LOOKED_AT])
            message = safe.text(how.message) or str(safe.brief(response.body) or "")
            examples[key] = _Example(key[0], type_, reason, said, place, message)

    def report(self) -> list[Report]:
        """The unclassified errors by kind, the most frequent first."""
        most = sorted(self._open, key=lambda key: -self._events[key])[:MOST]
        return [self._kind(self._open[key], self._events[key]) for key in most]

    def _kind(self, example: _Example, events: int) -> Report:
        kind, rule = example.kind, _rule(example)
        return {
            "provider": safe.text(kind.provider),
            "status": "unknown" if kind.status is None else str(kind.status),
            "type": example.type,
            "reason": example.reason,
            "skeleton": kind.skeleton,
            "events": events,
            "place": example.place,
            "message": example.message,
            "rule": rule,
            "would_change": [] if rule is None else list(self._changed(rule)),
        }

    def _changed(self, written: Mapping[str, object]) -> Iterator[Report]:
        """What is classified now and would fall under a rule: for each outcome the events and a place."""
        rule = own_rules.rule(0, written)
        found: dict[str, Report] = {}
        for key, example in self._known.items():
            if rule.holds(example.said):
                new = {"type": example.type, "reason": example.reason, "events": 0, "place": example.place}
                found.setdefault(key[1], new)["events"] += self._events[key]
        yield from found.values()


def _rule(example: _Example) -> Report | None:
    """A rule for a kind, with the words of today in the place of those that somebody will choose."""
    kind, when = example.kind, dict[str, object]()
    if kind.provider not in {UNKNOWN, ""} and safe.text(kind.provider) == kind.provider:
        when["provider"] = kind.provider
    if kind.status is not None and kind.status >= FIRST_ERROR:
        when["status"] = kind.status
    code = next((word for word in example.said.words if skeleton(word) == word), None)
    if kind.skeleton:
        when["message"] = kind.skeleton
    elif code:
        when["code"] = code
    written = {"when": when, "type": example.type, "reason": example.reason}
    return None if own_rules.problems([written]) else written
