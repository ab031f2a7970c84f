"""Google's errors as its SDKs print them: "[GoogleGenerativeAI Error]: ... [429 Too Many Requests] ..."."""

import re
from typing import Any

from agent.classify.dialects import google
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import LONGEST_MESSAGE
from agent.classify.unwrap import status_before
from agent.events.response import ApiResponse

MARKS = (
    "GoogleGenerativeAI",
    "generativelanguage.googleapis.com",
    "aiplatform.googleapis.com",
    "ai.google.dev",
)
PROVIDERS = frozenset({"gemini", "vertex", "google"})
_CALL = re.compile(r"Error fetching from \S{1,300}")  # what the SDK did, before what the server said
_NAMES = tuple(name.upper() for name in google.STATUSES if name not in {"internal", "unknown"})
_NAME = re.compile(rf"\b({'|'.join(_NAMES)})\b")


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, str):
        return None
    head = body[:2048]
    name = _NAME.search(head) if any(each in head for each in _NAMES) else None
    if name is None and response.provider not in PROVIDERS and not any(mark in body for mark in MARKS):
        return None
    words = ("limit: 0",) if google.ZERO.search(body) else ()
    if name:
        words = (*words, name.group(1).lower())
    status = status_before(body) or (google.STATUSES[name.group(1).lower()] if name else None)
    return Evidence(words, _CALL.sub("", body[:LONGEST_MESSAGE], count=1), status)


DIALECT = Dialect("google_text", "text", recognise, google.DIALECT.codes, google.PHRASES)
