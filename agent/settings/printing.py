"""Settings as a YAML file with every default and every description: what `check-config --print` writes."""

import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from pydantic import BaseModel, SecretStr

from agent.redaction import HIDDEN
from agent.settings.model import Settings, fields, section_of, variable
from agent.settings.words import in_file, may_be

_WIDTH = 100
_HEAD = "These are all settings of api-error-agent, with the values in effect. docs/settings.md says more."


def as_yaml(settings: Settings) -> str:
    """A file that stands for *settings*; only secrets are hidden."""
    return "\n".join([*_comment(_HEAD, ""), *_section(settings, "", "")]) + "\n"


class Setting(NamedTuple):
    """A setting in effect, its value as it stands in the file; a secret is hidden."""

    name: str
    value: str
    is_default: bool


def in_effect(settings: Settings) -> Iterator[Setting]:
    """Every setting by its dotted name."""
    for name, info in fields():
        value: Any = settings
        for part in name.split("."):
            value = getattr(value, part)
        yield Setting(name, in_file(_plain(value)), value == info.get_default())


def _section(section: BaseModel, prefix: str, indent: str) -> Iterator[str]:
    for key, info in type(section).model_fields.items():
        value = getattr(section, key)
        inner = section_of(info)
        if inner is not None:
            yield ""
            yield from _comment(str(inner.__doc__), indent)
            yield f"{indent}{key}:"
            yield from _section(value, f"{prefix}{key}.", f"{indent}  ")
        else:
            yield from _comment(str(info.description), indent)
            yield from _comment(_about(f"{prefix}{key}"), indent)
            yield f"{indent}{key}: {in_file(_plain(value))}"


def _about(name: str) -> str:
    info = dict(fields())[name]
    default = in_file(_plain(info.get_default()))
    return f"Value: {may_be(info)}. Default: {default}. Environment variable: {variable(name)}."


def _comment(text: str, indent: str) -> list[str]:
    prefix = f"{indent}# "
    return textwrap.wrap(text, _WIDTH, initial_indent=prefix, subsequent_indent=prefix)


def _plain(value: Any) -> Any:
    """*value* as YAML can have it."""
    if isinstance(value, SecretStr):
        return HIDDEN
    return value if value is None or isinstance(value, bool | int | float | str | list | dict) else str(value)
