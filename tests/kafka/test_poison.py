"""Batches that cannot be read: the rest of the topic is counted, what is lost is counted as skipped."""

from collections import Counter
from collections.abc import Callable

import pytest

from tests.kafka.damage import PARTITION, corrupt, undecodable, write
from tests.kafka.recorder import Recorder, produce, running, settings
from tests.tools.embedded import Embedded
from tests.waiting import until


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


@pytest.mark.parametrize("damage", [corrupt, undecodable])
async def test_a_batch_that_cannot_be_read_is_skipped_alone(
    embedded_kafka: Embedded, damage: Callable[[], bytes]
) -> None:
    topic, books = f"poisoned-by-{damage.__name__}", Recorder()
    embedded_kafka.create_topic(topic)
    produce(embedded_kafka.bootstrap, topic, numbers(0, 40))
    await write(embedded_kafka.bootstrap, topic, damage())
    produce(embedded_kafka.bootstrap, topic, numbers(40, 80))

    async with running(settings(embedded_kafka.bootstrap, topic), books):
        await until(lambda: len(books.values) >= 80)

    assert books.skipped == [((topic, PARTITION), 1, 11)]
    assert Counter(books.values) == Counter(numbers(0, 80))
