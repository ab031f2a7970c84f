"""Reading single fields of a parsed body: never an exception, whatever the type."""

import re
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

from agent.classify.durations import EPOCH
from agent.events.response import FIRST_ERROR

LAST_STATUS = 599
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")
LONGEST_WORD = 96  # longer codes are sentences or noise, and are no keys of a table


def text(value: object) -> str:
    """Return *value* if it is text, else an empty string."""
    return value if isinstance(value, str) else ""


def word(value: object) -> str:
    """Return a code or type word in lower case; numbers are words too, containers are none."""
    if isinstance(value, str):
        return value.strip().lower() if len(value) <= LONGEST_WORD else ""
    if isinstance(value, bool):
        return ""
    if isinstance(value, int | float) and value == value // 1 and abs(value) < 1e12:  # noqa: PLR2004
        return str(int(value))
    return ""


def words(*values: object) -> tuple[str, ...]:
    """Return the words among *values*, in order, spelled as the vendor spells them."""
    return tuple([found for value in values if value is not None and (found := _spelling(value))])


def _spelling(value: object) -> str:
    return value.strip() if isinstance(value, str) and len(value) <= LONGEST_WORD else word(value)


def status(value: object) -> int | None:
    """Return *value* as an error status 400-599, from 429, 429.0, "429" or " 429 "."""
    found = word(value)
    if len(found) == 3 and found.isascii() and found.isdigit():  # noqa: PLR2004
        number = int(found)
        return number if FIRST_ERROR <= number <= LAST_STATUS else None
    return None


def spellings(name: str) -> tuple[str, ...]:
    """Spell "error code" as errorCode, error_code, errorcode, ErrorCode, error-code and ERROR_CODE."""
    parts = name.split()
    titled = [part.capitalize() for part in parts]
    camel = parts[0] + "".join(titled[1:])
    spelled = (camel, "_".join(parts), "".join(parts), "".join(titled), "-".join(parts))
    return tuple(dict.fromkeys((*spelled, "_".join(parts).upper(), "".join(parts).capitalize())))


def _spelled(*names: str) -> tuple[str, ...]:
    return tuple(spelling for name in names for spelling in spellings(name))


_OF_RESULTS = ("res", "ret", "resp", "return", "result", "response")  # resMessage, ret_code

MESSAGES = (
    *_spelled("message", "msg", "error message", "error msg", "err message", "err msg", "status message"),
    *_spelled("status msg", "status info", "exception message", "reason"),
    *(f"{begin}{end}" for begin in _OF_RESULTS for end in ("Message", "Msg", "_message", "_msg", "msg")),
    *_spelled("title", "description", "desc", "detail"),
)
"""Under which names a sentence about an error stands, the usual one first."""

_NOTHING = frozenset({"error", "failed", "failure", "fail"})
"""What stands for a sentence, and leaves it to the next field to say what has happened."""

_RANKS = {name: rank for rank, name in enumerate(MESSAGES)}

ERROR_CODES = _spelled("error code", "err code", "error no", "err no", "failure code")
"""Under which names a number stands that only an error has."""

RESULT_CODES = tuple(f"{begin}{end}" for begin in _OF_RESULTS for end in ("Code", "_code", "code"))
"""Under which names a number stands that says how a call ended."""

CODES = (
    *spellings("code"),
    *ERROR_CODES,
    *RESULT_CODES,
    "StatusCode",
    "rc",
    "type",
    "error_type",
    "errorType",
    "exception_type",
    "response_code_details",
    "name",
    "status",
)
"""Under which names a code or a type word stands, the most specific first."""

_CODE_RANKS = {name: rank for rank, name in enumerate(CODES)}
_RANK = itemgetter(0)

CAUSES = (
    "failure",
    "failure_reason",
    "failureReason",
    "fail_reason",
    "failReason",
    "failed_reason",
    "failMsg",
    "fail_msg",
    "failureCode",
    "failure_code",
    "error",
    "error_code",
    "error_detail",
    "error_details",
    "task_status_msg",
    "cancellation_reason",
    "details",
    *(name for name in MESSAGES if name not in {"title", "description", "desc"}),
)
"""Under which names a failed task says why."""


def code(value: object) -> str:
    """Return *value* if it is written as a code, MONTHLY_REQUEST_COUNT, and not as a sentence."""
    return value if isinstance(value, str) and " " not in value.strip() else ""


def message(error: Mapping[Any, object]) -> str:
    """Return the sentence of *error*, under whatever name it stands."""
    found = [(_RANKS[name], value) for name, value in error.items() if name in _RANKS]
    found.sort()  # no two have the same rank
    said = [value for _, value in found if isinstance(value, str) and value]
    if len(said) > 1 and said[0].lower() in _NOTHING:
        return said[1]
    return said[0] if said else ""


def codes(error: Mapping[Any, object]) -> list[object]:
    """Return what stands under the names of codes, the most specific first."""
    found = [(_CODE_RANKS[name], value) for name, value in error.items() if name in _CODE_RANKS]
    found.sort(key=_RANK)
    return [value for _, value in found]


