"""Every knob: a YAML file, over it the environment (AGENT_KAFKA__TOPICS), over it the command line's flags.

docs/settings.md is generated from these models.
"""

import os
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    ValidationError,
    model_validator,
)
from pydantic.fields import FieldInfo
from pydantic_settings import (
    BaseSettings,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    YamlConfigSettingsSource,
)

from agent.events import MAX_BYTES
from agent.events.rules import timestamp
from agent.metrics.catalogue import DURATION_BUCKETS, LATE_AFTER
from agent.metrics.labels import BUDGETS
from agent.metrics.tally import MAX_SERIES

PREFIX = "AGENT_"

# Kubernetes sets these for every Service in the namespace, one called "agent" among them.
_NOT_OURS = re.compile(r"AGENT_(SERVICE_|PORT(_|$))")

_LABEL_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_TAKEN_LABELS = frozenset({"provider", "method", "path", "status", "type", "reason", "resource", "le"})
_ADDRESS = re.compile(r"\[[0-9a-fA-F:.]+\]:\d{1,5}\Z|[^\s:/]+:\d{1,5}\Z")


_FILE_EXAMPLE = "give a mapping in YAML, such as kafka: {topics: [api-responses]}"


class SettingsError(Exception):
    """The settings cannot be used.

    Attributes:
        problems: One line each, with the value, the place and a right example.
    """

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


