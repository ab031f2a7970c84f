"""DashScope (Alibaba): {request_id, code: "A.B", message}; a failed task has its code under output.

Codes: help.aliyun.com model-studio.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "arrearage": Reason.PAYMENT_OVERDUE,
    "prepaidbilloverdue": Reason.PAYMENT_OVERDUE,
    "postpaidbilloverdue": Reason.PAYMENT_OVERDUE,
    "commoditynotpurchased": Reason.BILLING_PROBLEM,
    "allocationquota.freetieronly": Reason.QUOTA_EXHAUSTED,
    "throttling.allocationquota": Reason.TOKENS_PER_MINUTE,
    "throttling.burstrate": Reason.BURST_LIMIT,
    "throttling.ratequota": Reason.RATE_LIMIT_GENERIC,
    "throttling.user": Reason.RATE_LIMIT_GENERIC,
    "throttling": Reason.RATE_LIMIT_GENERIC,
    "limitrequests": Reason.RATE_LIMIT_GENERIC,
    "limit_requests": Reason.RATE_LIMIT_GENERIC,
    "limit_burst_rate": Reason.BURST_LIMIT,
    "requesttimeout": Reason.UPSTREAM_TIMEOUT,
    "responsetimeout": Reason.UPSTREAM_TIMEOUT,
    "internalerror.timeout": Reason.UPSTREAM_TIMEOUT,
    "internalerror.algo": Reason.INTERNAL_ERROR,
    "internalerror.fileupload": Reason.INTERNAL_ERROR,
    "internalerror": Reason.INTERNAL_ERROR,
    "systemerror": Reason.INTERNAL_ERROR,
    "modelserviceunavailable": Reason.SERVICE_UNAVAILABLE,
    "modelservingerror": Reason.CAPACITY,
    "modelunavailable": Reason.SERVICE_UNAVAILABLE,
    "modelnotfound": Reason.MODEL_NOT_FOUND,
    "model_not_found": Reason.MODEL_NOT_FOUND,
    "model_not_supported": Reason.MODEL_NOT_SUPPORTED,
    "modelnotsupported": Reason.MODEL_NOT_SUPPORTED,
    "invalidapikey": Reason.INVALID_API_KEY,
    "notauthorized": Reason.AUTH_FAILED,
    "accessdenied": Reason.ACCESS_DENIED,
    "accessdenied.unpurchased": Reason.ACCESS_DENIED,
    "model.accessdenied": Reason.ACCESS_DENIED,
    "workspace.accessdenied": Reason.ACCESS_DENIED,
    "access_denied": Reason.ACCESS_DENIED,
    "datainspectionfailed": Reason.CONTENT_POLICY,
    "data_inspection_failed": Reason.CONTENT_POLICY,
    "ipinfringementsuspect": Reason.CONTENT_POLICY,
    "faqrulesblocked": Reason.CONTENT_POLICY,
    "customroleblocked": Reason.CONTENT_POLICY,
    "invalidurl": Reason.INVALID_VALUE,
    "invalidurl.connectionrefused": Reason.MEDIA_FETCH_FAILED,
    "invalidurl.timeout": Reason.MEDIA_FETCH_FAILED,
    "invalidparameter.dataimport": Reason.INVALID_VALUE,
    "invalidparameter": Reason.INVALID_REQUEST_GENERIC,
    "invalid_parameter_error": Reason.INVALID_REQUEST_GENERIC,
    "badrequest.emptyinput": Reason.MISSING_FIELD,
    "badrequest.emptyparameters": Reason.MISSING_FIELD,
    "badrequest.emptymodel": Reason.MISSING_FIELD,
    "badrequest.toolarge": Reason.PAYLOAD_TOO_LARGE,
    "invalidfile": Reason.INVALID_MEDIA,
    "invalidimage.fileformat": Reason.INVALID_MEDIA,
    "invalidimage.imagesize": Reason.INVALID_MEDIA,
    "unsupportedfiletype": Reason.INVALID_MEDIA,
    "unsupportedoperation": Reason.UNSUPPORTED_FEATURE,
    "conflict": Reason.INVALID_STATE,
}

PHRASES = Phrases(
    [
        ("range of input length should be", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("required parameter~ missing", Reason.MISSING_FIELD),
        ("good standing", Reason.PAYMENT_OVERDUE),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"output": {"task_status": "FAILED" | "UNKNOWN" | "CANCELED", "code": code, **output}}:
            return _evidence(code, output.get("message"))
        case {"code": str(code), "message": message, **rest} if code and _theirs(code, rest):
            return _evidence(code, message)
    return None


def _theirs(code: str, rest: Mapping[Any, Any]) -> bool:
    return not {"error", "type", "param", "metadata", "statusCode"} & rest.keys() and (
        code.lower() in CODES or ("request_id" in rest and code[:1].isupper())
    )


def _evidence(code: object, message: object) -> Evidence:
    """Give the code, and the part before its dot: "Throttling.NewKind" is a Throttling still."""
    whole = fields.word(code)
    head = whole.partition(".")[0]
    return Evidence((whole, head) if head != whole else (whole,), fields.text(message))


def recognise_nested(body: Any, _response: ApiResponse) -> Evidence | None:
    """Its OpenAI-compatible endpoint: the same codes inside {error: {...}}, beside an id or request_id."""
    error = fields.inner_object(body)
    code = error.get("code")
    if not isinstance(code, str) or code.lower() not in CODES:
        return None
    if code.lower() in _SHARED and error.get("type") != code:
        return None
    return _evidence(code, error.get("message"))


# Codes that others use too; DashScope repeats them as the type.
_SHARED = frozenset(
    {
        "access_denied",
        "accessdenied",
        "conflict",
        "datainspectionfailed",
        "internalerror",
        "invalidapikey",
        "model_not_found",
        "model_not_supported",
        "modelnotfound",
        "requesttimeout",
    }
)

HOSTS = {"dashscope.aliyuncs.com": "dashscope", "dashscope-intl.aliyuncs.com": "dashscope"}
DIALECT = Dialect("dashscope", "flat", recognise, CODES, PHRASES, "dashscope", hosts=HOSTS)
NESTED = Dialect("dashscope", "nested", recognise_nested, CODES, PHRASES, keys=frozenset({"code"}))
