"""Batches that no one can read, as a damaged disk leaves them.

A real broker refuses such a batch from a producer. The embedded one takes it.
"""

import struct

from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

PARTITION = 2
ZSTD = 4


def batch(values: list[bytes], codec: int = 0) -> bytearray:
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 20)
    for offset, value in enumerate(values):
        builder.append(offset, 1_795_323_600_000, None, value, [])
    return bytearray(builder.build())


def corrupt() -> bytes:
    """A batch of one record in which a byte has changed since its checksum was made."""
    found = batch([b"lost"])
    found[-2] ^= 0xFF
    return bytes(found)


def undecodable() -> bytes:
    """A batch of one record that says it is compressed, with a right checksum, and is not."""
    found = batch([b"lost"])
    attributes_at, crc_at = 21, 17
    found[attributes_at + 1] |= ZSTD
    struct.pack_into(">I", found, crc_at, calc_crc32c(bytes(found[attributes_at:])))
    return bytes(found)


async def write(bootstrap: str, topic: str, records: bytes) -> None:
    client = AIOKafkaClient(bootstrap_servers=bootstrap)
    await client.bootstrap()
    try:
        client.add_topic(topic)
        await client.force_metadata_update()
        node = client.cluster.leader_for_partition(TopicPartition(topic, PARTITION))
        await client.send(node, ProduceRequest(None, 1, 5000, [(topic, [(PARTITION, records)])]))
    finally:
        await client.close()
