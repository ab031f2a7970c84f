"""A failed line of a batch, read under HTTP 200: the body of the response or the error stands inside.

OpenAI: {custom_id, response: {status_code, body}, error}; Anthropic: {custom_id, result: {type, error}}.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "errored": Reason.INTERNAL_ERROR,
    "expired": Reason.GENERATION_TIMEOUT,
    "canceled": Reason.CLIENT_CLOSED,
    "batch_expired": Reason.GENERATION_TIMEOUT,
    "batch_cancelled": Reason.CLIENT_CLOSED,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"custom_id": _, "error": {"code": code, "message": message}}:
            return Evidence(fields.words(code), fields.text(message))
        case {"response": {"status_code": code, "body": inner}} if fields.status(code):
            return Evidence((), "", fields.status(code), inner=inner)
        case {"custom_id": _, "result": {"type": str(kind), **result}} if kind in CODES:
            return Evidence((kind,), "", inner=result.get("error"))
    return None


NESTED = Dialect("batch", "nested", recognise, CODES, keys=frozenset({"custom_id"}))
DIALECT = Dialect("batch", "flat", recognise, CODES, keys=frozenset({"response"}))
RESULT = Dialect("batch", "flat", recognise, CODES, keys=frozenset({"custom_id", "result"}))
