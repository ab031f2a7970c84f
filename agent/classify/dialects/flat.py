"""The last resort for objects: a body in a wrapper's field, or {message}, {msg}, {error_message}."""

from itertools import islice
from typing import Any

from agent.classify import exception_names, fields, sentences, stated
from agent.classify.codes import CODES, VAGUE
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.events.response import ApiResponse

WRAPPERS = ("errorMessage", "error_message", "err", "body", "response", "raw", "exception", "errors", "data")
BOXES = ("message", "header", "resp", "base_resp", "BaseResp", "meta", "status", "output", "data", "task")
ANSWERS = (
    "choices",
    "content",
    "candidates",
    "output",
    "data",
    "result",
)  # of a model, which may speak of errors
MOST, LONGEST = 8, 1500
STATUSES = (
    *("status", "statusCode", "status_code", "http_status", "httpStatus", "code"),
    *("response_code", "responseCode"),
    *fields.ERROR_CODES,
)


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, dict):
        return None
    status = next(filter(None, (fields.status(body.get(key)) for key in STATUSES)), None)
    box: dict[Any, Any] = next((body[key] for key in BOXES if isinstance(body.get(key), dict)), {})
    listed = _listed(body.get("errors")) or _listed(body.get("error")) or {}
    sentence = (
        fields.message(body) or fields.message(box) or fields.message(fields.mapping(listed.get("error")))
    )
    if "errorDescription" in body:
        # n8n: in front of it stands only what the status is called
        sentence = f"{sentence}. {fields.text(body['errorDescription'])}"
    message = sentence or _strings(body)
    inner = next((body[key] for key in WRAPPERS if isinstance(body.get(key), str | dict)), None)
    inner = fields.carried(body) or listed or inner or message
    words = fields.words(*(code for each in (box, body) for code in fields.codes(each) if code != "error"))
    words += fields.words(fields.mapping(body.get("data")).get("kind"), fields.code(body.get("reason")))
    if response.status is None and status is None and not _telling(body, sentence, message, inner, words):
        return None
    if not (words or message or inner or status):
        return None
    wait = fields.wait(body)
    return Evidence(words, message, status, wait=wait, inner=inner)


def _listed(errors: object) -> dict[str, object] | None:
    """Return the first of a list of errors, in the shape of a single one."""
    match errors:
        case [dict(first) | str(first), *_] | {"data": [dict(first), *_]} if first:
            return {"error": first}
    return None


def _strings(body: dict[Any, Any]) -> str:
    """Return the texts under keys that nobody knows: one of them may be the sentence."""
    nested = (value for value in body.values() if isinstance(value, dict))
    found = (text for each in (body, *islice(nested, MOST)) for text in map(_sentence, each.items()))
    return ". ".join(islice(filter(None, found), MOST))


def _sentence(item: tuple[object, object]) -> str:
    key, value = item
    said = isinstance(value, str) and (" " in value or not value.isascii() or "err" in str(key).lower())
    return fields.text(value) if said else ""


def _telling(
    body: dict[Any, Any], sentence: str, message: str, inner: object, words: tuple[str, ...]
) -> bool:
    """Without any status, a body is an error only if it says so, by its shape or in its own sentence."""
    lower = [word.lower() for word in words]
    if any(word in CODES or word in VAGUE or exception_names.reason_of(word) for word in lower):
        return True
    if body.get("type") == "error" or "{" in (inner if isinstance(inner, str) else message):
        return True
    if stated.states_error(body):
        return True
    if len(message) > LONGEST or any(key in body for key in ANSWERS):
        return False
    said = bool(sentence) and sentences.says_error(sentence)
    return said or sentences.names_error(message)


DIALECT = Dialect("flat", "flat", recognise, speaks_for_all=True)
