"""What an application's log says of an exception, as its library writes it.

Sources: structlog (exception, a text or the list that dict_tracebacks gives), python-json-logger (exc_info),
logstash-logback-encoder (stack_trace), Serilog's compact format (@x), pino (err), zap (error).
"""

import re
from collections.abc import Mapping

from agent.events import leaving

_EXCEPTIONS = ("exception", "exc_info", "exc_text", "stack_trace", "@x", "Exception")
_ERRORS = frozenset({"error", "err", *_EXCEPTIONS})
_LEVELS = ("level", "levelname", "severity", "log_level", "loglevel", "@l")
_BELOW_ERROR = frozenset(["trace", "debug", "info", "information", "notice", "verbose", "warn", "warning"])
_PINO_ERROR = 50
_STATED = re.compile(
    r"(?:^(?:[\w.]+: )?|\b(?:error code|status(?:[ _]?code)?|http(?:/[\d.]+)?)[\"']?[ :=(\[]{1,3})"
    r"([45]\d\d)\b",
    re.IGNORECASE,
)
_READ = 400  # characters of an exception in which its status is looked for
_TYPES, _MESSAGES = ("exc_type", "type", "Type", "name"), ("exc_value", "message", "Message")


def failure_in(event: Mapping[str, object]) -> object:
    """The error body in an event that has none under a name of its own.

    That is the exception of an application's log, else the event itself; None for a line of a log whose level
    is below error and that names no error.
    """
    if "error" in event or "err" in event:
        return event
    text = next((text for name in _EXCEPTIONS if (text := exception_in(event.get(name)))), "")
    if text:
        return leaving.raised(text)
    return None if _is_calm(event) else event


def error_in(value: object) -> object:
    """An object that names an error, as an error body, or the exception in it."""
    return failure_in(value) if isinstance(value, Mapping) and not _ERRORS.isdisjoint(value) else None


def exception_in(value: object) -> str:
    """The exception that *value* is, as `Type: message`; an empty text when it is none."""
    if isinstance(value, list) and value:
        value = value[0] if isinstance(value[0], Mapping) else " ".join(map(str, value[:3]))
    if isinstance(value, Mapping):
        kind = next((word for name in _TYPES if type(word := value.get(name)) is str), "")
        message = next((word for name in _MESSAGES if type(word := value.get(name)) is str), "")
        return f"{kind}: {message}" if kind and message else kind or message
    return value if type(value) is str else ""


def status_in(value: object) -> int | None:
    """The status in the text of an exception or an error, as in `Error code: 429 - {...}`."""
    text = exception_in(value)
    found = _STATED.search(leaving.raised(text)[:_READ]) if text else None
    return int(found[1]) if found else None


def _is_calm(event: Mapping[str, object]) -> bool:
    level = next((event[name] for name in _LEVELS if event.get(name) is not None), None)
    if type(level) is int:
        return 0 < level < _PINO_ERROR
    return type(level) is str and level.lower() in _BELOW_ERROR
