"""The last resort for texts: "402 Insufficient Balance", "503 server is overloaded", a sentence."""

from typing import Any

from agent.classify.evidence import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.classify.unwrap import status_before
from agent.events.response import ApiResponse


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    if isinstance(body, str) and body:
        return Evidence((), body, status_before(body))
    return None


PHRASES = Phrases(
    [
        ("^not found$", Reason.ENDPOINT_NOT_FOUND),
        ("^404 not found$", Reason.ENDPOINT_NOT_FOUND),
        ("^404 page not found$", Reason.ENDPOINT_NOT_FOUND),
    ]
)

DIALECT = Dialect("text", "text", recognise, phrases=PHRASES)
