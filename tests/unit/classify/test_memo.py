"""Bodies repeat: what was found out about one is remembered, and nobody notices but by the clock."""

import os
from dataclasses import replace
from statistics import quantiles

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.classify import classify, explain
from agent.classify.dialects import DIALECTS, recognition
from agent.classify.memo import Memo
from agent.events.response import ApiResponse, Ending
from tests.unit.classify.bodies import corpus, own
from tests.unit.classify.calls import calls

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")), deadline=None)
HOMES = ("minimax", "openai")
NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # is NOW


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with nothing remembered."""
    monkeypatch.setattr(recognition, "REGISTRY", recognition.Registry(DIALECTS))


def parsed(body: object) -> object:
    """A body as the events hand it over: an object, or a text that is none."""
    try:
        value = orjson.loads(str(body))
    except orjson.JSONDecodeError:
        return body
    return value if isinstance(value, dict) else body


def real() -> list[ApiResponse]:
    """Errors as they came: our own, and those of the corpus where it is at hand."""
    bodies = (each.response for each in (*own(), *corpus()))
    return [replace(each, body=parsed(each.body)) for each in bodies if (each.status or 0) >= 400]


REAL = real()
statuses = st.none() | st.sampled_from([200, 400, 401, 402, 404, 429, 500, 503, 529])
providers = st.sampled_from(
    ["unknown", "openai", "gemini", "minimax", "zhipu", "baidu", "coze", "huggingface"]
)
headers = st.fixed_dictionaries(
    {},
    optional={
        "date": st.just(DATE),
        "retry-after": st.sampled_from(["0", "12", "Tue, 14 Nov 2023 22:14:20 GMT"]),
        "server": st.sampled_from(["kong/3.4", "nginx"]),
        "x-amzn-errortype": st.sampled_from(["ThrottlingException", "ValidationException"]),
        "x-amzn-requestid": st.sampled_from(["one", "another"]),
        "x-ratelimit-remaining-requests": st.sampled_from(["0", "7"]),
        "x-ratelimit-reset-requests": st.just("6m0s"),
    },
)


@EXAMPLES
@given(st.data())
def test_what_is_remembered_is_what_would_be_found_anew(data: st.DataObject) -> None:
    body = data.draw(st.sampled_from(REAL)).body
    for _ in range(3):
        response = ApiResponse(
            data.draw(statuses),
            data.draw(providers),
            timestamp=data.draw(st.sampled_from([None, NOW, NOW + 60])),
            headers=data.draw(headers),
            ending=data.draw(st.none() | st.sampled_from(Ending)),
            body=body,
        )

        assert classify(response, NOW - 5) == explain(response, NOW - 5).outcome


def test_a_wait_until_an_instant_gets_shorter_as_time_passes() -> None:
    response = ApiResponse(429, body={"error": {"type": "usage_limit_reached", "resets_at": NOW + 600}})

    assert [classify(response, NOW + passed).retry_after for passed in (0, 60)] == [600, 540]


def test_a_number_that_json_does_not_know_is_not_taken_for_null() -> None:
    nothing, nan = ({"error": {"code": code}, "status": 200} for code in (None, float("nan")))
    types = [classify(ApiResponse(body=body)).type for body in (nothing, nan)]

    assert types == ["ok", "unknown"]


def test_the_same_sentence_means_what_its_provider_means_by_its_numbers() -> None:
    reasons = [classify(ApiResponse(400, provider, body="call failed (1008)")).reason for provider in HOMES]

    assert reasons == ["insufficient_credits", "invalid_request_generic"]


def test_a_body_that_was_seen_before_costs_hardly_anything() -> None:
    bare = [replace(response, headers={}) for response in REAL]
    for response in bare:
        classify(response)

    *nearly_all, most = quantiles(map(calls, bare), n=20)
    assert nearly_all[-1] <= 12
    assert most <= 40  # where instants and limits are read anew


@pytest.mark.parametrize("body", [{"error": {"message": "x" * 10_000}}, "x" * 10_000])
def test_a_big_body_is_not_remembered(body: object) -> None:
    response = ApiResponse(400, body=body)
    classify(response)

    assert calls(response) > 50


def test_what_is_remembered_is_bounded_in_bytes() -> None:
    memo: Memo[int] = Memo(1 << 20)
    for number in range(10_000):
        memo.keep((f"{number:01000}",), number)

    assert memo.get((f"{9_999:01000}",)) == 9_999
    assert sum(memo.get((f"{number:01000}",)) is not None for number in range(10_000)) < 1_000
