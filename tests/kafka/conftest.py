"""One suite, two brokers: the embedded one, and a real Apache Kafka."""

import gc
import os
import warnings
from collections.abc import Iterator
from itertools import count

import pytest

from tests.tools import kafka
from tests.tools.cache import require
from tests.tools.embedded import Embedded
from tests.tools.kafka import Kafka
from tests.tools.process import until

Broker = Embedded | Kafka

_numbers = count()


@pytest.fixture(scope="session")
def real_kafka() -> Iterator[Kafka]:
    """A real Apache Kafka for the whole run, or that of several runs; tests use topics of their own."""
    require(kafka.ensure)
    with kafka.shared() or Kafka() as broker:
        yield broker


@pytest.fixture(scope="session")
def mortal_kafka() -> Iterator[Kafka]:
    """The broker behind own_kafka."""
    require(kafka.ensure)
    with Kafka() as broker:
        yield broker


@pytest.fixture
def own_kafka(mortal_kafka: Kafka) -> Kafka:
    """A Kafka that tests may stop, kill and pause; each leaves it running, though maybe not yet answering."""
    until(lambda: kafka.answers(mortal_kafka.bootstrap), 60, "the broker does not come back")
    return mortal_kafka


@pytest.fixture(scope="session")
def embedded_kafka() -> Iterator[Embedded]:
    """The embedded broker for the whole run."""
    with Embedded() as broker:
        yield broker


@pytest.fixture(params=["embedded", "real"])
def broker(request: pytest.FixtureRequest) -> Broker:
    """Each of the two brokers."""
    found: Broker = request.getfixturevalue(f"{request.param}_kafka")
    return found


@pytest.fixture
def topic(broker: Broker) -> str:
    """A new topic with four partitions."""
    name = f"events-{os.getpid()}-{next(_numbers)}"
    broker.create_topic(name)
    return name


@pytest.fixture
def real_topic(real_kafka: Kafka) -> str:
    """A new topic with four partitions on the real Kafka."""
    name = f"events-{os.getpid()}-{next(_numbers)}"
    real_kafka.create_topic(name)
    return name


@pytest.fixture
def _forgotten_connections() -> Iterator[None]:
    """Let go of connections that aiokafka forgets when it is stopped while it connects to a dead broker."""
    yield
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        gc.collect()
