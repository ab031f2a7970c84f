"""What the agents read: the demo's scenario, and beside it a topic with every kind of trouble."""

import json
import time
from datetime import UTC, datetime, timedelta
from threading import Thread
from typing import Self

from confluent_kafka import Producer

from agent.demo.producer import EventProducer
from agent.demo.scenario import DEFAULT_SEED, events

SECONDS = 40.0
MAX_BYTES = 2048

INVALID = (
    None,
    b"",
    b"[7]",
    b"{}",
    b"not JSON",
    b"\xff\xfe{}",
    b'{"status": 200, "body": "%s"}' % (b" " * MAX_BYTES),
)
PROBE = b'{"status": 200, "path": "/healthz"}'
"""What events.only leaves out."""
BAD_FIELDS: tuple[dict[str, object], ...] = (
    {"duration_seconds": -1},
    {"timestamp": "NaN"},
    {"headers": 7},
    {"method": 5},
    {"path": ["/v1"]},
    {"provider": {"name": "openai"}},
    {"request_id": 1.5},
)
LATE = 3600.0  # seconds before now
QUOTA = 1_000_000


def play_scenario(bootstrap: str, topic: str) -> None:
    """Send the demo's events, each at its time."""
    producer = EventProducer(bootstrap, topic)
    for event in events(SECONDS, DEFAULT_SEED, time.time()):
        time.sleep(max(0.0, event.at - time.time()))
        producer.send(event)
    producer.flush()


class Trouble:
    """Sends, until it is left, what is invalid, late, unusable in part, or too much for a budget."""

    def __init__(self, bootstrap: str, topic: str) -> None:
        self._producer = Producer(
            {"bootstrap.servers": bootstrap, "linger.ms": 5, "enable.idempotence": True}
        )
        self._topic = topic
        self._thread = Thread(target=self._run, daemon=True)
        self._over = False
        self._turns = 0

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        self._thread.join(30)

    def _run(self) -> None:
        while not self._over:
            self._turn()
            time.sleep(0.25)
        self._producer.flush(10)

    def _turn(self) -> None:
        self._turns += 1
        for value in (
            *INVALID,
            PROBE,
            *map(_usual, BAD_FIELDS),
            _unknown_path(self._turns),
            _quota(self._turns),
            _usual({"status": 500, "model": "codestral", "tenant": "acme"}),
        ):
            self._producer.produce(self._topic, value)
        for _ in range(4):
            self._producer.produce(self._topic, _usual({"attempts": [502]}))
        late = int((time.time() - LATE) * 1000)
        self._producer.produce(self._topic, _usual({}), timestamp=late)
        self._producer.poll(0)


def _usual(more: dict[str, object]) -> bytes:
    event = {"provider": "mistral", "method": "POST", "path": "/v1/fim/completions", "status": 200}
    times = {"duration_seconds": 0.4, "time_to_first_token": 0.1}
    return json.dumps(event | times | more).encode()


def _unknown_path(number: int) -> bytes:
    return _usual({"path": f"/made/up/{'abcdefghij'[number % 10]}{'klmnopqrst'[number // 10 % 10]}"})


def _quota(number: int) -> bytes:
    """A monthly quota that is being used up, and will not be renewed for weeks."""
    renewed = datetime.now(UTC) + timedelta(days=20)
    headers = {
        "x-ratelimit-limit-tokens-month": str(QUOTA),
        "x-ratelimit-remaining-tokens-month": str(max(0, QUOTA - 2500 * number)),
        "x-ratelimit-reset-tokens-month": renewed.isoformat(),
    }
    return _usual({"headers": headers})
