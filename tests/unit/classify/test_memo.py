"""Bodies repeat: what was found out about one is remembered, and nobody notices but by the clock."""

import os
import re
from dataclasses import replace
from statistics import quantiles

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.bounded import Bounded
from agent.classify import classify, explain, loose_words
from agent.classify.dialects import DIALECTS, recognition
from agent.classify.families import FAMILIES
from agent.classify.languages import ERROR_ENDINGS
from agent.classify.masking import KEPT, mask
from agent.classify.matching import Phrases
from agent.classify.phrases import DETAILS, OVERRIDES
from agent.events.response import ApiResponse, Ending
from tests.unit.classify.alike import REAL, alike, parsed, text_of
from tests.unit.classify.calls import calls

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")), deadline=None)
HOMES = ("minimax", "openai")
_HEX = re.compile(r"[0-9a-f]+")
NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # is NOW


@pytest.fixture(autouse=True)
def _forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each test starts with nothing remembered."""
    monkeypatch.setattr(recognition, "REGISTRY", recognition.Registry(DIALECTS))


def limited(message: str) -> ApiResponse:
    return ApiResponse(429, body={"error": {"type": "rate_limit_error", "message": message}})


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


@EXAMPLES
@given(st.data())
def test_what_bodies_of_the_same_shape_mean_is_what_would_be_found_anew(data: st.DataObject) -> None:
    response = data.draw(st.sampled_from(REAL))
    for _ in range(4):
        another = replace(response, body=parsed(data.draw(alike(text_of(response)))))

        assert classify(another, NOW) == explain(another, NOW).outcome


def test_a_number_that_stands_in_a_table_is_not_taken_for_another() -> None:
    numbers = ("1008", "1777", "1002")
    bodies = (ApiResponse(400, "minimax", body=f"the call failed with error {each}: no") for each in numbers)

    assert [classify(body).reason for body in bodies] == [
        "insufficient_credits", "invalid_request_generic", "rate_limit_generic",
    ]  # fmt: skip


def test_a_digit_may_be_part_of_a_word_of_a_script_without_spaces() -> None:
    bodies = (ApiResponse(429, body=f"请求过于频繁 {minutes}分钟 1000") for minutes in (12, 11))

    assert [classify(body).reason for body in bodies] == ["rate_limit_generic", "requests_per_minute"]


def test_each_body_of_a_shape_has_its_own_wait() -> None:
    waits = [
        classify(limited(f"Please try again in {wait}.")).retry_after for wait in ("1m26s", "2m47s", "9m00s")
    ]

    assert waits == [86, 167, 540]


def test_each_body_of_a_shape_has_its_own_limit() -> None:
    error = {"type": "rate_limit_error", "code": "429", "message": "x"}
    bodies = ({"error": {**error, "rate_limit": {"rpm": limit}}} for limit in (1250, 4800))

    assert [classify(ApiResponse(429, body=body)).rate_limits[0].limit for body in bodies] == [1250, 4800]


def test_a_quota_is_a_pace_only_for_a_body_whose_own_wait_is_short() -> None:
    told = "Your monthly quota is used up. Try again in {} seconds."
    kinds = [classify(ApiResponse(403, body=told.format(wait))).type for wait in (9600, 7100, 8600)]

    assert kinds == ["insufficient_balance", "rate_limit_error", "insufficient_balance"]


def test_all_numbers_of_the_tables_stay_as_they_are() -> None:
    sides = (side for _, rows in FAMILIES for row in rows for side in row)
    numbers = {number for side in sides for number in re.findall(r"[0-9]+", side)}

    assert Phrases.numbers <= KEPT
    assert all(len(number) == 1 or number in KEPT for number in numbers)


def test_no_word_of_a_table_could_be_the_beginning_or_end_of_an_id() -> None:
    tables = (
        OVERRIDES,
        loose_words.LOOSE_WORDS,
        *DETAILS.values(),
        *(dialect.phrases for dialect in DIALECTS),
    )
    phrases = (phrase for table in tables for phrase, _ in table.rules)
    sides = (side for _, rows in FAMILIES for row in rows for side in row)
    words = (word for written in (*phrases, *sides) for word in re.split(r"[ |^$]", written))
    stems = (word[:-1] for word in words if word.endswith("~"))

    assert not [stem for stem in stems if _HEX.fullmatch(stem) and len(stem) < 4]
    assert not [ending for ending in ERROR_ENDINGS if _HEX.fullmatch(ending)]


def test_an_id_that_begins_like_a_word_is_not_taken_for_another() -> None:
    bodies = (ApiResponse(400, body=f"Error: la cuota se {word}") for word in ("fade0001", "acab0001"))
    other, gone = (classify(body).reason for body in bodies)

    assert gone == "quota_exhausted"
    assert other != gone


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
    assert nearly_all[-1] <= 14
    assert most <= 40  # where instants and limits are read anew


def test_a_body_that_differs_from_one_before_in_ids_and_counters_only_costs_little_more() -> None:
    told = (
        "Rate limit reached in organization org-{0:08x}: Limit 30000, Used {1}, Requested {2}. "
        "Please try again in {3}ms. Request id: {0:08x}-1f4c-4a5b-9c3d-00{0:08x}1f."
    )
    fresh = [told.format(0x3FA9B21C + each, 23456 + each, 5678 + each, 710 + each) for each in range(40)]
    for body in fresh[:3]:
        classify(limited(f"No. {body}"))  # the patterns are compiled: all bodies share them

    first, second, third, *costs = [calls(limited(body)) for body in fresh]

    assert second < first  # it has the shape of the first read
    assert third * 2 < first  # which looks at the masks
    assert max(costs) <= 60


LONGER = "Too many requests. Please slow down, and see the documentation on rate limits. "


@pytest.mark.parametrize(
    "ids",
    [
        ("decad26d556f3000", "efea89b462833000"),  # begin like words
        ("011CSHoEeqs5C35K2UUqR7Fy", "011CRkPq8wZbN47dVhKx9TmL"),
        ("AbCd3fGhIjKl9MnOpQr5tUv", "ZyXw8vUtSrQp2OnMlKj7iHg"),
        ("3f2504e0-4f89-11d3-9a0c-0305e82c3301", "9b1deb4d-3b7d-4bad-bddd-2b0d7b3dcb6d"),
        ("abcdefab-fade-4bad-bddd-abcdefabcdef", "fedcbafe-beef-4cab-8ade-2b0d7b3dcb6d"),
    ],
)
@pytest.mark.parametrize("sentence", ["{} (request id: {})", "{} 请求过于频繁，请稍后再试。(request id: {})"])
def test_an_id_of_any_usual_kind_does_not_make_a_body_new(sentence: str, ids: tuple[str, str]) -> None:
    one, another = (limited(sentence.format(LONGER, each)) for each in ids)
    first, then = calls(one), calls(another)

    assert then * 2 < first


def test_a_code_within_a_long_word_is_not_taken_for_a_part_of_an_id() -> None:
    words = ("Http429TooManyRequests2Error", "Http402TooManyRequests2Error")

    assert len({mask(word, "failed: ", "") for word in words}) == 2


def test_a_body_that_was_never_seen_costs_a_bounded_number_of_calls() -> None:
    for response in REAL:
        classify(response)  # tables are loaded and patterns compiled, once for all bodies
    recognition.REGISTRY.memory.forget()
    costs = [calls(response) for response in REAL]

    assert quantiles(costs, n=20)[-1] <= 600
    assert max(costs) <= 2500


@pytest.mark.parametrize("body", [{"error": {"message": "x" * 10_000}}, "x" * 10_000])
def test_a_big_body_is_not_remembered(body: object) -> None:
    response = ApiResponse(400, body=body)
    classify(response)

    assert calls(response) > 50


def test_what_is_remembered_is_bounded_in_bytes() -> None:
    memo: Bounded[int] = Bounded(1 << 20)
    for number in range(10_000):
        memo.keep((f"{number:01000}",), number)

    assert memo.get((f"{9_999:01000}",)) == 9_999
    assert sum(memo.get((f"{number:01000}",)) is not None for number in range(10_000)) < 1_000
