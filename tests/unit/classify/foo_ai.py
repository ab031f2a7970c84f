"""Foo AI: {verdict: {grade: "bad", cause: {no: "E-1007", why}}, hold: "12s"}, also under HTTP 200.

A vendor that there is not, written as a contributor would write it: test_contributing puts this file into a
copy of the agent.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence, LimitField
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {"e-1007": Reason.CAPACITY, "e-2001": Reason.INVALID_API_KEY}
PHRASES = Phrases(
    [
        ("豆子 .. 用完", Reason.INSUFFICIENT_CREDITS),  # beans are what Foo AI is paid in
        ("out of beans", Reason.INSUFFICIENT_CREDITS),
    ]
)
HOSTS = {"foo-ai.example": "foo"}
LIMITS: Mapping[str, tuple[str, LimitField]] = {"x-foo-calls-left": ("requests_per_day", "remaining")}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"verdict": {"cause": {"no": code, "why": str(message)}}, **more}:
            return Evidence(fields.words(code), message, wait=more.get("hold"))
    return None


def states_error(body: Mapping[Any, Any]) -> bool:
    return fields.mapping(body.get("verdict")).get("grade") == "bad"


DIALECT = Dialect(
    "foo_ai",
    "flat",
    recognise,
    CODES,
    PHRASES,
    "foo",
    states_error=states_error,
    keys=frozenset({"verdict"}),
    hosts=HOSTS,
    limits=LIMITS,
)
