"""Errors that a body states by its shape, whoever sent it, and whatever its HTTP status was.

Answers of a model may talk about errors at length; what counts is only where the vendors put theirs. A false
alarm is worse than a miss: a number that is no success needs a sentence beside it and no result, a status
that says "failed" needs a cause.
"""

import re
from collections.abc import Callable, Mapping
from typing import Any

from agent.classify import fields, learned, sentences
from agent.classify.codes import CODES, VAGUE
from agent.classify.matching import words_of
from agent.classify.phrases import OVERRIDES
from agent.classify.taxonomy import OutcomeType
from agent.events.response import FIRST_ERROR

Rule = Callable[[Mapping[Any, Any]], bool]

_ERRORS = ("error", "Error", "errors", "err")
_NO_ERRORS = frozenset({"none", "null", "false", "ok", "success", "no error", "0"})
_NAMED = fields.ERROR_CODES
_NUMBERED = ("code", "Code", "status_code", "StatusCode", "statusCode", "ret", "rc", *fields.RESULT_CODES)
_BOXES = ("header", "Header", "resp", "base_resp", "BaseResp", "baseResp", "meta", "status",
          "ResponseMetadata", "Response")  # fmt: skip
_SUCCESSES = frozenset(
    {"", "0", "200", "ok", "success", "succeed", "succeeded", "accepted", "created", "none", "null"}
)
_SUCCEEDED = re.compile(
    r"^\W*(?:ok(?:ay)?|done|created|accepted|pending|queued|running|processing|completed?)\b"
    r"|succe|(?<!不)成功|完成|正常|已提交",
    re.IGNORECASE,
)
_RESULTS = ("data", "result", "results", "choices", "output", "payload", "content", "items", "response",
            "text", "images", "answer", "candidates", "embedding", "embeddings")  # fmt: skip
_STATES = ("status", "state", "task_status", "taskStatus", "Status", "job_status")
_MODERATED = frozenset({"content moderated", "request moderated"})
_FAILED = _MODERATED | {"failed", "fail", "failure", "error", "errored", "cancelled", "canceled", "expired",
                        "rejected", "aborted"}  # fmt: skip
_EXCEPTIONS = fields.spellings("exception message")
_CARRIERS = ("output", "data", "task", "job", "result", "response", "Response")
_FALSES = ("success", "Success", "succeeded", "isSuccess", "ok")
_WHOLE = re.compile(r"-?[0-9]{1,18}")  # what Python calls a digit may be no number: ²
_CODE = re.compile(r"[A-Za-z][\w.:\-]{2,64}")
_REFUSALS = frozenset({OutcomeType.INSUFFICIENT_BALANCE, OutcomeType.AUTHENTICATION, OutcomeType.RATE_LIMIT})
FAULTS = _REFUSALS | {OutcomeType.API, OutcomeType.TIMEOUT, OutcomeType.OVERLOADED}
LEAST_DOUBT = 0.02  # that a sentence reports an error
LONE = 200  # characters of an answer that is nothing but a sentence
_STATED = ("statusCode", "status", "code", "http_status")
_GIVEN = frozenset({"name", "title", "description", "desc", "prompt", "input", "text", "content", "summary"})
_FEWEST_SPACES = 3  # of a sentence
_FIRST_NUMBER = 1000  # vendors' own numbers have four digits and more; smaller ones are anything


def has_error(body: Mapping[Any, Any]) -> bool:
    """Recognise a filled error field; beside success: true a sentence there is but a note."""
    if body.get("success") is True and isinstance(body.get("error"), str):
        return False
    return any(key in body and _filled(body[key], body) for key in _ERRORS)


def _filled(error: object, around: Mapping[Any, Any]) -> bool:
    """Say whether an error field holds one: a fine-tuning job that succeeds has an error of nulls."""
    match error:
        case {"data": [dict(first), *_]}:  # a batch at OpenAI that was refused
            return bool(fields.message(first))
        case dict():
            return bool(fields.message(error)) or any(fields.codes(error))
        case str():
            return bool(error.strip()) and error.strip().lower() not in _NO_ERRORS
        case [dict() | str(), *_]:
            return not around.get("data")
        case True:
            return bool(fields.message(around))
    return False


def _has_code(body: Mapping[Any, Any]) -> bool:
    """Recognise a code that is no success beside a sentence, in the body or in its header."""
    boxes = (body[key] for key in _BOXES if isinstance(body.get(key), dict))
    return _coded(body) or any(_coded(box) or has_error(box) for box in boxes)


def _coded(box: Mapping[Any, Any]) -> bool:
    if any(fields.word(box.get(key)) not in _SUCCESSES for key in _NAMED):
        return True
    code = next((box[key] for key in _NUMBERED if key in box), None)
    message = fields.message(box) or _complaint(box.get("result"))
    word = fields.word(code)
    if word in _SUCCESSES or not message or _SUCCEEDED.search(message):
        return False
    if fields.status(code):
        return True
    if any(box.get(key) and box[key] is not message for key in _RESULTS):
        return False
    return _is_number_of_an_error(word, message) if _WHOLE.fullmatch(word) else _is_code_of_an_error(code)


