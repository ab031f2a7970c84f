"""Baidu Qianfan: {error_code: 18, error_msg, log_id} under HTTP 200; {error: {code, message}} of V2.

Codes: cloud.baidu.com/doc/WENXINWORKSHOP and /doc/qianfan, error codes.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "1": Reason.INTERNAL_ERROR,
    "2": Reason.SERVICE_UNAVAILABLE,
    "3": Reason.ENDPOINT_NOT_FOUND,
    "4": Reason.RATE_LIMIT_GENERIC,
    "6": Reason.ACCESS_DENIED,
    "13": Reason.AUTH_FAILED,
    "14": Reason.AUTH_FAILED,
    "15": Reason.INVALID_API_KEY,
    "17": Reason.REQUESTS_PER_DAY,
    "18": Reason.REQUESTS_PER_SECOND,
    "19": Reason.QUOTA_EXHAUSTED,
    "100": Reason.INVALID_API_KEY,
    "110": Reason.INVALID_API_KEY,
    "111": Reason.EXPIRED_CREDENTIAL,
    "336000": Reason.INTERNAL_ERROR,
    "336001": Reason.INVALID_REQUEST_GENERIC,
    "336002": Reason.MALFORMED_JSON,
    "336003": Reason.INVALID_VALUE,
    "336004": Reason.INVALID_MEDIA,
    "336005": Reason.INVALID_MEDIA,
    "336006": Reason.INVALID_VALUE,
    "336007": Reason.CONTEXT_LENGTH_EXCEEDED,
    "336100": Reason.CAPACITY,
    "336101": Reason.INTERNAL_ERROR,
    "336102": Reason.ACCESS_DENIED,
    "336103": Reason.CONTEXT_LENGTH_EXCEEDED,
    "336104": Reason.CONTEXT_LENGTH_EXCEEDED,
    "336105": Reason.INVALID_VALUE,
    "336106": Reason.INVALID_VALUE,
    "336200": Reason.INTERNAL_ERROR,
    "336303": Reason.INVALID_VALUE,
    "336500": Reason.RATE_LIMIT_GENERIC,
    "336501": Reason.REQUESTS_PER_MINUTE,
    "336502": Reason.TOKENS_PER_MINUTE,
    # V2
    "invalid_iam_token": Reason.INVALID_API_KEY,
    "invalid_appid": Reason.INVALID_API_KEY,
    "no_parameter": Reason.MISSING_FIELD,
    "malformed_json": Reason.MALFORMED_JSON,
    "invalid_model": Reason.MODEL_NOT_FOUND,
    "rpm_rate_limit_exceeded": Reason.REQUESTS_PER_MINUTE,
    "tpm_rate_limit_exceeded": Reason.TOKENS_PER_MINUTE,
    "preemptible_limit_exceeded": Reason.CAPACITY,
    "user_rate_limit_exceeded": Reason.RATE_LIMIT_GENERIC,
    "cluster_rate_limit_exceeded": Reason.CAPACITY,
    "account_overdue": Reason.PAYMENT_OVERDUE,
    "coding_plan_model_not_supported": Reason.ACCESS_DENIED,
    "access_denied_unverified": Reason.ACCESS_DENIED,
    "system_unsafe": Reason.CONTENT_POLICY,
    "user_setting_unsafe": Reason.CONTENT_POLICY,
    "function_call_unsafe": Reason.CONTENT_POLICY,
    "dispatch_internal_error": Reason.INTERNAL_ERROR,
}
_OURS = frozenset(code for code in CODES if "_" in code and code not in {"invalid_model", "malformed_json"})

PHRASES = Phrases(
    [
        ("daily request limit", Reason.REQUESTS_PER_DAY),
        ("qps request limit", Reason.REQUESTS_PER_SECOND),
        ("total request limit", Reason.QUOTA_EXHAUSTED),
        ("unsupported openapi method", Reason.ENDPOINT_NOT_FOUND),
        ("no permission to access", Reason.ACCESS_DENIED),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error_code": int(code), "error_msg": message} if code:
            return Evidence(fields.words(code), fields.text(message))
        case {"error": {"code": str(code), "message": message}} if code.lower() in _OURS:
            return Evidence(fields.words(code), fields.text(message))
    return None


HOSTS = {"baidubce.com": "baidu"}
NAMES = frozenset({"qianfan", "wenxin", "ernie", "baidubce"})
NESTED = Dialect(
    "baidu",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "baidu",
    NAMES,
    keys=frozenset({"code", "message"}),
    hosts=HOSTS,
)
DIALECT = Dialect(
    "baidu", "flat", recognise, CODES, PHRASES, "baidu", NAMES, keys=frozenset({"error_code", "error_msg"})
)
