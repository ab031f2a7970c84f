"""Cohere: {id, message[, error_type]}."""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence, LimitField
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {"too_many_tokens": Reason.CONTEXT_LENGTH_EXCEEDED}

PHRASES = Phrases(
    [
        ("limited to * api calls minute", Reason.REQUESTS_PER_MINUTE),
        ("limited to * api calls month", Reason.REQUESTS_PER_MONTH),
        ("no api key supplied", Reason.MISSING_API_KEY),
        ("invalid api token|key", Reason.INVALID_API_KEY),
        ("was removed on", Reason.MODEL_DECOMMISSIONED),
        ("size limit exceeded by", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("too many tokens", Reason.CONTEXT_LENGTH_EXCEEDED),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"id": str(), "message": str(message), **rest} if (
            not {"choices", "error", "content", "object"} & rest.keys()
        ):
            return Evidence(fields.words(rest.get("error_type")), message)
    return None


LIMITS: Mapping[str, tuple[str, LimitField]] = {
    "x-trial-endpoint-call-limit": ("requests_per_minute", "limit"),
    "x-endpoint-monthly-call-limit": ("requests_per_month", "limit"),
}
HOSTS = {"cohere.com": "cohere", "cohere.ai": "cohere"}
DIALECT = Dialect("cohere", "flat", recognise, CODES, PHRASES, "cohere", hosts=HOSTS, limits=LIMITS)
