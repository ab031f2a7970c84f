"""SiliconFlow and PipeLLM's web search: flat {code: int, message[, data]}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "30001": Reason.INSUFFICIENT_CREDITS,
    "30011": Reason.INSUFFICIENT_CREDITS,
    "20012": Reason.MODEL_NOT_FOUND,
    "20015": Reason.INVALID_REQUEST_GENERIC,
    "20034": Reason.MODEL_NOT_FOUND,
    "20047": Reason.MODEL_DECOMMISSIONED,
    "30003": Reason.MODEL_DECOMMISSIONED,
    "50501": Reason.CAPACITY,
    "50505": Reason.CAPACITY,
    "50507": Reason.INTERNAL_ERROR,
    "60000": Reason.INTERNAL_ERROR,
}

PHRASES = Phrases(
    [
        ("balance is insufficient", Reason.INSUFFICIENT_CREDITS),
        ("missing * parameter", Reason.MISSING_FIELD),
        ("tpm limit reached", Reason.TOKENS_PER_MINUTE),
        ("rpm limit reached", Reason.REQUESTS_PER_MINUTE),
        ("ipm|ipd limit reached", Reason.RATE_LIMIT_GENERIC),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"code": int(code), "message": str(message), **rest} if code and "choices" not in rest:
            return Evidence(fields.words(code), message, fields.status(code))
        case {"message": str(message), "data": None} if len(body) == 2:  # noqa: PLR2004
            return Evidence((), message)
    return None


HOSTS = {"siliconflow.cn": "siliconflow", "siliconflow.com": "siliconflow"}
DIALECT = Dialect("siliconflow", "flat", recognise, CODES, PHRASES, keys=frozenset({"message"}), hosts=HOSTS)
