"""What a setting may be. Every rule returns the value or raises ValueError with what is wrong."""

import re
from typing import Annotated

import yaml
from pydantic import AfterValidator, ValidationError
from pydantic_core import InitErrorDetails, PydanticCustomError

from agent.events import mapping
from agent.events.presets import PRESETS
from agent.events.rules import timestamp

_LABEL_NAME = re.compile(r"[a-z_][a-z0-9_]*\Z")
_TAKEN_LABELS = frozenset({"provider", "method", "path", "status", "type", "reason", "resource", "le"})
_ADDRESS = re.compile(r"\[[0-9a-fA-F:.]+\]:\d{1,5}\Z|[^\s:/]+:\d{1,5}\Z")


def split(value: object) -> object:
    """A list, also as text: comma-separated, as environment variables are written."""
    return [part.strip() for part in value.split(",") if part.strip()] if isinstance(value, str) else value


def parsed_mapping(value: object) -> object:
    """A mapping, also as text in YAML or JSON."""
    return yaml.safe_load(value) if isinstance(value, str) else value


def address(value: str) -> str:
    if not _ADDRESS.match(value) or int(value.rsplit(":", 1)[1]) > 65535:  # noqa: PLR2004
        raise ValueError("not host:port")
    return value


def label_name(value: str) -> str:
    if not _LABEL_NAME.match(value) or value in _TAKEN_LABELS:
        raise ValueError("not a free label name: lower-case letters, digits and _")
    return value


def ascending(value: list[float]) -> list[float]:
    if not value or sorted(set(value)) != value or value[0] <= 0:
        raise ValueError("bounds must be above 0 and ascend")
    return value


def start(value: object) -> object:
    if value in ("latest", "earliest"):
        return value
    try:
        timestamp(value if isinstance(value, str | int | float) else str(value))
    except ValueError:
        raise ValueError("neither latest, earliest nor a moment") from None
    return str(value)


def preset(value: str) -> str:
    if value not in PRESETS:
        raise ValueError(f"no preset; there are {', '.join(PRESETS)}")
    return value


def field_mapping(value: object) -> object:
    """Where fields stand, also as text in YAML; every problem is one of its own."""
    try:
        fields = parsed_mapping(value)
    except yaml.YAMLError as error:
        raise ValueError(f"not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(fields, dict):
        return fields
    fields = {str(name): place for name, place in fields.items()}
    found = mapping.problems(fields)
    if found:
        details = [
            InitErrorDetails(
                type=PydanticCustomError("mapping", "{why}", {"why": why}), loc=place, input=wrong
            )
            for place, wrong, why in found
        ]
        raise ValidationError.from_exception_data("events.fields", details)
    return fields


Address = Annotated[str, AfterValidator(address)]
LabelName = Annotated[str, AfterValidator(label_name)]
