"""What is left of a body when ids and counters are masked: bodies of one shape mean the same.

A mask keeps all that classifying could read of a number: how long it is, so that every place in the text
stays where it was, and the order of magnitude. A number stays as it is where more may matter: a status, a
single digit, a zero, what stands in any table or phrase. How long to wait and how much is left are read from
each body anew, and a meaning that hung on a wait is not remembered by shape at all.
"""

import re
import string
from collections.abc import Iterable
from itertools import chain

from agent.classify import classes, codes
from agent.classify.dialects import DIALECTS
from agent.classify.families import ENGLISH, FAMILIES, FINER
from agent.classify.matching import HEX_STEM, HYPHENS_OF_A_UUID, UUID, Phrases

_MARK = "\x01"  # opens a mask; a text that holds one has no shape
_TOKEN = re.compile(r"([0-9][0-9A-Za-z]*)")
_RUN = re.compile(r"[0-9]+")
_DIGITS = str.maketrans("123456789", "000000000")
_HEX = re.compile(r"[0-9a-f]+")
_HEX_LETTERS = "abcdef"
_FEWEST_OF_AN_ID = 4  # characters
_FEWEST_OF_A_MIXED_ID, _FEWEST_RUNS = 20, 2  # characters, and runs of digits among the letters
_LETTERS = frozenset(string.ascii_letters)
_PARTING = string.whitespace + string.punctuation
_POWER = re.compile(r"[0-9]+[eE][0-9]+")
_PAIRED = chain(FAMILIES, ENGLISH, *FINER.values())
_WORDLIKE = tuple(
    Phrases.hex_stems.union(*(HEX_STEM.findall(side) for _, rows in _PAIRED for row in rows for side in row))
)
"""Beginnings of words that a phrase names, with which an id could begin too: acab~."""
_DAYS = re.compile(r"[0-9]d$")  # as in "wait 12d"
# Behind these words a number is read that need not end where its digits end.
_OPEN_ENDED = ("错误码", "错误代码", "状态码")


def _numbers(names: Iterable[str]) -> frozenset[str]:
    return frozenset(token for name in names for token in _TOKEN.findall(name))


def _kind(number: str) -> str:
    """Tell apart what a comparison may: 0 in front, three digits that are a status, 10xx of Cloudflare."""
    if len(number) == 3 and "1" <= number[0] < "4":  # noqa: PLR2004
        return "i"
    return "0" if len(number) > 2 and number[0] == "0" else "t" if number[:2] == "10" else ""  # noqa: PLR2004


def _short(number: str) -> str:
    """Mask a number of up to three digits: 0 to 9, zeros and the statuses of errors stay."""
    if len(number) == 1 or not number.strip("0") or (len(number) == 3 and number[0] in "45"):  # noqa: PLR2004
        return number
    return f"{_MARK}{_kind(number)}{len(number)};"


_TABLES = (codes.CODES, codes.VAGUE, classes.CLASSES, *(dialect.codes for dialect in DIALECTS))
KEPT = (
    _numbers(name for table in _TABLES for name in table)
    | Phrases.numbers
    | frozenset[str]().union(*(dialect.numbers for dialect in DIALECTS))
)
"""Numbers that the tables name, and words with digits in them."""

_SHORT = {
    number: _short(number)
    for width in (1, 2, 3)
    for number in (f"{each:0{width}}" for each in range(10**width))
}
_MASKS = {**_SHORT, **{each: each for each in KEPT}}


