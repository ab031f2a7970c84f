"""Small changes of a module, each of which some test should notice."""

import ast
from collections.abc import Iterator, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple

Span = tuple[int, int]


class Mutant(NamedTuple):
    """One change of one module.

    Attributes:
        path: The module, from the root of the project.

        line: Where the change begins, from 1.

        span: What is replaced, in bytes of the module.

        statement: The line that is changed, for somebody who looks it up.

        is_imported: Whether it runs as the module is imported, and not as a function is called.
    """

    path: Path
    line: int
    span: Span
    before: str
    after: str
    statement: str
    is_imported: bool = False

    def apply(self, source: bytes) -> bytes:
        return source[: self.span[0]] + self.after.encode() + source[self.span[1] :]

    def is_python(self, source: bytes) -> bool:
        try:
            compile(self.apply(source), self.path, "exec")
        except SyntaxError:
            return False
        return True

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {_short(self.before)} → {_short(self.after) or 'nothing'}"


OPERATORS = {
    ast.Lt: "<=",
    ast.LtE: "<",
    ast.Gt: ">=",
    ast.GtE: ">",
    ast.Eq: "!=",
    ast.NotEq: "==",
    ast.Is: "is not",
    ast.IsNot: "is",
    ast.In: "not in",
    ast.NotIn: "in",
    ast.Add: "-",
    ast.Sub: "+",
    ast.Mult: "/",
    ast.Div: "*",
    ast.FloorDiv: "/",
    ast.Mod: "*",
}
WORDS_FOR_PEOPLE = {"description", "examples", "title", "help", "hint"}
"""Arguments that no rule reads."""

FOR_DEVELOPERS = {"strict", "frozen"}
"""Arguments that hold us to what we mean, and change nothing as long as we do."""

OTHER_ORDER = 10
"""By which a number with a fraction is multiplied, and a large one: mostly times and limits, which nobody
promises to the second or to the last one."""

LARGE = 1000

TYPES = {"Awaitable", "Callable", "Iterable", "Literal", "Mapping", "Sequence", "dict", "list", "tuple"}

MOST_OF_A_SEGMENT = 70  # characters that are shown


def mutants(path: Path, root: Path) -> list[Mutant]:
    """Every change of a module that this room knows, in the order of the file."""
    source = (root / path).read_bytes()
    tree = ast.parse(source)
    text = _Text(source, path, tree)
    found = [
        change
        for node in _worth(tree)
        for rule in (_of_expression, _of_statement)
        for change in rule(node, text)
    ]
    found += [change for node in tree.body for change in _rows(node, text)]
    return sorted({(*each.span, each.after): each for each in found}.values(), key=lambda it: it.span)


class _Text:
    def __init__(self, source: bytes, path: Path, tree: ast.Module) -> None:
        self.source, self.path = source, path
        self.lines = source.splitlines(keepends=True)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        functions = [it for it in ast.walk(tree) if isinstance(it, ast.FunctionDef | ast.AsyncFunctionDef)]
        self._bodies = [range(it.body[0].lineno, (it.end_lineno or 0) + 1) for it in functions]

    def span(self, node: ast.expr | ast.stmt | ast.keyword) -> Span:
        assert node.end_lineno is not None
        assert node.end_col_offset is not None
        return (
            self.starts[node.lineno - 1] + node.col_offset,
            self.starts[node.end_lineno - 1] + node.end_col_offset,
        )

    def of(self, node: ast.expr | ast.stmt) -> str:
        return self._between(self.span(node))

    def change(self, span: Span, after: str) -> Mutant:
        line = next(number for number, start in enumerate(self.starts) if start > span[0])
        statement = self.lines[line - 1].decode().strip()
        is_imported = not any(line in body for body in self._bodies)
        return Mutant(self.path, line, span, self._between(span), after, statement, is_imported)

    def _between(self, span: Span) -> str:
        return self.source[span[0] : span[1]].decode()


