"""The embedded broker: librdkafka's mock cluster in a process of its own, ready in a fraction of a second.

python -m agent.demo.broker    start one, print its address, until Ctrl-C, SIGTERM or the end of its stdin

It speaks plaintext, keeps everything in memory, and makes a topic when one is asked for.
"""

import signal
import sys

from confluent_kafka import KafkaException, Producer

from agent.demo.child import Child, DemoError
from agent.demo.leash import wait_for_end

PARTITIONS = 4
"""Partitions of every topic; the mock cluster has no setting for it."""

SILENT = 0
"""log_level for clients of it: librdkafka writes to stderr, and a lost connection is how each demo ends."""

_ERRORS_ONLY = 3

_SLOWEST_START = 30.0


class Broker(Child):
    """The broker's process, seen from the demo.

    Attributes:
        bootstrap: Its host:port.
    """

    bootstrap = ""

    def __init__(self) -> None:
        super().__init__([sys.executable, "-m", __name__], "the embedded broker")
        self.wait_until(self._has_told, _SLOWEST_START)

    def _has_told(self) -> bool:
        said = self.said
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
    owner = Producer({"bootstrap.servers": "ignored", "test.mock.num.brokers": 1, "log_level": _ERRORS_ONLY})
    (broker,) = owner.list_topics(timeout=10).brokers.values()
    sys.stdout.write(f"{broker.host}:{broker.port}\n")
    sys.stdout.flush()
    wait_for_end()


if __name__ == "__main__":
    main()
