"""Amazon API Gateway: {message} or {Message}, with sentences of its own (gateway response types)."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

# Whole messages; docs.aws.amazon.com/apigateway, "gateway response types".
CODES = {
    "missing authentication token": Reason.ENDPOINT_NOT_FOUND,  # what it sends for an unknown route
    "limit exceeded": Reason.QUOTA_EXHAUSTED,
    "too many requests": Reason.RATE_LIMIT_GENERIC,
    "endpoint request timed out": Reason.UPSTREAM_TIMEOUT,
    "internal server error": Reason.INTERNAL_ERROR,
    "forbidden": Reason.ACCESS_DENIED,
    "unauthorized": Reason.AUTH_FAILED,
    "request entity too large": Reason.PAYLOAD_TOO_LARGE,
    "request too long": Reason.PAYLOAD_TOO_LARGE,
    "not found": Reason.ENDPOINT_NOT_FOUND,
    "service unavailable": Reason.SERVICE_UNAVAILABLE,
    "unsupported media type": Reason.INVALID_MEDIA,
    "invalid api key identifier specified": Reason.INVALID_API_KEY,
    "the incoming token has expired": Reason.EXPIRED_CREDENTIAL,
    "network error communicating with endpoint": Reason.UPSTREAM_CONNECT_ERROR,
    "invalid request body": Reason.BODY_VALIDATION,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"message": str(message)} | {"Message": str(message)} if len(body) == 1:
            word = fields.word(message).rstrip(".")
            known = word in CODES or "authorized to access this resource" in word
            return Evidence((word,), message) if known else None
    return None


DIALECT = Dialect("aws_api_gateway", "flat", recognise, CODES)
