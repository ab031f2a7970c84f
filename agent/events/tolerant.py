"""A reader for objects that are almost JSON: cut off, without commas, or printed by Python.

It reads what orjson refuses: line breaks and NaN in JSON, Python's quotes, None and True, missing commas
(AI/ML API's own documentation), and bodies that a log line cut in the middle. It is iterative and bounded:
one token per step, a stack of limited depth.
"""

import re
from typing import Any

DEEPEST = 64  # containers; errors are never that deep, hostile bodies are
_TOKEN = re.compile(
    r"""[\s,:]*+(?:
        (?P<open>[{\[(])
      | (?P<close>[}\])])
      | [bru]?"(?P<double>(?:[^"\\]|\\.)*+)(?P<ended>"?)
      | [bru]?'(?P<single>(?:[^'\\]|\\.)*+)'?
      | `(?P<tick>(?:[^`\\]|\\.)*+)`?
      | (?P<bare>[^\s,:{}\[\]()"'`]++)
      | (?P<stray>.)
    )""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9a-fA-F]{4}|.)", re.DOTALL)
_ESCAPES = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_WORDS: dict[str, object] = {
    "null": None,
    "None": None,
    "true": True,
    "True": True,
    "false": False,
    "False": False,
}


def unescape(text: str) -> str:
    """Undo one level of backslash escapes."""
    return _ESCAPE.sub(_escaped, text) if "\\" in text else text


def _escaped(match: re.Match[str]) -> str:
    code = match.group(1)
    if len(code) == 5:  # noqa: PLR2004 - uXXXX
        return chr(int(code[1:], 16))
    return _ESCAPES.get(code, code)


def _bare(word: str) -> object:
    if word in _WORDS:
        return _WORDS[word]
    try:
        return float(word) if "." in word else int(word[:18])
    except ValueError:
        return word


class _Container:
    """An object or list under construction; an object remembers the key that waits for its value."""

    __slots__ = ("items", "key", "keyed")

    def __init__(self, *, keyed: bool) -> None:
        self.items: Any = {} if keyed else []
        self.keyed = keyed
        self.key: str | None = None

    def add(self, value: object) -> None:
        if not self.keyed:
            self.items.append(value)
        elif self.key is None:
            self.key = str(value)
        else:
            self.items[self.key] = value
            self.key = None


def read(text: str, start: int = 0) -> object:
    """Read the object or list that opens at *start*; None when none opens there."""
    stack: list[_Container] = []
    for match in _TOKEN.finditer(text, start):
        kind = match.lastgroup
        if kind == "open":
            if not _open(stack, keyed=match.group("open") == "{"):
                break
        elif kind == "close":
            if len(stack) <= 1:
                break
            stack.pop()
        elif not stack:
            return None
        elif kind != "stray":
            stack[-1].add(_value(match))
    return stack[0].items if stack else None


def _open(stack: list[_Container], *, keyed: bool) -> bool:
    if len(stack) >= DEEPEST:
        return False
    child = _Container(keyed=keyed)
    if stack:
        parent = stack[-1]
        if parent.keyed and parent.key is None:
            parent.key = ""
        parent.add(child.items)
    stack.append(child)
    return True


def _value(match: re.Match[str]) -> object:
    quoted = next(filter(None, match.group("double", "single", "tick")), None)
    return (
        unescape(quoted) if quoted is not None else _bare(match.group("bare")) if match.group("bare") else ""
    )
