"""All sections as one model, and the names that its settings have."""

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any, ClassVar

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
)

from agent.settings.kafka import KafkaSettings
from agent.settings.sections import (
    ClassifySettings,
    CommitSettings,
    EventsSettings,
    LabelsSettings,
    LogSettings,
    MetricsSettings,
    WebSettings,
)
from agent.settings.written import kinds

PREFIX = "AGENT_"


class Settings(BaseSettings):
    """All of it: what is given, over the environment.

    Attributes:
        file: The file in which some of it stands, if there is one.
    """

    file: ClassVar[Path | None] = None

    model_config = SettingsConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)

    kafka: KafkaSettings = KafkaSettings()
    events: EventsSettings = EventsSettings()
    classify: ClassifySettings = ClassifySettings()
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
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003 - reads small letters, and JSON, too
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        return init_settings, InitSettingsSource(settings_cls, _environment())


def fields(model: type[BaseModel] | None = None, prefix: str = "") -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name; of one model only if it is given."""
    for name, info in (model or Settings).model_fields.items():
        section = section_of(info)
        if section is None:
            yield f"{prefix}{name}", info
        else:
            yield from fields(section, f"{prefix}{name}.")


def sections(model: type[BaseModel] | None = None, prefix: str = "") -> Iterator[tuple[str, type[BaseModel]]]:
    """Every section by its dotted name, each before those in it."""
    for name, info in (model or Settings).model_fields.items():
        section = section_of(info)
        if section is not None:
            yield f"{prefix}{name}", section
            yield from sections(section, f"{prefix}{name}.")


def section_of(info: FieldInfo) -> type[BaseModel] | None:
    """The section that a field is; None where it is a setting."""
    kind = info.annotation
    return kind if isinstance(kind, type) and issubclass(kind, BaseModel) else None


def variable(name: str) -> str:
    """The environment variable of a setting."""
    return PREFIX + name.upper().replace(".", "__")


def _environment() -> dict[str, Any]:
    """What variables say, as the file would say it."""
    found: dict[str, Any] = {}
    for name, _ in fields():
        if variable(name) in os.environ:
            *path, key = name.split(".")
            section = found
            for part in path:
                section = section.setdefault(part, {})
            section[key] = os.environ[variable(name)]
    return found


def is_secret(info: FieldInfo) -> bool:
    return SecretStr in kinds(info.annotation)
