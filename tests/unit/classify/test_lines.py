import json

import pytest

from agent.classify.lines import classify_line


def test_a_line_in_gives_a_line_out() -> None:
    line = '{"provider":"x","status":429,"headers":{"Retry-After":"12"},"body":{"error":{"message":"slow"}}}'

    assert json.loads(classify_line(line)) == {
        "type": "rate_limit_error",
        "reason": "rate_limit_generic",
        "retry_after_seconds": 12,
        "dialect": "openai_like",
    }


def test_null_means_absent() -> None:
    line = '{"provider":null,"status":null,"headers":null,"body":null}'

    assert json.loads(classify_line(line))["type"] == "unknown"


@pytest.mark.parametrize(
    "line", ["", "x", "[]", "7", "null", '{"status":', "[" * 100_000, b"\xff\xfe", "\ud800"]
)
def test_a_bad_line_gives_an_outcome_that_says_what_is_wrong(line: str | bytes) -> None:
    answer = json.loads(classify_line(line))

    assert answer["type"] == "unknown"
    assert "JSON" in answer["error"]


@pytest.mark.parametrize(
    "record", ['{"status":"429"}', '{"status":429.0}', '{"status":429,"headers":{"a":null,"b":[1]}}']
)
def test_a_status_may_be_text_or_a_float(record: str) -> None:
    assert json.loads(classify_line(record))["type"] == "rate_limit_error"


@pytest.mark.parametrize("status", ["true", "99", "1000", '"x"', "[429]", '"٤٢٩"'])
def test_a_status_that_is_none_is_absent(status: str) -> None:
    assert json.loads(classify_line(f'{{"status":{status}}}'))["type"] == "unknown"
