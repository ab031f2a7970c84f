"""Classify: what one event means, in a line of JSON, as the agent counts it."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.assembly import assemble
from agent.classify import OutcomeType
from agent.commands.classify import classify
from agent.commands.record import Given
from agent.settings import Settings
from tests.commanding import LIMITED, PLAIN, answer, lines, run

NOW = 1_796_000_000.0


def classified(value: str | bytes) -> dict[str, Any]:
    content = value if isinstance(value, bytes) else value.encode(errors="surrogatepass")
    (report,) = classify(assemble(Settings()), Given(content), NOW)
    found: dict[str, Any] = json.loads(json.dumps(report))
    return found


def test_an_event_gives_what_it_means() -> None:
    line = '{"provider":"x","status":429,"headers":{"Retry-After":"12"},"body":{"error":{"message":"slow"}}}'

    assert classified(line) == {
        "type": "rate_limit_error",
        "reason": "rate_limit_generic",
        "retry_after_seconds": 12,
        "dialect": "openai_like",
    }


def test_null_means_absent() -> None:
    assert classified('{"provider":null,"status":null,"headers":null,"body":null}')["type"] == "unknown"


@pytest.mark.parametrize(
    "value", ["", "x", "[7]", "7", "null", '{"status":', "[" * 100_000, b"\xff\xfe", "\ud800", "{}"]
)
def test_what_is_no_event_gives_an_outcome_that_says_what_is_wrong(value: str | bytes) -> None:
    found = classified(value)

    assert found["type"] == "unknown"
    assert found["error"].partition(":")[0] in ("empty", "json", "not_object", "encoding", "no_status")


@pytest.mark.parametrize(
    "value", ['{"status":"429"}', '{"status":429.0}', '{"status":429,"headers":{"a":null,"b":[1]}}']
)
def test_a_status_may_be_text_or_a_float(value: str) -> None:
    assert classified(value)["type"] == "rate_limit_error"


@pytest.mark.parametrize("status", ["true", "99", "1000", '"x"', "[429]", '"٤٢٩"'])
def test_a_status_that_is_none_is_absent(status: str) -> None:
    assert classified(f'{{"status":{status}}}')["type"] == "unknown"


@given(st.text() | st.binary())
def test_anything_has_an_outcome(value: str | bytes) -> None:
    content = value if isinstance(value, bytes) else value.encode(errors="surrogatepass")

    for report in classify(assemble(Settings()), Given(content), NOW):
        assert report["type"] in list(OutcomeType)


@pytest.mark.parametrize(
    "event", [LIMITED, PLAIN, {"error": {"type": "rate_limit_error", "code": "429", "message": "no"}}]
)
def test_classify_and_explain_say_the_same(event: dict[str, Any]) -> None:
    text = json.dumps(event)

    said = json.loads(run("classify", "-", stdin=text).stdout)
    explained = answer("explain", "-", stdin=text)["outcome"]

    assert {name: said[name] for name in ("type", "reason")} == {
        name: explained[name] for name in ("type", "reason")
    }


def test_events_are_read_as_the_settings_say(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("events: {fields: {status: response.code}}")

    said = run("classify", "-", "--config.file", str(file), stdin='{"response": {"code": 404}}').stdout

    assert json.loads(said)["type"] == "not_found_error"


def test_answers_come_in_the_order_of_the_lines_and_never_fewer() -> None:
    events = [{"status": 429}, "no json", {"status": 200, "body": None}, '{"status": 5', {"body": None}]

    result = run("classify", stdin=lines(events))
    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert [it["type"] for it in answers] == ["rate_limit_error", "unknown", "ok", "unknown", "unknown"]
    assert ["error" in it for it in answers] == [False, True, False, True, True]
