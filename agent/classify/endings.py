"""What it means how a call ended, where a gateway or a client says so beside the status and the body."""

from collections.abc import Mapping

from agent.classify import statuses
from agent.classify.decide import Decision
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import FIRST_ERROR, Ending

REASONS: Mapping[Ending, Reason] = {
    Ending.CLIENT_CLOSED: Reason.CLIENT_CLOSED,
    Ending.UPSTREAM_TIMEOUT: Reason.UPSTREAM_TIMEOUT,
    Ending.UPSTREAM_CLOSED: Reason.UPSTREAM_CONNECT_ERROR,
    Ending.CONNECTION_FAILED: Reason.UPSTREAM_CONNECT_ERROR,
    Ending.NO_HEALTHY_UPSTREAM: Reason.NO_HEALTHY_UPSTREAM,
    Ending.OVERFLOW: Reason.CIRCUIT_BREAKER_OVERFLOW,
    Ending.RATE_LIMITED: Reason.RATE_LIMIT_GENERIC,
    Ending.UNAUTHENTICATED: Reason.AUTH_FAILED,
    Ending.PERMISSION_DENIED: Reason.ACCESS_DENIED,
    Ending.NO_ROUTE: Reason.ENDPOINT_NOT_FOUND,
    Ending.INVALID_REQUEST: Reason.INVALID_REQUEST_GENERIC,
    Ending.UNAVAILABLE: Reason.SERVICE_UNAVAILABLE,
    Ending.FAILED: Reason.INTERNAL_ERROR,
}

_VAGUE = frozenset({Ending.UNAVAILABLE, Ending.FAILED})
_THEIR_OWN_WORDS = frozenset({"code", "phrase"})
_GENERAL = frozenset({OutcomeType.API, OutcomeType.UNKNOWN})


def decide(found: Decision, ending: Ending | None, status: int | None) -> Decision:
    """Give the decision by *ending*, where it says more than what was *found* in the body and the status."""
    if ending is None or found.kind in _THEIR_OWN_WORDS or not _says_more(ending, status):
        return found
    return Decision(REASONS[ending], "ending", ending.value)


def _says_more(ending: Ending, status: int | None) -> bool:
    """Compare with the status alone: one that names its own cause is not contradicted, only made finer."""
    if status is None or status < FIRST_ERROR:
        return True
    by_status, by_ending = statuses.type_of(status), REASONS[ending].types[0]
    if ending in _VAGUE or ending is Ending.CLIENT_CLOSED:
        return statuses.reason_of(status) in {None, REASONS[ending]}
    return by_status is by_ending or by_status in _GENERAL
