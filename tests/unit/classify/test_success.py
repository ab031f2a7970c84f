"""Errors under HTTP 200 count under what they are; everything else under 200 is a success."""

import json

import pytest

from agent.classify import OutcomeType, Reason, classify
from agent.classify.classifier import OK
from agent.events.response import ApiResponse
from tests.unit.classify.successes import BODIES, TALK, chat

ANSWER = chat(TALK)
ORDINARY = [*BODIES, {"status": 200, "message": "done"}, [], [1, 2], {}]


@pytest.mark.parametrize("body", ORDINARY)
def test_an_ordinary_answer_is_ok(body: object) -> None:
    assert classify(ApiResponse(status=200, body=body)) == OK


@pytest.mark.parametrize("body", ORDINARY)
def test_an_ordinary_answer_as_text_is_ok(body: object) -> None:
    assert classify(ApiResponse(status=200, body=json.dumps(body))) == OK


@pytest.mark.parametrize(
    "text",
    [
        "",
        TALK,
        f"data: {json.dumps(ANSWER)}\n\ndata: [DONE]\n\n",
        "<p>hello</p>",
        'An example of an error: {"error": {"message": "Rate limit exceeded"}}',
        'The error response is: {"error": {"message": "Rate limit exceeded"}}',
        '错误示例：{"error": {"message": "Rate limit exceeded"}}',
        'Error: {"error": {"message": "Rate limit exceeded"}} is what you get. ' + "Then you wait. " * 9,
    ],
)
def test_an_ordinary_text_is_ok(text: str) -> None:
    assert classify(ApiResponse(status=200, body=text)) == OK


SHOWN = '{"error": {"message": "Rate limit exceeded"}}'


@pytest.mark.parametrize("ending", [":", "：", " -", " –"])
def test_an_error_behind_the_words_of_a_client_is_one(ending: str) -> None:
    assert classify(ApiResponse(status=200, body=f"The request failed{ending} {SHOWN}")) != OK
    assert classify(ApiResponse(status=200, body=f"The request failed{ending} {SHOWN}".ljust(140))) != OK
    assert classify(ApiResponse(status=200, body=f"The request failed {SHOWN}")) == OK


SHOWING = (
    "example examples sample like such instance is are here this that these you your if when would could may "
    "looks means following typical common codes handling test tests beispiel exemple ejemplo exemplo esempio "
    "пример 示例 例如 例子 比如 예시"
)


@pytest.mark.parametrize("word", SHOWING.split())
def test_an_answer_that_shows_an_error_is_none(word: str) -> None:
    assert classify(ApiResponse(status=200, body=f"The request failed: {SHOWN}")) != OK
    assert classify(ApiResponse(status=200, body=f"The request failed, {word}: {SHOWN}")) == OK


@pytest.mark.parametrize("body", BODIES)
def test_an_ordinary_event_of_a_stream_is_ok(body: object) -> None:
    stream = f"data: {json.dumps(body)}\n\ndata: [DONE]\n\n"

    assert classify(ApiResponse(status=200, body=stream)) == OK


def test_successes_of_many_vendors_are_held_against_the_rules() -> None:
    assert len(BODIES) >= 60


def test_an_error_at_the_end_of_a_stream_counts() -> None:
    error = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    stream = f"data: {json.dumps(ANSWER)}\n\n" * 50 + f"event: error\ndata: {error}\n\n"

    assert classify(ApiResponse(status=200, body=stream)).reason is Reason.CAPACITY


def test_an_ordinary_event_before_the_error_is_passed_over() -> None:
    chunk = {"code": "done", "message": "Insufficient balance"}
    error = {"error": {"type": "overloaded_error", "message": "Overloaded", "code": "x"}}
    stream = f"data: {json.dumps(chunk)}\n\ndata: {json.dumps(error)}\n\n"

    assert classify(ApiResponse(status=200, body=stream)).reason is Reason.CAPACITY


def test_an_error_in_a_choice_counts_under_its_code() -> None:
    body = {
        "choices": [{"error": {"code": 502, "message": "Provider returned error"}, "finish_reason": "error"}]
    }

    assert classify(ApiResponse(status=200, body=body)).type is OutcomeType.API


def test_an_error_page_under_200_counts_and_a_web_page_does_not() -> None:
    page = "<html><head><title>{}</title></head></html>"

    assert (
        classify(ApiResponse(status=200, body=page.format("504 Gateway Time-out"))).type
        is OutcomeType.TIMEOUT
    )
    assert classify(ApiResponse(status=200, body=page.format("Welcome"))) == OK


def test_without_an_http_status_the_body_may_say_200_itself() -> None:
    assert classify(ApiResponse(body={"status": 200, "result": 1})) == OK


@pytest.mark.parametrize("body", [ANSWER, {"a": 1}, "hello", "", [], 7, True])
def test_without_a_status_an_ordinary_body_is_nobodys(body: object) -> None:
    assert classify(ApiResponse(body=body)).dialect == "none"


def test_without_a_status_an_error_object_of_unknown_words_is_recognised() -> None:
    assert classify(ApiResponse(body={"error": {"type": "weird", "what": "ever"}})).dialect != "none"


@pytest.mark.parametrize("chunks", [[], [{"candidates": [{"content": {"parts": [{"text": TALK}]}}]}]])
def test_an_error_that_refuses_or_ends_a_list_of_chunks_counts(chunks: list[object]) -> None:
    error = {"error": {"code": 503, "message": "The model is overloaded.", "status": "UNAVAILABLE"}}

    assert classify(ApiResponse(status=200, body=[*chunks, error])).type is OutcomeType.OVERLOADED
    assert classify(ApiResponse(status=200, body=[error, *chunks])).type is OutcomeType.OVERLOADED


def test_one_failed_item_in_the_list_of_a_batch_fails_no_call() -> None:
    body = [{"id": 1, "result": "yes"}, {"id": 2, "error": {"code": 1, "message": "not found"}}]

    assert classify(ApiResponse(status=200, body=body)) == OK
    assert classify(ApiResponse(status=200, body=f" {json.dumps(body)}")) == OK


@pytest.mark.parametrize(
    ("status", "is_ok"), [(99, False), (100, True), (200, True), (399, True), (400, False), (True, False)]
)
@pytest.mark.parametrize("key", ["status", "statusCode"])
def test_a_body_may_say_by_a_number_that_it_is_a_success(key: str, status: int, *, is_ok: bool) -> None:
    body = {key: status, "result": 1}

    assert (classify(ApiResponse(body=body)) == OK) is is_ok
    if key == "status":
        assert (classify(ApiResponse(body=json.dumps(body))) == OK) is is_ok


@pytest.mark.parametrize("code", ["²", "--5", "-", "9" * 5000, "1²", "٣"])
def test_a_code_that_only_looks_like_a_number_has_an_outcome(code: str) -> None:
    for status in (None, 200, 500):
        assert classify(ApiResponse(status=status, body={"status_code": code, "reason": "0"})).type
