"""Events at an even pace, rare ones among them."""

import json
import threading
import time
from collections.abc import Iterator
from itertools import product
from random import Random

from confluent_kafka import KafkaError, Producer

from tests.chaos.evaluation import Key

RATE = 800.0  # events a second
RARE_SHARE = 0.001
RARE_MODELS = 200
TICK = 0.05

PROVIDERS = ("openai", "anthropic", "gemini")
PATHS = ("/v1/chat/completions", "/v1/embeddings", "/v1/messages")
MODELS = ("model-a", "model-b")
STATUSES = {200: 90, 429: 4, 401: 1, 400: 2, 500: 2, 529: 1}
"""Share of each among the common events, in percent."""

LABELS = {"extra": ["model"], "budgets": {"model": RARE_MODELS + 50}, "max_series": 50_000}
"""Settings under which every key is a series of its own."""


def rare(number: int) -> Key:
    """A key that hardly ever occurs; one in two is an error, so that rare errors are seen too."""
    status = "200" if number % 2 else "429"
    return Key(PROVIDERS[number % 3], PATHS[number % 2], status, f"rare-{number:03}")


RARE = tuple(rare(number) for number in range(RARE_MODELS))
COMMON = tuple(
    Key(provider, path, str(status), model)
    for provider, path, status, model in product(PROVIDERS, PATHS, STATUSES, MODELS)
)
_WEIGHTS = [STATUSES[int(key.status)] for key in COMMON]


def value(key: Key) -> bytes:
    """The event of a key: always the same bytes, so that reading back is cheap."""
    event = {"provider": key.provider, "method": "POST", "path": key.path, "status": int(key.status)}
    return json.dumps(event | {"model": key.model, "duration_seconds": 0.3}).encode()


def draw(seed: int) -> Iterator[Key]:
    """The keys of one run, without end."""
    chance = Random(f"load {seed}")
    while True:
        if chance.random() < RARE_SHARE:
            yield chance.choice(RARE)
        else:
            yield from chance.choices(COMMON, _WEIGHTS)


class Load:
    """A thread that writes events, each once: the producer is idempotent and waits out a broker's absence.

    Args:
        batch: Events in a record; more than one stand in a list.
    """

    def __init__(self, bootstrap: str, topic: str, seed: int, rate: float = RATE, batch: int = 1) -> None:
        self._topic, self._rate, self._batch = topic, rate, batch
        self._keys = draw(seed)
        self._values = {key: value(key) for key in (*COMMON, *RARE)}
        self._partitions = Random(f"partitions {seed}")
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)
        self.sent = 0
        self.late = 0.0
        self.failures: list[str] = []
        self._producer = Producer(
            {
                "bootstrap.servers": bootstrap,
                "enable.idempotence": True,
                "linger.ms": 5,
                "log_level": 0,
                "topic.metadata.refresh.interval.ms": 2000,  # new partitions get their share soon
                "partitioner": "murmur2",
            }
        )

    def start(self) -> None:
        self._thread.start()

    def stop(self, within: float = 60.0) -> None:
        """Send no more, and wait until all that was sent is acknowledged."""
        if self._stop.is_set() or self._thread.ident is None:
            return
        self._stop.set()
        self._thread.join(within)
        left = self._producer.flush(within)
        if left:
            self.failures.append(f"{left} events were not acknowledged within {within:g} s")

    def _run(self) -> None:
        try:
            self._send_all()
        except Exception as error:  # noqa: BLE001 - whatever ended the load, the run proves nothing
            self.failures.append(f"the load ended: {error!r}")

    def _send_all(self) -> None:
        due = time.monotonic()
        owed = 0.0
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            self.late = max(self.late, time.monotonic() - due)
            due += TICK
            owed += self._rate * TICK
            records = int(owed) // self._batch
            for _ in range(records):
                self._send([next(self._keys) for _ in range(self._batch)])
            owed -= records * self._batch
            self._producer.poll(0)

    def _send(self, keys: list[Key]) -> None:
        events = [self._values[key] for key in keys]
        record = events[0] if self._batch == 1 else b"[" + b",".join(events) + b"]"
        spread = self._partitions.randbytes(8)
        while not self._stop.is_set():
            try:
                self._producer.produce(self._topic, record, spread, on_delivery=self._delivered)
            except BufferError:  # the broker has been away for long; the load falls behind until it is back
                self._producer.poll(0.1)
            else:
                self.sent += len(keys)
                return

    def _delivered(self, error: KafkaError | None, _message: object) -> None:
        if error is not None:
            self.failures.append(str(error))
