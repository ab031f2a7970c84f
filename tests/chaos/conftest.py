"""Chaos needs the real things: a Kafka that the tests of a module share, and a topic of its own for each."""

from collections.abc import Iterator
from itertools import count

import pytest

from tests.chaos.rig import Rig
from tests.tools import kafka, prometheus
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.kafka_cluster import Cluster

SEED = 7

_numbers = count()


@pytest.fixture(scope="session")
def _real_components() -> None:
    require(kafka.ensure)
    require(prometheus.ensure)


@pytest.fixture(scope="session")
def broker(_real_components: None) -> Iterator[Kafka]:
    """A Kafka that tests may stop and kill; each leaves it running."""
    with Kafka() as running:
        yield running


def new_rig(broker: Kafka | Cluster, **load: int) -> Rig:
    """A topic of its own, on which load is not yet started."""
    topic = f"events-{next(_numbers)}"
    broker.create_topic(topic)
    return Rig(broker.bootstrap, topic, SEED, **load)


@pytest.fixture
def rig(broker: Kafka) -> Iterator[Rig]:
    with new_rig(broker) as prepared:
        yield prepared
