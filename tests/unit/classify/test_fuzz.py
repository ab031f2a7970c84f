"""Whatever comes, there is an outcome of the closed sets."""

import json
import math
import os
from typing import Any

import orjson
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from agent.classify import Outcome, OutcomeType, Reason, classify, explain
from agent.classify.limits import RESOURCES
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import own

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")), deadline=None)
BODIES = [body.response.body for body in own()]
WORDS = [
    "error",
    "type",
    "code",
    "message",
    "status",
    "detail",
    "metadata",
    "raw",
    "choices",
    "output",
    "details",
    "errors",
    "base_resp",
    "promptFeedback",
    "response",
    "object",
    "param",
    "retry_after",
    "title",
    "@type",
    "statusCode",
    "requestId",
    "path",
    "rate_limit",
    "success",
    "innererror",
    "request_id",
    "id",
    "cloudflare_error",
    "task_status",
    "blockReason",
    "status_code",
    "reason",
    "violations",
    "quotaId",
    "innererror",
]

scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=30) | st.sampled_from(WORDS)
)
values = st.recursive(
    scalars,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.sampled_from(WORDS), inner, max_size=6),
    max_leaves=20,
)
statuses = st.none() | st.integers(100, 599)
headers = st.dictionaries(
    st.sampled_from(["retry-after", "retry-after-ms", "date", "x-amzn-errortype", "ratelimit", "server",
                     "ratelimit-policy", "x-ratelimit-used-5h",
                     "x-ratelimit-reset-requests", "x-ratelimit-limit", "anthropic-ratelimit-tokens-reset"]),
    st.text(max_size=40) | st.sampled_from(["12", "1e400", "6m0s", "-1", "99999999999999999999", "nan"]),
)  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """One of our bodies with a piece cut out, doubled, or replaced."""
    text = str(draw(st.sampled_from(BODIES)))
    start, length = draw(st.integers(0, len(text))), draw(st.integers(0, 40))
    piece = draw(
        st.sampled_from(["", text[start : start + length] * 2, "{", '"', "\\", "\n", "\ufeff", "'", "]"])
    )
    return text[:start] + piece + text[start + length :]


def sound(outcome: Outcome) -> None:
    assert isinstance(outcome.type, OutcomeType)
    assert isinstance(outcome.reason, Reason)
    assert outcome.type in outcome.reason.types
    assert outcome.retry_after is None or 0 <= outcome.retry_after < math.inf
    for reading in outcome.rate_limits:
        assert reading.resource in RESOURCES
        assert all(number is None or math.isfinite(number) for number in (*reading[1:4], reading.utilization))


def check(status: int | None, body: Any, some: dict[str, str], now: float | None = 1e9) -> None:
    response = ApiResponse(status=status, body=body, headers=some)
    outcome = classify(response, now)
    sound(outcome)
    assert explain(response, now).outcome == outcome


@EXAMPLES
@given(statuses, values, headers)
def test_any_value_has_an_outcome(status: int | None, body: object, some: dict[str, str]) -> None:
    check(status, body, some)


@EXAMPLES
@given(statuses, st.text() | st.binary(), headers)
def test_any_text_and_any_bytes_have_an_outcome(
    status: int | None, body: object, some: dict[str, str]
) -> None:
    check(status, body, some)


@EXAMPLES
@given(statuses, mutated(), headers)
def test_any_mutation_of_an_error_has_an_outcome(status: int | None, body: str, some: dict[str, str]) -> None:
    check(status, body, some)


@EXAMPLES
@given(statuses, values.filter(lambda it: isinstance(it, dict | list)))
def test_a_value_means_the_same_as_its_text(status: int | None, body: object) -> None:
    assume(_finite(body))
    of_value, of_text = (
        classify(ApiResponse(status=status, body=it, headers={}), None) for it in (body, json.dumps(body))
    )

    assert of_text == of_value


def _finite(body: object) -> bool:
    try:
        json.dumps(body, allow_nan=False)
    except ValueError:
        return False
    return True


def test_the_deepest_body_that_parses_has_an_outcome() -> None:
    for opening, closing in ("[", "]"), ('{"error":', "}"), ('{"message":', "}"):
        text = opening * 1000 + "1" + closing * 1000
        check(500, text, {})
        check(200, text, {})
        check(None, orjson.loads(text), {})
