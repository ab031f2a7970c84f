"""Names of exceptions as evidence: "openai.RateLimitError: ...", "ReadTimeout", {name: "ForbiddenException"}.

An exception's name is weak: SDKs choose it by the status, and wrap one in another. In a text it is asked only
where no status speaks; as a field of a body it stands behind the vendor's own codes.
"""

import re
from collections.abc import Mapping

from agent.classify.taxonomy import OutcomeType, Reason

# Without Error or Exception at the end, in lower case and without underscores.
EXCEPTIONS: Mapping[str, Reason] = {
    "authentication": Reason.AUTH_FAILED,
    "unauthorized": Reason.AUTH_FAILED,
    "unauthenticated": Reason.AUTH_FAILED,
    "refresh": Reason.AUTH_FAILED,
    "oauth": Reason.AUTH_FAILED,
    "token": Reason.AUTH_FAILED,
    "nocredentials": Reason.MISSING_API_KEY,
    "loadapikey": Reason.MISSING_API_KEY,
    "missingapikey": Reason.MISSING_API_KEY,
    "expiredtoken": Reason.EXPIRED_CREDENTIAL,
    "invalidapikey": Reason.INVALID_API_KEY,
    "permission": Reason.ACCESS_DENIED,
    "authorization": Reason.ACCESS_DENIED,
    "authorizationrejected": Reason.ACCESS_DENIED,
    "authorizationdenied": Reason.ACCESS_DENIED,
    "notauthorized": Reason.ACCESS_DENIED,
    "permissiondenied": Reason.ACCESS_DENIED,
    "forbidden": Reason.ACCESS_DENIED,
    "accessdenied": Reason.ACCESS_DENIED,
    "notfound": Reason.RESOURCE_NOT_FOUND,
    "resourcenotfound": Reason.RESOURCE_NOT_FOUND,
    "modelnotfound": Reason.MODEL_NOT_FOUND,
    "resourcedoesnotexist": Reason.RESOURCE_NOT_FOUND,
    "nosuchentity": Reason.RESOURCE_NOT_FOUND,
    "nosuchmodel": Reason.MODEL_NOT_FOUND,
    "badrequest": Reason.INVALID_REQUEST_GENERIC,
    "invalidrequest": Reason.INVALID_REQUEST_GENERIC,
    "invalidargument": Reason.INVALID_REQUEST_GENERIC,
    "validation": Reason.INVALID_REQUEST_GENERIC,
    "invalidinput": Reason.INVALID_REQUEST_GENERIC,
    "invalidparameter": Reason.INVALID_VALUE,
    "invalidparametervalue": Reason.INVALID_VALUE,
    "missingparameter": Reason.MISSING_FIELD,
    "alreadyexists": Reason.INVALID_STATE,
    "resourcealreadyexists": Reason.INVALID_STATE,
    "resourceconflict": Reason.INVALID_STATE,
    "failedprecondition": Reason.INVALID_STATE,
    "unprocessableentity": Reason.BODY_VALIDATION,
    "unsupportedparams": Reason.UNSUPPORTED_PARAMETER,
    "conflict": Reason.INVALID_STATE,
    "contextwindowexceeded": Reason.CONTEXT_LENGTH_EXCEEDED,
    "contextlengthexceeded": Reason.CONTEXT_LENGTH_EXCEEDED,
    "contextoverflow": Reason.CONTEXT_LENGTH_EXCEEDED,
    "contentpolicyviolation": Reason.CONTENT_POLICY,
    "contentfilter": Reason.CONTENT_POLICY,
    "blockedprompt": Reason.CONTENT_POLICY,
    "contentblocked": Reason.CONTENT_POLICY,
    "payloadtoolarge": Reason.PAYLOAD_TOO_LARGE,
    "requesttoolarge": Reason.PAYLOAD_TOO_LARGE,
    "requestentitytoolarge": Reason.PAYLOAD_TOO_LARGE,
    "ratelimit": Reason.RATE_LIMIT_GENERIC,
    "ratelimited": Reason.RATE_LIMIT_GENERIC,
    "ratelimitexceeded": Reason.RATE_LIMIT_GENERIC,
    "toomanyrequests": Reason.RATE_LIMIT_GENERIC,
    "resourceexhausted": Reason.RATE_LIMIT_GENERIC,
    "requestlimitexceeded": Reason.RATE_LIMIT_GENERIC,
    "throttling": Reason.RATE_LIMIT_GENERIC,
    "throttled": Reason.RATE_LIMIT_GENERIC,
    "usagelimit": Reason.SUBSCRIPTION_WINDOW,
    "usagelimitreached": Reason.SUBSCRIPTION_WINDOW,
    "quotaexceeded": Reason.QUOTA_EXHAUSTED,
    "insufficientquota": Reason.QUOTA_EXHAUSTED,
    "outoffunds": Reason.INSUFFICIENT_CREDITS,
    "outofcredits": Reason.INSUFFICIENT_CREDITS,
    "accountoverdue": Reason.PAYMENT_OVERDUE,
    "arrearage": Reason.PAYMENT_OVERDUE,
    "paymentrequired": Reason.INSUFFICIENT_CREDITS,
    "insufficientfunds": Reason.INSUFFICIENT_CREDITS,
    "insufficientcredits": Reason.INSUFFICIENT_CREDITS,
    "insufficientbalance": Reason.INSUFFICIENT_CREDITS,
    "budgetexceeded": Reason.SPEND_LIMIT_REACHED,
    "overloaded": Reason.CAPACITY,
    "modeloverloaded": Reason.CAPACITY,
    "timeout": Reason.UPSTREAM_TIMEOUT,
    "requesttimeout": Reason.UPSTREAM_TIMEOUT,
    "readtimeout": Reason.UPSTREAM_TIMEOUT,
    "writetimeout": Reason.UPSTREAM_TIMEOUT,
    "pooltimeout": Reason.UPSTREAM_TIMEOUT,
    "deadlineexceeded": Reason.UPSTREAM_TIMEOUT,
    "gatewaytimeout": Reason.GATEWAY_TIMEOUT,
    "connecttimeout": Reason.CONNECTION_TIMEOUT,
    "connectiontimeout": Reason.CONNECTION_TIMEOUT,
    "connection": Reason.UPSTREAM_CONNECT_ERROR,
    "connect": Reason.UPSTREAM_CONNECT_ERROR,
    "connectionrefused": Reason.UPSTREAM_CONNECT_ERROR,
    "connectionreset": Reason.UPSTREAM_CONNECT_ERROR,
    "clientconnector": Reason.UPSTREAM_CONNECT_ERROR,
    "serverdisconnected": Reason.UPSTREAM_CONNECT_ERROR,
    "remoteprotocol": Reason.UPSTREAM_CONNECT_ERROR,
    "ssl": Reason.UPSTREAM_CONNECT_ERROR,
    "network": Reason.UPSTREAM_CONNECT_ERROR,
    "socket": Reason.UPSTREAM_CONNECT_ERROR,
    "unknownhost": Reason.UPSTREAM_CONNECT_ERROR,
    "clientpayload": Reason.UPSTREAM_CONNECT_ERROR,
    "chunkedencoding": Reason.UPSTREAM_CONNECT_ERROR,
    "maxretry": Reason.UPSTREAM_CONNECT_ERROR,
    "resourceaccess": Reason.UPSTREAM_CONNECT_ERROR,
    "sockettimeout": Reason.UPSTREAM_TIMEOUT,
    "httptimeout": Reason.UPSTREAM_TIMEOUT,
    "enginedead": Reason.INTERNAL_ERROR,
    "outofmemory": Reason.OUT_OF_MEMORY,
    "internalserver": Reason.INTERNAL_ERROR,
    "server": Reason.INTERNAL_ERROR,
    "badgateway": Reason.BAD_GATEWAY,
    "serviceunavailable": Reason.SERVICE_UNAVAILABLE,
    "modelerror": Reason.UPSTREAM_ERROR,
    "cancelled": Reason.CLIENT_CLOSED,
    "canceled": Reason.CLIENT_CLOSED,
    "requestcancelled": Reason.CLIENT_CLOSED,
    "operationcanceled": Reason.CLIENT_CLOSED,
    "taskcanceled": Reason.CLIENT_CLOSED,
    "abort": Reason.CLIENT_CLOSED,
    "useraborted": Reason.CLIENT_CLOSED,
    "userabort": Reason.CLIENT_CLOSED,
}

