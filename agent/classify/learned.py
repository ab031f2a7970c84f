"""What no rule knows is guessed by what labelled texts with the same words meant; silent without confidence.

Two models: which type an error has, or whether a text is one at all; and for which reason of that type.
Beside them stands how often errors with a status were of which type.
"""

from collections.abc import Mapping
from functools import cache, lru_cache
from importlib.resources import files
from typing import IO

from agent.classify import model
from agent.classify.matching import Match, Words
from agent.classify.model import Model, likeliest
from agent.classify.taxonomy import OutcomeType, Reason

_T, _R = OutcomeType, Reason
REASONS: Mapping[OutcomeType, Reason] = {
    _T.OK: _R.NONE,
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
    _T.UNKNOWN: _R.UNMAPPED_STATUS,
}
"""The types that can be learned, each with the reason that leaves most open.

`ok` is about no error; an `unknown` one says that something failed, and neither what nor why.
"""

ERRORS = frozenset(kind.value for kind in REASONS) - {_T.OK.value}

CONFIDENT = 0.4  # share of the belief, where nothing else speaks
SURE = 0.8  # share that outweighs a phrase, where no status has come with it
_TRUST = 0.7  # power of how common a type is: what was collected is only near to what happens
LIKELY = 0.8  # share that outweighs a status, once it is weighed with how often that status is so meant
_ORDINARY = 0.7  # share of the belief that a text reports no error
_FINE = 0.7  # share of the belief in a reason
_KEPT = 4  # texts: the last is asked about several times
_FEWEST_WORDS = 3  # from which a reason is guessed

_BY_TYPE = {kind: frozenset(each.value for each in Reason if kind in each.types) for kind in OutcomeType}
_NAMED = {each.value: each for each in Reason}
_BY_WORD: Mapping[str, OutcomeType] = {kind.value: kind for kind in REASONS}


def load() -> None:
    """Read all tables, a tenth of a second of work, before anything waits for it."""
    types()
    reasons()
    statuses()


@cache
def types() -> Model:
    """Read what has been learned of types."""
    return _read("learned_types.tsv")


@cache
def reasons() -> Model:
    """Read what has been learned of reasons."""
    return _read("learned_reasons.tsv")


@cache
def statuses() -> Mapping[int, Mapping[str, float]]:
    """Read how many of the errors that were collected had a status, by it and by type."""
    with _opened("learned_statuses.tsv") as table:
        head, *rows = (line.rstrip("\n").split("\t") for line in table)
    kinds = head[1:]
    return {int(status): dict(zip(kinds, map(float, counts), strict=True)) for status, *counts in rows}


def _read(name: str) -> Model:
    with _opened(name) as table:
        return model.read(table)


def _opened(name: str) -> IO[str]:
    return files(__package__).joinpath(name).open(encoding="utf-8")


@lru_cache(_KEPT)
def _belief(words: Words) -> Mapping[str, float]:
    return types().belief(model.features(words), ERRORS)


def guess(words: Words, least: float = CONFIDENT) -> Match | None:
    """Guess the type of an error, with a share of *least* in the belief."""
    word, share = likeliest(_belief(words))
    if share < least or word == _T.UNKNOWN:
        return None
    return Match(REASONS[_BY_WORD[word]], f"like {word}")


def guess_under(status: int | None, words: Words, besides: OutcomeType) -> Match | None:
    """Guess the type of an error by its words and by how common each is under its *status* (Bayes' rule).

    None for a status of which hardly any was collected. No type that was never met under it is given, and
    one's own words must speak for it; *besides* is a type that something else in the error speaks for.
    """
    common = statuses().get(status or 0)
    if common is None:
        return None
    common = {**common, besides: max(common.get(besides, 0.0), 1.0)}
    belief = _belief(words)
    weighed = {kind: share * common[kind] ** _TRUST for kind, share in belief.items() if kind in common}
    word, most = likeliest(weighed)
    if belief.get(word, 0.0) < CONFIDENT or most < LIKELY * sum(weighed.values()):
        return None
    return Match(REASONS[_BY_WORD[word]], f"like {word} under {status}")


def finer(kind: OutcomeType, words: Words) -> Match | None:
    """Guess for which reason of its type an error is."""
    if words.text.count(" ") <= _FEWEST_WORDS:
        return None
    word, share = likeliest(reasons().belief(model.features(words), _BY_TYPE[kind]))
    return Match(_NAMED[word], f"like {word}") if share >= _FINE else None


def is_error(words: Words, doubt: float = 1.0) -> bool:
    """Whether a text is likelier of some type of error than none, and none with a share below *doubt*."""
    belief = types().belief(model.features(words))
    ordinary = belief.pop(_T.OK, 1.0)
    return ordinary < doubt and likeliest(belief)[1] > ordinary


def is_ordinary(words: Words, least: float = _ORDINARY) -> bool:
    """Whether a text is like those that report none, with a share of *least* in the belief."""
    return types().belief(model.features(words)).get(_T.OK, 0.0) >= least
