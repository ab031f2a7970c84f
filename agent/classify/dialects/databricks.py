"""Databricks model serving: {error_code: "REQUEST_LIMIT_EXCEEDED", message}.

Codes: docs.databricks.com/api, error codes of its REST API.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "bad_request": Reason.INVALID_REQUEST_GENERIC,
    "invalid_parameter_value": Reason.INVALID_VALUE,
    "malformed_request": Reason.MALFORMED_JSON,
    "invalid_state": Reason.INVALID_STATE,
    "permission_denied": Reason.ACCESS_DENIED,
    "unauthenticated": Reason.AUTH_FAILED,
    "customer_unauthorized": Reason.AUTH_FAILED,
    "feature_disabled": Reason.SERVICE_DISABLED,
    "resource_does_not_exist": Reason.RESOURCE_NOT_FOUND,
    "endpoint_not_found": Reason.ENDPOINT_NOT_FOUND,
    "not_found": Reason.RESOURCE_NOT_FOUND,
    "resource_already_exists": Reason.INVALID_STATE,
    "resource_conflict": Reason.INVALID_STATE,
    "request_limit_exceeded": Reason.RATE_LIMIT_GENERIC,
    "resource_limit_exceeded": Reason.RATE_LIMIT_GENERIC,
    "resource_exhausted": Reason.RATE_LIMIT_GENERIC,
    "quota_exceeded": Reason.QUOTA_EXHAUSTED,
    "max_content_size_exceeded": Reason.PAYLOAD_TOO_LARGE,
    "temporarily_unavailable": Reason.SERVICE_UNAVAILABLE,
    "deadline_exceeded": Reason.UPSTREAM_TIMEOUT,
    "internal_error": Reason.INTERNAL_ERROR,
    "not_implemented": Reason.UNSUPPORTED_FEATURE,
    "io_error": Reason.INTERNAL_ERROR,
}

PHRASES = Phrases(
    [
        ("rate limit of 0", Reason.SERVICE_DISABLED),
        ("scaled to zero|starting", Reason.MODEL_NOT_LOADED),
        ("invalid access token", Reason.INVALID_API_KEY),
        ("credential was not sent", Reason.MISSING_API_KEY),
        ("input tokens per minute", Reason.TOKENS_PER_MINUTE),
        ("output tokens per minute", Reason.TOKENS_PER_MINUTE),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error_code": str(code), "message": str(message)} if code.isupper():
            return Evidence(fields.words(code), message, wait=fields.wait(body))
    return None


HOSTS = {
    "cloud.databricks.com": "databricks",
    "gcp.databricks.com": "databricks",
    "azuredatabricks.net": "databricks",
}
DIALECT = Dialect(
    "databricks", "flat", recognise, CODES, PHRASES, keys=frozenset({"error_code", "message"}), hosts=HOSTS
)
