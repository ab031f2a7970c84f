"""Volcengine Ark: {error: {code: "ModelNotOpen", message, param, type}}, also ResponseMetadata.Error.

Its speech services answer {code: 3001, message} or {resp: {code: 1000, message}} under HTTP 200.
Codes: volcengine.com/docs/82379 (Ark) and /6561 (speech), error codes.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "modelnotopen": Reason.SERVICE_DISABLED,
    "servicenotopen": Reason.SERVICE_DISABLED,
    "invalidsubscription": Reason.QUOTA_EXHAUSTED,
    "accountoverdueerror": Reason.PAYMENT_OVERDUE,
    "serviceoverdue": Reason.PAYMENT_OVERDUE,
    "setlimitexceeded": Reason.SPEND_LIMIT_REACHED,  # the limit that the owner of the account set
    "quotaexceeded": Reason.QUOTA_EXHAUSTED,
    "serveroverloaded": Reason.CAPACITY,
    "modelloadingerror": Reason.MODEL_NOT_LOADED,
    "inflightbatchsizeexceeded": Reason.CONCURRENCY_LIMIT,
    "requestbursttoofast": Reason.BURST_LIMIT,
    "accountratelimitexceeded": Reason.RATE_LIMIT_GENERIC,
    "ratelimitexceeded.endpointrpmexceeded": Reason.REQUESTS_PER_MINUTE,
    "ratelimitexceeded.endpointtpmexceeded": Reason.TOKENS_PER_MINUTE,
    "ratelimitexceeded.foundationmodelrpmexceeded": Reason.REQUESTS_PER_MINUTE,
    "ratelimitexceeded.foundationmodeltpmexceeded": Reason.TOKENS_PER_MINUTE,
    "modelaccountrpmratelimitexceeded": Reason.REQUESTS_PER_MINUTE,
    "modelaccounttpmratelimitexceeded": Reason.TOKENS_PER_MINUTE,
    "modelaccountipmratelimitexceeded": Reason.RATE_LIMIT_GENERIC,
    "apiaccountrpmratelimitexceeded": Reason.REQUESTS_PER_MINUTE,
    "invalidendpointormodel.notfound": Reason.MODEL_NOT_FOUND,
    "invalidendpointormodel.modelidaccessdisabled": Reason.ACCESS_DENIED,
    "invalidendpoint.closedendpoint": Reason.INVALID_STATE,
    "unsupportedmodel": Reason.MODEL_NOT_SUPPORTED,
    "outofcontexterror": Reason.CONTEXT_LENGTH_EXCEEDED,
    "sensitivecontentdetected": Reason.CONTENT_POLICY,
    "inputtextsensitivecontentdetected": Reason.CONTENT_POLICY,
    "inputimagesensitivecontentdetected": Reason.CONTENT_POLICY,
    "outputtextsensitivecontentdetected": Reason.CONTENT_POLICY,
    "outputimagesensitivecontentdetected": Reason.CONTENT_POLICY,
    "outputvideosensitivecontentdetected": Reason.CONTENT_POLICY,
    "missingparameter": Reason.MISSING_FIELD,
    "invalidparameter.oversizedimage": Reason.INVALID_MEDIA,
    "invalidparameter": Reason.INVALID_REQUEST_GENERIC,
    "invalidimageurl.emptyurl": Reason.MISSING_FIELD,
    "invalidimageurl.invalidformat": Reason.INVALID_MEDIA,
    "authenticationerror": Reason.AUTH_FAILED,
    "signaturedoesnotmatch": Reason.AUTH_FAILED,
    "invalidaccountstatus": Reason.ACCESS_DENIED,
    "operationdenied.serviceoverdue": Reason.PAYMENT_OVERDUE,
    "operationdenied.servicenotopen": Reason.SERVICE_DISABLED,
    "internalserviceerror": Reason.INTERNAL_ERROR,
    # speech
    "3001": Reason.INVALID_REQUEST_GENERIC,
    "3003": Reason.CONCURRENCY_LIMIT,
    "3005": Reason.CAPACITY,
    "3006": Reason.INVALID_STATE,
    "3010": Reason.INVALID_VALUE,
    "3011": Reason.INVALID_VALUE,
    "3030": Reason.UPSTREAM_TIMEOUT,
    "3031": Reason.INTERNAL_ERROR,
    "3032": Reason.UPSTREAM_TIMEOUT,
    "3040": Reason.UPSTREAM_CONNECT_ERROR,
    "3050": Reason.RESOURCE_NOT_FOUND,
}
_HEADS = (
    "sensitivecontentdetected",
    "ratelimitexceeded",
    "quotaexceeded",
    "invalidparameter",
    "missingparameter",
)

PHRASES = Phrases(
    [
        ("not activated the model", Reason.SERVICE_DISABLED),
        ("reached the set .. limit", Reason.SPEND_LIMIT_REACHED),
        ("safe experience mode", Reason.SPEND_LIMIT_REACHED),
        ("quota exceeded * concurrency", Reason.CONCURRENCY_LIMIT),
        ("quota exceeded * lifetime", Reason.QUOTA_EXHAUSTED),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": {"code": str(code), "message": message}} if _is_ours(code):
            return _evidence(code, message)
        case {"ResponseMetadata": {"Error": {"Code": code, "Message": message}}}:
            return _evidence(code, message)
        case {"reqid": str(), "code": int(code), "message": message} if code != _SPOKEN:
            return _evidence(code, message)
    return None


_SPOKEN = 3000  # speech: success


def _is_ours(code: str) -> bool:
    word = code.lower()
    return word in CODES or word.partition(".")[0] in _HEADS


def _evidence(code: object, message: object) -> Evidence:
    """Give the code, and the part before its dot: a new kind of RateLimitExceeded is one still."""
    word = fields.word(code)
    return Evidence(fields.words(code, word.partition(".")[0]), fields.text(message))


HOSTS = {
    "volces.com": "volcengine",
    "volcengineapi.com": "volcengine",
    "openspeech.bytedance.com": "volcengine",
    "bytepluses.com": "volcengine",
}
NAMES = frozenset({"ark", "doubao", "bytedance", "byteplus"})
NESTED = Dialect(
    "volcengine",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "volcengine",
    NAMES,
    keys=frozenset({"code", "message"}),
    hosts=HOSTS,
)
DIALECT = Dialect(
    "volcengine", "flat", recognise, CODES, PHRASES, "volcengine", keys=frozenset({"ResponseMetadata"})
)
SPEECH = Dialect(
    "volcengine",
    "flat",
    recognise,
    CODES,
    PHRASES,
    "volcengine",
    keys=frozenset({"reqid", "code"}),
    numbers=frozenset({str(_SPOKEN)}),
)
