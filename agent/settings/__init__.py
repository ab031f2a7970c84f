"""Every knob: a YAML file, over it the environment (AGENT_KAFKA__TOPICS), over it the flags."""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, SecretStr, ValidationError
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from agent.redaction import HIDDEN
from agent.settings.sections import (
    CommitSettings,
    EventsSettings,
    KafkaSettings,
    LabelsSettings,
    LogSettings,
    MetricsSettings,
    WebSettings,
)

__all__ = [
    "PREFIX",
    "CommitSettings",
    "KafkaSettings",
    "Settings",
    "SettingsError",
    "fields",
    "load",
    "variable",
]

PREFIX = "AGENT_"

# Kubernetes sets these for every Service in the namespace, one called "agent" among them; tests set the last.
_NOT_OURS = re.compile(r"AGENT_(SERVICE_|PORT(_|$)|CRASH_POINT$)")

_FILE_EXAMPLE = "give a mapping in YAML, such as kafka: {topics: [api-responses]}"


class SettingsError(Exception):
    """The settings cannot be used.

    Attributes:
        problems: One line each, with the value, the place and a right example.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class Settings(BaseSettings):
    """All of it."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX,
        env_nested_delimiter="__",
        enable_decoding=False,
        extra="forbid",
        frozen=True,
        hide_input_in_errors=True,
    )

    kafka: KafkaSettings = KafkaSettings()
    events: EventsSettings = EventsSettings()
    labels: LabelsSettings = LabelsSettings()
    metrics: MetricsSettings = MetricsSettings()
    commit: CommitSettings = CommitSettings()
    web: WebSettings = WebSettings()
    log: LogSettings = LogSettings()

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Flags over environment over file."""
        return init_settings, env_settings, YamlConfigSettingsSource(settings_cls)


def load(file: Path | None = None, flags: Mapping[str, Mapping[str, object]] | None = None) -> Settings:
    """Read the settings.

    Raises:
        SettingsError: With every problem there is, not only the first.
    """
    problems = [*_unknown_variables(), *_file_problems(file)]
    if problems:
        raise SettingsError(problems)

    class _FromFile(Settings):
        model_config = SettingsConfigDict(yaml_file=file)

    try:
        return _FromFile(**(flags or {}))  # type: ignore[arg-type]
    except ValidationError as error:
        raise SettingsError([_sentence(problem) for problem in error.errors()]) from None


def fields(model: type[BaseModel] | None = None, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name; of one model only if it is given."""
    for name, info in (model or Settings).model_fields.items():
        if isinstance(info.annotation, type) and issubclass(info.annotation, BaseModel):
            yield from fields(info.annotation, f"{prefix}{name}.")
        else:
            yield f"{prefix}{name}", info


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper().replace(".", "__")


def _unknown_variables() -> Iterator[str]:
    known = {variable(name) for name, _ in fields()}
    for name in sorted(os.environ):
        if name.startswith(PREFIX) and name not in known and not _NOT_OURS.match(name):
            yield f"{name} is no setting; a right one is {variable('kafka.topics')}=api-responses"


def _file_problems(file: Path | None) -> Iterator[str]:
    if file is None:
        return
    try:
        content = yaml.safe_load(file.read_text())
    except (OSError, yaml.YAMLError, UnicodeDecodeError) as error:
        yield f"{file} cannot be read: {' '.join(str(error).split())}; {_FILE_EXAMPLE}"
        return
    if content is not None and not isinstance(content, dict):
        yield f"{file} holds a {type(content).__name__}; {_FILE_EXAMPLE}"


def _sentence(problem: Any) -> str:
    """One problem that pydantic found, with the value, the place and a right example."""
    path = ".".join(str(part) for part in problem["loc"])
    if problem["type"] == "extra_forbidden":
        return f"{path} is no setting; {_siblings(path.rpartition('.')[0])}"
    message = problem["msg"].removeprefix("Value error, ")
    found = next(((name, info) for name, info in fields() if f"{path}.".startswith(f"{name}.")), None)
    if found is None:
        return f"{path}: {message}"
    name, info = found
    value = HIDDEN if SecretStr in _parts(info.annotation) else repr(problem["input"])
    return f"{path} is {value}: {message}; a right value is {name}: {_example(info)} (or {variable(name)})"


def _parts(annotation: Any) -> tuple[Any, ...]:
    return getattr(annotation, "__args__", (annotation,))


def _example(info: FieldInfo) -> str:
    example = (info.examples or [None])[0]
    return yaml.safe_dump(example, default_flow_style=True).removesuffix("...\n").strip()


def _siblings(section: str) -> str:
    names = [name for name, _ in fields() if name.startswith(f"{section}.")] if section else []
    return "there are " + ", ".join(names or Settings.model_fields)
