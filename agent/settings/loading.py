"""Settings from a file, the environment and flags, with every problem at once."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import ValidationError
from pydantic_settings import BaseSettings, InitSettingsSource, PydanticBaseSettingsSource

from agent import strictyaml
from agent.settings import problems
from agent.settings.model import Settings, fields, section_of, variable
from agent.settings.problems import SettingsError
from agent.strictyaml import YamlError

_EXAMPLE = "give a mapping in YAML, such as kafka: {topics: [api-responses]}"

Flags = Mapping[str, Mapping[str, object]]


def load(file: Path | None = None, flags: Flags | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: With every problem there is, not only the first.
    """
    found = list(problems.of_variables(os.environ))
    try:
        content = _content(file)
    except SettingsError as error:
        raise SettingsError([*found, *error.problems]) from None
    try:
        settings = _from(content, file)(**(flags or {}))  # type: ignore[arg-type]
    except ValidationError as error:
        from_environment = [name for name, _ in fields() if _is_from_environment(name, flags or {})]
        raise SettingsError([*found, *problems.of_validation(error.errors(), from_environment)]) from None
    if found:
        raise SettingsError(found)
    return settings


def _from(content: Mapping[str, Any], path: Path | None) -> type[Settings]:
    """Settings that have *content* below environment and flags."""

    class _WithFile(Settings):
        file = path

        @classmethod
        def settings_customise_sources(
            cls, settings_cls: type[BaseSettings], *sources: PydanticBaseSettingsSource, **more: Any
        ) -> tuple[PydanticBaseSettingsSource, ...]:
            above = super().settings_customise_sources(settings_cls, *sources, **more)
            return *above, InitSettingsSource(settings_cls, dict(content))

    return _WithFile


def _content(file: Path | None) -> dict[str, Any]:
    """What a file says; nothing without one."""
    if file is None:
        return {}
    try:
        content = strictyaml.read(file)
    except YamlError as error:
        raise SettingsError(error.problems) from None
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise SettingsError([f"{file} holds {problems.kind_of(content)}; {_EXAMPLE}"])
    wrong = list(problems.of_sections(content))
    if wrong:
        raise SettingsError(wrong)
    return _without_empty_sections(content, Settings)


def _without_empty_sections(content: dict[str, Any], model: Any) -> dict[str, Any]:
    """A section in which everything is commented out says nothing."""
    found: dict[str, Any] = {}
    for key, value in content.items():
        info = model.model_fields.get(key)
        section = section_of(info) if info is not None else None
        if section is None:
            found[key] = value
        elif value is not None:
            found[key] = _without_empty_sections(value, section)
    return found


def _is_from_environment(name: str, flags: Flags) -> bool:
    section, _, key = name.partition(".")
    return variable(name) in os.environ and key not in flags.get(section, {})
