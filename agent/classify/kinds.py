"""Runs of letters and digits of which one pattern says, quicker than their masks, that these are the same.

It names a kind only where it is sure: a run without one has its mask looked at. Kinds tell apart runs of the
same length, at the same place. A property test holds two of the same kind to the same mask.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, lru_cache

from agent.classify.masking import (
    FEWEST_OF_A_MIXED_ID,
    FEWEST_OF_AN_ID,
    KEPT,
    SHORT_SPAN,
    WORDLIKE,
    is_in_dense,
)

Look = Callable[[bytes], "re.Match[bytes] | None"]
"""Looks at a run; `lastindex` of the match is its kind."""

_END = r"\Z"
_SPAN = re.compile(r"(?=.*[g-zA-Z])(?![0-9]+E[0-9]+\Z)[0-9][0-9A-Za-z]*")
_PART = re.compile("0+|[^0]+")
_DIGIT = re.compile("[1-9]")
_MOST_SPANS = 1024  # whose patterns are remembered
_LONGEST = 64  # characters: longer ones are rare
# A number is none if it is a status, a single digit, or begins with 0. Each () is a kind.
_COUNTERS = "(?:1[1-9]|[2-9][0-9])(?:[0-9]{2,})?()|10[0-9]{2,}()|[123][0-9]{2}()|[6-9][0-9]{2}()"
_NO_POWER = "(?=[0-9]*(?:[abcdf]|e[0-9]*[a-f]))"  # 12e5
_REST = f"[0-9a-f]{{{FEWEST_OF_AN_ID - 1},}}"
_REST_OF_A_MIXED_ID = f"[0-9A-Za-z]{{{FEWEST_OF_A_MIXED_ID - 1},}}"
_MIXED = "(?=[^0-9]*[0-9]+[^0-9]+[0-9])(?=[0-9]*[^0-9][0-9]*[^0-9])(?=[0-9a-f]*[^0-9a-f])"


def look_for(run: str, before: str, after: str) -> Look:
    """What tells the kinds of runs as long as *run* that stand between the same texts.

    Args:
        before: The text in front of it, and *after* that behind it, up to the next runs.
    """
    is_uuid = "-" in run
    is_close = not (before + after).isascii() and is_in_dense(before, after)
    if len(run) > _LONGEST or is_close or (before == "_" and not is_uuid):
        return _no_kind
    if _SPAN.fullmatch(run) and len(run) < FEWEST_OF_A_MIXED_ID:
        return _of_spans(_DIGIT.sub("0", run))
    return _of_uuids() if is_uuid else _of_runs(before.endswith("\\"), after[:1].isspace())


def _no_kind(_run: bytes) -> None:
    """Nothing is sure of a run."""


@cache
def _of_runs(is_escaped: bool, is_before_space: bool) -> Look:  # noqa: FBT001 - a key
    """What tells the kinds of runs by what stands around them.

    Args:
        is_escaped: Whether the letters in front may be of an escape.

        is_before_space: Whether a space stands behind: 12d may be days.
    """
    numbers = (name for name in KEPT if name.isdigit() and len(name) > 2)  # noqa: PLR2004
    no_code = rf"(?=(?:[^0-9]++|{_none_of(numbers, '(?![0-9])')}[0-9]++)++\Z)"
    no_days = "(?<![0-9]d)" if is_before_space else ""
    of_letters = f"{_none_of(WORDLIKE)}(?=[a-f]+[0-9])[a-f]{_REST}{no_days}()"
    mixed_of_letters = "" if is_escaped else f"|[A-Za-z]{_REST_OF_A_MIXED_ID}()"
    kinds = [
        _COUNTERS,
        f"{_NO_POWER}[0-9]{_REST}{no_days}()",
        *([] if is_escaped else [of_letters]),
        f"{_MIXED}{no_code}(?:[0-9]{_REST_OF_A_MIXED_ID}(){mixed_of_letters})",
    ]
    return _compiled(f"{_none_of(KEPT, _END)}(?:{'|'.join(kinds)})")


@lru_cache(_MOST_SPANS)
def _of_spans(written: str) -> Look:
    """What tells the kind of time spans and the like, as 1m26s; in *written* all digits are 0.

    Its digits are sure to be no number of a table; where it is not short, one alone is none in any case.
    """
    fewest = 1 if len(written) <= SHORT_SPAN else 2
    parts = (_digits(len(part), fewest) if part[0] == "0" else part for part in _PART.findall(written))
    return _compiled(f"{_none_of(_named(len(written)))}(?!0){''.join(parts)}()")


def _digits(size: int, fewest: int) -> str:
    """As many digits, that are no number of a table if there are at least the *fewest*."""
    return f"{_none_of(_named(size)) if size >= fewest else ''}[0-9]{{{size}}}"


@cache
def _of_uuids() -> Look:
    eight, four, twelve = (f"{_none_of(_named(size))}[0-9A-Fa-f]{{{size}}}" for size in (8, 4, 12))
    return _compiled(f"(?:(?=[0-9])()|(?=[A-Fa-f])()){eight}(?:-{four}){{3}}-{twelve}")


def _named(size: int) -> Iterator[str]:
    return (name for name in KEPT if len(name) == size)


def _compiled(pattern: str) -> Look:
    return re.compile(pattern.encode()).fullmatch


def _none_of(names: Iterable[str], end: str = "") -> str:
    """That none of *names* comes next. By their beginnings: one after the other would take long."""
    tree = _tree(names)
    return f"(?!{tree}{end})" if tree else ""


def _tree(names: Iterable[str]) -> str:
    by_first: dict[str, list[str]] = {}
    for name in names:
        by_first.setdefault(name[:1], []).append(name[1:])
    has_ended = by_first.pop("", None) is not None
    last = sorted(first for first, rest in by_first.items() if rest == [""])
    branches = [first + _tree(rest) for first, rest in sorted(by_first.items()) if rest != [""]]
    branches += [f"[{''.join(last)}]"] if last else []
    return f"(?:{'|'.join(branches)}){'?' * has_ended}" if branches else ""
