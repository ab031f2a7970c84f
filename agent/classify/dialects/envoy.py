"""Envoy's local replies: plain text with fixed beginnings (response code details in its documentation)."""

from typing import Any

from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("no healthy upstream", Reason.NO_HEALTHY_UPSTREAM),
        ("reset reason overflow", Reason.CIRCUIT_BREAKER_OVERFLOW),
        ("reset reason * connection timeout", Reason.CONNECTION_TIMEOUT),
        ("reset reason * timeout", Reason.CONNECTION_TIMEOUT),
        ("downstream remote|local disconnect", Reason.CLIENT_CLOSED),
        ("upstream request timeout", Reason.UPSTREAM_TIMEOUT),
        ("^upstream reset", Reason.UPSTREAM_CONNECT_ERROR),
        ("upstream response|per try timeout", Reason.UPSTREAM_TIMEOUT),
        ("stream idle timeout", Reason.UPSTREAM_TIMEOUT),
        ("^overload", Reason.CIRCUIT_BREAKER_OVERFLOW),
        ("stream timeout", Reason.UPSTREAM_TIMEOUT),
        ("upstream connect error", Reason.UPSTREAM_CONNECT_ERROR),
        ("upstream max stream duration reached", Reason.UPSTREAM_TIMEOUT),
        ("upstream protocol error", Reason.UPSTREAM_CONNECT_ERROR),
        ("^local rate limited$", Reason.RATE_LIMIT_GENERIC),
        ("^rbac access denied", Reason.ACCESS_DENIED),
        ("^jwt is expired", Reason.EXPIRED_CREDENTIAL),
        ("^jwt is missing", Reason.MISSING_API_KEY),
        ("^jwt", Reason.INVALID_API_KEY),
    ]
)
STARTS = (
    "no healthy upstream",
    "upstream request timeout",
    "upstream connect error",
    "upstream max stream",
    "upstream protocol error",
    "stream timeout",
    # response code details
    "downstream_remote_disconnect",
    "downstream_local_disconnect",
    "upstream_reset_",
    "upstream_response_timeout",
    "upstream_per_try_timeout",
    "stream_idle_timeout",
    "overload_manager",
    "no_healthy_upstream",
    "local_rate_limited",
    "RBAC: access denied",
    "Jwt ",
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    if isinstance(body, str) and any(start in body[:200] for start in STARTS):
        return Evidence((), body)
    return None


DIALECT = Dialect("envoy", "text", recognise, phrases=PHRASES)
