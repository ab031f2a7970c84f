"""What is the same in errors that say the same of different things: their words, and `*` for all the rest.

"User 42 of team 'blue' has used 5 of 5 credits" is "User * of team * has used * of * credits". A skeleton can
stand in classify.rules as a message, holds no key, number, name in quotes or address, and is short.
"""

import re

from agent.redaction import looks_secret

LONGEST = 200
"""Characters of a skeleton."""

_LOOKED_AT = 4000  # characters of a text
_QUOTED = re.compile(
    r"(?<!\w)(?:\"[^\"\n]{1,200}\"|'[^'\n]{1,200}'(?!\w)|`[^`\n]{1,200}`)|[“«「『‘][^”»」』’\n]{1,200}[”»」』’]"
)
_WORD = re.compile(r"[!-~]+|\d+")  # what could be a key or a number; letters of other scripts are words
_PARTS = re.compile(r"([(\[{<\"']?)(.{1,60}?)([.,;:!?)\]}>\"']{0,3})")
_PLAIN = re.compile(r"[A-Za-z]{1,20}(?:[_.'-][A-Za-z]{1,20}){0,6}")
_SECRETS = re.compile(
    r"(?i)(?:.*[-_])?(?:keys?|tokens?|secret|password|passwd|signature|authorization|cookie)"
)
_PUNCTUATION = frozenset(".,;:!?()[]{}<>|-/")
_SCHEMES = frozenset({"bearer", "basic"})
_NEAR = 4  # words behind the name of a secret in which it is told: "API key provided: ..."
_STARS = re.compile(r"\*(?:\s*\*)+")


def skeleton(text: str) -> str:
    """The words of *text*, and `*` for everything that may be another one the next time."""
    shown = _QUOTED.sub("*", text[:_LOOKED_AT])
    shown = "".join(letter if letter.isprintable() or letter.isspace() else "*" for letter in shown)
    masked = _Masking()
    shown = " ".join(_WORD.sub(lambda word: masked(word[0]), shown).split())
    shown = _STARS.sub("*", shown)[:LONGEST].rstrip()
    return shown if shown.strip("* ") else ""


class _Masking:
    """Masks word by word, and what follows the name of a secret."""

    def __init__(self) -> None:
        self._near = 0
        self._is_value = False

    def __call__(self, word: str) -> str:
        if word in _PUNCTUATION:
            return word
        parts = _PARTS.fullmatch(word)
        if parts is None:
            return "*"
        before, core, after = parts.groups()
        is_value = self._is_value
        self._near = _NEAR if _SECRETS.fullmatch(core) else self._near - 1
        self._is_value = core.lower() in _SCHEMES or (self._near > 0 and after.endswith(":"))
        is_plain = _PLAIN.fullmatch(core) and not looks_secret(core) and not is_value
        return word if is_plain else f"{before}*{after}"
