"""vLLM and SGLang: flat {object: "error", message, type: "BadRequestError", param, code: int}.

Newer ones wrap it in error.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "badrequesterror": Reason.INVALID_REQUEST_GENERIC,
    "invalidrequesterror": Reason.INVALID_REQUEST_GENERIC,
    "notfounderror": Reason.RESOURCE_NOT_FOUND,
    "internalservererror": Reason.INTERNAL_ERROR,
    "unprocessableentityerror": Reason.BODY_VALIDATION,
    "notimplementederror": Reason.UNSUPPORTED_FEATURE,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"object": "error", "message": message}:
            return _evidence(body, message)
        case {"error": {"code": int(), "type": str(kind), "message": message} as error} if kind[:1].isupper():
            return _evidence(error, message)
    return None


def _evidence(error: Mapping[Any, Any], message: object) -> Evidence:
    kind, code = error.get("type"), error.get("code")
    return Evidence(fields.words(code, kind), fields.text(message), fields.status(code))


DIALECT = Dialect("vllm", "flat", recognise, CODES, keys=frozenset({"object", "message"}))
NESTED = Dialect("vllm", "nested", recognise, CODES, keys=frozenset({"code", "type", "message"}))
