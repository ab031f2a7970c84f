"""Cerebras: flat {message, type, param, code}; OpenAI's inner object alone looks the same."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects import openai
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    **openai.CODES,
    "token_quota_exceeded": Reason.RATE_LIMIT_GENERIC,  # the window stands in the message
    "request_quota_exceeded": Reason.RATE_LIMIT_GENERIC,
    "too_many_tokens_error": Reason.RATE_LIMIT_GENERIC,
    "queue_exceeded": Reason.CAPACITY,
    "wrong_api_key": Reason.INVALID_API_KEY,
    "not_found": Reason.RESOURCE_NOT_FOUND,
}

PHRASES = Phrases(
    [
        ("tokens per minute", Reason.TOKENS_PER_MINUTE),
        ("tokens per hour", Reason.RATE_LIMIT_GENERIC),
        ("tokens per day", Reason.TOKENS_PER_DAY),
        ("requests per minute", Reason.REQUESTS_PER_MINUTE),
        ("requests per day", Reason.REQUESTS_PER_DAY),
        ("requests per second", Reason.REQUESTS_PER_SECOND),
        ("experiencing high traffic", Reason.CAPACITY),
        *openai.PHRASES.rules,
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"message": message, "type": kind, **error} if (
            "param" in error or "code" in error
        ) and "error" not in error:
            code = error.get("code")
            # new-api repeats the upstream's status in param
            status = fields.status(code) or fields.status(error.get("param"))
            words = fields.words(code, None if kind == "error" else kind)
            return Evidence(words, fields.text(message), status)
    return None


HOSTS = {"cerebras.ai": "cerebras"}
DIALECT = Dialect(
    "cerebras", "flat", recognise, CODES, PHRASES, keys=frozenset({"message", "type"}), hosts=HOSTS
)
