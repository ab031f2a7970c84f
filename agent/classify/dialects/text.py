"""The last resort for texts: "402 Insufficient Balance", "503 server is overloaded", a sentence.

A text may be what is left of an object: error_type=server_error, `code: 'x'` of an inspected object, the
tail `..."code":"rate_limit_exceeded"}` of a cut one. Its fields are read as words and hints.
"""

import re
from typing import Any

from agent.classify import exception_names
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.classify.unwrap import status_before
from agent.events.response import ApiResponse

_FIELD = re.compile(
    r"\b(?:error_?)?(?:code|type|kind|status|reason|name)[\"']?\s?[:=]\s?[\"']?([a-z][\w.-]{3,64})",
    re.IGNORECASE,
)
# upstream failed: [invalid_request_error] ...
_BRACKETED = re.compile(r"[\[(]([a-z]{3,32}(?:_[a-z]{2,32}){1,4})[\])]")
_WAIT = re.compile(
    r"\b(?:retry[-_]?after(?:_seconds)?|resets_in_seconds|estimated_time|retryDelay)[\"']?\s?[:=]\s?[\"']?"
    r"(\d{1,9}(?:\.\d{1,9})?(?:ms|s|m)?)\b",
    re.IGNORECASE,
)
_NAMES = ("code", "type", "kind", "status", "reason", "name")
_WAITS = ("retry", "resets_in_seconds", "estimated_time")
_SEARCHED, _MOST = 4096, 8


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, str) or not body:
        return None
    head = body[:_SEARCHED]
    status = status_before(body)
    lower = head.lower()
    words: tuple[str, ...] = ()
    if any(name in lower for name in _NAMES):
        words = tuple(_FIELD.findall(head)[:_MOST])
    if "_" in head:
        words = (*words, *_BRACKETED.findall(head)[:_MOST])
    named = exception_names.named_in(body)
    is_bare = status is None and response.status is None
    words = (*words, *(name for name in named if is_bare or exception_names.outranks_status(name)))
    wait = _WAIT.search(head) if any(name in lower for name in _WAITS) else None
    return Evidence(words, body, status, wait=wait.group(1) if wait else None)


PHRASES = Phrases(
    [
        ("^not found$", Reason.ENDPOINT_NOT_FOUND),
        ("^404 not found$", Reason.ENDPOINT_NOT_FOUND),
        ("^404 page not found$", Reason.ENDPOINT_NOT_FOUND),
    ]
)

DIALECT = Dialect("text", "text", recognise, phrases=PHRASES, speaks_for_all=True)
