"""Errors under HTTP 200: the quick question whether a successful response carries one.

What is an error at any vendor, agent.classify.stated says; what is one at one vendor only, its dialect.
"""

from typing import Any

from agent.classify import fields, learned, sentences, stated
from agent.classify.dialects import DIALECTS
from agent.classify.matching import words_of
from agent.classify.phrases import OVERRIDES
from agent.classify.stated import FAULTS, LEAST_DOUBT, LONE, Rule

_OWN = tuple(dialect for dialect in DIALECTS if dialect.states_error)
_OWN_KEYS = frozenset[str]().union(*(dialect.keys for dialect in _OWN))
# What a text holds, in lower case, in which a rule could be met: it is searched before anything is parsed.
_MARKS = (*(f'"{key.lower()}"' for key in _OWN_KEYS),
          '"error"', "'error'", '"errors"', '"err"', '"blockreason"', '"detail"', 'code"', 'no"', '"ret"',
          '"rc"', 'failed"', 'fail"', 'failure"', 'errored"', 'cancelled"', 'canceled"', 'expired"',
          'rejected"', 'aborted"', 'moderated"', 'status":4', 'status": 4', 'status":5', 'status": 5',
          'success":false', 'success": false', 'succeeded":false', 'succeeded": false', '"ok":false',
          '"ok": false')  # fmt: skip

_SENTENCES = ("message", "Message")
_LONGEST_COMPLAINT = 100  # characters
_COLONS = (":", "：", " -", " –")
# Words with which an answer leads to an error that it only shows.
_EXAMPLES = frozenset(
    {"example", "examples", "sample", "like", "such", "instance", "is", "are", "here", "this", "that",
     "these", "you", "your", "if", "when", "would", "could", "may", "looks", "means", "following", "typical",
     "common", "codes", "handling", "test", "tests", "beispiel", "exemple", "ejemplo", "exemplo", "esempio",
     "пример"}
)  # fmt: skip

_RULES: tuple[Rule, ...] = (
    *stated.RULES,
    *(dialect.states_error for dialect in _OWN if dialect.states_error),
)
_KEYS = stated.KEYS | _OWN_KEYS


def states_error(body: Any) -> bool:
    """Say whether a parsed *body* is an error though its HTTP status is not."""
    if isinstance(body, list):
        return bool(body) and any(map(_is_nothing_but_error, (body[0], body[-1])))
    if not isinstance(body, dict):
        return False
    if len(body) == 1:
        inside = fields.boxed(body)
        is_error = stated.has_error(inside) if inside else _is_lone_sentence(*next(iter(body.items())))
        return is_error or any(rule(body) for rule in _RULES)
    if _KEYS.isdisjoint(body):
        return False
    return any(rule(body) for rule in _RULES)


def _is_nothing_but_error(chunk: object) -> bool:
    """Recognise how Google's streams, which are lists, are refused or end: [{"error": {...}}]."""
    return isinstance(chunk, dict) and len(chunk) == 1 and stated.has_error(chunk)


def _is_lone_sentence(key: object, value: object) -> bool:
    """Recognise an answer of nothing but a sentence about an error: {"html-message": "Connection lost"}.

    A chat may answer {"message": ...}: that must be like an error in all its words.
    """
    if not (isinstance(key, str) and key.endswith(_SENTENCES)):
        return False
    if not isinstance(value, str) or len(value) >= LONE:
        return False
    words = words_of(value)
    is_sure = key not in _SENTENCES or learned.is_error(words, LEAST_DOUBT)
    return is_sure and OVERRIDES.match(words, FAULTS) is not None


def _is_complaint(text: str) -> bool:
    """Recognise what a client writes in front of the error that it got: "Error: stream error: {...}".

    An answer that shows an example of an error says so, and goes on behind it.
    """
    before, brace, _ = text[:_LONGEST_COMPLAINT].partition("{")
    if not brace or not before.rstrip().endswith(_COLONS) or len(text) - text.rfind("}") > _LONGEST_COMPLAINT:
        return False
    _, words, dense = words_of(before)
    shown = any(each in dense for each in ("示例", "例如", "例子", "比如", "예시"))
    return _EXAMPLES.isdisjoint(words) and not shown and sentences.names_error(before)


def may_state_error(text: str) -> bool:
    """Say whether a text body under a success is worth reading."""
    head = text[:64].lstrip("\ufeff \t\r\n")
    if head[:1] == "<" or _is_complaint(text):
        return True
    if head[:1] not in {"{", "[", '"', "d", "e", ":", "i", "r"}:
        return False
    if len(text) < 2 * LONE and 'essage"' in text:  # with its key and what JSON escapes
        return True
    lower = text.lower()
    return any(mark in lower for mark in _MARKS) or head.startswith("error code:")
