import json

import pytest

from agent.classify import classify, explain
from agent.classify.unwrap import LONGEST, Unwrapped, list_in, status_before, unwrap
from agent.events.response import ApiResponse
from agent.events.tolerant import DEEPEST, read

INNER = '{"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
MANGLED = {
    "a byte order mark": "\ufeff" + INNER,
    "a status": f"529 {INNER}",
    "an exception": f"Error code: 529 - {INNER}",
    "a class name": f"litellm.InternalServerError: AnthropicException - {INNER}",
    "a repr of bytes": f"XException - b'{INNER}'",
    "Python's quotes": "{'error': {'type': 'overloaded_error', 'message': \"it's full\", 'x': None}}",
    "a string": '"' + INNER.replace('"', '\\"') + '"',
    "escapes from a string": INNER.replace('"', '\\"'),
    "a list": f"[{INNER}]",
    "an event": f"event: error\ndata: {INNER}\n\n",
    "an event without a space": f"data:{INNER}\r\n\r\n",
    "a cut": INNER[:60],
    "a line break in a string": INNER.replace("Overloaded", "Over\nloaded"),
    "NaN": INNER.replace('"message"', '"retry_after":NaN,"message"'),
    "no commas": INNER.replace(",", "\n"),
    "a lost head": INNER[1:],
    "a tail": INNER + "}} at line 1",
    "bytes": INNER.encode(),
}


@pytest.mark.parametrize("body", MANGLED.values(), ids=MANGLED)
def test_an_error_is_found_behind(body: object) -> None:
    assert classify(ApiResponse(body=body)).type == "overloaded_error"


def test_a_string_in_a_string_in_a_string_is_read_and_no_deeper() -> None:
    text = INNER
    for _ in range(3):
        text = json.dumps(text)
    assert classify(ApiResponse(status=500, body=text)).type == "overloaded_error"
    assert unwrap(json.dumps(text)).bodies != unwrap(INNER).bodies


def test_a_status_in_front_is_read() -> None:
    assert unwrap('HTTP 503 - {"error": {"message": "x"}').status == 503


def test_python_words_become_values() -> None:
    assert read("{'a': None, 'b': True, 'c': 1.5, 'd': [1, 2], 'e': ('x',)}") == {
        "a": None, "b": True, "c": 1.5, "d": [1, 2], "e": ["x"],
    }  # fmt: skip


def test_escapes_in_strings_are_undone() -> None:
    assert read(r"""{"a": "x\n\u00e9\"", 'b': 'it\'s'}""") == {"a": 'x\n\u00e9"', "b": "it's"}


def test_a_hostile_depth_is_cut() -> None:
    value, depth = read("[" * 100_000), 0
    while isinstance(value, list) and value:
        value, depth = value[0], depth + 1

    assert depth <= DEEPEST


def test_text_that_opens_no_object_reads_as_nothing() -> None:
    assert read("hello") is None


def test_a_long_body_keeps_its_head_and_its_tail() -> None:
    stream = "data: {}\n\n" * LONGEST + f"data: {INNER}\n\n"

    assert classify(ApiResponse(status=529, body=stream)).dialect == "anthropic"


def test_explain_names_what_was_undone_and_which_rule_decided() -> None:
    why = explain(ApiResponse(body=f"529 {INNER}"))

    assert why.steps == ("text before the body: '529 '", "not JSON")
    assert (why.dialect, why.rule, why.status) == ("anthropic", "code: overloaded_error", 529)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("429 {", 429),
        ("HTTP 503 - {", 503),
        ("HTTP/1.1 502 Bad", 502),
        ("Error code: 429 - {", 429),
        ("[429 Too Many Requests]", 429),
        ("| 504: Gateway", 504),
        ("status: 401", 401),
        ("(429)", 429),
        ("<500>", 500),
        ("We saw 503-Service Unavailable there", 503),
        ("It was 503 Service Unavailable today", 503),
        ("422 status code (no body)", 422),
        ("The request failed with 429.", 429),
        ("出错：400 The", 400),
        ("响应码 402", 402),
        ("código de estado 402", 402),
        ("the server replied 429, giving up", 429),
        ("returned with status 404", 404),
        ("got 503 from there", 503),
        (f"{'x ' * 190}status: 401", 401),
        (f"{'x ' * 196}status: 401", None),  # too far behind
        ("returned 500 items", None),
        ("failed in 500 items", None),
        ("error after 503 ms", None),
        ("upload failed after 500 chunks", None),
        ("request failed: 503, giving up", 503),
        ("returned 404 while", None),
        ("500 tokens", None),
        ("a 429", None),
        ("4290", None),
        ("1.429", None),
        ("HTTP 429.5", None),
        ("HTTP 429%", None),
        ("399 {", None),
        ("600 {", None),
    ],
)
def test_a_number_is_a_status_where_it_is_written_as_one(text: str, status: int | None) -> None:
    assert status_before(text) == status


