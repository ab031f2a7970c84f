"""Single fields of a body: what is taken for a word, a status, a sentence, a cause, and a wait."""

import pytest

from agent.classify import fields


@pytest.mark.parametrize(
    ("value", "word"),
    [
        (" Too_Many ", "too_many"),
        ("x" * 96, "x" * 96),
        ("x" * 97, ""),
        (429, "429"),
        (429.0, "429"),
        (429.5, ""),
        (-1, "-1"),
        (10**12 - 1, "999999999999"),
        (10**12, ""),
        (True, ""),
        (None, ""),
        (["x"], ""),
        ({}, ""),
    ],
)
def test_a_word_is_a_short_text_or_a_whole_number(value: object, word: str) -> None:
    assert fields.word(value) == word


def test_words_are_spelled_as_they_came_and_what_is_none_is_left_out() -> None:
    values = [" TooMany ", None, "", 7, True, "X" * 96, "X" * 97]

    assert fields.words(*values) == ("TooMany", "7", "X" * 96)


@pytest.mark.parametrize(
    ("value", "status"),
    [
        (400, 400), (599, 599), ("429", 429), (" 429 ", 429), (429.0, 429),
        (399, None), (600, None), (4290, None), (42, None), ("4x9", None), ("٤٢٩", None), (None, None),
    ],
)  # fmt: skip
def test_a_status_is_one_of_an_error(value: object, status: int | None) -> None:
    assert fields.status(value) == status


def test_a_name_is_known_however_it_is_spelled() -> None:
    assert fields.spellings("error code") == (
        *("errorCode", "error_code", "errorcode", "ErrorCode", "error-code", "ERROR_CODE", "Errorcode"),
    )
    assert fields.spellings("code") == ("code", "Code", "CODE")


@pytest.mark.parametrize(
    ("error", "message"),
    [
        ({"title": "second", "message": "first"}, "first"),
        ({"message": "", "msg": "second"}, "second"),
        ({"message": {"text": "x"}, "msg": "second"}, "second"),
        ({"message": 7}, ""),
        ({"STATUS_MESSAGE": "shouted"}, "shouted"),
        ({}, ""),
    ],
)
def test_the_sentence_stands_under_the_usual_name_first(error: dict[str, object], message: str) -> None:
    assert fields.message(error) == message


@pytest.mark.parametrize(
    ("task", "cause"),
    [
        ({"message": "second", "failure": "first"}, "first"),
        ({"failure": "", "error": {"code": 7}}, {"code": 7}),
        ({"failure": True, "details": "why"}, "why"),
        ({"title": "a picture", "description": "of a cat"}, None),
    ],
)
def test_the_cause_of_a_task_that_failed(task: dict[str, object], cause: object) -> None:
    assert fields.cause(task) == cause


@pytest.mark.parametrize("name", [
    "failure", "failure_reason", "failureReason", "fail_reason", "failReason", "failed_reason", "failMsg",
    "fail_msg", "failureCode", "failure_code", "error", "error_code", "error_detail", "error_details",
    "task_status_msg", "cancellation_reason", "details", "message", "reason", "err_msg",
])  # fmt: skip
def test_a_cause_stands_under_any_of_these_names(name: str) -> None:
    assert fields.cause({"id": 7, name: "why"}) == "why"


@pytest.mark.parametrize(
    ("value", "code"), [("MONTHLY_COUNT", "MONTHLY_COUNT"), (" A ", " A "), ("a b", ""), (7, "")]
)
def test_a_code_is_no_sentence(value: object, code: str) -> None:
    assert fields.code(value) == code


INNER = {"error": {"code": "x"}}


@pytest.mark.parametrize("name", [
    "details", "data", "extra", "metadata", "context", "info", "upstream", "provider", "response", "body",
    "raw", "upstream_response", "upstream_body", "upstream_error", "upstreamError", "provider_response",
    "provider_error", "providerError", "original_error", "originalError", "inner_error", "innererror",
    "innerError", "raw_response", "rawResponse", "response_body", "responseBody", "raw_error", "cause",
])  # fmt: skip
def test_an_error_carries_another_under_any_of_these_names(name: str) -> None:
    assert fields.carried({"id": 7, name: INNER}) == INNER
    assert fields.carried({name: '{"error": 7}'}) == '{"error": 7}'


def test_an_error_is_carried_in_three_boxes_at_most() -> None:
    assert fields.carried({"data": {"data": {"data": INNER}}}) == INNER
    assert fields.carried({"data": {"data": {"data": {"data": INNER}}}}) is None
    assert fields.carried({"data": {"id": 7}, "raw": "no object", "body": INNER}) == INNER
    assert fields.carried({"error": "{}", "data": 7}) is None


@pytest.mark.parametrize("name", [
    "retry_after", "retryAfter", "retry_after_seconds", "retryAfterSeconds", "resets_in_seconds",
    "resetsInSeconds", "reset_after_seconds", "estimated_time", "retryDelay", "reset_seconds", "resetSeconds",
    "reset_in_seconds", "cooldown_seconds", "wait_seconds", "retry_in_seconds",
])  # fmt: skip
def test_a_wait_stands_under_any_of_these_names(name: str) -> None:
    assert fields.wait({"id": 7, name: 9}) == 9
    for box in ("details", "metadata", "data", "error"):
        assert fields.wait({"id": 7, box: {"id": 8, name: 9}}) == 9


@pytest.mark.parametrize(
    ("error", "wait"),
    [
        ({"retryAfter": 9, "retry_after": None}, 9),
        ({"retry_after": 1, "retry_after_ms": 700}, 1),
        ({"retry_after_ms": 700}, "700ms"),
        ({"retryAfterMs": 700}, "700ms"),
        ({"retry_after_millis": 700}, "700ms"),
        ({"retry_after_ms": 700, "details": {"retry_after": 2}}, "700ms"),
        ({"details": "x", "metadata": {}, "data": {"retry_after": 2}}, 2),
        ({"box": {"retry_after": 2}}, None),
        ({}, None),
    ],
)
def test_a_wait_is_the_nearest(error: dict[str, object], wait: object) -> None:
    assert fields.wait(error) == wait


@pytest.mark.parametrize("name", ["resets_at", "reset_at", "resetsAt", "reset_time"])
def test_an_instant_stands_under_any_of_these_names(name: str) -> None:
    assert fields.until({"id": 7, name: 9}) == 9
    assert fields.until({"id": 7, name: None}) is None


def test_what_is_no_object_is_an_empty_one() -> None:
    assert fields.mapping("x") == fields.mapping(None) == fields.first([]) == fields.first(["x"]) == {}
    assert fields.first("x") == fields.first({"a": 1}) == {}
    assert fields.mapping({"a": 1}) == fields.first([{"a": 1}, {"b": 2}]) == {"a": 1}
    assert fields.text("x") == "x"
    assert fields.text(7) == fields.text(None) == ""
    assert fields.inner_object({"error": {"a": 1}}) == {"a": 1}
    assert fields.inner_object({"error": "x"}) == {"error": "x"}
