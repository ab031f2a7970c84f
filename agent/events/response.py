"""The value that the rest of the agent works on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

UNKNOWN = "unknown"
"""Stands for a provider or method that an event does not tell."""


FIRST_ERROR, FIRST_SERVER_ERROR = 400, 500
"""Statuses from which on a response is an error, and the fault of who answers."""

CLOSED_REQUEST = 499
"""nginx's status for a caller who left, which no client ever sees."""


class Ending(StrEnum):
    """How a call ended, where a gateway or a client says so in a word of its own beside the status.

    A gateway that breaks off in the middle of an answer has sent 200 already: only this tells that it failed.
    """

    CLIENT_CLOSED = "client_closed"
    UPSTREAM_TIMEOUT = "upstream_timeout"
    UPSTREAM_CLOSED = "upstream_closed"
    CONNECTION_FAILED = "connection_failed"
    NO_HEALTHY_UPSTREAM = "no_healthy_upstream"
    OVERFLOW = "overflow"
    RATE_LIMITED = "rate_limited"
    UNAUTHENTICATED = "unauthenticated"
    PERMISSION_DENIED = "permission_denied"
    NO_ROUTE = "no_route"
    INVALID_REQUEST = "invalid_request"
    UNAVAILABLE = "unavailable"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class ApiResponse:
    """One finished API call.

    Attributes:
        status: HTTP status code, 100-599; None when the event does not say.

        provider: Who answered, such as "openai"; "unknown" when the event does not say.

        method: HTTP method in upper case; "unknown" when the event does not say.

        path: Request path as sent by the client, not yet a label value.

        duration: Seconds from the first request byte to the last response byte.

        time_to_first_token: Seconds from the first request byte to the first piece of a streamed answer.

        timestamp: Unix seconds at which the response was sent.

        request_id: The provider's or gateway's id of the call.

        attributes: Sources of extra labels, such as model, tenant or region.

        headers: Response headers with lower-case names.

        body: The response body: parsed JSON, text, or None.

        ending: How the call ended, if somebody says so beside the status.

        attempts: HTTP statuses of the attempts before, which failed and stand in this one record; 0 where an
            attempt had none.
    """

    status: int | None = None
    provider: str = UNKNOWN
    method: str = UNKNOWN
    path: str = ""
    duration: float | None = None
    time_to_first_token: float | None = None
    timestamp: float | None = None
    request_id: str | None = None
    attributes: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: object = None
    ending: Ending | None = None
    attempts: tuple[int, ...] = ()
