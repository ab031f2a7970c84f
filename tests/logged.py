"""The events that the agent writes to its log, read from the calls in its code."""

import ast
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from tests.tools.cache import ROOT

LOUD = {"warning", "error", "exception", "critical"}
LEVELS = {"debug", "info", *LOUD}


class Line(NamedTuple):
    """A kind of line, such as ("kafka.unreachable", "warning")."""

    event: str
    level: str


@cache
def lines() -> frozenset[Line]:
    trees = [ast.parse(file.read_text()) for file in (ROOT / "agent").rglob("*.py")]
    return frozenset(line for tree in trees for line in _lines(tree))


def events() -> set[str]:
    return {line.event for line in lines()}


def _lines(tree: ast.Module) -> Iterator[Line]:
    for node in ast.walk(tree):
        match node:
            case ast.Call(ast.Attribute(ast.Name("log"), level), [first, *_]) if level in LEVELS:
                yield from (Line(text, level) for text in _texts(first, tree))


def _texts(value: ast.expr, tree: ast.Module) -> Iterator[str]:
    """What a first argument may be: a text, or a name that the module gives one."""
    match value:
        case ast.Constant(str(text)):
            yield text
        case ast.IfExp():
            yield from _texts(value.body, tree)
            yield from _texts(value.orelse, tree)
        case ast.Name(name):
            for node in ast.walk(tree):
                match node:
                    case ast.Assign([ast.Name(target)], given) if target == name:
                        yield from _texts(given, tree)