def _worth(node: ast.AST) -> Iterator[ast.AST]:
    """What a rule may depend on: no annotations, decorators, assertions, or words for people."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns", "decorator_list", "bases", "type_params"} or _is_wording(node):
            continue
        if field in {"args", "keywords"} and _is_log(node):
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from _worth(child)


def _is_wording(node: ast.AST) -> bool:
    if isinstance(node, ast.keyword):
        return node.arg in WORDS_FOR_PEOPLE | FOR_DEVELOPERS
    if isinstance(node, ast.Assign):
        is_own = any(isinstance(it, ast.Name) and it.id.startswith("__") for it in node.targets)
        return is_own or _is_alias(node.value)
    return isinstance(node, ast.Raise | ast.Assert | ast.JoinedStr) or _is_for_developers(node)


def _is_alias(value: ast.expr) -> bool:
    """Whether it is a name for a type, such as tuple[str, int]."""
    return isinstance(value, ast.Subscript) and isinstance(value.value, ast.Name) and value.value.id in TYPES


def _is_log(node: ast.AST) -> bool:
    """Whether it writes to the log: that it does is tried, and what it says is words for people."""
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith("log.")


def _is_for_developers(node: ast.AST) -> bool:
    """Whether it is a call of log.debug, or what only the type checker sees."""
    if not isinstance(node, ast.Call):
        return False
    called = ast.unparse(node.func)
    return called in {"log.debug", "cast", "TypeVar", "NewType"}


def _of_expression(node: ast.AST, text: _Text) -> Iterator[Mutant]:
    match node:
        case ast.Compare():
            yield from _comparisons(node, text)
        case ast.BinOp(op=op) if type(op) in OPERATORS and not _has_text(node):
            yield _between(node.left, node.right, OPERATORS[type(op)], text)
        case ast.BoolOp(op=op):
            other = "or" if isinstance(op, ast.And) else "and"
            yield from (_between(left, right, other, text) for left, right in pairwise(node.values))
        case ast.UnaryOp(op=ast.Not()):
            yield text.change(text.span(node), text.of(node.operand))
        case ast.Constant():
            yield from (text.change(text.span(node), after) for after in _neighbours(node.value))
        case ast.Call() if not _is_for_developers(node) and not _is_log(node):
            yield from _without_arguments(node, text)


def _of_statement(node: ast.AST, text: _Text) -> Iterator[Mutant]:
    match node:
        case ast.If(test=test) | ast.IfExp(test=test) | ast.While(test=test) if _is_plain(test):
            yield text.change(text.span(test), f"(not ({text.of(test)}))")
        case ast.comprehension():
            yield from (
                text.change(text.span(it), f"(not ({text.of(it)}))") for it in node.ifs if _is_plain(it)
            )
        case ast.Return(value=ast.expr() as value) if not _is_word(value):
            yield text.change(text.span(value), "None")
        case ast.stmt() if _can_go(node):
            yield text.change(text.span(node), "pass")
        case ast.Continue():
            yield text.change(text.span(node), "break")


def _comparisons(node: ast.Compare, text: _Text) -> Iterator[Mutant]:
    operands = [node.left, *node.comparators]
    for (left, right), operator in zip(pairwise(operands), node.ops, strict=True):
        yield _between(left, right, OPERATORS[type(operator)], text)
    for operand in operands:
        if isinstance(operand, ast.Constant) and isinstance(operand.value, str):
            yield text.change(text.span(operand), repr(f"not {operand.value}"))


def _between(left: ast.expr, right: ast.expr, operator: str, text: _Text) -> Mutant:
    """A change of the operator between two operands; brackets around them stay."""
    start, end = text.span(left)[1], text.span(right)[0]
    between = text.source[start:end].decode()
    closing, opening = between.count(")"), between.count("(")
    return text.change((start, end), f"{')' * closing} {operator} {'(' * opening}")


def _has_text(node: ast.BinOp) -> bool:
    return any(
        isinstance(it, ast.JoinedStr) or (isinstance(it, ast.Constant) and isinstance(it.value, str | bytes))
        for it in ast.walk(node)
    )


def _is_plain(test: ast.expr) -> bool:
    """Whether no other change turns it round."""
    return not isinstance(test, ast.UnaryOp | ast.BoolOp) and not (
        isinstance(test, ast.Compare)
        and isinstance(test.ops[0], ast.Eq | ast.NotEq | ast.Is | ast.IsNot | ast.In | ast.NotIn)
    )


def _neighbours(value: object) -> Sequence[str]:
    if isinstance(value, bool):
        return [str(not value)]
    if isinstance(value, int) and abs(value) < LARGE:
        return [str(value + 1), str(value - 1)]
    return [str(value * OTHER_ORDER or 1.0)] if isinstance(value, int | float) else []


def _is_word(node: ast.expr) -> bool:
    """None already, or a truth value, which has a change of its own."""
    return isinstance(node, ast.Constant) and (node.value is None or isinstance(node.value, bool))


def _without_arguments(node: ast.Call, text: _Text) -> Iterator[Mutant]:
    """The call without one of its named arguments."""
    parts: list[ast.expr | ast.keyword] = sorted([*node.args, *node.keywords], key=text.span)
    for number, part in enumerate(parts):
        if isinstance(part, ast.keyword) and part.arg not in {None, *WORDS_FOR_PEOPLE, *FOR_DEVELOPERS}:
            start, end = text.span(part)
            if number:
                start = text.span(parts[number - 1])[1]
            elif len(parts) > 1:
                end = text.span(parts[1])[0]
            yield text.change((start, end), "")


def _can_go(node: ast.stmt) -> bool:
    match node:
        case ast.Expr(value=ast.Constant()):
            return False
        case ast.Expr(value=value):
            return not _is_for_developers(value) and not ast.unparse(value).startswith("super().__init__")
        case (
            ast.Assign(targets=[ast.Attribute() | ast.Subscript()])
            | ast.AugAssign()
            | ast.Raise()
            | ast.Delete()
        ):
            return True
    return False


def _rows(node: ast.stmt, text: _Text) -> Iterator[Mutant]:
    """Tables of a module with one row less."""
    value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
    if value is None or _is_wording(node):
        return
    for table in ast.walk(value):
        match table:
            case ast.Dict():
                ends = [text.span(it)[1] for it in table.values]
                starts = [
                    text.span(key or it)[0] - 2 * (key is None)
                    for key, it in zip(table.keys, table.values, strict=True)
                ]
            case ast.Set() | ast.List() | ast.Tuple():
                ends = [text.span(it)[1] for it in table.elts]
                starts = [text.span(it)[0] for it in table.elts]
            case _:
                continue
        if len(starts) > 2:
            yield from (text.change(span, "") for span in pairwise(starts))
            yield text.change((ends[-2], ends[-1]), "")


def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= MOST_OF_A_SEGMENT else f"{line[:MOST_OF_A_SEGMENT]}..."
