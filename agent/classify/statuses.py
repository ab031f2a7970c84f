"""What an HTTP status says when the body says nothing: the table in docs/taxonomy.md."""

from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import FIRST_SERVER_ERROR

BY_STATUS: dict[int, Reason] = {
    400: Reason.INVALID_REQUEST_GENERIC,
    401: Reason.AUTH_FAILED,
    402: Reason.INSUFFICIENT_CREDITS,
    403: Reason.ACCESS_DENIED,
    404: Reason.RESOURCE_NOT_FOUND,
    405: Reason.METHOD_NOT_ALLOWED,
    408: Reason.GATEWAY_TIMEOUT,
    407: Reason.AUTH_FAILED,  # RFC 9110, Proxy Authentication Required
    410: Reason.RESOURCE_NOT_FOUND,  # RFC 9110, Gone
    413: Reason.PAYLOAD_TOO_LARGE,
    414: Reason.PAYLOAD_TOO_LARGE,  # RFC 9110, URI Too Long
    422: Reason.BODY_VALIDATION,
    423: Reason.INVALID_STATE,  # RFC 4918, Locked
    429: Reason.RATE_LIMIT_GENERIC,
    431: Reason.PAYLOAD_TOO_LARGE,  # RFC 6585, Request Header Fields Too Large
    432: Reason.QUOTA_EXHAUSTED,  # Tavily, the limit of the plan
    433: Reason.SPEND_LIMIT_REACHED,  # Tavily, the limit of paying as you go
    451: Reason.REGION_BLOCKED,  # RFC 7725, Unavailable For Legal Reasons
    456: Reason.QUOTA_EXHAUSTED,  # DeepL, Quota Exceeded
    460: Reason.CLIENT_CLOSED,  # AWS, Application Load Balancer: the client closed the connection
    499: Reason.CLIENT_CLOSED,  # nginx, Client Closed Request; others took it over
    500: Reason.INTERNAL_ERROR,
    501: Reason.UNSUPPORTED_FEATURE,  # RFC 9110, Not Implemented: the request asks for what is not there
    502: Reason.BAD_GATEWAY,
    503: Reason.SERVICE_UNAVAILABLE,
    504: Reason.GATEWAY_TIMEOUT,
    520: Reason.BAD_GATEWAY,
    521: Reason.UPSTREAM_CONNECT_ERROR,  # Cloudflare, Web Server Is Down
    522: Reason.CONNECTION_TIMEOUT,
    523: Reason.UPSTREAM_CONNECT_ERROR,  # Cloudflare, Origin Is Unreachable
    524: Reason.GATEWAY_TIMEOUT,
    525: Reason.UPSTREAM_CONNECT_ERROR,  # Cloudflare, SSL Handshake Failed
    526: Reason.UPSTREAM_CONNECT_ERROR,  # Cloudflare, Invalid SSL Certificate
    529: Reason.CAPACITY,
    598: Reason.GATEWAY_TIMEOUT,  # proxies, Network Read Timeout
    599: Reason.CONNECTION_TIMEOUT,  # proxies, Network Connect Timeout
}

# What these are about where not even a sentence tells: by RFC 9110 and 6585 the request is to be changed.
PRESUMED: dict[int | None, Reason] = {
    406: Reason.INVALID_REQUEST_GENERIC,  # Not Acceptable
    409: Reason.INVALID_STATE,  # Conflict
    411: Reason.INVALID_REQUEST_GENERIC,  # Length Required
    412: Reason.INVALID_STATE,  # Precondition Failed
    415: Reason.INVALID_MEDIA,  # Unsupported Media Type
    416: Reason.INVALID_VALUE,  # Range Not Satisfiable
    417: Reason.INVALID_REQUEST_GENERIC,  # Expectation Failed
    426: Reason.INVALID_REQUEST_GENERIC,  # Upgrade Required
    428: Reason.INVALID_STATE,  # Precondition Required
}


def reason_of(status: int | None) -> Reason | None:
    """Return the reason of an error *status*; None when it is no error or has no meaning of its own."""
    if status is None:
        return None
    if status in BY_STATUS:
        return BY_STATUS[status]
    return Reason.INTERNAL_ERROR if status >= FIRST_SERVER_ERROR else None


def presumed(status: int | None) -> Reason | None:
    """Return the reason of an error *status*, also of one that says little: for where nothing else speaks."""
    return reason_of(status) or PRESUMED.get(status)


def type_of(status: int | None) -> OutcomeType:
    """Return the type of an error *status*; unknown when the status does not say."""
    reason = presumed(status)
    return OutcomeType.UNKNOWN if reason is None else reason.types[0]