def cause(task: Mapping[Any, object]) -> object:
    """Return what a failed *task* gives as its cause: a text, a code or an error object."""
    return next((value for name in CAUSES if (value := task.get(name)) and not isinstance(value, bool)), None)


_ENVELOPES = frozenset(
    {"details", "data", "extra", "metadata", "context", "info", "upstream", "provider", "response", "body",
     "raw", "upstream_response", "upstream_body", "upstream_error", "upstreamError", "provider_response",
     "provider_error", "providerError", "original_error", "originalError", "inner_error", "innererror",
     "innerError", "raw_response", "rawResponse", "response_body", "responseBody", "raw_error", "cause"}
)  # fmt: skip
_DEEPEST_ENVELOPE = 2


def carried(error: Mapping[Any, object], depth: int = 0) -> object:
    """Return the body of another error that *error* carries in one of its fields, as an object or as text."""
    if _ENVELOPES.isdisjoint(error) or depth > _DEEPEST_ENVELOPE:
        return None
    for name in error:
        value = error[name] if name in _ENVELOPES else None
        if isinstance(value, str) and "{" in value:
            return value
        if isinstance(value, dict) and (
            found := value if _states(name, value) else carried(value, depth + 1)
        ):
            return found
    return None


def _states(name: str, value: Mapping[Any, object]) -> bool:
    """Whether what stands under *name* is an error: the cause of another one may have no more than a code."""
    return bool(value.get("error")) or (name == "cause" and bool(value.get("code") or value.get("message")))


_WAITS = (
    "retry_after",
    "retryAfter",
    "retry_after_seconds",
    "retryAfterSeconds",
    "resets_in_seconds",
    "resetsInSeconds",
    "reset_after_seconds",
    "estimated_time",
    "retryDelay",
    "reset_seconds",
    "resetSeconds",
    "reset_in_seconds",
    "cooldown_seconds",
    "wait_seconds",
    "retry_in_seconds",
)
# "clears_in", "unlocksAfter", "cooldown_remaining_seconds": what is over then is no credential's life.
_NAMED_WAIT = re.compile(
    r"(?:clear|reset|available|retry|unlock|lift|free|renew|refill|replenish|again|cool_?down|back_?off|wait)\w{0,8}?"
    r"(?:_?(?:in|after|for|remaining|left)(?:_?(?:s|secs?|seconds))?|_(?:s|secs?|seconds))"
)
_LONGEST_WAIT_NAME = 40
_MILLIS = ("retry_after_ms", "retryAfterMs", "retry_after_millis")
_BOXES = ("details", "metadata", "data", "error")
_UNTILS = ("resets_at", "reset_at", "resetsAt", "reset_time")
_WAIT_KEYS, _UNTIL_KEYS = frozenset(_WAITS), frozenset(_UNTILS)


def wait(error: Mapping[Any, object]) -> object:
    """Return the seconds or the duration after which an error says to try again."""
    found = _first(error, _WAITS, _WAIT_KEYS)
    if found is not None:
        return found
    millis = next((error[name] for name in _MILLIS if name in error), None)
    if millis is not None:
        return f"{millis}ms"
    boxes = (error[name] for name in _BOXES if isinstance(error.get(name), dict))
    known = (_first(mapping(box), _WAITS, _WAIT_KEYS) for box in boxes)
    return next((seen for seen in known if seen is not None), None) or _spelled_wait(error)


def _spelled_wait(error: Mapping[Any, object]) -> object:
    """Return the seconds under a name that nobody has listed, and that says what they are."""
    numbers = ((name, value) for name, value in error.items() if isinstance(value, int | float))
    return next((value for name, value in numbers if value < EPOCH and _names_wait(name)), None)


def _names_wait(name: object) -> bool:
    if not isinstance(name, str) or len(name) > _LONGEST_WAIT_NAME:
        return False
    return _NAMED_WAIT.fullmatch(_HUMPS.sub("_", name).lower().replace("-", "_")) is not None


def until(error: Mapping[Any, object]) -> object:
    """Return the instant after which an error says to try again."""
    return _first(error, _UNTILS, _UNTIL_KEYS)


def _first(error: Mapping[Any, object], names: tuple[str, ...], known: frozenset[str]) -> object:
    if known.isdisjoint(error):
        return None
    return next((error[name] for name in names if error.get(name) is not None), None)


def mapping(value: object) -> Mapping[str, object]:
    """Return *value* if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def inner_object(body: Mapping[str, object]) -> Mapping[str, object]:
    """Return the object under error, or the body itself where there is none."""
    error = body.get("error")
    return error if isinstance(error, dict) else body


def boxed(body: Mapping[Any, object]) -> Mapping[Any, object] | None:
    """Return the object that is all there is in *body*: {"openai": {"status": "fail", "error": {...}}}."""
    value = next(iter(body.values())) if len(body) == 1 else None
    return value if isinstance(value, dict) and len(value) > 1 else None


def first(value: object) -> Mapping[str, object]:
    """Return the first object of a list, else an empty one."""
    return mapping(value[0]) if isinstance(value, list) and value else {}
