"""OpenAI's Responses stream.

{type: "error", code, message}, {type: "error", error: {}} or {type: "response.failed", response: {error}}.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "server_error": Reason.INTERNAL_ERROR,
    "vector_store_timeout": Reason.UPSTREAM_TIMEOUT,
    "bio_policy": Reason.CONTENT_POLICY,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"response": {"error": {"code": _} as error}}:
            return _evidence(error)
        case {"type": "error", "error": {"code": _} as error}:
            return _evidence(error)
        case {"type": "error", "code": _, "message": _}:
            return _evidence(body)
    return None


def _evidence(error: Mapping[Any, Any]) -> Evidence:
    code, kind = error.get("code"), error.get("type")
    words = fields.words(code, None if kind == "error" else kind)
    message = fields.text(error.get("message"))
    return Evidence(words, message, fields.status(code), until=fields.until(error))


DIALECT = Dialect("openai_stream", "flat", recognise, CODES)
STREAM = Dialect("openai_stream", "nested", recognise, CODES)
