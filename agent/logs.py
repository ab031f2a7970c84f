"""Structured logs: identifiers as events, facts as keys, never the content of an event, never a secret."""

import logging
import re
import sys
from collections.abc import Mapping, MutableMapping
from typing import Any, Literal, TextIO

import structlog

from agent.redaction import HIDDEN, mask

Level = Literal["debug", "info", "warning", "error"]
Format = Literal["auto", "json", "console"]

_SECRET_KEY = re.compile(
    r"password|passwd|token|secret|authorization|api[-_]?key|sasl_.*(password|plain)", re.IGNORECASE
)


def configure(level: Level = "info", format_: Format = "auto", stream: TextIO | None = None) -> None:
    """Set up structlog, and the standard library's loggers alike. Lines go to *stream*, else stderr."""
    stream = stream or sys.stderr
    number = logging.getLevelNamesMapping()[level.upper()]
    is_json = format_ == "json" or (format_ == "auto" and not stream.isatty())
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.processors.add_log_level,
        structlog.processors.TimeStamper(fmt="iso"),
        structlog.processors.StackInfoRenderer(),
        structlog.processors.format_exc_info,  # as a text without local variables: those hold events
        redact,
    ]
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer()
        if is_json
        else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    )
    structlog.configure(
        processors=[*shared, renderer],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(stream),
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(foreign_pre_chain=shared, processors=[_drop_meta, renderer])
    )
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)


def get_logger() -> structlog.typing.FilteringBoundLogger:
    """A logger that writes as configure() says, also if that is called later."""
    logger: structlog.typing.FilteringBoundLogger = structlog.get_logger()
    return logger


def redact(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Hide what a key's name or a text's shape gives away as a secret, however deep it stands."""
    for key, value in event.items():
        event[key] = HIDDEN if _SECRET_KEY.search(key) else _redacted(value)
    return event


def _redacted(value: Any) -> Any:
    if isinstance(value, str):
        return mask(value)
    if isinstance(value, Mapping):
        return redact(None, "", {str(key): inner for key, inner in value.items()})
    if isinstance(value, list | tuple):
        return [_redacted(inner) for inner in value]
    return value


def _drop_meta(_logger: Any, _method: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    return structlog.stdlib.ProcessorFormatter.remove_processors_meta(_logger, _method, event)
