"""The last resort for objects: a body in a wrapper's field, or {message}, {msg}, {error_message}."""

from typing import Any

from agent.classify import classes, fields
from agent.classify.codes import CODES, VAGUE
from agent.classify.evidence import Dialect, Evidence
from agent.events.response import ApiResponse

WRAPPERS = ("errorMessage", "error_message", "err", "body", "response", "raw", "exception", "errors", "data")
MESSAGES = (
    "message",
    "msg",
    "Message",
    "errorMessage",
    "error_message",
    "error_msg",
    "errmsg",
    "reason",
    "title",
    "description",
)
STATUSES = ("status", "statusCode", "status_code", "http_status", "httpStatus", "code")
NAMES = ("code", "error_code", "errorCode", "type", "error_type", "errorType", "name", "status")


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, dict):
        return None
    status = next(filter(None, (fields.status(body.get(key)) for key in STATUSES)), None)
    message = next(filter(None, (fields.text(body.get(key)) for key in MESSAGES)), "")
    inner = next((body[key] for key in WRAPPERS if isinstance(body.get(key), str | dict)), message)
    words = fields.words(*(body.get(key) for key in NAMES if body.get(key) != "error"))
    words += fields.words(fields.mapping(body.get("data")).get("kind"))
    if response.status is None and status is None and not _telling(body, message, inner, words):
        return None
    if not (words or message or inner or status):
        return None
    wait = fields.wait(body)
    return Evidence(words, message, status, wait=wait, inner=inner)


def _telling(body: dict[Any, Any], message: str, inner: object, words: tuple[str, ...]) -> bool:
    """Without any status, a body is an error only if it says so."""
    if any(word in CODES or word in VAGUE or classes.reason_of(word) for word in words):
        return True
    return body.get("type") == "error" or "{" in (inner if isinstance(inner, str) else message)


DIALECT = Dialect("flat", "flat", recognise)
