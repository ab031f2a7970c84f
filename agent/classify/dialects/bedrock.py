"""Amazon Bedrock: {message}, the name in the header x-amzn-errortype, in __type, or "(XException)".

Source: docs.aws.amazon.com/bedrock, common errors of InvokeModel and Converse.
"""

import re
from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases, words_of
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

HEADER = "x-amzn-errortype"
_ID, _GATEWAY_ID = "x-amzn-requestid", "x-amz-apigw-id"
HEADERS = frozenset({HEADER, _ID, _GATEWAY_ID})

CODES = {
    "throttlingexception": Reason.RATE_LIMIT_GENERIC,
    "toomanyrequestsexception": Reason.RATE_LIMIT_GENERIC,
    "servicequotaexceededexception": Reason.RATE_LIMIT_GENERIC,
    "expiredtokenexception": Reason.EXPIRED_CREDENTIAL,
    "unrecognizedclientexception": Reason.INVALID_API_KEY,
    "invalidclienttokenid": Reason.INVALID_API_KEY,
    "invalidsignatureexception": Reason.AUTH_FAILED,
    "signaturedoesnotmatch": Reason.AUTH_FAILED,
    "incompletesignatureexception": Reason.AUTH_FAILED,
    "missingauthenticationtokenexception": Reason.MISSING_API_KEY,
    "accessdeniedexception": Reason.ACCESS_DENIED,
    "resourcenotfoundexception": Reason.RESOURCE_NOT_FOUND,
    "unknownoperationexception": Reason.ENDPOINT_NOT_FOUND,
    "validationexception": Reason.INVALID_REQUEST_GENERIC,
    "serializationexception": Reason.MALFORMED_JSON,
    "conflictexception": Reason.INVALID_STATE,
    "internalserverexception": Reason.INTERNAL_ERROR,
    "internalfailure": Reason.INTERNAL_ERROR,
    "serviceunavailableexception": Reason.SERVICE_UNAVAILABLE,
    "modelerrorexception": Reason.UPSTREAM_ERROR,
    "modelstreamerrorexception": Reason.UPSTREAM_ERROR,
    "modelnotreadyexception": Reason.MODEL_NOT_LOADED,
    "modeltimeoutexception": Reason.GENERATION_TIMEOUT,
}

# What each exception is sent with; SDKs print the name and not the status.
STATUSES = {
    "throttlingexception": 429,
    "toomanyrequestsexception": 429,
    "servicequotaexceededexception": 400,
    "accessdeniedexception": 403,
    "resourcenotfoundexception": 404,
    "validationexception": 400,
    "internalserverexception": 500,
    "serviceunavailableexception": 503,
    "modelerrorexception": 424,
    "modelnotreadyexception": 429,
    "modeltimeoutexception": 408,
}

PHRASES = Phrases(
    [
        ("too many tokens per day", Reason.TOKENS_PER_DAY),
        ("too many tokens", Reason.TOKENS_PER_MINUTE),
        ("too many requests", Reason.RATE_LIMIT_GENERIC),
        ("too many connections", Reason.CONCURRENCY_LIMIT),
        ("model identifier is invalid", Reason.MODEL_NOT_FOUND),
        ("on demand throughput is not supported", Reason.MODEL_NOT_SUPPORTED),
        ("not have access to the model", Reason.ACCESS_DENIED),
        ("security token included * expired", Reason.EXPIRED_CREDENTIAL),
        ("security token included * invalid", Reason.INVALID_API_KEY),
        ("end of its life", Reason.MODEL_DECOMMISSIONED),
        ("marked by provider as legacy", Reason.MODEL_DECOMMISSIONED),
        ("not support the * field", Reason.UNSUPPORTED_PARAMETER),
        ("not support the * content block", Reason.UNSUPPORTED_FEATURE),
        ("not support", Reason.UNSUPPORTED_FEATURE),
        ("field required", Reason.MISSING_FIELD),
        ("required key * not found", Reason.MISSING_FIELD),
        ("extraneous key", Reason.UNSUPPORTED_PARAMETER),
        ("extra inputs are not permitted", Reason.UNSUPPORTED_PARAMETER),
        ("invalid payment instrument", Reason.BILLING_PROBLEM),
        ("not authorized to perform", Reason.ACCESS_DENIED),
        ("bearer token has expired", Reason.EXPIRED_CREDENTIAL),
        ("use case details have not been submitted", Reason.ACCESS_DENIED),
        ("^operation not allowed$", Reason.ACCESS_DENIED),
        ("unable to process your request", Reason.SERVICE_UNAVAILABLE),
    ]
)

# Sentences that nobody else writes; for bodies that lost their headers.
OWN = Phrases(
    [
        ("model identifier is invalid", Reason.MODEL_NOT_FOUND),
        ("on demand throughput", Reason.MODEL_NOT_SUPPORTED),
        ("use case details", Reason.ACCESS_DENIED),
        ("security token included in the request", Reason.INVALID_API_KEY),
        ("too many tokens .. please wait", Reason.TOKENS_PER_MINUTE),
        ("too many requests please wait", Reason.RATE_LIMIT_GENERIC),
        ("bedrock is unable to process", Reason.SERVICE_UNAVAILABLE),
        ("access to the model with the specified model id", Reason.ACCESS_DENIED),
        ("returned the following errors", Reason.INVALID_REQUEST_GENERIC),
        ("content block that you provided", Reason.UNSUPPORTED_FEATURE),
        ("^operation not allowed$", Reason.ACCESS_DENIED),
        ("signature we calculated does not match", Reason.AUTH_FAILED),
        ("foundation model", Reason.ACCESS_DENIED),
    ]
)

_NAME = re.compile(r"\b([A-Z][A-Za-z]{2,48}Exception)\b")


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    name = response.headers.get(HEADER) or ""
    match body:
        case {"__type": str(kind), **rest}:
            return _evidence(rest, name or kind)
        case {"message": _, **rest} | {"Message": _, **rest} if name:
            return _evidence({**rest, "message": body.get("message") or body.get("Message")}, name)
        case {"message": str(message)} | {"Message": str(message)} if len(body) == 1 and _ours(
            message, response
        ):
            return _evidence({"message": message}, "")
    return None


def _ours(message: str, response: ApiResponse) -> bool:
    if _GATEWAY_ID in response.headers:
        return False
    return _ID in response.headers or OWN.match(words_of(message)) is not None


def _evidence(body: Mapping[Any, Any], name: str) -> Evidence:
    """Cut the name out of "ThrottlingException:http://internal.amazon.com/..." or "com.amazon#Name"."""
    name = name.partition(":")[0].rpartition("#")[2]
    message = fields.text(body.get("message")) or fields.text(body.get("Message"))
    return Evidence(fields.words(name), message)


def recognise_text(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, str):
        return None
    header = response.headers.get(HEADER)
    name = _NAME.search(body[:300])
    word = header.partition(":")[0].lower() if header else name.group(1).lower() if name else ""
    return Evidence((word,), body, STATUSES.get(word)) if word in CODES else None


DIALECT = Dialect("bedrock", "flat", recognise, CODES, PHRASES, "bedrock", headers=HEADERS)
TEXT = Dialect("bedrock", "text", recognise_text, CODES, PHRASES, "bedrock", headers=HEADERS)
