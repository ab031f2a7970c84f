import pytest

from agent.classify import classify, explain
from agent.classify.unwrap import LONGEST, unwrap
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
    import json

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
