"""The naive way: prometheus_client for each event, automatic commits, the type as the body says it.

python -m bench.candidates.naive BOOTSTRAP TOPIC GROUP ADDRESS
"""

import asyncio
import sys
from typing import Any

import orjson
from aiokafka import AIOKafkaConsumer
from prometheus_client import Counter, Gauge, Histogram, disable_created_metrics, start_http_server

ERRORS = 400
BUCKETS = (0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20, 30, 45, 60, 90, 120, 180, 300, 600)

records = Gauge("records_total", "Records read.")
responses = Counter("api_responses", "Responses.", ("provider", "method", "path", "status", "type"))
durations = Histogram(
    "api_response_duration_seconds",
    "Durations.",
    ("provider", "path", "status", "type"),
    buckets=BUCKETS,
)
invalid = Counter("invalid_events", "Records that are no events.")


async def consume(bootstrap: str, topic: str, group: str, address: str) -> None:
    read = 0
    consumer = AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        auto_commit_interval_ms=1000,
    )
    async with consumer:
        host, _, port = address.rpartition(":")
        start_http_server(int(port), host)
        records.set_function(lambda: read)
        async for record in consumer:
            count(record.value)
            read += 1


def count(value: bytes) -> None:
    try:
        event = orjson.loads(value)
        labels = (event["provider"], event["path"], str(event["status"]), type_of(event))
    except (ValueError, TypeError, KeyError):
        invalid.inc()
        return
    responses.labels(labels[0], event["method"], *labels[1:]).inc()
    durations.labels(*labels).observe(event["duration_seconds"])


def type_of(event: dict[str, Any]) -> str:
    if event["status"] < ERRORS:
        return "ok"
    body = event.get("body")
    error = body.get("error") if isinstance(body, dict) else None
    type_ = error.get("type") if isinstance(error, dict) else None
    return type_ if isinstance(type_, str) else f"http_{event['status']}"


if __name__ == "__main__":
    disable_created_metrics()  # type: ignore[no-untyped-call]
    asyncio.run(consume(*sys.argv[1:]))
