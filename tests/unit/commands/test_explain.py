"""Explain: what an event says, where it says it, and what the agent makes of it."""

import json
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from agent.assembly import assemble
from agent.commands.explain import ADVICE
from agent.commands.record import Given
from agent.commands.series import Lines
from agent.events import InvalidReason
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format, number
from agent.settings import Settings
from tests.commanding import LIMITED, PLAIN, answer, explained, lines, run


def places(**event: object) -> dict[str, str]:
    return {it["field"]: it["from"] for it in explained(**event)["fields"]}


def test_a_pretty_printed_file_is_one_event(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(LIMITED, indent=4))

    assert answer("explain", str(file))["outcome"]["type"] == "rate_limit_error"


def test_each_event_of_a_file_is_explained_by_itself(tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(lines([LIMITED, "nope", LIMITED]))

    result = run("explain", str(file))

    assert result.exit_code == 0
    heads = [line for line in result.stdout.splitlines() if "read by the preset" in line]
    assert heads == [f"{file} line {number}, read by the preset native" for number in (1, 2, 3)]


def test_an_event_has_no_gauges_of_those_before_it() -> None:
    said = run("explain", "-", stdin=lines([LIMITED, PLAIN | {"timestamp": LIMITED["timestamp"]}])).stdout

    first, second = said.split("stdin line 2")
    assert "gauges, at the event's time" in first
    assert "gauges" not in second


def test_every_field_is_shown_with_the_place_where_it_stood() -> None:
    report = explained(**LIMITED)

    assert {it["field"]: (it["from"], it["value"]) for it in report["fields"]} == {
        "timestamp": ("timestamp", "2026-11-22T05:00:00.123Z"),
        "provider": ("provider", "openai"),
        "method": ("method", "POST"),
        "path": ("path", "/v1/chat/completions (its query is not shown)"),
        "status": ("status", 429),
        "duration": ("duration_seconds", 0.5),
        "attributes.model": ("model", "gpt-5"),
        "headers": ("headers", {"retry-after": "12", "x-ratelimit-remaining-requests": "3"}),
        "body": ("body", "object with error"),
    }
    assert (report["absent"], report["unusable"]) == (["request_id"], [])


@pytest.mark.parametrize(
    ("event", "field", "place"),
    [
        ({"duration_ms": 500}, "duration", "duration_ms"),
        ({"url": "https://api.openai.com/v1/models"}, "provider", "url"),
        ({"message": "no", "statusCode": 404, "path": "/x"}, "body", "the whole event"),
        (
            {"error": {"type": "rate_limit_error", "code": "429", "message": "no"}},
            "status",
            "the body itself",
        ),
        (
            {"error": {"type": "rate_limit_error", "code": "429", "message": "no"}},
            "provider",
            "the dialect pipellm",
        ),
    ],
)
def test_a_field_found_elsewhere_is_shown_with_that_place(
    event: dict[str, object], field: str, place: str
) -> None:
    event = event if "error" in event or "message" in event else {"status": 500} | event

    assert places(**event)[field] == place


def test_own_places_of_the_settings_are_shown(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("events: {fields: {status: 'response.\"http.code\"', provider: {value: acme}}}")
    event = json.dumps({"response": {"http.code": 503}})

    report = answer("explain", "-", "--config.file", str(file), stdin=event)

    found = {it["field"]: (it["from"], it["value"]) for it in report["fields"]}
    assert found["status"] == ('response."http.code"', 503)
    assert found["provider"] == ("the whole event", "acme")


@pytest.mark.parametrize(
    ("path", "event"),
    [
        ("code", {"code": 503}),
        ("reply.code", {"reply": {"code": 503}}),
        ('"reply.code"', {"reply.code": 503}),
        ('reply."http.code".last', {"reply": {"http.code": [200, 503]}}),
        ("tags.where(key = code).value", {"tags": [{"key": "code", "value": 503}]}),
        ("tries.0.code", {"tries": [{"code": 503}]}),
    ],
)
def test_a_place_is_shown_in_the_spelling_that_the_settings_take(
    path: str, event: dict[str, object], tmp_path: Path
) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text(f"events: {{fields: {{status: '{path}'}}}}")

    report = answer("explain", "-", "--config.file", str(file), stdin=json.dumps(event))

    assert [(it["from"], it["value"]) for it in report["fields"] if it["field"] == "status"] == [(path, 503)]


def test_a_field_that_cannot_be_used_is_shown_with_what_stands_there() -> None:
    report = explained(**PLAIN, duration_ms=-5, model=["a"])

    assert report["unusable"] == [
        {"field": "duration", "from": "duration_ms", "value": -5},
        {"field": "attributes.model", "from": "model", "value": "list of 1"},
    ]
    assert "duration" not in report["absent"]


def test_what_was_undone_the_dialect_and_the_rule_are_named() -> None:
    body = "429 " + json.dumps(LIMITED["body"])

    meaning = explained(**LIMITED | {"body": body})["meaning"]

    assert meaning == {
        "undone": ["text before the body", "not JSON"],
        "dialect": "openai",
        "rule": "code: rate_limit_exceeded",
        "status": 429,
        "message": "Rate limit reached.",
    }


def test_the_outcome_comes_with_its_hints() -> None:
    outcome = explained(**LIMITED)["outcome"]

    assert (outcome["type"], outcome["retry_after_seconds"]) == ("rate_limit_error", 12)
    assert outcome["rate_limits"] == [
        {
            "resource": "requests",
            "limit": None,
            "remaining": 3,
            "reset": None,
            "pool": "",
            "utilization": None,
        }
    ]


def test_the_series_are_those_that_metrics_would_show() -> None:
    settings = Settings.model_validate({"labels": {"extra": ["model"]}})
    parts, registry = assemble(settings), CollectorRegistry()
    batch = parts.pipeline.process(("events", 0), [Given(json.dumps(LIMITED).encode())], 0.0)
    exposition = Exposition(registry, parts.tally.readings, extra=("model",))
    at = 1_795_323_600.2
    page = b"".join(exposition.page(batch.delta, Format.TEXT, at)).decode()

    touched = Lines(("model",))
    named = [*touched.counted(batch.delta), *touched.gauges(parts.tally.readings, at)]

    assert len(named) == 9
    assert [line.series for line in named if f"{line.series} {number(line.value)}\n" not in page] == []


def test_an_event_from_a_file_has_no_series_by_topic() -> None:
    assert not [it for it in explained(**LIMITED)["counts"] if "topic=" in it["series"]]


@pytest.mark.parametrize(
    ("value", "reason", "advice"),
    [
        (b'""', "not_object", "one JSON object"),
        (b"{nope", "json", "one JSON object"),
        (b"[1]", "not_object", "one JSON object"),
        (b"\xff{}", "encoding", "UTF-8"),
        (b"{}", "no_status", "events.fields"),
        (b'{"a":"' + b"x" * (1024 * 1024) + b'"}', "too_large", "events.max_bytes"),
    ],
)
def test_what_is_no_event_is_told_with_what_to_do(value: bytes, reason: str, advice: str) -> None:
    result = run("explain", "-", "--format", "json", stdin=value)
    report = json.loads(result.stdout)

    assert result.exit_code == 1
    assert "stdin: none of 1 record can be read as an event" in result.stderr
    assert report["invalid"]["reason"] == reason
    assert advice in report["invalid"]["advice"]
    assert [it["series"] for it in report["counts"]] == [
        f'api_error_agent_invalid_events_total{{reason="{reason}"}}'
    ]


def test_there_is_advice_for_every_reason() -> None:
    assert set(ADVICE) == set(InvalidReason)


def test_people_read_lines_that_a_pipe_does_not_break() -> None:
    said = run("explain", "-", stdin=json.dumps(LIMITED)).stdout

    assert "  type         rate_limit_error" in said
    assert (
        'api_errors_total{path="/v1/chat/completions",provider="openai",reason="rate_limit_generic",'
        'status="429",type="rate_limit_error"}'
    ) in said
    assert "\x1b" not in said


def test_an_ignored_event_is_told_with_the_condition_that_left_it_out(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("events: {only: [provider exists, path != /v1/embeddings]}")

    said = run("explain", "-", "--config.file", str(file), stdin=lines([PLAIN])).stdout

    assert "events.only: path != /v1/embeddings" in said


def test_an_event_that_the_preset_leaves_out_is_told_so() -> None:
    upstream = {"log": {"level": "info"}, "message": "started", "http": {}}

    said = run("explain", "-", "--events.preset", "ecs", stdin=lines([upstream])).stdout

    assert "the preset" in said


def test_a_preset_can_be_tried_by_a_flag() -> None:
    entry = {"response_code": 429, "path": "/v1/models", "duration": 12, "start_time": "2026-11-22T05:00:00Z"}

    report = answer("explain", "-", "--events.preset", "envoy", stdin=json.dumps(entry))

    assert (report["preset"], report["outcome"]["type"]) == ("envoy", "rate_limit_error")


def test_a_preset_that_there_is_not_is_told_with_those_that_there_are() -> None:
    result = run("explain", "-", "--events.preset", "envoi", stdin="{}")

    assert result.exit_code == 2
    assert "no such preset" in result.stderr
    assert "did you mean envoy" in result.stderr


def test_a_rule_of_ones_own_is_named_with_what_would_have_decided(tmp_path: Path) -> None:
    settings = tmp_path / "agent.yaml"
    settings.write_text(
        "classify: {rules: [{when: {code: rate_*}, type: overloaded_error, reason: capacity}]}"
    )

    result = run("explain", "-", "--config.file", str(settings), stdin=json.dumps(LIMITED))

    assert "rule     classify.rules[0]; without it code: rate_limit_exceeded" in result.stdout
    assert "overloaded_error" in result.stdout
