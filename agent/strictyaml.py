"""YAML written by hand: one document of plain values, and every problem with its line.

Refused is what hides something (a key that is set twice), what no setting needs (aliases, tags) and what
takes a program down (deep nesting). Dates and numbers in base 60 are read as the texts that they are. No
message quotes a value: it may be a secret.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

_MOST_CHARACTERS = 256 * 1024
_MOST_BYTES = 4 * _MOST_CHARACTERS  # no character of UTF-8 has more
_TOO_LONG = f"it has more than {_MOST_CHARACTERS} characters"
_DEEPEST = 20
_TAG = "tag:yaml.org,2002:"
_TEXT = f"{_TAG}str"

_NUMBER = r"[-+]?(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][-+]?[0-9]+)?"
_PLAIN = {  # in this order
    "null": (r"~|null|Null|NULL|", "~nN\0"),
    "bool": (r"yes|Yes|YES|no|No|NO|true|True|TRUE|false|False|FALSE|on|On|ON|off|Off|OFF", "yYnNtTfFoO"),
    "int": (r"[-+]?(?:0|[1-9][0-9_]*)", "-+0123456789"),
    "float": (rf"{_NUMBER}|[-+]?\.(?:inf|Inf|INF)|\.(?:nan|NaN|NAN)", "-+0123456789."),
}
_COMPLAINTS = (
    ("'\\t'", "a tab stands where YAML wants spaces"),
    ("mapping values are not allowed", "a colon stands where no key can be; put the value in quotes"),
    ("could not find expected ':'", "a key has no colon behind it"),
    ("expected <block end>", "the line is indented differently from the lines above it"),
    ("expected ',' or", "a bracket or a brace is not closed, or a comma is missing"),
    ("found '<stream end>'", "a bracket or a brace is not closed, or a comma is missing"),
    ("unexpected end of stream", "a quote is not closed"),
    (
        "cannot start any token",
        "a value begins with a character that has a meaning in YAML; put it in quotes",
    ),
)


class YamlError(Exception):
    """The text cannot be used.

    Attributes:
        problems: One line each.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("; ".join(problems))
        self.problems = problems


class _Loader(yaml.SafeLoader):
    yaml_implicit_resolvers = {}  # noqa: RUF012 - its own; those of YAML 1.1 read dates and base 60


for _name, (_pattern, _first) in _PLAIN.items():
    _Loader.add_implicit_resolver(
        _TAG + _name, re.compile(rf"(?:{_pattern})\Z"), ["" if it == "\0" else it for it in _first]
    )


def read(file: Path) -> object:
    """Read a file once, which may be a pipe.

    Raises:
        YamlError: With every problem there is, each with the file's name.
    """
    try:
        return parse(_text_of(file))
    except YamlError as error:
        raise YamlError([f"{file}{problem}" for problem in _located(error)]) from None


def parse(text: str) -> object:
    """The value that *text* stands for: mappings with texts for keys, lists, texts, numbers, booleans, None.

    Raises:
        YamlError: With every problem there is.
    """
    if len(text) > _MOST_CHARACTERS:
        raise YamlError([_TOO_LONG])
    try:
        _check_events(text)
        loader = _Loader(text)
        node = loader.get_single_node()
    except yaml.YAMLError as error:
        raise YamlError([_complaint(error)]) from None
    if node is None:
        return None
    problems = list(_node_problems(loader, node))
    if problems:
        raise YamlError(problems)
    return loader.construct_document(node)


def _text_of(file: Path) -> str:
    try:
        with file.open("rb") as stream:
            content = stream.read(_MOST_BYTES + 1)
    except IsADirectoryError:
        raise YamlError(["it is a folder; give a file in it"]) from None
    except OSError as error:
        raise YamlError([f"it cannot be read: {error.strerror}"]) from None
    if len(content) > _MOST_BYTES:  # cut off, perhaps within a character
        raise YamlError([_TOO_LONG])
    try:
        return content.decode("utf-8")
    except UnicodeDecodeError as error:
        raise YamlError([f"it is not text in UTF-8: byte {error.start + 1} cannot be read"]) from None


def _located(error: YamlError) -> Iterator[str]:
    for problem in error.problems:
        yield f", {problem}" if problem.startswith("line ") else f": {problem}"


def _check_events(text: str) -> None:
    """Refuse what the composer would multiply or sink into, before it does."""
    depth = documents = 0
    for event in yaml.parse(text, _Loader):
        line = f"line {event.start_mark.line + 1 if event.start_mark else 1}"
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        documents += isinstance(event, yaml.DocumentStartEvent)
        if depth > _DEEPEST:
            raise YamlError([f"{line}: it is nested more than {_DEEPEST} levels deep"])
        if documents > 1:
            raise YamlError([f"{line}: a second document begins here (---); give one"])
        if getattr(event, "anchor", None) is not None:
            raise YamlError([f"{line}: anchors (&) and aliases (*) are not taken; write the value out"])
        if getattr(event, "tag", None) not in (None, "!", _TEXT):
            raise YamlError([f"{line}: tags (!) are not taken; put the value in quotes if it is a string"])


def _node_problems(loader: _Loader, node: Node) -> Iterator[str]:
    line = node.start_mark.line + 1
    if isinstance(node, ScalarNode):
        try:
            str(loader.construct_object(node)).encode()
        except UnicodeEncodeError:
            yield f"line {line}: a string has an incomplete character in it (a lone surrogate)"
        except ValueError:
            yield f"line {line}: a number has too many digits"
    elif isinstance(node, SequenceNode):
        for item in node.value:
            yield from _node_problems(loader, item)
    elif isinstance(node, MappingNode):
        yield from _key_problems([key for key, _ in node.value])
        for part in (part for entry in node.value for part in entry):
            yield from _node_problems(loader, part)


def _key_problems(keys: list[Node]) -> Iterator[str]:
    seen: dict[str, int] = {}
    for key in keys:
        line = key.start_mark.line + 1
        if not isinstance(key, ScalarNode) or key.tag != _TEXT:
            what = repr(key.value) if isinstance(key, ScalarNode) else "in brackets"
            yield f"line {line}: the key {what} is not a string; put it in quotes, or give a name"
        elif key.value in seen:
            first = seen[key.value]
            yield f"line {line}: {key.value!r} is set twice, first in line {first}; keep one of them"
        else:
            seen[key.value] = line


def _complaint(error: yaml.YAMLError) -> str:
    if isinstance(error, yaml.reader.ReaderError):
        return f"it is not text: character {error.position + 1} cannot stand in YAML"
    mark = getattr(error, "problem_mark", None)
    problem = str(getattr(error, "problem", ""))
    words = next((words for part, words in _COMPLAINTS if part in problem), "this is not YAML")
    return f"line {mark.line + 1}: {words}" if mark else words
