"""OpenCode and its gateway Zen: {type: "error", error: {type: "CreditsError", message}}.

The client writes {name: "APIError", data: {message, statusCode, responseBody}}.
Names: the error classes of its gateway's source, packages/console/app/src/routes/zen.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "autherror": Reason.AUTH_FAILED,
    "creditserror": Reason.INSUFFICIENT_CREDITS,
    "monthlylimiterror": Reason.SPEND_LIMIT_REACHED,
    "userlimiterror": Reason.SPEND_LIMIT_REACHED,
    "freeusagelimiterror": Reason.FREE_TIER_LIMIT,
    "subscriptionusagelimiterror": Reason.SUBSCRIPTION_WINDOW,
    "gousagelimiterror": Reason.SUBSCRIPTION_WINDOW,
    "modelerror": Reason.MODEL_NOT_SUPPORTED,
    "ratelimiterror": Reason.RATE_LIMIT_GENERIC,
    # the client
    "providerautherror": Reason.AUTH_FAILED,
    "messageoutputlengtherror": Reason.INVALID_VALUE,
    "messageabortederror": Reason.CLIENT_CLOSED,
    "contextoverflowerror": Reason.CONTEXT_LENGTH_EXCEEDED,
    "apierror": Reason.INTERNAL_ERROR,
    "unknownerror": Reason.INTERNAL_ERROR,
}
_GATEWAY = frozenset(list(CODES)[: list(CODES).index("providerautherror")])


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"type": "error", "error": {"type": str(kind), "message": str(message), **error}} if (
            kind.lower() in _GATEWAY
        ):
            return Evidence((kind,), message, wait=fields.wait(error))
        case {"name": str(name), "data": {"message": str(message), **data}} if name.lower() in CODES:
            return Evidence(
                (name,), message, fields.status(data.get("statusCode")), inner=data.get("responseBody")
            )
    return None


HOSTS = {"opencode.ai": "opencode"}
NESTED = Dialect(
    "opencode",
    "nested",
    recognise,
    CODES,
    provider="opencode",
    keys=frozenset({"type", "message"}),
    hosts=HOSTS,
)
DIALECT = Dialect("opencode", "flat", recognise, CODES, keys=frozenset({"name", "data"}))
