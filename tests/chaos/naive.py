"""The naive yardstick, as most people write it: counters in memory, and a commit every second.

python -m tests.chaos.naive BOOTSTRAP TOPIC GROUP ADDRESS
"""

import asyncio
import json
import signal
import sys
from contextlib import suppress

from aiokafka import AIOKafkaConsumer
from aiokafka.errors import KafkaError
from prometheus_client import Counter, disable_created_metrics, start_http_server

TYPES = {200: "ok", 400: "invalid_request_error", 401: "authentication_error", 429: "rate_limit_error"}
TYPES |= {500: "api_error", 529: "overloaded_error"}

RESPONSES = ("provider", "method", "path", "status", "type", "model")
ERRORS = ("provider", "path", "status", "type", "reason", "model")


async def consume(bootstrap: str, topic: str, group: str) -> None:
    responses = Counter("api_responses", "API responses.", RESPONSES)
    errors = Counter("api_errors", "API responses that are errors.", ERRORS)
    async with AIOKafkaConsumer(
        topic,
        bootstrap_servers=bootstrap,
        group_id=group,
        auto_offset_reset="earliest",
        enable_auto_commit=True,
        auto_commit_interval_ms=1000,
        session_timeout_ms=6000,
        heartbeat_interval_ms=2000,
        metadata_max_age_ms=2000,
    ) as consumer:
        async for record in consumer:
            event = json.loads(record.value)
            type_ = TYPES[event["status"]]
            labels = (event["provider"], event["path"], event["status"], type_)
            responses.labels(labels[0], event["method"], *labels[1:], event["model"]).inc()
            if type_ != "ok":
                errors.labels(*labels, "none", event["model"]).inc()


async def main(bootstrap: str, topic: str, group: str, address: str) -> None:
    disable_created_metrics()  # type: ignore[no-untyped-call]
    host, _, port = address.rpartition(":")
    start_http_server(int(port), host)
    task = asyncio.create_task(consume(bootstrap, topic, group))
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, task.cancel)
    with suppress(asyncio.CancelledError):
        await task


if __name__ == "__main__":
    try:
        asyncio.run(main(*sys.argv[1:]))
    except KafkaError as error:
        sys.exit(f"{error}")  # no broker: it is started anew, as Kubernetes does
