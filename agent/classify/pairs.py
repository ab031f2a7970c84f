"""What a short sentence means that holds an object and what has happened to it, in whatever order.

Asked only where no phrase has matched, and only of short texts that are not English, since in a long one two
words may meet by chance. The first family of agent.classify.families decides.
"""

import re
from collections.abc import Iterable
from typing import NamedTuple

from agent.classify.families import FAMILIES, VAGUE
from agent.classify.matching import Match, Types, Words, words_of
from agent.classify.taxonomy import Reason

LONGEST = 240  # characters of a sentence
_SHORT = 92  # characters, for what ordinary prose may speak of too
_FIRST_DENSE = "\u2e80"  # from here on scripts without spaces; and Korean, whose words grow tails
_ENGLISH = frozenset(
    {"the", "your", "you", "this", "that", "with", "are", "been", "please", "not", "from", "and", "of", "for",
     "must", "invalid", "exceeded", "failed", "found", "unauthorized", "forbidden", "denied",
     "missing", "required", "unable", "unknown", "unsupported", "unavailable", "many", "expired",
     "reached", "bad", "cannot", "unexpected", "overloaded", "incorrect", "insufficient", "exhausted",
     "upstream", "provider"}
)  # fmt: skip
_FEWEST = 2  # words of it make a text English that is not plain ASCII; a plain one needs but one


class Side(NamedTuple):
    """One side of a family: whole words, beginnings of words or of runs of words, parts of a dense text."""

    whole: frozenset[str]
    begun: tuple[str, ...]
    dense: tuple[str, ...]

    def is_in(self, words: Words) -> bool:
        return (
            not self.whole.isdisjoint(words.found)
            or any(each in words.text for each in self.begun)
            or any(each in words.dense for each in self.dense)
        )


class Family(NamedTuple):
    things: Side
    events: Side
    longest: int
    match: Match


def _is_dense(word: str) -> bool:
    return any(letter >= _FIRST_DENSE for letter in word)


def _side(written: str) -> Side:
    """Read one side; beside words of a dense script Latin ones are parts of the text too: API-key是否正确."""
    words = written.split("|")
    if any(map(_is_dense, words)):
        return Side(frozenset(), (), tuple(words_of(word).dense or word for word in words))
    begun = tuple(f" {word.rstrip('~')}" for word in words if "~" in word or " " in word)
    return Side(frozenset(word for word in words if "~" not in word and " " not in word), begun, ())


def _family(reason: Reason, things: str, events: str) -> Family:
    sides = _side(things), _side(events)
    longest = (_SHORT if reason in VAGUE else LONGEST) // (2 if sides[0].dense else 1)
    name = f"{things.partition('|')[0]} + {events.partition('|')[0]}"
    return Family(*sides, longest, Match(reason, name))


_READY = tuple(_family(reason, *row) for reason, rows in FAMILIES for row in rows)
_BY_WORD: dict[str, set[int]] = {}
for _place, _each in enumerate(_READY):
    for _word in _each.things.whole:
        _BY_WORD.setdefault(_word, set()).add(_place)
_WORDS = frozenset(_BY_WORD)
# What no whole word of a plain text tells.
_ELSEWHERE = frozenset(place for place, each in enumerate(_READY) if each.things.begun or each.things.dense)
_LATIN = frozenset(
    place
    for place in _ELSEWHERE
    if not _READY[place].things.dense and "".join(_READY[place].things.begun).isascii()
)
_LATIN_BEGUN = re.compile("|".join(start for place in sorted(_LATIN) for start in _READY[place].things.begun))


def families() -> tuple[Family, ...]:
    """Return the families in their order."""
    return _READY


def meaning(words: Words, types: Types = None) -> Match | None:
    """Say what a short sentence means, among *types*."""
    size = len(words.text)
    if size > LONGEST or _is_english(words):
        return None
    for things, events, longest, match in _candidates(words):
        may_mean = size <= longest and (types is None or not types.isdisjoint(match.reason.types))
        if may_mean and things.is_in(words) and events.is_in(words):
            return match
    return None


def _is_english(words: Words) -> bool:
    return not words.found.isdisjoint(_ENGLISH) and (
        not words.dense or len(words.found & _ENGLISH) >= _FEWEST
    )


def _candidates(words: Words) -> Iterable[Family]:
    """List the families whose object may be there, in their order."""
    places = set().union(*(_BY_WORD[word] for word in _WORDS & words.found))
    if words.dense:
        places |= _ELSEWHERE
    elif _LATIN_BEGUN.search(words.text):
        places |= _LATIN
    return map(_READY.__getitem__, sorted(places))
