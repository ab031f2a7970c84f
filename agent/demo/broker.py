"""The embedded broker: librdkafka's mock cluster in a process of its own, ready in a fraction of a second.

python -m agent.demo.broker    start one, print its address, until Ctrl-C, SIGTERM or the end of its parent

It speaks plaintext, keeps everything in memory, and makes a topic when one is asked for.
"""

import os
import signal
import sys
import time
from pathlib import Path

from confluent_kafka import KafkaException, Producer

from agent.demo.child import Child, DemoError

PARTITIONS = 4
"""Partitions of every topic; the mock cluster has no setting for it."""

SILENT = 0
"""log_level for clients of it: librdkafka writes to stderr, and a lost connection is how each demo ends."""

_ERRORS_ONLY = 3

_SLOWEST_START = 30.0
_LOOK_FOR_PARENT_EVERY = 0.5  # seconds


class Broker(Child):
    """The broker's process, seen from the demo.

    Attributes:
        bootstrap: Its host:port.
    """

    bootstrap = ""

    def __init__(self, folder: Path) -> None:
        super().__init__([sys.executable, "-m", __name__], folder / "broker.log", "the embedded broker")
        self.wait_until(self._has_told, _SLOWEST_START)

    def _has_told(self) -> bool:
        said = self.log.read_text()
        self.bootstrap = said.strip()
        return said.endswith("\n")


def create_topic(bootstrap: str, name: str) -> None:
    """Ask for the topic's metadata, which makes it.

    Raises:
        DemoError: If the broker does not answer.
    """
    asker = Producer({"bootstrap.servers": bootstrap, "log_level": SILENT})
    try:
        asker.list_topics(name, timeout=10)
    except KafkaException as error:
        raise DemoError(f"the embedded broker at {bootstrap} does not answer: {error}") from None


def main() -> None:
    # Python would note a signal and act on it in the main thread, which librdkafka's threads do not
    # wake. The system's own action ends the process at once, whichever thread the signal reaches.
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, signal.SIG_DFL)
    parent = os.getppid()
    owner = Producer({"bootstrap.servers": "ignored", "test.mock.num.brokers": 1, "log_level": _ERRORS_ONLY})
    (broker,) = owner.list_topics(timeout=10).brokers.values()
    sys.stdout.write(f"{broker.host}:{broker.port}\n")
    sys.stdout.flush()
    while os.getppid() == parent:  # nobody is left to end us
        time.sleep(_LOOK_FOR_PARENT_EVERY)


if __name__ == "__main__":
    main()
