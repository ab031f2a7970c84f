"""What gateways, log shippers and collectors write to a real Kafka, and what a real agent shows of it."""

import json
from collections import Counter
from typing import Any

import pytest

from tests.kafka.recorder import produce
from tests.tools.agent import Agent
from tests.tools.kafka import Kafka
from tests.tools.process import until

CALL = ("provider", "status", "type")
Calls = Counter[tuple[str, str, str]]
"""How many there are, by provider, status and type."""


def apisix(status: int) -> dict[str, Any]:
    return {
        "request": {"method": "POST", "uri": "/v1/chat/completions", "headers": {"host": "llm.example.org"}},
        "response": {"status": status, "headers": {}},
        "upstream": "api.openai.com:443",
        "latency": 31.0,
        "upstream_latency": 30,
        "start_time": 1763000000000,
    }


def envoy(status: int, flags: str = "-") -> dict[str, Any]:
    return {
        "method": "POST",
        "path": "/v1/messages",
        "response_code": status,
        "response_flags": flags,
        "duration": 120,
        "authority": "api.anthropic.com",
        "start_time": "2026-11-20T10:00:00.000Z",
    }


def filebeat(line: dict[str, Any]) -> dict[str, Any]:
    return {"@timestamp": "2026-11-20T10:00:01Z", "message": json.dumps(line), "agent": {"type": "filebeat"}}


def span(name: str, **attributes: str | int) -> dict[str, Any]:
    listed = [
        {"key": key.replace("__", "."), "value": {"intValue" if type(value) is int else "stringValue": value}}
        for key, value in attributes.items()
    ]
    times = {"startTimeUnixNano": "1763000000000000000", "endTimeUnixNano": "1763000001500000000"}
    return {"traceId": "0af7651916cd43dd8448eb211c80319c", "name": name, "attributes": listed, **times}


def otlp(*spans: dict[str, Any]) -> dict[str, Any]:
    return {"resourceSpans": [{"resource": {}, "scopeSpans": [{"spans": list(spans)}]}]}


CHAT = {"gen_ai__provider__name": "openai", "gen_ai__operation__name": "chat"}
SHAPES: dict[str, tuple[dict[str, Any], list[Any], Calls, int]] = {
    "APISIX writes lists": (
        {"preset": "apisix"},
        [[apisix(200), apisix(429), apisix(200)], [apisix(429)], []],
        Counter({("openai", "200", "ok"): 2, ("openai", "429", "rate_limit_error"): 2}),
        0,
    ),
    "Filebeat writes lines of Envoy": (
        {"preset": "envoy", "unwrap": "message"},
        [filebeat(envoy(200)), filebeat(envoy(529)), filebeat(envoy(0, "DC"))],
        Counter(
            {
                ("anthropic", "200", "ok"): 1,
                ("anthropic", "529", "overloaded_error"): 1,
                ("anthropic", "499", "client_closed_request"): 1,
            }
        ),
        0,
    ),
    "the Collector writes spans": (
        {"preset": "otlp"},
        [
            otlp(span("chat", **CHAT, http__response__status_code=200), span("SELECT", db__system="mysql")),
            otlp(span("chat", **CHAT, http__response__status_code=429)),
        ],
        Counter({("openai", "200", "ok"): 1, ("openai", "429", "rate_limit_error"): 1}),
        1,
    ),
}


@pytest.mark.parametrize("shape", SHAPES)
def test_what_a_producer_writes_is_counted_event_by_event(
    real_kafka: Kafka, real_topic: str, shape: str
) -> None:
    settings, records, calls, ignored = SHAPES[shape]
    produce(real_kafka.bootstrap, real_topic, [json.dumps(record).encode() for record in records])

    with Agent(real_kafka.bootstrap, real_topic, events=settings) as agent:
        until(lambda: agent.total("api_error_agent_records_total") == len(records), 30, "not all was read")

        found = Counter(
            {
                call: int(agent.total("api_responses_total", **dict(zip(CALL, call, strict=True))))
                for call in calls
            }
        )
        assert found == calls
        assert agent.total("api_responses_total") == calls.total()
        assert agent.total("api_error_agent_ignored_events_total") == ignored
        assert agent.total("api_error_agent_events_total") == calls.total() + ignored
        assert agent.total("api_error_agent_invalid_events_total") == 0
