"""The embedded broker: librdkafka's mock cluster in a process of its own, ready in a fraction of a second.

python -m tests.tools.embedded    start one, print its address, until Ctrl-C
"""

import sys

from confluent_kafka import Producer

from tests.tools.cache import ROOT
from tests.tools.process import Child, Server, wait_for_interrupt

PARTITIONS = 4  # of every topic; the mock cluster has no setting for it
SLOWEST_START = 30.0  # seconds


class Embedded(Server):
    """A broker that can be used like `Kafka`, over plaintext only and in memory.

    `start` after `stop` or `kill` gives an empty broker at a new address.
    """

    bootstrap: str

    def start(self) -> None:
        self.log.unlink(missing_ok=True)
        self._child = Child([sys.executable, "-m", __name__], self.log, cwd=ROOT)
        self._child.wait_ready(self._has_told, SLOWEST_START, "the embedded broker")

    def _has_told(self) -> bool:
        said = self.log.read_text()
        self.bootstrap = said.strip()
        return said.endswith("\n")

    def create_topic(self, name: str, partitions: int = PARTITIONS) -> None:
        """Ask for the topic's metadata, which makes it."""
        if partitions != PARTITIONS:
            raise ValueError(f"partitions={partitions}; the embedded broker always makes {PARTITIONS}")
        Producer({"bootstrap.servers": self.bootstrap}).list_topics(name, timeout=10)


def main() -> None:
    owner = Producer({"bootstrap.servers": "ignored", "test.mock.num.brokers": 1, "log_level": 3})
    (broker,) = owner.list_topics(timeout=10).brokers.values()
    print(f"{broker.host}:{broker.port}", flush=True)
    wait_for_interrupt()


if __name__ == "__main__":
    main()
