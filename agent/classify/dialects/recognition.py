"""Which dialect speaks for a body, and which is at home at a provider."""

import re
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from agent.classify.dialects import DIALECTS
from agent.classify.dialects.dialect import Dialect, Evidence, Shape
from agent.classify.memo import Memory
from agent.events.response import ApiResponse

# A vendor's number as clients print it: "(1008)", "1008-", "11200: ", "code=1008", "错误码：1008".
_NUMBER = re.compile(
    r"(?:^|[(（\[【])\s?(\d{4,7})(?=\s?[)）\]】:：\-–,]|\s)"
    r"|\b(?:err(?:or)?[ _]?)?(?:code|no|num)\b[\"'\s]{0,3}(?:is|[:=：])?[\"'\s]{0,3}(-?\d{1,7})\b"
    r"|(?:错误码|错误代码|状态码)\D{0,3}(\d{1,7})"
    r"|\b(\d{4,7})(?=[-–:：)）])",
    re.IGNORECASE,
)
_WORD = re.compile(r"\b[A-Za-z]\w{2,48}(?:\.\w{2,48}){0,3}")
_SEARCHED, _MOST = 1024, 24
_MOST_SHAPES, _MOST_KEYS, _LONGEST_KEY = 1024, 24, 40


def _homes(dialects: Iterable[Dialect]) -> Mapping[str, Dialect]:
    homes: dict[str, Dialect] = {}
    for dialect in dialects:
        for name in {dialect.provider, dialect.name, *dialect.others, *dialect.hosts.values()} - {None}:
            homes.setdefault(str(name), dialect)
    return homes


_HOMES = _homes(DIALECTS)


class _Spoken(NamedTuple):
    """The codes of a dialect that a sentence could name: it must contain one of them then."""

    words: tuple[str, ...]
    numbers: tuple[str, ...]


def _spoken(codes: Iterable[str]) -> _Spoken:
    return _Spoken(
        tuple(code for code in codes if _WORD.fullmatch(code)),
        tuple(code for code in codes if code.removeprefix("-").isdigit()),
    )


_SPOKEN = {home.name: _spoken(home.codes) for home in _HOMES.values()}


def _shape(body: object) -> Shape:
    if not isinstance(body, dict):
        return "text"
    return "nested" if isinstance(body.get("error"), dict) else "flat"


class Registry:
    """The dialects in their order, with what is quickly known about who may speak for a body.

    Attributes:
        memory: What was found out by asking these dialects.
    """

    def __init__(self, dialects: tuple[Dialect, ...]) -> None:
        of: dict[Shape, tuple[Dialect, ...]] = {"nested": (), "flat": (), "text": ()}
        for dialect in dialects:
            of[dialect.shape] += (dialect,)
        of["nested"] += of["flat"]
        self.memory: Memory[Any] = Memory(frozenset().union(*(dialect.headers for dialect in dialects)))
        self._by_shape = of
        self._remembered: dict[tuple[object, ...], tuple[Dialect, ...]] = {}

    def candidates(self, body: object) -> tuple[Dialect, ...]:
        """List those whose keys the body has; remembered by the body's keys, since bodies repeat."""
        if not isinstance(body, dict):
            return self._by_shape["text"]
        error = body.get("error")
        keys = (*body, None, *error) if isinstance(error, dict) else (*body,)
        found = self._remembered.get(keys)
        if found is None:
            found = tuple(each for each in self._by_shape[_shape(body)] if each.keys.issubset(keys))
            self._remember(keys, found)
        return found

    def _remember(self, keys: tuple[object, ...], found: tuple[Dialect, ...]) -> None:
        """Remember usual bodies only, and not too many: what arrives may be hostile."""
        if len(keys) > _MOST_KEYS or any(len(str(key)) > _LONGEST_KEY for key in keys):
            return
        if len(self._remembered) >= _MOST_SHAPES:
            self._remembered.clear()
        self._remembered[keys] = found


REGISTRY = Registry(DIALECTS)


def recognise(body: object, response: ApiResponse) -> tuple[Dialect, Evidence] | None:
    """Ask the dialects of the body's shape; the first that recognises it speaks for it."""
    for dialect in REGISTRY.candidates(body):
        evidence = dialect.recognise(body, response)
        if evidence is not None:
            return dialect, evidence
    return None


def home_of(provider: str) -> Dialect | None:
    """Return the dialect of a known provider: its codes count whatever shape they arrive in."""
    return _HOMES.get(provider)


def named_in(message: str, home: Dialect) -> tuple[str, ...]:
    """List the codes of *home* that its sentence names: "(1008)", "code=1008", "Throttling.RateQuota"."""
    text = message[:_SEARCHED]
    spoken, codes = _SPOKEN[home.name], home.codes
    named: list[str] = []
    if any(number in text for number in spoken.numbers):
        named += (next(filter(None, each)) for each in _NUMBER.findall(text))
    lower = text.lower()
    if any(word in lower for word in spoken.words):
        named += filter(_is_name, _WORD.findall(text))
    return tuple(each for each in named if each.lower() in codes)[:_MOST]


def _is_name(word: str) -> bool:
    """Tell a code from a word of a sentence: "ModelNotOpen", "quota_exceeded", "Throttling.User"."""
    return "_" in word or "." in word or any(letter.isupper() for letter in word[1:])
