"""What to set when events are read half: the places where the missing fields seem to stand."""

import json
from typing import Any

import pytest

from tests.commanding import run

KONG = {
    "request": {"method": "POST", "uri": "/v1/chat/completions"},
    "response": {"status": 429, "headers": {}},
    "latencies": {"request": 31},
    "service": {"host": "api.openai.com"},
    "started_at": 1763000000000,
}
ENVOY = {
    "method": "POST",
    "path": "/v1/messages",
    "response_code": 529,
    "duration": 120,
    "authority": "api.anthropic.com",
    "start_time": "2026-11-20T10:00:00.000Z",
}


def advice(event: object) -> list[str]:
    report: dict[str, Any] = json.loads(
        run("explain", "-", "--format", "json", stdin=json.dumps(event)).stdout
    )
    found: list[str] = report["advice"]
    return found


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        (KONG, "it has the shape of kong: set events.preset: kong"),
        ({"wrapped": "x", "message": json.dumps(ENVOY)}, "events.preset: envoy, events.unwrap: message"),
        (
            {"http_answer_code": 429},
            "`http_answer_code` holds 429: set events.fields.status: http_answer_code",
        ),
        ({"a": {"b.c": {"final_status": "503"}}}, 'set events.fields.status: a."b.c".final_status'),
        ({"status": 200, "call_latency_ms": 31.5}, "duration: {path: call_latency_ms, unit: ms}"),
        ({"status": 200, "answered_by": "https://api.openai.com/v1"}, "events.fields.provider: answered_by"),
        ({"status": 200, "target": "/v1/embeddings"}, "set events.fields.path: target"),
    ],
)
def test_missing_fields_are_looked_for(event: object, expected: str) -> None:
    assert any(expected in line for line in advice(event)), advice(event)


def test_of_an_event_that_is_read_whole_nothing_is_said() -> None:
    event = {"status": 200, "provider": "openai", "path": "/v1/embeddings", "duration_ms": 3}

    assert advice(event) == []


def test_a_replay_says_the_most_frequent_advice() -> None:
    records = "\n".join([json.dumps(KONG)] * 3)

    said = run("replay", "-", stdin=records).stdout

    assert "3 of the first 3 records: it has the shape of kong: set events.preset: kong" in said


@pytest.mark.parametrize("event", [{"status": 500, "path": "/v1/x"}, {"status": 503, "latency": 120}])
def test_a_plain_event_is_not_taken_for_the_refusal_of_a_gateway(event: object) -> None:
    assert [line for line in advice(event) if "preset" in line] == []
