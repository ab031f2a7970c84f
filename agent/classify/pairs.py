"""What a short sentence means that holds an object and what has happened to it, in whatever order.

Asked only where no phrase has matched, and only of short texts that are not English, since in a long one two
words may meet by chance. The first family of agent.classify.families decides.
"""

from collections.abc import Iterable
from typing import NamedTuple

from agent.classify.families import ENGLISH, FAMILIES, VAGUE, Row
from agent.classify.finer import FINER
from agent.classify.matching import Match, Types, Words, words_of
from agent.classify.taxonomy import Reason

LONGEST = 240  # characters of a sentence
_GUESSED = 120  # characters of a sentence in English, in which prose is frequent
_SHORT, _SHORT_DENSE = 92, 64  # characters, for what ordinary prose may speak of too
_FIRST_DENSE = "\u2e80"  # from here on scripts without spaces; and Korean, whose words grow tails
ENGLISH_WORDS = frozenset(
    {"the", "your", "you", "this", "that", "with", "are", "been", "please", "not", "from", "and", "of", "for",
     "must", "invalid", "exceeded", "failed", "found", "unauthorized", "forbidden", "denied",
     "missing", "required", "unable", "unknown", "unsupported", "unavailable", "many", "expired",
     "reached", "bad", "cannot", "unexpected", "overloaded", "incorrect", "insufficient", "exhausted",
     "upstream", "provider"}
)  # fmt: skip
_FEWEST = 2  # words of it make a text English that is not plain ASCII; a plain one needs but one


# Who speaks of a call, or to its caller; prose about queues and coins does neither.
CALLS = frozenset(
    {"you", "your", "we", "our", "please", "try", "again", "later", "api", "gpu", "gpus", "server",
     "servers", "request", "requests", "token", "tokens", "prompt", "prompts", "provider", "upstream",
     "quota", "key", "endpoint", "account", "credits", "llm", "gateway", "deployment", "project",
     "plan", "sign", "login", "log", "model", "models", "cluster", "feature", "wallet", "prepaid",
     "jobs", "queries", "images", "youre", "json", "html", "backend", "call", "calls", "organization",
     "organisation", "workspace"}
)  # fmt: skip


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
    sides: tuple[Side, ...]
    longest: int
    match: Match

    def is_in(self, words: Words) -> bool:
        return all(side.is_in(words) for side in self.sides)


def _is_dense(word: str) -> bool:
    return any(letter >= _FIRST_DENSE for letter in word)


def _side(written: str) -> Side:
    """Read one side; beside words of a dense script Latin ones are parts of the text too: API-key是否正确."""
    words = written.split("|")
    if any(map(_is_dense, words)):
        return Side(frozenset(), (), tuple(words_of(word).dense or word for word in words))
    begun = tuple(f" {word.rstrip('~')}" for word in words if "~" in word or " " in word)
    return Side(frozenset(word for word in words if "~" not in word and " " not in word), begun, ())


def _family(reason: Reason, row: Row) -> Family:
    sides = tuple(map(_side, row))
    longest = (
        (_SHORT_DENSE if reason in VAGUE else LONGEST // 2)
        if sides[0].dense
        else (_SHORT if reason in VAGUE else LONGEST)
    )
    return Family(sides, longest, Match(reason, " + ".join(side.partition("|")[0] for side in row)))


class Table:
    """Families made ready, found by the words of their object."""

    def __init__(self, families: Iterable[tuple[Reason, Iterable[Row]]]) -> None:
        self.families = tuple(_family(reason, row) for reason, rows in families for row in rows)
        things = [family.sides[0] for family in self.families]
        self._by_word: dict[str, set[int]] = {}
        for place, side in enumerate(things):
            for word in side.whole:
                self._by_word.setdefault(word, set()).add(place)
        self._words = frozenset(self._by_word)
        # What no whole word of a plain text tells.
        self._elsewhere = frozenset(place for place, side in enumerate(things) if side.begun or side.dense)
        self._by_start: dict[str, set[int]] = {}
        for place in self._elsewhere:
            for start in things[place].begun:
                self._by_start.setdefault(start[1:4], set()).add(place)

    def match(self, words: Words, types: Types = None) -> Match | None:
        """Find the first family that *words* hold, of those that mean one of *types*."""
        places = self._places(words)
        if not places:
            return None
        size = len(words.text)
        for family in map(self.families.__getitem__, sorted(places)):
            may_mean = types is None or not types.isdisjoint(family.match.reason.types)
            if size <= family.longest and may_mean and family.is_in(words):
                return family.match
        return None

    def _places(self, words: Words) -> set[int]:
        """List the families whose object may be there."""
        hits = self._words & words.found
        places = set().union(*map(self._by_word.__getitem__, hits)) if hits else set()
        if words.dense:
            places |= self._elsewhere
        else:
            starts = self._by_start.keys() & {word[:3] for word in words.found}
            places.update(*map(self._by_start.__getitem__, starts))
        return places


ELSEWHERE = Table(FAMILIES)
IN_ENGLISH = Table(ENGLISH)
BY_REASON = {reason: Table(rows) for reason, rows in FINER.items()}


def meaning(words: Words, types: Types = None) -> Match | None:
    """Say what a short sentence of another language than English means, among *types*."""
    if len(words.text) > LONGEST or _is_english(words):
        return None
    return ELSEWHERE.match(words, types)


def guess(words: Words, types: Types = None) -> Match | None:
    """Guess what a short English sentence means that no table knows, among *types*."""
    if len(words.text) > _GUESSED or words.found.isdisjoint(CALLS):
        return None
    return IN_ENGLISH.match(words, types)


def finer(reason: Reason, words: Words) -> Match | None:
    """Say what a short sentence makes of a *reason* that leaves the cause open."""
    table = BY_REASON.get(reason)
    return table.match(words) if table is not None and len(words.text) <= LONGEST else None


def _is_english(words: Words) -> bool:
    return not words.found.isdisjoint(ENGLISH_WORDS) and (
        not words.dense or len(words.found & ENGLISH_WORDS) >= _FEWEST
    )
