"""Settings in words: what they may be, and how a value is written in the file and in the environment."""

import math
import typing
from pathlib import Path

import yaml
from annotated_types import Ge, Gt, Le
from pydantic.fields import FieldInfo

from agent.settings.written import kinds

_NAMES = {bool: "true or false", Path: "the path of a file", int: "a whole number", float: "a number"}


def may_be(info: FieldInfo) -> str:
    """What a setting may be, such as "a number from 6 to 1800"."""
    if info.title is not None:
        return info.title
    if choices := choices_of(info):
        return f"one of {', '.join(choices)}"
    name = next((_NAMES[kind] for kind in kinds(info.annotation) if kind in _NAMES), "a string")
    return name + _bounds(info)


def choices_of(info: FieldInfo) -> tuple[str, ...]:
    """The words of a setting that takes no other."""
    of_literals = (kind for kind in kinds(info.annotation) if typing.get_origin(kind) is typing.Literal)
    return tuple(choice for kind in of_literals for choice in typing.get_args(kind))


def in_file(value: object) -> str:
    """*value* as it stands in the file, in one line."""
    text: str = yaml.safe_dump(
        value, default_flow_style=True, sort_keys=False, width=math.inf, allow_unicode=True
    )
    return text.removesuffix("...\n").strip()


def in_environment(value: object) -> str:
    """*value* as a variable has it: lists with commas, mappings and lists of them in YAML."""
    if isinstance(value, list) and not any(isinstance(item, dict) for item in value):
        return ",".join(map(in_environment, value))
    return value if isinstance(value, str) else in_file(value)


def _bounds(info: FieldInfo) -> str:
    least = next((rule.ge for rule in info.metadata if isinstance(rule, Ge)), None)
    above = next((rule.gt for rule in info.metadata if isinstance(rule, Gt)), None)
    most = next((rule.le for rule in info.metadata if isinstance(rule, Le)), None)
    longest = next((getattr(rule, "max_length", None) for rule in info.metadata), None)
    if longest is not None:
        return f" of at most {longest} characters"
    if above is not None:
        return f" above {above} and at most {most}"
    return f" from {least} to {most}" if least is not None else ""
