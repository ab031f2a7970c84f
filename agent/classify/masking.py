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

from agent.classify import codes, exception_names
from agent.classify.dialects import DIALECTS
from agent.classify.families import ENGLISH, FAMILIES
from agent.classify.finer import FINER
from agent.classify.matching import HEX_STEM, HYPHENS_OF_A_UUID, UUID, Phrases

_MARK = "\x01"  # opens a mask; a text that holds one has no shape
_TOKEN = re.compile(r"([0-9][0-9A-Za-z]*)")
_TOKEN_OR_UUID = re.compile(rf"({UUID.pattern}|[0-9][0-9A-Za-z]*)")
_RUN = re.compile(r"[0-9]+")
_ZEROS = str.maketrans("123456789", "000000000")
_HEX = re.compile(r"[0-9a-f]+")
FEWEST_OF_AN_ID = 4  # characters
FEWEST_OF_A_MIXED_ID, _FEWEST_RUNS = 20, 2  # characters, and runs of digits among the letters
SHORT_SPAN = 3  # characters, as in 5h: the digit of a longer one, as of 1m26s, is no number of a table
_PARTING = string.whitespace + string.punctuation
_POWER = re.compile(r"[0-9]+[eE][0-9]+")
_FEWEST_OF_NO_POWER = 8  # characters: as long a one is an id, unless it is a value
_BEFORE_VALUES, _BEHIND_VALUES = frozenset({":", "[", ",", "-", ".", ""}), frozenset({",", "}", "]", ""})
_PAIRED = chain(FAMILIES, ENGLISH, *FINER.values())
WORDLIKE = tuple(
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


_TABLES = (codes.CODES, codes.VAGUE, exception_names.EXCEPTIONS, *(dialect.codes for dialect in DIALECTS))
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


def parted(text: str) -> list[str] | None:
    """Part *text*: at every second place stands a run of letters and digits; None where it has no shape."""
    if _MARK in text or "\\u" in text or not (text.isascii() or not any(map(text.__contains__, _OPEN_ENDED))):
        return None
    pieces = (_TOKEN_OR_UUID if text.count("-") >= HYPHENS_OF_A_UUID else _TOKEN).split(text)
    for at in range(1, len(pieces), 2):
        before = pieces[at - 1]
        if before and before[-1] in string.ascii_letters:
            stem = before.rstrip(string.ascii_letters)
            pieces[at - 1], pieces[at] = stem, before[len(stem) :] + pieces[at]
    return pieces


def mask(run: str, before: str, after: str) -> str:
    """Mask what of a *run* of letters and digits is an id or a counter, by what stands around it."""
    if "-" in run:
        return _uuid(run)
    token = run if run[0] in string.digits else _from_its_id(run, before)
    letters = run[: len(run) - len(token)]
    shown = _MASKS.get(token) or _mask(token, after)
    if not letters and _is_odd(token) and _is_value(before, after):
        shown = _after_zeros(token)
    if _is_power(token) and (len(token) < _FEWEST_OF_NO_POWER or _is_value(before, after)):
        shown = token
    if before == "_" and not letters:  # 4_29 is a way to write 429
        return token
    is_plain = before.isascii() and after.isascii()
    if not is_plain and shown != token and is_in_dense(letters or before, after):
        shown = f"{shown}{token[0]}{token[-1]}"
    return letters + shown


def _uuid(uuid: str) -> str:
    if not UUID.fullmatch(uuid) or not KEPT.isdisjoint(uuid.split("-")):
        return uuid
    return f"{_MARK}{_first(uuid)}u;"


def _first(id_: str) -> str:
    """Tell apart ids by what they begin with: one that begins with a letter could be a name."""
    return "d" if id_[0].isdigit() else "l"


def is_in_dense(before: str, after: str) -> bool:
    """Whether a number may belong to a word of a script without spaces, whatever parts them: 1分钟, 为0."""
    last, first = before.rstrip(_PARTING)[-1:], after.lstrip(_PARTING)[:1]
    return not (last and last.isascii() and first.isascii())


def _from_its_id(run: str, before: str) -> str:
    """Leave out the letters in front, unless an id begins with them."""
    token, last = run.lstrip(string.ascii_letters), before[-1:]
    if last == "\\":
        return token  # they may be of an escape
    is_id = _is_mixed(run) or (_HEX.fullmatch(run) and not last.isalnum())
    return run if is_id else token


def _is_mixed(word: str) -> bool:
    """Whether digits stand among the letters of a long word, as in an id, and none of them is a code."""
    if len(word) < FEWEST_OF_A_MIXED_ID:
        return False
    runs = _RUN.findall(word)
    return len(runs) >= _FEWEST_RUNS and not any(run in KEPT and len(run) > 2 for run in runs)  # noqa: PLR2004


def _is_value(before: str, after: str) -> bool:
    """Whether what stands between is a value in what may be JSON, or the end of one."""
    return before.rstrip()[-1:] in _BEFORE_VALUES and after.lstrip()[:1] in _BEHIND_VALUES


def _is_odd(number: str) -> bool:
    """Whether it would be JSON but for a 0 in front: as a value it may be read as 0 and the rest."""
    return number[0] == "0" and len(number) > 1 and number.isdigit()


def _after_zeros(number: str) -> str:
    rest = number.lstrip("0")
    return number[: len(number) - len(rest)] + (_MASKS.get(rest) or _mask(rest, "") if rest else "")


def _is_power(token: str) -> bool:
    """Whether it may be a number with an exponent."""
    return "e" in token.lower() and _POWER.fullmatch(token) is not None


def _mask(token: str, after: str) -> str:
    """Mask what stands in no table and has more than three digits, or letters in it."""
    if token.isdigit():
        return f"{_MARK}{_kind(token)}{len(token)};" if token.strip("0") else token
    if len(token) >= FEWEST_OF_AN_ID and _HEX.fullmatch(token):
        if token.startswith(WORDLIKE) or (after[:1].isspace() and _DAYS.search(token)):
            return token
        return f"{_MARK}{_first(token)}{len(token)};"
    if _is_mixed(token):
        return f"{_MARK}{_first(token)}m{len(token)};"
    named = any(run in KEPT for run in _RUN.findall(token) if len(run) > 1 or len(token) <= SHORT_SPAN)
    zero = "z" if token[0] == "0" else ""
    return token if named else f"{_MARK}{zero}{token.translate(_ZEROS)};"
