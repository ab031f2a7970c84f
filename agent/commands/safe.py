"""Content of events as people may see it: no key, no token, no control character, never too long."""

import re
from collections.abc import Mapping

from agent.metrics.paths import bare
from agent.redaction import HIDDEN, looks_secret, mask

LONGEST = 200
"""Characters of any one text that are shown."""

_LOOKED_AT = 20_000  # characters; what stands beyond is cut off before anything slow
_MOST_KEYS, _LONGEST_KEY = 12, 40
_ESCAPES = re.compile(r"\\+[nrtbf]")  # of JSON in a text: the letter would hide where a word begins
_WORD = re.compile(r"[0-9A-Za-z+/_=~-]{12,}")
_NAMED = re.compile(
    r"(?i)((?:\bkey|api[-_]?key|access[-_]?key|token(?!s)|secret|passw(?:or)?d|signature|authorization|cookie)"
    r"[\w-]*[\"']?\s{0,4}[=:]\s{0,4}[\"']?(?:(?:Bearer|Basic)\s+)?)([^\s\"'&,;}]{4,})"
)
_BEARER = re.compile(r"(?i)\b(Bearer|Basic)\s+(?:(?!Bearer|Basic)\S){4,}")
_USER = re.compile(r"://[^/@\s]+@")
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]")
_TELLING_HEADER = re.compile(r"retry|rate-?limit|(?:^|-)reset(?:$|-)|^date$")


def text(value: str, longest: int = LONGEST) -> str:
    """*value* with everything hidden that looks like a secret; hidden first and cut then."""
    shown = _ESCAPES.sub(" ", value[:_LOOKED_AT])
    shown = mask(_BEARER.sub(rf"\1 {HIDDEN}", shown))
    shown = _USER.sub(f"://{HIDDEN}@", shown)
    shown = _NAMED.sub(rf"\1{HIDDEN}", shown)
    shown = _WORD.sub(lambda word: HIDDEN if looks_secret(word[0]) else word[0], shown)
    shown = _UNPRINTABLE.sub("\ufffd", " ".join(shown.split()))
    return shown if len(shown) <= longest else f"{shown[: longest - 1]}\u2026"


def brief(value: object) -> object:
    """A JSON value in a few words: texts masked, of objects only the names, of lists only the length."""
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, str):
        return text(value)
    if isinstance(value, Mapping):
        names = [text(str(name), _LONGEST_KEY) for name in list(value)[:_MOST_KEYS]]
        more = f" and {len(value) - _MOST_KEYS} more" if len(value) > _MOST_KEYS else ""
        return f"object with {', '.join(names)}{more}" if names else "empty object"
    return f"list of {len(value)}" if isinstance(value, list) else type(value).__name__


def path(value: str) -> str:
    """A request path, without what stands after it or before it."""
    return text(bare(value)) + (" (its query is not shown)" if "?" in value else "")


def headers(values: Mapping[str, str]) -> dict[str, str]:
    """The headers that say when to try again, and how much is left; others are nobody's business here."""
    telling = {name: content for name, content in values.items() if _TELLING_HEADER.search(name)}
    return {text(name, _LONGEST_KEY): text(content) for name, content in telling.items()}
