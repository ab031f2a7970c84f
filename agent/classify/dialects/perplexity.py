"""Perplexity and look-alikes: {error: {message, type: word, code: int}}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "too_many_prompt_tokens": Reason.CONTEXT_LENGTH_EXCEEDED,
    "invalid_model": Reason.MODEL_NOT_FOUND,
    "invalid_message": Reason.INVALID_VALUE,
    "bad_request": Reason.INVALID_REQUEST_GENERIC,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"type": str(kind), "code": int(code), "message": str(message), **error}}:
            return Evidence(fields.words(kind), message, fields.status(code), wait=fields.wait(error))
    return None


HOSTS = {"perplexity.ai": "perplexity"}
DIALECT = Dialect(
    "perplexity", "nested", recognise, CODES, keys=frozenset({"type", "code", "message"}), hosts=HOSTS
)