def test_what_is_inside_comes_with_what_was_undone() -> None:
    assert unwrap('data:{"error":1}\n\n') == Unwrapped(({"error": 1},), None, ("server-sent events",))
    assert unwrap('{"a":1}\n{"error":2}\n{"error":3}') == Unwrapped(
        ({"error": 3}, {"error": 2}), None, ("JSON lines",)
    )
    assert unwrap("503 <html><title>x</title>") == Unwrapped(
        ("<html><title>x</title>",), 503, ("text before a page",)
    )
    assert unwrap("<html><title>x</title>") == Unwrapped(("<html><title>x</title>",))
    assert unwrap('"{\\"a\\":1}"') == Unwrapped(({"a": 1},), None, ("a JSON string",))
    assert unwrap('[{"a":1}, 3, {"b":2}]') == Unwrapped(({"a": 1}, {"b": 2}))
    assert unwrap([1]) == Unwrapped(([1],))
    assert unwrap(7) == Unwrapped((7,))
    assert unwrap(None) == unwrap("") == unwrap(" \n\ufeff") == Unwrapped(())
    assert unwrap({"is_error": True, "result": "no"}) == Unwrapped(
        ({"error": {"message": "no"}},), None, ("the result of an agent",)
    )
    assert unwrap({"is_error": True, "result": 7}).steps == ()


def test_an_object_without_its_first_brace_is_read() -> None:
    text = '"error":"rate_limit_exceeded","message":"Slow down"}'

    found = unwrap(text)

    assert found == Unwrapped(
        ({"error": "rate_limit_exceeded", "message": "Slow down"}, text), None, ("no opening brace",)
    )


def test_what_a_page_says_counts_behind_a_text_and_not_inside_an_object() -> None:
    page = "<html><head><title>504 Gateway Time-out</title></head></html>"

    assert classify(ApiResponse(body=f"Oh: {page}")).dialect == "html"
    inside = "Error: " + str({"error": {"code": 502, "message": "no", "metadata": {"raw": page}}})
    assert classify(ApiResponse(429, body=inside)).dialect == "openrouter"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"error": {"message": f"upstream: {INNER}"}}, "Overloaded"),
        ({"error": {"message": "Slow down"}}, "Slow down"),
        ({"error": {"message": "", "code": "x"}, "hint": "Slow down"}, "Slow down\nx"),
        ("", ""),
    ],
)
def test_explain_tells_the_innermost_message_or_all_texts(body: object, message: str) -> None:
    assert explain(ApiResponse(500, body=body)).message == message


def carried(times: int) -> dict[str, object]:
    """An error inside as many others."""
    body: dict[str, object] = {"error": {"code": "context_length_exceeded", "message": "Sorry"}}
    for _ in range(times):
        said = f"for once it went wrong over there: {json.dumps(body)}"
        body = {"error": {"type": "api_error", "message": said}}
    return body


def test_an_error_is_found_in_three_others_and_no_deeper() -> None:
    reasons = [classify(ApiResponse(500, body=carried(times))).reason for times in range(5)]

    assert reasons == ["context_length_exceeded"] * 4 + ["internal_error"]


@pytest.mark.parametrize(
    ("response", "rule"),
    [
        (
            ApiResponse(
                400, body={"error": {"message": "Sorry", "type": "x", "param": "top_p", "code": None}}
            ),
            "status: 400; a field is named",
        ),
        (
            ApiResponse(409, body={"error": {"message": "Sorry", "type": "invalid_request_error"}}),
            "code: invalid_request_error; 409",
        ),
        (ApiResponse(401), "status: 401"),
        (ApiResponse(429, body=""), "empty: 429"),
        (ApiResponse(body={"a": 1}), "none: no rule"),
        (ApiResponse(200, body="hello"), "success"),
    ],
)
def test_explain_names_the_rule(response: ApiResponse, rule: str) -> None:
    assert explain(response).rule == rule


@pytest.mark.parametrize("wait", ["30s", "7200s"])
def test_a_quota_with_a_short_wait_is_a_pace_and_explain_says_so(wait: str) -> None:
    why = explain(ApiResponse(body=f"Your quota is exhausted, try again in {wait}"))

    assert why.outcome.reason == "rate_limit_generic"
    assert why.rule.endswith("; a wait")


def test_what_was_learned_is_told() -> None:
    body = {"error": {"message": "One two three four `top_p`", "type": "invalid_request_error"}}

    assert "; like " in explain(ApiResponse(400, body=body)).rule


def test_a_text_that_is_a_list_is_read_as_one() -> None:
    assert list_in(' [1, {"a": 2}]') == [1, {"a": 2}]
    assert list_in("[1") is None
    assert list_in('{"a": 1}') is None
    assert list_in("") is None


def test_strings_in_strings_are_read_to_the_fourth() -> None:
    written = INNER
    for times in range(1, 6):
        written = json.dumps(written)
        assert unwrap(written).bodies == ((INNER,) if times == 4 else unwrap(written).bodies)
    assert unwrap(json.dumps(json.dumps(json.dumps(INNER)))).bodies == (json.loads(INNER),)


def test_of_events_and_lines_only_those_are_read_that_may_be_errors() -> None:
    assert unwrap('data: {"a":1}\n\ndata: {"error":1}\n\n').bodies == ({"error": 1},)
    assert unwrap('{"a":1}\n\n{"error":2}').bodies == ({"error": 2},)
    assert unwrap('{"a":1}\n{"b":2}').bodies == ({},)
    assert unwrap("true").bodies == ("true",)
    assert unwrap("null").bodies == ("null",)


def test_escapes_of_a_string_around_an_object_are_undone() -> None:
    assert unwrap('say: {\\"a\\": \\"b\\"}').bodies[0] == {"a": "b"}
    assert unwrap('say: {"a": "b\\n"}').bodies[0] == {"a": "b\n"}
    assert unwrap("say: {}").bodies == ("say: {}",)
