"""Events at an even pace, until it is stopped."""

import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from typing import Self

from confluent_kafka import Producer

TICK = 0.05  # seconds


class Load:
    """A thread that writes, as a context manager. Events that the producer has no room for are left out."""

    def __init__(self, bootstrap: str, topic: str, values: Iterator[bytes], rate: float) -> None:
        self._topic, self._values, self._rate = topic, values, rate
        self._stop = threading.Event()
        self._producer = Producer({"bootstrap.servers": bootstrap, "compression.type": "lz4", "log_level": 0})
        self._thread = threading.Thread(target=self._run, name="load", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join(10)
        self._producer.purge()

    def send(self, value: bytes) -> None:
        with suppress(BufferError):
            self._producer.produce(self._topic, value)

    def _run(self) -> None:
        due, owed = time.monotonic(), 0.0
        while not self._stop.wait(max(0.0, due - time.monotonic())):
            due += TICK
            owed += self._rate * TICK
            for _ in range(int(owed)):
                self.send(next(self._values))
            owed -= int(owed)
            self._producer.poll(0)
