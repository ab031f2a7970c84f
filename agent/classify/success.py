"""Errors under HTTP 200: the quick question whether a successful response carries one.

Answers of a model may talk about errors at length; what counts is only where the vendors put theirs.
"""

from typing import Any

from agent.classify import fields
from agent.classify.matching import words_of
from agent.classify.phrases import OVERRIDES
from agent.classify.taxonomy import OutcomeType

_MARKS = ('"error"', "'error'", '"base_resp"', '"blockReason"', '"task_status"', '"success":false',
          '"success": false', '"response.failed"', '"object":"error"', '"code"', '"statusCode"',
          '"detail"')  # fmt: skip
_ZERO = frozenset({"", "0"})


_REFUSALS = frozenset({OutcomeType.INSUFFICIENT_BALANCE, OutcomeType.AUTHENTICATION, OutcomeType.RATE_LIMIT})
_STATED = ("statusCode", "status", "code", "http_status")


def states_error(body: Any) -> bool:
    """Say whether a parsed *body* is an error though its HTTP status is not."""
    match body:
        case {"error": error} if _filled(error):
            return True
        case {"base_resp": {"status_code": code}}:
            return fields.word(code) not in _ZERO
        case (
            {"success": False, "errors": list()}
            | {"promptFeedback": {"blockReason": _}}
            | {"type": "error"}
            | {"object": "error"}
            | {"output": {"task_status": "FAILED"}}
            | {"response": {"error": {"code": _}}}
            | {"choices": [{"error": {"code": _}}, *_]}
        ):
            return True
        case {"detail": str(detail)} if len(body) == 1:  # fal: an error whose status was lost on the way
            return OVERRIDES.match(words_of(detail), _REFUSALS) is not None
        case {"message": str()} | {"title": str()} | {"detail": str()}:
            return any(fields.status(body.get(key)) for key in _STATED) or _dotted(body)
    return False


def _filled(error: object) -> bool:
    """Say whether an error field holds one: a fine-tuning job that succeeds has an error of nulls."""
    if isinstance(error, dict):
        return any(error.get(key) for key in ("message", "code", "type", "status", "error"))
    return isinstance(error, str | list) and bool(error)


def _dotted(body: dict[str, object]) -> bool:
    """Recognise DashScope in a stream: {code: "Throttling.RateQuota", message, request_id}."""
    code = body.get("code")
    return isinstance(code, str) and bool(code) and "request_id" in body and "output" not in body


def may_state_error(text: str) -> bool:
    """Say whether a text body under a success is worth reading."""
    head = text[:64].lstrip("\ufeff \t\r\n")
    if head[:1] == "<":
        return True
    if head[:1] not in {"{", "[", '"', "d", "e", ":", "i", "r"}:
        return False
    return any(mark in text for mark in _MARKS) or head.startswith("error code:")
