"""Values as people write them in files and variables. Every rule returns the value or raises ValueError."""

import math
import re
import typing
from collections.abc import Iterable
from difflib import get_close_matches
from pathlib import Path
from types import UnionType

from pydantic import BeforeValidator, SecretStr
from pydantic.fields import FieldInfo

from agent import strictyaml
from agent.strictyaml import YamlError

_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?", re.ASCII)
_WHOLE = re.compile(r"[-+]?\d{1,400}", re.ASCII)


def kinds(annotation: typing.Any) -> tuple[typing.Any, ...]:
    """The types that a setting may have."""
    is_union = typing.get_origin(annotation) in (typing.Union, UnionType)
    parts = typing.get_args(annotation) if is_union else (annotation,)
    return tuple(part.__origin__ if typing.get_origin(part) is typing.Annotated else part for part in parts)


def as_written(value: object, field: FieldInfo) -> object:
    """A text or a number as a setting wants it, unless that has a rule of its own for what is written."""
    if value is None or any(isinstance(rule, BeforeValidator) for rule in field.metadata):
        return value
    wanted = kinds(field.annotation)
    if float in wanted or int in wanted:
        return number(value)
    if SecretStr in wanted:
        return secret(value)
    return text(value) if str in wanted or Path in wanted else value


def number(value: object) -> int | float:
    """A finite number, also as text."""
    if isinstance(value, bool):
        raise ValueError("true and false, which YAML also reads from yes, no, on and off, are not numbers")  # noqa: TRY004
    if isinstance(value, str) and _NUMBER.fullmatch(value.strip()):
        word = value.strip()
        value = int(word) if _WHOLE.fullmatch(word) else float(word)
    if not isinstance(value, int | float):
        raise ValueError("it is not a number in the digits 0 to 9")  # noqa: TRY004
    try:
        is_finite = math.isfinite(value)
    except OverflowError:
        is_finite = False
    if not is_finite:
        raise ValueError("it is not a finite number")
    return value


def text(value: object) -> str:
    """A text of characters that can be seen, and of spaces within."""
    found = str(value) if isinstance(value, Path) else secret(value)
    if found != found.strip():
        raise ValueError("a space stands at its beginning or its end; leave it out")
    if not found.isprintable():
        raise ValueError("a character that cannot be printed stands in it")
    return found


def off(value: object) -> str:
    """A text, which may be `off`: YAML reads that as false."""
    return "off" if value is False else text(value)


def secret(value: object) -> str:
    """A text that is not blank, whatever is in it."""
    if isinstance(value, bool):
        raise ValueError("YAML reads yes, no, on and off as true or false; put the text in quotes")  # noqa: TRY004
    if isinstance(value, int | float):
        raise ValueError("YAML reads it as a number; put the text in quotes")  # noqa: TRY004
    if not isinstance(value, str):
        raise ValueError("it is not a string")  # noqa: TRY004
    if not value.strip():
        raise ValueError("it is empty")
    return value


def split(value: object) -> object:
    """A list, also as a text: with commas, or in brackets as in YAML."""
    if not isinstance(value, str):
        return value
    if value.strip().startswith("[") and value.strip().endswith("]"):
        return parsed(value)
    return [part.strip() for part in value.split(",") if part.strip()]


def parsed(value: object) -> object:
    """A list or a mapping, also as a text in YAML or JSON."""
    if not isinstance(value, str):
        return value
    try:
        return strictyaml.parse(value)
    except YamlError as error:
        raise ValueError(f"not YAML: {error}") from None


def unique(value: list[str]) -> list[str]:
    for item in value:
        if value.count(item) > 1:
            raise ValueError(f"{item!r} is in it twice; keep one of them")
    return value


def meant(word: str, choices: Iterable[str]) -> str | None:
    """The choice that *word* was probably meant to be."""
    letters, by_letters = _letters(word), {_letters(choice): choice for choice in choices}
    begun = [it for it in by_letters if len(letters) > 1 and it.startswith(letters)]
    found = begun or get_close_matches(letters, by_letters, cutoff=0.75)
    return by_letters[found[0]] if found else None


def did_you_mean(word: object, choices: Iterable[str]) -> str:
    found = meant(word, choices) if isinstance(word, str) else None
    return f"; did you mean {found}?" if found else ""


def _letters(word: str) -> str:
    return re.sub(r"[^a-z0-9]", "", word[:100].lower())


Item = typing.Annotated[str, BeforeValidator(text)]
"""A text in a list."""
