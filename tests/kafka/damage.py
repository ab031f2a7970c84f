"""Batches that no one can read, as a damaged disk or a careless producer leaves them.

A real broker refuses most of them from a producer; the embedded one takes any. A real one serves what stands
in its segments, which can be changed while it is stopped.
"""

import struct
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path

import cramjam
from aiokafka import TopicPartition
from aiokafka.client import AIOKafkaClient
from aiokafka.errors import NoError, NotLeaderForPartitionError, for_code
from aiokafka.protocol.produce import ProduceRequest
from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c, encode_varint

PARTITION = 2
TIME = 1_795_323_600_000
GZIP, SNAPPY, LZ4, ZSTD = 1, 2, 3, 4
UNKNOWN_CODEC = 7

LENGTH_AT, MAGIC_AT, CRC_AT, ATTRIBUTES_AT, LAST_OFFSET_DELTA_AT, HEADER_BYTES = 8, 16, 17, 21, 23, 61

Headers = Sequence[tuple[str, bytes]]


def batch(
    values: Sequence[bytes | None], codec: int = 0, base_offset: int = 0, headers: Headers = ()
) -> bytes:
    """A batch as producers make it, and as brokers number it."""
    builder = DefaultRecordBatchBuilder(2, codec, 0, -1, -1, -1, 1 << 30)
    for offset, value in enumerate(values):
        builder.append(offset, TIME, None, value, list(headers))
    return struct.pack(">q", base_offset) + bytes(builder.build())[8:]


def checked(whole: bytes) -> bytes:
    """The same batch with a checksum that is right."""
    crc = struct.pack(">I", calc_crc32c(whole[ATTRIBUTES_AT:]))
    return whole[:CRC_AT] + crc + whole[ATTRIBUTES_AT:]


def corrupt(whole: bytes) -> bytes:
    """A byte of the last record has changed since the checksum was made."""
    return whole[:-2] + bytes((whole[-2] ^ 0xFF, whole[-1]))


def undecodable(whole: bytes) -> bytes:
    """It says that it is compressed otherwise than it is, with a right checksum."""
    return of_codec(whole, GZIP if whole[ATTRIBUTES_AT + 1] == ZSTD else ZSTD)


def of_unknown_codec(whole: bytes) -> bytes:
    return of_codec(whole, UNKNOWN_CODEC)


def of_codec(whole: bytes, codec: int) -> bytes:
    attributes = bytes((whole[ATTRIBUTES_AT], whole[ATTRIBUTES_AT + 1] & ~7 | codec))
    return checked(whole[:ATTRIBUTES_AT] + attributes + whole[ATTRIBUTES_AT + 2 :])


def truncated(whole: bytes) -> bytes:
    """Its end is gone; what stands behind it moves up."""
    return whole[:-20]


def too_long(whole: bytes) -> bytes:
    """It says that it reaches beyond the end of the log."""
    return whole[:LENGTH_AT] + struct.pack(">i", 1 << 28) + whole[LENGTH_AT + 4 :]


def of_no_length(whole: bytes) -> bytes:
    return whole[:LENGTH_AT] + struct.pack(">i", -5) + whole[LENGTH_AT + 4 :]


def of_old_offsets(whole: bytes) -> bytes:
    """It says that it begins at offset 0, which no checksum covers."""
    return bytes(8) + whole[8:]


def of_old_format(whole: bytes) -> bytes:
    """It says that it is of the format that Kafka had first, which no checksum covers."""
    return whole[:MAGIC_AT] + b"\0" + whole[MAGIC_AT + 1 :]


def of_wrong_end(whole: bytes) -> bytes:
    """It says that it holds a thousand offsets more than it does."""
    (delta,) = struct.unpack_from(">i", whole, LAST_OFFSET_DELTA_AT)
    end = LAST_OFFSET_DELTA_AT + 4
    return whole[:LAST_OFFSET_DELTA_AT] + struct.pack(">i", delta + 1000) + whole[end:]


