"""A small linear model of texts: which features a text has, and what a table of weights makes of them.

Logistic regression over words, pairs of words, four letters of a word, and pairs of characters in scripts
without spaces. `python -m tests.unit.classify.last_resort` fits the tables.
"""

import math
import re
import sys
from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet
from functools import lru_cache
from itertools import pairwise
from operator import itemgetter
from typing import NamedTuple

from agent.classify.matching import Words

LONGEST = 1500  # characters of a text: a longer one is no sentence about an error
PER_ONE = 16
"""What a weight of 1 is in a table."""

MOST = 46
"""The largest weight in a table, and with a minus the smallest."""

_ZERO = 33 + MOST  # each weight is one printable character of ASCII
_LONGEST_WORD = 20
_LETTERS = 4
_FEWEST_KNOWN = 3  # one feature in so many must have been met
_KEPT = 4  # texts: the last is asked about several times
_NUMBER = re.compile(r"\S*\d\S*")
_SPACED = re.compile(r"[\0-\u2e7f]+")
_FIRST_DENSE = "\u2e80"


class Model(NamedTuple):
    """What each feature says for and against each label.

    Attributes:
        weights: By feature, a byte for each label: its weight, more by the same for all.
    """

    labels: tuple[str, ...]
    weights: Mapping[str, bytes]

    def belief(self, features: AbstractSet[str], among: Collection[str] = ()) -> dict[str, float]:
        """Share 1 among some labels, or among all; empty where hardly a feature has been met."""
        known = self.weights.keys() & features
        if not known or len(known) * _FEWEST_KNOWN < len(features):
            return {}
        scores = map(sum, zip(*map(self.weights.__getitem__, known), strict=True))
        asked = [each for each in zip(self.labels, scores, strict=True) if not among or each[0] in among]
        scale = 1 / PER_ONE / math.sqrt(len(known))  # many features claim no more than few
        highest = max([score for _, score in asked])
        likely = {label: math.exp((score - highest) * scale) for label, score in asked}
        whole = sum(likely.values())
        return {label: each / whole for label, each in likely.items()}


def likeliest(belief: Mapping[str, float]) -> tuple[str, float]:
    """The likeliest label with its share; "" and 0 where there is none."""
    return max(belief.items(), key=itemgetter(1), default=("", 0.0))


@lru_cache(_KEPT)
def features(words: Words) -> frozenset[str]:
    """What of a text is weighed: names of models, keys and numbers are all one number."""
    if len(words.text) > LONGEST:
        return frozenset()
    listed = [each[:_LONGEST_WORD] for each in _NUMBER.sub("0", words.text).split()]
    found = {*listed, *map(" ".join, pairwise(listed))}
    bounded = [f"<{each}>" for each in listed if each[0] < _FIRST_DENSE]
    found.update(
        [f"#{each[at : at + _LETTERS]}" for each in bounded for at in range(len(each) - _LETTERS + 1)]
    )
    dense = _SPACED.sub("", words.dense)
    found.update([dense[at : at + 2] for at in range(len(dense) - 1)])
    return frozenset(found)


def read(lines: Iterable[str]) -> Model:
    """Read the lines of a table as *written* writes it, one after the other: it has tens of thousands.

    What two tables name, and rows that are the same, take their memory once.
    """
    rest = iter(lines)
    labels = next(rest, "").rstrip("\n").split("\t")[1:]
    split = (line.rstrip("\n").rsplit("\t", 1) for line in rest)
    rows = dict[str, bytes]()
    weights = {sys.intern(feature): rows.setdefault(row, row.encode()) for feature, row in split}
    return Model(tuple(labels), weights)


def written(labels: tuple[str, ...], weights: Mapping[str, list[float]], fingerprint: str) -> str:
    """Write a table: its first line names the labels, each other one a feature."""
    rows = ((feature, list(map(_rounded, each))) for feature, each in sorted(weights.items()))
    telling = ((feature, "".join([chr(each + _ZERO) for each in row])) for feature, row in rows if any(row))
    lines = ("\t".join((fingerprint, *labels)), *map("\t".join, telling))
    return "".join(f"{line}\n" for line in lines)


def _rounded(weight: float) -> int:
    rounded = max(-MOST, min(MOST, round(weight * PER_ONE)))
    return rounded if abs(rounded) > 1 else 0
