"""Kong: {message[, request_id of 32 hex]}; its sentences are fixed (kong/error_templates and plugins)."""

import re
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases, words_of
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("no route matched with those values", Reason.ENDPOINT_NOT_FOUND),
        ("no api key found in request", Reason.MISSING_API_KEY),
        ("api rate limit exceeded", Reason.RATE_LIMIT_GENERIC),
        ("rate limit exceeded", Reason.RATE_LIMIT_GENERIC),
        ("hmac signature * verified|match", Reason.AUTH_FAILED),
        ("invalid authentication credentials", Reason.INVALID_API_KEY),
        ("cannot consume this service", Reason.ACCESS_DENIED),
        ("ip address * not allowed", Reason.ACCESS_DENIED),
        ("failure to get a peer", Reason.NO_HEALTHY_UPSTREAM),
        ("no available target peer|hosts", Reason.NO_HEALTHY_UPSTREAM),
        ("invalid response was received from the upstream", Reason.BAD_GATEWAY),
        ("upstream server is timing out", Reason.UPSTREAM_TIMEOUT),
        ("upstream server is currently unavailable", Reason.SERVICE_UNAVAILABLE),
        ("request size limit exceeded", Reason.PAYLOAD_TOO_LARGE),
        ("name resolution failed", Reason.UPSTREAM_CONNECT_ERROR),
    ]
)
HEADERS = frozenset({"server", "via"})
_ID = re.compile(r"[0-9a-f]{32}")


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    match body:
        case {"message": str(message), "request_id": str(request_id)} if _ID.fullmatch(request_id):
            return Evidence((), message)
        case {"message": str(message)} if len(body) == 1 and (
            _kong(response) or PHRASES.match(words_of(message))
        ):
            return Evidence((), message)
    return None


def _kong(response: ApiResponse) -> bool:
    return any("kong" in fields.text(response.headers.get(name)) for name in HEADERS)


DIALECT = Dialect("kong", "flat", recognise, phrases=PHRASES, keys=frozenset({"message"}), headers=HEADERS)
