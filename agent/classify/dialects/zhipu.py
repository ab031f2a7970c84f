"""Zhipu and Z.AI: {error: {code: "1302", message}}, four digits. Codes: docs.z.ai/api-reference/api-code."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "1000": Reason.AUTH_FAILED,
    "1001": Reason.MISSING_API_KEY,
    "1002": Reason.INVALID_API_KEY,
    "1003": Reason.EXPIRED_CREDENTIAL,
    "1004": Reason.AUTH_FAILED,
    "1100": Reason.ACCESS_DENIED,
    "1110": Reason.ACCESS_DENIED,
    "1111": Reason.ACCESS_DENIED,
    "1112": Reason.ACCESS_DENIED,
    "1113": Reason.INSUFFICIENT_CREDITS,
    "1120": Reason.ACCESS_DENIED,
    "1121": Reason.ACCESS_DENIED,
    "1200": Reason.INTERNAL_ERROR,
    "1210": Reason.INVALID_REQUEST_GENERIC,
    "1211": Reason.MODEL_NOT_FOUND,
    "1212": Reason.UNSUPPORTED_FEATURE,
    "1213": Reason.MISSING_FIELD,
    "1214": Reason.INVALID_VALUE,
    "1215": Reason.INVALID_VALUE,
    "1220": Reason.ACCESS_DENIED,
    "1221": Reason.MODEL_DECOMMISSIONED,
    "1222": Reason.ENDPOINT_NOT_FOUND,
    "1230": Reason.INTERNAL_ERROR,
    "1231": Reason.INVALID_STATE,
    "1234": Reason.INTERNAL_ERROR,
    "1261": Reason.CONTEXT_LENGTH_EXCEEDED,
    "1300": Reason.CONTENT_POLICY,
    "1301": Reason.CONTENT_POLICY,
    "1302": Reason.RATE_LIMIT_GENERIC,
    "1303": Reason.RATE_LIMIT_GENERIC,
    "1304": Reason.REQUESTS_PER_DAY,
    "1305": Reason.CAPACITY,
    "1308": Reason.SUBSCRIPTION_WINDOW,
    "1309": Reason.PAYMENT_OVERDUE,
    "1310": Reason.SUBSCRIPTION_WINDOW,
    "1311": Reason.ACCESS_DENIED,
    "1312": Reason.CAPACITY,
    "1313": Reason.RATE_LIMIT_GENERIC,
}

PHRASES = Phrases([("concurrency|concurrent", Reason.CONCURRENCY_LIMIT)])


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    error = fields.inner_object(body)
    code = error.get("code")
    if isinstance(code, str) and len(code) == 4 and code in CODES:  # noqa: PLR2004
        return Evidence((code,), fields.text(error.get("message")))
    return None


HOSTS = {"bigmodel.cn": "zhipu", "z.ai": "zhipu"}
DIALECT = Dialect(
    "zhipu", "nested", recognise, CODES, PHRASES, "zhipu", keys=frozenset({"code"}), hosts=HOSTS
)
