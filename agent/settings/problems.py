"""What is wrong with settings, in one line each: the place, the value, why, and a right value."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic.fields import FieldInfo

from agent.redaction import HIDDEN, mask
from agent.settings.model import PREFIX, fields, is_secret, sections, variable
from agent.settings.words import choices_of, in_environment, in_file, may_be
from agent.settings.written import did_you_mean, meant

_LONGEST_VALUE = 80
_LOOKED_AT = 2000

_USER = re.compile(r"[^\s/@'\"\[{(,]+@")
_OURS = ("value_error", "mapping")

# Kubernetes sets these for every Service in the namespace, one called "agent" among them; tests set the last.
_NOT_OURS = re.compile(r"AGENT_(SERVICE_|PORT(_|$)|CRASH_POINT$)")


class SettingsError(Exception):
    """The settings cannot be used.

    Attributes:
        problems: One line each, with the value, the place and a right example.
    """

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = [one_line(problem) for problem in problems]
        super().__init__("\n".join(self.problems))


def one_line(text: str) -> str:
    """*text* with everything escaped that a terminal or a log cannot show in one line."""
    return "".join(
        letter if letter.isprintable() else letter.encode("unicode_escape").decode() for letter in text
    )


def of_variables(environ: Mapping[str, str]) -> Iterator[str]:
    """Variables that look like settings and are none."""
    known = {variable(name): info for name, info in fields()}
    for name in sorted(environ):
        if name.upper() in known and name not in known:
            yield f"{name} is not a setting; a right one is {name.upper()}, in capitals"
        elif name.startswith(PREFIX) and name not in known and not _NOT_OURS.match(name):
            right = meant(name, known) or variable("kafka.topics")
            yield f"{name} is not a setting; a right one is {right}={in_environment(_example(known[right]))}"


def of_sections(content: object) -> Iterator[str]:
    """Sections of a file that are none."""
    for name, _ in sections():
        found = _at(content, name)
        if not (found is None or isinstance(found, dict)):
            inside = [setting for setting, _ in fields() if setting.startswith(f"{name}.")]
            yield f"{name} is {kind_of(found)}; give a mapping, such as {name}: {{{_entry(inside[0], name)}}}"


def of_validation(errors: Iterable[Any], from_environment: Iterable[str]) -> Iterator[str]:
    """What pydantic found, told by what people have written."""
    for error in errors:
        yield _sentence(error, frozenset(from_environment))


def _sentence(error: Any, from_environment: frozenset[str]) -> str:
    path = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{path} is not a setting{_meant_or_siblings(path)}"
    known = next(((name, info) for name, info in fields() if f"{path}.".startswith(f"{name}.")), None)
    if known is None:
        return f"{path}: {_why(error, None)}"
    name, info = known
    value = HIDDEN if is_secret(info) else quoted(error["input"])
    place = name + "".join(f"[{it}]" if isinstance(it, int) else f".{it}" for it in _rest(error, name))
    example = _example(info)
    if name in from_environment:
        right = f"{variable(name)}={in_environment(example)}"
        return f"{variable(name)} ({place}) is {value}: {_why(error, info)}; a right value is {right}"
    right = f"{name}: {in_file(example)} (or {variable(name)})"
    return f"{place} is {value}: {_why(error, info)}; a right value is {right}"


def _why(error: Any, info: FieldInfo | None) -> str:
    """Our own words for what pydantic says in its."""
    if error["type"] in _OURS or info is None:
        return str(error["msg"]).removeprefix("Value error, ")
    return f"give {may_be(info)}{did_you_mean(error['input'], choices_of(info))}"


def quoted(value: object) -> str:
    """*value* as YAML has it, short, and without anything that looks like a secret."""
    if value is None:
        return "null"
    if isinstance(value, bool):
        return str(value).lower()
    shown = repr(value[:_LOOKED_AT] if isinstance(value, str) else value)[:_LOOKED_AT]
    shown = _USER.sub(f"{HIDDEN}@", mask(shown))
    return shown if len(shown) <= _LONGEST_VALUE else f"{shown[:_LONGEST_VALUE]}…"


def _meant_or_siblings(path: str) -> str:
    """What an unknown name was meant to be; else, what there is beside it."""
    section, _, last = path.rpartition(".")
    names = [name for name, _ in fields()]
    inside = [name for name in names if name.startswith(f"{section}.")] if section else []
    elsewhere = [name for name in names if name.rpartition(".")[2] == last]
    around = (name for name, _ in sections() if not path.startswith(f"{name}."))
    right = meant(path, [*around, *names])
    if right or elsewhere:
        return f"; did you mean {right or elsewhere[0]}?"
    top = dict.fromkeys(name.partition(".")[0] for name in names)
    return "; there are " + ", ".join(inside or top)


def _example(info: FieldInfo) -> object:
    return (info.examples or [None])[0]


def _entry(name: str, section: str) -> str:
    """The first setting of a section, as an entry of its mapping."""
    inside = name.removeprefix(f"{section}.")
    return f"{inside}: {in_file(_example(dict(fields())[name]))}"


def _rest(error: Any, name: str) -> tuple[object, ...]:
    """Where in a list or a mapping."""
    return tuple(error["loc"])[name.count(".") + 1 :]


def _at(content: object, name: str) -> object:
    for key in name.split("."):
        content = content.get(key) if isinstance(content, dict) else None
    return content


def kind_of(value: object) -> str:
    """What a value is, without saying it: it may hold a password."""
    names = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return names.get(type(value), "something else")
