"""PromQL as a tree: which metrics and labels a query uses, which labels come out, which conditions it has.

promtool judges the grammar; this parser knows the language as far as rules and boards use it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import yaml

TOKEN = re.compile(
    r"""(?P<space>(?:\s|\#[^\n]*)+)
      | (?P<string>"(?:[^"\\]|\\.)*")
      | (?P<range>\[[^\]]*\])
      | (?P<braces>\{(?:[^}"]|"(?:[^"\\]|\\.)*")*\})
      | (?P<number>\d[\w.]*)
      | (?P<word>[a-zA-Z_:$][\w:]*)
      | (?P<sign>[=!]=|[<>]=?|[-+*/%^(),])""",
    re.VERBOSE,
)
BINDING = {
    "or": 1,
    "and": 2,
    "unless": 2,
    "==": 3,
    "!=": 3,
    "<": 3,
    "<=": 3,
    ">": 3,
    ">=": 3,
    "+": 4,
    "-": 4,
    "*": 5,
    "/": 5,
    "%": 5,
    "^": 6,
}
SETS = {"or", "and", "unless"}
COMPARISONS = {"==", "!=", "<", "<=", ">", ">="}
AGGREGATIONS = {"sum", "min", "max", "avg", "count", "group", "topk", "bottomk", "quantile", "stddev"}
SEEN_TO = ("job", "namespace", "alertname", "alertstate", "severity")
"""Labels that other tests see to: those of every selector, and those by which an alert knows itself."""
MATCHER = re.compile(r'(\w+)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"')


@dataclass(frozen=True, slots=True)
class Node:
    """One piece of a query, and where it stands in it.

    Attributes:
        kind: "number", "string", "selector", "call", "aggregation" or "binary".

        name: The metric, function or operator.

        labels: Label lists by their word (by, on, ...); of a selector its matchers, under their operator.
    """

    kind: str
    name: str
    start: int
    end: int
    children: tuple["Node", ...] = ()
    lists: tuple[tuple[str, tuple[str, ...]], ...] = ()
    matchers: tuple[tuple[str, str, str], ...] | None = None

    def walk(self) -> Iterator["Node"]:
        yield self
        for child in self.children:
            yield from child.walk()

    def listed(self, word: str) -> tuple[str, ...] | None:
        return dict(self.lists).get(word)


class Parser:
    """A parser by binding power; it looks one token ahead."""

    def __init__(self, query: str) -> None:
        self.query = query
        self.tokens = [
            token for token in TOKEN.finditer(query) if token.lastgroup != "space" and token[0].strip()
        ]
        left = TOKEN.sub("", query)
        if left.strip():
            raise SyntaxError(f"{left.strip()!r} is no PromQL that is known here: {query}")
        self.at = 0

    def whole(self) -> Node:
        node = self.expression(0)
        if self.at != len(self.tokens):
            raise SyntaxError(f"{self.tokens[self.at][0]!r} comes too late: {self.query}")
        return node

    @property
    def next(self) -> str:
        return self.tokens[self.at][0] if self.at < len(self.tokens) else ""

    def take(self, wanted: str = "") -> re.Match[str]:
        if self.at == len(self.tokens) or wanted not in ("", self.next):
            raise SyntaxError(f"{wanted or 'more'} is missing at {self.next!r}: {self.query}")
        self.at += 1
        return self.tokens[self.at - 1]

    def expression(self, least: int) -> Node:
        left = self.postfix(self.operand())
        while BINDING.get(self.next, 0) > least:
            operator = self.take()[0]
            lists = self.label_lists(("bool", "on", "ignoring", "group_left", "group_right"))
            right = self.expression(BINDING[operator])
            left = Node("binary", operator, left.start, right.end, (left, right), lists)
        return left

    def operand(self) -> Node:
        token = self.take()
        if token[0] == "(":
            inner = self.expression(0)
            end = self.take(")").end()
            return Node("call", "", token.start(), end, (inner,))
        if token[0] in "-+":
            inner = self.expression(BINDING["*"])
            return Node("call", token[0], token.start(), inner.end, (inner,))
        if token.lastgroup in ("number", "string"):
            return Node(token.lastgroup, token[0], token.start(), token.end())
        if token[0] in AGGREGATIONS:
            return self.aggregation(token)
        if self.next == "(":
            arguments, end = self.arguments()
            return Node("call", token[0], token.start(), end, arguments)
        return self.selector(token)

    def selector(self, token: re.Match[str]) -> Node:
        if self.at < len(self.tokens) and self.tokens[self.at].lastgroup == "braces":
            braces = self.take()
            matchers = tuple((label, sign, value) for label, sign, value in MATCHER.findall(braces[0]))
            return Node("selector", token[0], token.start(), braces.end(), matchers=matchers)
        return Node("selector", token[0], token.start(), token.end())

    def aggregation(self, token: re.Match[str]) -> Node:
        before = self.label_lists(("by", "without"))
        arguments, end = self.arguments()
        after = self.label_lists(("by", "without"))
        return Node("aggregation", token[0], token.start(), end, arguments, before + after)

    def arguments(self) -> tuple[tuple[Node, ...], int]:
        self.take("(")
        found: list[Node] = []
        while self.next != ")":
            found.append(self.expression(0))
            if self.next == ",":
                self.take()
        return tuple(found), self.take(")").end()

    def label_lists(self, words: tuple[str, ...]) -> tuple[tuple[str, tuple[str, ...]], ...]:
        found: list[tuple[str, tuple[str, ...]]] = []
        while self.next in words:
            word, labels = self.take()[0], []
            if word != "bool" and self.next == "(" and self.is_label_list():
                self.take()
                while self.next != ")":
                    labels.append(self.take()[0])
                    if self.next == ",":
                        self.take()
                self.take(")")
            found.append((word, tuple(labels)))
        return tuple(found)

    def is_label_list(self) -> bool:
        """`group_left (a / b)` opens an operand, `group_left (a, b)` a list."""
        words = [token[0] for token in self.tokens[self.at + 1 :]]
        inside = words[: words.index(")")]
        return all(re.fullmatch(r"\w+|,", word) for word in inside)

    def postfix(self, node: Node) -> Node:
        while self.at < len(self.tokens):
            token = self.tokens[self.at]
            if token.lastgroup == "range":
                node = Node("call", "[]", node.start, self.take().end(), (node,))
            elif token[0] == "offset":
                self.take()
                node = Node("call", "offset", node.start, self.take().end(), (node,))
            else:
                break
        return node


def parse(query: str) -> Node:
    return Parser(query).whole()


def selectors(query: str) -> list[tuple[str, list[str]]]:
    """Each metric with the labels that are matched."""
    return [
        (node.name, [label for label, _, _ in node.matchers or ()])
        for node in parse(query).walk()
        if node.kind == "selector"
    ]


def matchers(query: str) -> list[tuple[str, str, str]]:
    """Every matcher: label, operator, value."""
    return [each for node in parse(query).walk() for each in node.matchers or ()]


def bare(query: str) -> set[str]:
    """Names that stand without braces, which are metrics that nobody selected."""
    return {node.name for node in parse(query).walk() if node.kind == "selector" and node.matchers is None}


def label_lists(query: str) -> list[tuple[str, list[str]]]:
    return [
        (word, list(labels)) for node in parse(query).walk() for word, labels in node.lists if word != "bool"
    ]


def branches(query: str) -> list[Node]:
    """The sides of the outermost `or`."""

    def sides(node: Node) -> list[Node]:
        if node.kind == "call" and node.name == "":
            return sides(node.children[0])
        if node.name == "or":
            return [side for child in node.children for side in sides(child)]
        return [node]

    return sides(parse(query))


def kept(node: Node, known: Mapping[str, set[str]]) -> set[str]:
    """The labels that come out of *node*, when metrics have the labels in *known*."""
    if _is_scalar(node):
        return set()
    if node.kind == "selector":
        return set(known[node.name])
    if node.kind == "aggregation":
        return set(node.listed("by") or ())
    if node.kind == "binary":
        return _kept_by_binary(node, *(kept(child, known) for child in node.children))
    if node.name.startswith("absent"):
        return {label for label, sign, _ in _selector(node).matchers or () if sign == "="}
    return _kept_by_call(node, known)


def _kept_by_call(node: Node, known: Mapping[str, set[str]]) -> set[str]:
    if node.name == "label_replace":
        return kept(node.children[0], known) | {node.children[1].name.strip('"')}
    inner = kept(node.children[-1], known)
    return inner - {"le"} if node.name == "histogram_quantile" else inner


def _selector(node: Node) -> Node:
    return next(each for each in node.walk() if each.kind == "selector")


def _kept_by_binary(node: Node, left: set[str], right: set[str]) -> set[str]:
    if node.name in ("and", "unless"):
        return left
    if node.name == "or":
        return left & right
    if _is_scalar(node.children[0]):
        return right
    if _is_scalar(node.children[1]) or node.listed("group_left") is not None:
        return left | set(node.listed("group_left") or ())
    on = node.listed("on")
    return set(on) if on is not None else left & right


def _is_scalar(node: Node) -> bool:
    return not any(each.kind == "selector" for each in node.walk())


def without_each_condition(query: str) -> Iterator[tuple[str, str]]:
    """Every condition of *query*, and the query without it.

    A condition is a comparison, one side of a set operator, a matcher, a word of several in a matcher.
    """
    for node in parse(query).walk():
        if node.kind == "binary" and node.name in SETS | COMPARISONS:
            left, right = node.children
            yield query[left.end : right.end].strip(), query[: left.end] + query[right.end :]
            if node.name == "or":
                yield query[left.start : right.start].strip(), query[: left.start] + query[right.start :]
        for label, sign, value in node.matchers or ():
            inside = query[node.start : node.end]
            whole = f'{label}{sign}"{value}"'
            if label not in SEEN_TO:
                shorter = inside.replace(whole, "").replace(",}", "}").replace(",,", ",")
                yield whole, query[: node.start] + shorter + query[node.end :]
            for word in value.split("|") if sign == "=~" and "|" in value else ():
                rest = "|".join(each for each in value.split("|") if each != word)
                shorter = inside.replace(whole, f'{label}{sign}"{rest}"')
                yield f'{label}{sign}"{word}"', query[: node.start] + shorter + query[node.end :]


def rules(text: str, kind: str) -> Iterator[dict[str, Any]]:
    """The rules of *kind* ("alert" or "record") in a rendered rules file."""
    for group in yaml.safe_load(text)["groups"]:
        yield from (rule for rule in group["rules"] if kind in rule)
