"""What an error means that no rule knows: what labelled errors with the same words meant.

Naive Bayes over words, pairs of words, and pairs of characters in scripts without spaces. learned.tsv says of
each in how many labelled texts of each type it stands; `python -m tests.unit.classify.last_resort` counts
anew. It is asked last, only about what is known to be an error, and stays silent where it is not confident.
"""

import math
import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from agent.classify.matching import Match, Words
from agent.classify.taxonomy import OutcomeType, Reason

_T, _R = OutcomeType, Reason
REASONS: Mapping[OutcomeType, Reason] = {
    _T.INVALID_REQUEST: _R.INVALID_REQUEST_GENERIC,
    _T.AUTHENTICATION: _R.AUTH_FAILED,
    _T.INSUFFICIENT_BALANCE: _R.INSUFFICIENT_CREDITS,
    _T.PERMISSION: _R.ACCESS_DENIED,
    _T.NOT_FOUND: _R.RESOURCE_NOT_FOUND,
    _T.REQUEST_TOO_LARGE: _R.PAYLOAD_TOO_LARGE,
    _T.RATE_LIMIT: _R.RATE_LIMIT_GENERIC,
    _T.TIMEOUT: _R.UPSTREAM_TIMEOUT,
    _T.API: _R.INTERNAL_ERROR,
    _T.OVERLOADED: _R.CAPACITY,
    _T.CLIENT_CLOSED: _R.CLIENT_CLOSED,
}
"""The types that can be learned, each with the reason that leaves most open."""

LONGEST = 1500  # characters of a text: a longer one is no sentence about an error
CONFIDENT = 0.7  # share of the belief
_SMOOTHING = 0.03
_LONGEST_WORD = 20
_NUMBER = re.compile(r"\S*\d\S*")
_SPACED = re.compile(r"[\0-\u2e7f]+")


class Counts(NamedTuple):
    """In how many labelled texts of each type there is anything at all, and each feature."""

    texts: Mapping[OutcomeType, int]
    features: Mapping[str, Mapping[OutcomeType, int]]


def features(words: Words) -> frozenset[str]:
    """What of a text is counted: names of models, keys and numbers are all one number."""
    listed = [each[:_LONGEST_WORD] for each in _NUMBER.sub("0", words.text).split()]
    pairs = (f"{first} {second}" for first, second in pairwise(listed))
    dense = _SPACED.sub("", words.dense)
    return frozenset((*listed, *pairs, *(dense[at : at + 2] for at in range(len(dense) - 1))))


def likeness(words: Words, counts: Counts) -> OutcomeType | None:
    """Say of which type are the texts that *words* are most like; None without confidence."""
    known = [found for each in features(words) if (found := counts.features.get(each))]
    scores = {kind: _score(kind, known, counts) for kind in counts.texts}
    best = max(scores, key=lambda kind: scores[kind])
    share = 1 / sum(math.exp(score - scores[best]) for score in scores.values())
    return best if share >= CONFIDENT else None


def _score(kind: OutcomeType, known: list[Mapping[OutcomeType, int]], counts: Counts) -> float:
    """Log of a belief. Features hang together: divided by the root of their number they claim less."""
    texts = counts.texts[kind]
    seen = sum(math.log((each.get(kind, 0) + _SMOOTHING) / (texts + 10 * _SMOOTHING)) for each in known)
    return 0.5 * math.log(texts) + seen / math.sqrt(max(1, len(known)))


def guess(words: Words) -> Match | None:
    """Guess what an error means that no rule knows."""
    if len(words.text) > LONGEST:
        return None
    kind = likeness(words, counted())
    return Match(REASONS[kind], f"like {kind}") if kind else None


@cache
def counted() -> Counts:
    """Read learned.tsv."""
    return read(files(__package__).joinpath("learned.tsv").read_text(encoding="utf-8"))


def read(table: str) -> Counts:
    """Read a table: its head names the types and counts their texts, each line counts one feature."""
    head, *lines = table.splitlines()
    by_word = {kind.value: kind for kind in REASONS}
    texts = {by_word[kind]: int(count) for kind, count in _pairs(head)}
    kinds = list(texts)
    split = (line.split("\t") for line in lines)
    return Counts(texts, {name: {kinds[int(at)]: int(n) for at, n in _pairs(rest)} for name, rest in split})


def written(counts: Counts) -> str:
    """Write a table as *read* reads it."""
    kinds = list(counts.texts)
    head = " ".join(f"{kind}:{count}" for kind, count in counts.texts.items())
    rows = (
        f"{name}\t" + " ".join(f"{kinds.index(kind)}:{count}" for kind, count in sorted(found.items()))
        for name, found in sorted(counts.features.items())
    )
    return "".join(f"{line}\n" for line in (head, *rows))


def _pairs(text: str) -> list[list[str]]:
    return [each.split(":") for each in text.split()]