def with_binary_header_keys(values: Sequence[bytes | None], codec: int = 0, base_offset: int = 0) -> bytes:
    """Each record has a header whose key is Latin-1, which Kafka takes as it takes all bytes."""
    plain = batch(values, 0, base_offset, [("xyzzy", b"1"), ("ok", b"2")]).replace(b"xyzzy", b"gr\xf6\xdfe")
    return checked(plain) if codec == 0 else _packed(checked(plain), codec)


def _packed(whole: bytes, codec: int) -> bytes:
    from aiokafka import codec as codecs

    pack = {
        GZIP: codecs.gzip_encode,
        SNAPPY: codecs.snappy_encode,
        LZ4: codecs.lz4_encode,
        ZSTD: codecs.zstd_encode,
    }
    packed = whole[:HEADER_BYTES] + pack[codec](whole[HEADER_BYTES:])
    return of_codec(packed[:LENGTH_AT] + struct.pack(">i", len(packed) - 12) + packed[LENGTH_AT + 4 :], codec)


def bomb(codec: int, records: int) -> bytes:
    """A batch of *records* values of a mebibyte of zeros each, made without holding them in memory."""
    pack, zeros, packed = packer(codec), bytes(1 << 20), bytearray()
    for number in range(records):
        head, tail = b"\0\0" + varint(number) + varint(-1) + varint(len(zeros)), varint(0)
        packed += pack(varint(len(head) + len(zeros) + len(tail)) + head + zeros + tail)
    packed += pack(None)
    fields = (
        0,
        HEADER_BYTES - 12 + len(packed),
        -1,
        2,
        0,
        codec,
        records - 1,
        TIME,
        TIME,
        -1,
        -1,
        -1,
        records,
    )
    return checked(struct.pack(">qiibIhiqqqhii", *fields) + packed)


def packer(codec: int) -> Callable[[bytes | None], bytes]:
    """Gives what comes out for what is put in; None ends the stream."""
    if codec == GZIP:
        deflate = zlib.compressobj(9, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
        return lambda part: deflate.flush() if part is None else deflate.compress(part)
    lz4 = cramjam.lz4.Compressor(level=9, content_checksum=False, block_linked=False)
    stream = cramjam.zstd.Compressor() if codec == ZSTD else lz4

    def pack(part: bytes | None) -> bytes:
        if part is None:
            return bytes(stream.finish())
        stream.compress(part)
        return b""

    return pack


def varint(number: int) -> bytes:
    out = bytearray()
    encode_varint(number, out.append)
    return bytes(out)


# --- where brokers keep them ----------------------------------------------------------------------


async def write(bootstrap: str, topic: str, records: bytes, partition: int = PARTITION) -> None:
    """Produce a batch as it is."""
    client, tp = AIOKafkaClient(bootstrap_servers=bootstrap), TopicPartition(topic, partition)
    request = ProduceRequest(None, 1, 30_000, [(topic, [(partition, records)])])
    await client.bootstrap()
    try:
        client.add_topic(topic)
        for _ in range(100):
            await client.force_metadata_update()
            answer = await client.send(client.cluster.leader_for_partition(tp), request)
            refusal = for_code(answer.topics[0][1][0][1])
            if refusal is not NotLeaderForPartitionError:  # as a broker says that has just started
                break
        assert refusal is NoError
    finally:
        await client.close()


def segment(data: Path, topic: str, partition: int) -> Path:
    """The first file of a partition, in the data folder of a broker."""
    return data / f"{topic}-{partition}" / f"{0:020}.log"


def batches(log: bytes) -> list[bytes]:
    """Cut the bytes of a segment, or of a fetch, into batches."""
    found, at = [], 0
    while at < len(log):
        (length,) = struct.unpack_from(">i", log, at + LENGTH_AT)
        found.append(log[at : at + 12 + length])
        at += 12 + length
    return found