def masked(text: str) -> str | None:
    """Mask the ids and counters of *text*; None where it has no shape."""
    plain = text.isascii()
    if _MARK in text or "\\u" in text or not (plain or not any(each in text for each in _OPEN_ENDED)):
        return None
    if text.count("-") >= HYPHENS_OF_A_UUID:
        text = UUID.sub(_uuid, text)
    pieces = _TOKEN.split(text)
    for at in range(1, len(pieces), 2):
        before, token = pieces[at - 1], pieces[at]
        if before and before[-1] in _LETTERS:
            before, token = _with_letters(before, token)
            pieces[at - 1] = before
        mask = _MASKS.get(token) or _mask(token, pieces[at + 1])
        if token[0] == "0" and _is_value(token, before, pieces[at + 1]):
            mask = _after_zeros(token)
        if before == "_":  # 4_29 is a way to write 429
            mask = token
        if not (plain or mask == token) and _is_in_dense(before, pieces[at + 1]):
            mask = f"{mask}{token[0]}{token[-1]}"
        pieces[at] = mask
    return "".join(pieces)


def _uuid(match: re.Match[str]) -> str:
    uuid = match[0]
    if not KEPT.isdisjoint(uuid.split("-")):
        return uuid
    return f"{_MARK}{'d' if uuid[0].isdigit() else 'l'}{'z' if uuid[0] == '0' else ''}u;"


def _is_in_dense(before: str, after: str) -> bool:
    """Whether a number may belong to a word of a script without spaces, whatever parts them: 1分钟, 为0."""
    last, first = before.rstrip(_PARTING)[-1:], after.lstrip(_PARTING)[:1]
    return not (last and last.isascii() and first.isascii())


def _with_letters(before: str, token: str) -> tuple[str, str]:
    """Put the letters with which an id begins to the rest of it."""
    if before[-1] in _HEX_LETTERS and _HEX.fullmatch(token):
        stem = before.rstrip(_HEX_LETTERS)
        if not stem or not (stem[-1].isalnum() or stem[-1] == "\\"):
            return stem, before[len(stem) :] + token
    if len(token) < _FEWEST_OF_A_MIXED_ID // 2:
        return before, token
    stem = before.rstrip(string.ascii_letters)
    word = before[len(stem) :] + token
    is_id = not stem.endswith("\\") and _is_mixed(word)  # they may be of an escape
    return (stem, word) if is_id else (before, token)


def _is_mixed(word: str) -> bool:
    """Whether digits stand among the letters of a long word, as in an id, and none of them is a code."""
    if len(word) < _FEWEST_OF_A_MIXED_ID:
        return False
    runs = _RUN.findall(word)
    return len(runs) >= _FEWEST_RUNS and not any(run in KEPT and len(run) > 2 for run in runs)  # noqa: PLR2004


def _is_value(number: str, before: str, after: str) -> bool:
    """Whether it is a value in what would be JSON but for a 0 in front: it may be read as 0 and the rest."""
    is_odd = number[0] == "0" and len(number) > 1 and number.isdigit()
    return is_odd and before.rstrip()[-1:] in {":", "[", ","} and after.lstrip()[:1] in {",", "}", "]", ""}


def _after_zeros(number: str) -> str:
    rest = number.lstrip("0")
    return number[: len(number) - len(rest)] + (_MASKS.get(rest) or _mask(rest, "") if rest else "")


def _mask(token: str, after: str) -> str:
    """Mask what stands in no table and has more than three digits, or letters in it."""
    if token.isdigit():
        return f"{_MARK}{_kind(token)}{len(token)};" if token.strip("0") else token
    zero = "z" if token[0] == "0" else ""
    if _POWER.fullmatch(token):
        return token
    if len(token) >= _FEWEST_OF_AN_ID and _HEX.fullmatch(token):
        if token.startswith(_WORDLIKE) or (after[:1].isspace() and _DAYS.search(token)):
            return token
        return f"{_MARK}{'d' if token[0].isdigit() else 'l'}{zero}{len(token)};"
    if _is_mixed(token):
        return f"{_MARK}{'d' if token[0].isdigit() else 'l'}{zero}m{len(token)};"
    named = any(run in KEPT for run in _RUN.findall(token))
    return token if named else f"{_MARK}{zero}{token.translate(_DIGITS)};"
