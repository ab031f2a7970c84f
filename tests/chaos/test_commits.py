"""Commits are read from the broker's own log of them, and a step back among them is seen."""

from collections.abc import Iterator

import pytest
from confluent_kafka import Consumer, TopicPartition

from tests.chaos.commits import Commit, read, steps_back
from tests.chaos.topic import reader
from tests.tools.kafka import Kafka
from tests.tools.process import until

TOPIC = "committed"


@pytest.fixture
def consumer(broker: Kafka) -> Iterator[Consumer]:
    """A member of a group: who is in it stands in the same log as the commits."""
    broker.create_topic(TOPIC)
    consumer = reader(broker.bootstrap, "some-group")
    consumer.subscribe([TOPIC])
    until(lambda: consumer.poll(0.1) or consumer.assignment(), 30, "nothing is assigned")
    yield consumer
    consumer.close()


def test_every_commit_is_found_in_its_order(consumer: Consumer) -> None:
    for offset in (3, 9, 5):
        consumer.commit(offsets=[TopicPartition(TOPIC, 2, offset)], asynchronous=False)

    found = [it for it in read(consumer) if it.partition == (TOPIC, 2)]

    assert [commit.offset for commit in found] == [3, 9, 5]
    (back,) = steps_back(found)
    assert "some-group" in str(back)
    assert "committed-2: 9 -> 5" in str(back)


def test_two_groups_and_two_partitions_are_kept_apart() -> None:
    commits = [Commit("a", ("t", 0), 9, 1.0), Commit("b", ("t", 0), 5, 2.0), Commit("a", ("t", 1), 3, 3.0)]

    assert not [*steps_back(commits)]
