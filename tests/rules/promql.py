"""Enough of PromQL to see which metrics and labels a query uses. promtool judges the grammar."""

import re
from collections.abc import Iterator
from typing import Any

import yaml

STRING = re.compile(r'"(?:[^"\\]|\\.)*"')
SELECTOR = re.compile(r"([a-zA-Z_:][\w:]*)\{([^}]*)\}")
LABEL_LIST = re.compile(r"\b(by|without|on|ignoring|group_left|group_right)\s*\(([^)]*)\)")
NAME = re.compile(r"(?<![\w:$.])[a-zA-Z_:][\w:]*(?![\w:]*\s*\()")
OPERATORS = {"and", "or", "unless", "bool", "offset", "group_left", "group_right"}


def selectors(query: str) -> list[tuple[str, list[str]]]:
    """Each metric with the labels that are matched; every metric must carry braces to be seen."""
    return [
        (name, re.findall(r"(\w+)\s*[=!]~?", matchers))
        for name, matchers in SELECTOR.findall(STRING.sub("", query))
    ]


def bare(query: str) -> set[str]:
    """Names that stand without braces, which are metrics that nobody selected."""
    rest = SELECTOR.sub("", STRING.sub("", query))
    rest = re.sub(r"\[[^]]*\]", "", LABEL_LIST.sub("", rest))
    return set(NAME.findall(rest)) - OPERATORS


def label_lists(query: str) -> list[tuple[str, list[str]]]:
    return [(word, re.findall(r"\w+", labels)) for word, labels in LABEL_LIST.findall(query)]


def branches(query: str) -> list[str]:
    """The sides of the outermost `or`."""
    sides, depth = [""], 0
    for part in re.split(r"([()]|\bor\b)", query):
        depth += {"(": 1, ")": -1}.get(part, 0)
        if part == "or" and depth == 0:
            sides.append("")
        else:
            sides[-1] += part
    return sides


def rules(text: str, kind: str) -> Iterator[dict[str, Any]]:
    """The rules of *kind* ("alert" or "record") in a rendered rules file."""
    for group in yaml.safe_load(text)["groups"]:
        yield from (rule for rule in group["rules"] if kind in rule)
