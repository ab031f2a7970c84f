"""Phrases: how a message is searched for the words that vendors build their errors with.

A message is first normalised to lower-case words with single spaces, so that line wraps, quotes and
punctuation do not matter, and "isn't" is "is not". A phrase is written in such words:

    model * does not exist      `*` stands for up to twelve words, `..` for up to three
    rate limit exceeded|reached `|` parts the alternatives of one word
    throttl~                    `~` ends a word that may go on
    ^slow down$                 `^` and `$` bind to the ends of the message

Phrases are found by their rarest word, so that a table of hundreds costs a set intersection.
Every pattern has bounded gaps, and so takes time linear in the message.
"""

import re
from collections.abc import Callable, Iterable
from typing import NamedTuple

from agent.classify.taxonomy import OutcomeType, Reason

LONGEST_MESSAGE = 4096  # characters searched; vendors' own sentences stand at the front

_APOSTROPHES = dict.fromkeys(map(ord, "'’`"))  # noqa: RUF001 - typographic quotes occur in messages
_PUNCTUATION = dict.fromkeys(map(ord, '"“”.,;:!?()[]{}<>=/\\|*_#@&+-–—~^$\0\ufffd'), " ")  # noqa: RUF001
_TABLE = {**_PUNCTUATION, **_APOSTROPHES}
_GAPS = {"*": r"(?: \S+){0,12}?", "..": r"(?: \S+){0,3}?"}

Types = frozenset[OutcomeType] | None


class Words(NamedTuple):
    """A normalised message: its words in order, padded with spaces, and as a set."""

    text: str
    found: frozenset[str]


class Match(NamedTuple):
    reason: Reason
    phrase: str


def words_of(message: str) -> Words:
    """Normalise *message*."""
    text = message[:LONGEST_MESSAGE].lower().replace("can't", "cannot").replace("n't", " not")
    listed = text.translate(_TABLE).split()
    return Words(f" {' '.join(listed)} ", frozenset(listed))


def _pattern(phrase: str) -> re.Pattern[str]:
    start, end = phrase.startswith("^"), phrase.endswith("$")
    parts = [_GAPS.get(token) or f" {_token(token)}" for token in phrase.strip("^$").split()]
    return re.compile(("^" if start else "") + "".join(parts) + (" $" if end else "(?= )"))


def _token(token: str) -> str:
    words = (
        re.escape(word.rstrip("~")) + (r"\S*" if word.endswith("~") else "") for word in token.split("|")
    )
    options = list(words)
    # a bare word at the start lets the engine search for it as a literal
    return options[0] if len(options) == 1 else f"(?:{'|'.join(options)})"


def _plain(phrase: str) -> list[str]:
    """List the tokens of *phrase* that stand for whole words."""
    return [token for token in phrase.strip("^$").split() if "~" not in token and token not in _GAPS]


def _needed(phrase: str) -> frozenset[str]:
    """List the words that must all be present: a cheaper question than the pattern's."""
    return frozenset(token for token in _plain(phrase) if "|" not in token)


def _triggers(phrase: str) -> list[str]:
    """List the words of which one must be present for *phrase* to match."""
    return max(_plain(phrase), key=lambda token: ("|" not in token, len(token))).split("|")


class _Rule(NamedTuple):
    """A phrase made ready: words that must all be present, the types it may mean, its pattern's search."""

    needed: frozenset[str]
    types: frozenset[OutcomeType]
    search: Callable[[str], object]
    match: Match


class Phrases:
    """An ordered table of phrases; the first that matches decides."""

    def __init__(self, rules: Iterable[tuple[str, Reason]]) -> None:
        self.rules = tuple(rules)
        self._ready = tuple(
            _Rule(_needed(phrase), frozenset(reason.types), _pattern(phrase).search, Match(reason, phrase))
            for phrase, reason in self.rules
        )
        index: dict[str, list[int]] = {}
        for place, (phrase, _) in enumerate(self.rules):
            for word in _triggers(phrase):
                index.setdefault(word, []).append(place)
        self._index = index
        self._words = frozenset(index)

    def match(self, words: Words, types: Types = None) -> Match | None:
        """Find the first phrase of the table in *words*, of those that mean one of *types*."""
        text, found = words
        hits = self._words & found
        for place in self._places(hits) if hits else ():
            needed, may_mean, search, match = self._ready[place]
            if needed <= found and (types is None or types & may_mean) and search(text):
                return match
        return None

    def _places(self, hits: frozenset[str]) -> Iterable[int]:
        """List the rules that one of the words could trigger, in their order."""
        if len(hits) == 1:
            (word,) = hits
            return self._index[word]
        return sorted({place for word in hits for place in self._index[word]})


class Characters:
    """An ordered table of phrases in a script without spaces, such as Chinese."""

    def __init__(self, rules: Iterable[tuple[str, Reason]]) -> None:
        self.rules = tuple(rules)

    def match(self, text: str, types: Types = None) -> Match | None:
        """Find the first phrase of the table in *text*, of those that mean one of *types*."""
        if text.isascii():
            return None
        return next(
            (
                Match(reason, phrase)
                for phrase, reason in self.rules
                if phrase in text and _may(reason, types)
            ),
            None,
        )


def _may(reason: Reason, types: Types) -> bool:
    return types is None or not types.isdisjoint(reason.types)


NO_PHRASES = Phrases(())