_NAME = re.compile(
    r"\b(?:[A-Z]{1,8}[a-z]{1,24}){2,6}(?!\w)"
)  # at least two humps: RateLimitError, ReadTimeout
_TWO_HUMPS = re.compile(r"[a-z][A-Z]")
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")
_ENDS = ("error", "exception")
_SEARCHED, _MOST = 600, 8


def reason_of(word: str) -> Reason | None:
    """Give the reason of an exception's name in lower case, such as "forbiddenexception"."""
    stem = word
    for end in _ENDS:
        stem = stem.removesuffix(end)
    return EXCEPTIONS.get(stem.replace("_", "")) if stem != word else None


def outranks_status(word: str) -> bool:
    """Say whether an exception is named after its cause: SDKs name none after a balance by the status."""
    reason = reason_of(word)
    return reason is not None and reason.types == (OutcomeType.INSUFFICIENT_BALANCE,)


def named_in(text: str) -> tuple[str, ...]:
    """List the exceptions that a text names at its beginning, in lower case and ending in "error"."""
    head = text[:_SEARCHED]
    if not _TWO_HUMPS.search(head):
        return ()
    stems = map(_stem, _NAME.findall(head))
    return tuple(f"{stem}error" for stem in stems if stem in EXCEPTIONS)[:_MOST]


def _stem(name: str) -> str:
    """Take the longest known end of a name, of two words at least: ProviderModelNotFound is ModelNotFound."""
    word = name.lower()
    for end in _ENDS:
        word = word.removesuffix(end)
    if word in EXCEPTIONS:
        return word
    humps = _HUMPS.split(name[: len(word)])
    ends = ("".join(humps[start:]).lower() for start in range(1, len(humps) - 1))
    return next((end for end in ends if end in EXCEPTIONS), word.removeprefix("openai").removeprefix("api"))