def _split(value: object) -> object:
    """A list, also as text: comma-separated, as environment variables are written."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def _mapping(value: object) -> object:
    """A mapping, also as text in YAML or JSON."""
    return yaml.safe_load(value) if isinstance(value, str) else value


def _address(value: str) -> str:
    if not _ADDRESS.match(value) or int(value.rsplit(":", 1)[1]) > 65535:  # noqa: PLR2004
        raise ValueError("not host:port")
    return value


def _label_name(value: str) -> str:
    if not _LABEL_NAME.match(value) or value in _TAKEN_LABELS:
        raise ValueError("not a free label name: lower-case letters, digits and _")
    return value


def _ascending(value: list[float]) -> list[float]:
    if not value or sorted(set(value)) != value or value[0] <= 0:
        raise ValueError("bounds must be above 0 and ascend")
    return value


def _start(value: object) -> object:
    if value in ("latest", "earliest"):
        return value
    try:
        timestamp(value if isinstance(value, str | int | float) else str(value))
    except ValueError:
        raise ValueError("neither latest, earliest nor a moment") from None
    return str(value)


Address = Annotated[str, AfterValidator(_address)]
LabelName = Annotated[str, AfterValidator(_label_name)]


class _Section(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


class KafkaSettings(_Section):
    """Where the events are."""

    bootstrap_servers: Annotated[list[Address], BeforeValidator(_split)] = Field(
        ["localhost:9092"],
        min_length=1,
        description="Brokers to start from.",
        examples=[["kafka-0.kafka:9092", "kafka-1.kafka:9092"]],
    )
    topics: Annotated[list[str], BeforeValidator(_split)] = Field(
        ["api-responses"],
        min_length=1,
        description="Topics to read. The agent never creates one; it waits until they exist.",
        examples=[["api-responses"]],
    )
    group_id: str = Field(
        "api-error-agent", min_length=1, description="Consumer group.", examples=["api-error-agent"]
    )
    group_instance_id: str | None = Field(
        None,
        description="Stable identity of this process in the group (static membership): a restart then "
        "disturbs nobody. Only where the identity is really stable, such as a StatefulSet's pod name.",
        examples=["api-error-agent-0"],
    )
    client_id: str = Field(
        "api-error-agent", description="Name under which brokers log us.", examples=["api-error-agent"]
    )
    start: Annotated[str, BeforeValidator(_start)] = Field(
        "latest",
        description="Where a new group begins: latest, earliest, or a moment (RFC 3339 or unix time).",
        examples=["2026-11-22T05:00:00Z"],
    )
    session_timeout_seconds: float = Field(
        45,
        ge=1,
        le=1800,
        description="Silence after which the group takes our partitions away; a multiple of 3 s heartbeats.",
        examples=[45],
    )
    request_timeout_seconds: float = Field(
        40, ge=1, le=600, description="Longest wait for a broker's answer.", examples=[40]
    )
    stall_seconds: float = Field(
        60,
        ge=1,
        description="Time without an answer for any partition after which the client is built anew.",
        examples=[60],
    )
    metadata_max_age_seconds: float = Field(
        60, ge=1, description="Time after which new partitions and topics are noticed.", examples=[60]
    )

    @property
    def start_timestamp(self) -> float:
        """The moment that start names, in unix seconds; start must not be latest or earliest."""
        return timestamp(self.start)


class EventsSettings(_Section):
    """How a record is read."""

    preset: Literal["native"] = Field("native", description="Wire shape of the events.", examples=["native"])
    max_bytes: int = Field(
        MAX_BYTES,
        ge=1024,
        le=100 * 1024 * 1024,
        description="Longest record value that is parsed; longer ones count as invalid, too_large.",
        examples=[1048576],
    )


class LabelsSettings(_Section):
    """Which label values there may be, and how many."""

    extra: Annotated[list[LabelName], BeforeValidator(_split)] = Field(
        [], description="Fields of the event that become labels of the counters.", examples=[["model"]]
    )
    extra_on_histograms: bool = Field(
        default=False, description="Put them on the duration histogram too.", examples=[False]
    )
    paths: Annotated[list[str], BeforeValidator(_split)] = Field(
        [],
        description="Path templates always admitted, besides the shipped table of AI-API routes.",
        examples=[["/v1/widgets/{id}"]],
    )
    budgets: Annotated[dict[str, Annotated[int, Field(ge=1)]], BeforeValidator(_mapping)] = Field(
        {}, description="Most values by label; further values are counted as other.", examples=[{"path": 200}]
    )
    max_series: int = Field(
        MAX_SERIES,
        ge=1_000,
        description="Most time series of responses, as Prometheus counts them.",
        examples=[10000],
    )

    @model_validator(mode="after")
    def _budgets_name_labels(self) -> "LabelsSettings":
        known = {*BUDGETS, *self.extra}
        wrong = sorted(set(self.budgets) - known)
        if wrong:
            raise ValueError(f"budgets name {', '.join(wrong)}; there are {', '.join(sorted(known))}")
        return self


class MetricsSettings(_Section):
    """What is measured, and how."""

    duration_buckets: Annotated[list[float], BeforeValidator(_split), AfterValidator(_ascending)] = Field(
        list(DURATION_BUCKETS),
        max_length=60,
        description="Upper bounds of the duration histogram, in seconds.",
        examples=[[0.5, 1, 5, 30, 120]],
    )
    late_after_seconds: float = Field(
        LATE_AFTER, gt=0, description="Age from which a record counts as late.", examples=[300]
    )


class CommitSettings(_Section):
    """When offsets are given back to Kafka."""

    mode: Literal["interval"] = Field(
        "interval",
        description="interval: what was counted is committed every few seconds, and before partitions leave.",
        examples=["interval"],
    )
    interval_seconds: float = Field(5, ge=0.1, le=3600, description="Time between commits.", examples=[5])
    scraper: Literal["prometheus", "any_request"] = Field(
        "prometheus",
        description="Whose requests are scrapes. prometheus: those with Prometheus's scrape-timeout header; "
        "others see the counts and move nothing. any_request: for scrapers that do not send it.",
        examples=["prometheus"],
    )


class WebSettings(_Section):
    """Where /metrics is."""

    listen_address: Address = Field(
        "0.0.0.0:9464",
        description="Address and port of /metrics, /healthz and /readyz; port 0 takes a free one.",
        examples=["0.0.0.0:9464"],
    )


class LogSettings(_Section):
    """What is said."""

    level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severe level that is written.", examples=["info"]
    )
    format: Literal["auto", "json", "console"] = Field(
        "auto", description="auto: console on a terminal, json elsewhere.", examples=["json"]
    )


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


def fields() -> Iterator[tuple[str, FieldInfo]]:
    """Every setting by its dotted name."""
    for section, info in Settings.model_fields.items():
        model = info.annotation
        assert isinstance(model, type)  # noqa: S101 - a section is a model
        assert issubclass(model, BaseModel)  # noqa: S101
        yield from ((f"{section}.{name}", field) for name, field in model.model_fields.items())


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
    path = [str(part) for part in problem["loc"]]
    name = ".".join(path[:2])
    known = dict(fields())
    if problem["type"] == "extra_forbidden":
        return f"{'.'.join(path)} is no setting; {_siblings(path[0])}"
    value = problem["input"]
    message = problem["msg"].removeprefix("Value error, ")
    if name not in known:
        return f"{name}: {message}; a right mapping is {name}: {{}}"
    example = yaml.safe_dump(known[name].examples[0], default_flow_style=True).removesuffix("...\n").strip()  # type: ignore[index]
    return (
        f"{'.'.join(path)} is {value!r}: {message}; a right value is {name}: {example} (or {variable(name)})"
    )


def _siblings(section: str) -> str:
    names = [name for name, _ in fields() if name.startswith(f"{section}.")]
    return "there are " + ", ".join(names or Settings.model_fields)
