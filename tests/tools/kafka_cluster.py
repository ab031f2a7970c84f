"""Three brokers, each of which is a controller too: what one of them held, another takes over."""

import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Self

from confluent_kafka.admin import AdminClient

from tests.tools.kafka import Kafka, cluster_id
from tests.tools.process import LOOPBACK

BROKERS = 3
PROPERTIES = {
    "offsets.topic.replication.factor": "3",
    "transaction.state.log.replication.factor": "3",
    "transaction.state.log.min.isr": "2",
    "min.insync.replicas": "2",
}


class Node(Kafka):
    """One broker of several."""

    def __init__(self, number: int, heap: str) -> None:
        super().__init__(heap=heap)
        self.number = number

    @property
    def voter(self) -> str:
        return f"{self.number}@{LOOPBACK}:{self._ports['controller']}"

    def _format(self) -> None:
        """Give the copied data folder a number and an identity of its own."""
        super()._format()
        meta = self.data / "meta.properties"
        text = re.sub("node.id=.*", f"node.id={self.number}", meta.read_text())
        meta.write_text(re.sub("directory.id=.*", f"directory.id={cluster_id()}", text))


class Cluster:
    """Used as a context manager, like a single Kafka."""

    def __init__(self, heap: str = "320m") -> None:
        self.brokers = [Node(number, heap) for number in range(1, BROKERS + 1)]
        voters = ",".join(broker.voter for broker in self.brokers)
        for broker in self.brokers:
            numbers = {"node.id": str(broker.number), "controller.quorum.voters": voters}
            broker.properties = PROPERTIES | numbers

    @property
    def bootstrap(self) -> str:
        return ",".join(broker.bootstrap for broker in self.brokers)

    def __enter__(self) -> Self:
        try:
            with ThreadPoolExecutor() as together:  # none answers before most of them are there
                list(together.map(Kafka.start, self.brokers))
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        with ThreadPoolExecutor() as together:
            list(together.map(Kafka.close, self.brokers))

    def create_topic(self, name: str, partitions: int = 4) -> None:
        self.brokers[0].create_topic(name, partitions, replicas=BROKERS)

    def coordinator(self, group_id: str) -> Kafka:
        """Give the broker that keeps the offsets of a group."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap, "log_level": 0})
        found: Any = admin.describe_consumer_groups([group_id])[group_id].result(30)
        return next(broker for broker in self.brokers if broker.number == found.coordinator.id)