def _complaint(result: object) -> str:
    """Return what stands in place of a result, if it is a sentence about an error: invalid signature."""
    return result if isinstance(result, str) and len(result) < LONE and _is_about_error(result) else ""


def _is_about_error(sentence: str) -> bool:
    words = words_of(sentence)
    return OVERRIDES.match(words) is not None or learned.is_error(words, LEAST_DOUBT)


def _is_number_of_an_error(word: str, message: str) -> bool:
    number = int(word)
    if 0 < number < FIRST_ERROR:
        return sentences.names_error(message) or _is_about_error(message)
    return number < 0 or number >= _FIRST_NUMBER


def _is_code_of_an_error(code: object) -> bool:
    if not isinstance(code, str) or not _CODE.fullmatch(code):
        return False
    if code.lower() in CODES or code.lower() in VAGUE:
        return True
    spelled = sentences.spelled(code)
    return sentences.names_error(spelled) or OVERRIDES.match(words_of(spelled)) is not None


def _has_failed(body: Mapping[Any, Any]) -> bool:
    """Recognise a task that failed or was cancelled, with the cause beside it."""
    boxes = _inside(body)
    return any(map(_failed, (body, *boxes))) or (_is_in(_FAILED, body) and any(map(fields.cause, boxes)))


def _inside(body: Mapping[Any, Any]) -> list[Mapping[Any, Any]]:
    """The objects in which a task, or its answer, is carried."""
    return [body[key] for key in _CARRIERS if isinstance(body.get(key), dict)]


def _is_in(states: frozenset[str], box: Mapping[Any, Any]) -> bool:
    return any(fields.word(box.get(key)) in states for key in _STATES)


def _failed(box: Mapping[Any, Any]) -> bool:
    return _is_in(_FAILED, box) and bool(fields.cause(box) or _is_in(_MODERATED, box) or _complains(box))


def _complains(box: Mapping[Any, Any]) -> bool:
    """Recognise a sentence about an error under whatever name it stands."""
    texts = (value for key, value in box.items() if isinstance(value, str) and key not in _GIVEN)
    said = (each for each in texts if each.count(" ") >= _FEWEST_SPACES and len(each) < LONE)
    return any(OVERRIDES.match(words_of(each)) is not None for each in said)


def _is_no_success(body: Mapping[Any, Any]) -> bool:
    """Recognise {success: false} beside any word about it."""
    said = fields.message(body) or any(key in body for key in (*_NUMBERED, *_NAMED, "errors"))
    return any(body.get(key) is False for key in _FALSES) and bool(said)


def _has_exception(body: Mapping[Any, Any]) -> bool:
    """Recognise {exception_message: "..."}, also of a task, as ComfyUI and Java's frameworks write it."""
    return any(fields.text(box.get(key)) for box in (body, *_inside(body)) for key in _EXCEPTIONS)


def _is_failed_result(body: Mapping[Any, Any]) -> bool:
    """Recognise {is_error: true, result: "..."}, as Claude Code ends a call."""
    return body.get("is_error") is True and bool(fields.text(body.get("result")))


def _is_batch_line(body: Mapping[Any, Any]) -> bool:
    """Recognise a failed line of a batch, as OpenAI and Anthropic write it."""
    match body:
        case {"response": {"status_code": code}}:
            return fields.status(code) is not None
        case {"result": {"type": "errored" | "expired" | "canceled"}, "custom_id": _}:
            return True
    return False


def _is_known_shape(body: Mapping[Any, Any]) -> bool:
    match body:
        case (
            {"promptFeedback": {"blockReason": _}}
            | {"type": "error"}
            | {"object": "error"}
            | {"event": "error", "message": str()}
            | {"response": {"error": {"code": _}}}
            | {"choices": [{"error": {"code": _}}, *_]}
        ):
            return True
        case {"response": {"error": {"message": str(said)}}} if said:
            return True
        case {"detail": str(detail)} if len(body) == 1:  # fal: an error whose status was lost on the way
            return OVERRIDES.match(words_of(detail), _REFUSALS) is not None
        case {"message": str()} | {"title": str()} | {"detail": str()}:
            return any(fields.status(body.get(key)) for key in _STATED) or _dotted(body)
    return False


def _dotted(body: Mapping[Any, Any]) -> bool:
    """Recognise DashScope in a stream: {code: "Throttling.RateQuota", message, request_id}."""
    code = body.get("code")
    is_told = isinstance(code, str) and fields.word(code) not in _SUCCESSES
    return is_told and "request_id" in body and "output" not in body


RULES: tuple[Rule, ...] = (
    *(has_error, _has_code, _has_failed, _is_no_success, _has_exception),
    *(_is_failed_result, _is_batch_line, _is_known_shape),
)
KEYS = frozenset(
    (*_ERRORS, *_NAMED, *_NUMBERED, *_BOXES, *_STATES, *_CARRIERS, *_FALSES, *_STATED, *_EXCEPTIONS,
     "promptFeedback", "type", "object", "event", "choices", "detail", "is_error")
)  # fmt: skip
"""Without any of these keys no rule is met."""


def states_error(body: Mapping[Any, Any]) -> bool:
    """Say whether *body* is an error by its shape."""
    return not KEYS.isdisjoint(body) and any(rule(body) for rule in RULES)
