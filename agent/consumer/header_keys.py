"""Record headers whose keys are no UTF-8: Kafka takes any bytes, aiokafka gives up the batch."""

import struct

from aiokafka.record.util import calc_crc32c, decode_varint

from agent.consumer.batches import CODEC_MASK, HEADER_BYTES, Header
from agent.consumer.unpacking import unpack

_LENGTH_AT, _CRC_AT, _ATTRIBUTES_AT = 8, 17, 21


def readable(batch: bytes, said: Header) -> bytes:
    """The same batch, unpacked, with `?` for each byte of such a key that is not ASCII.

    Raises:
        Exception: If there is more wrong with it; whatever a decoder meets.
    """
    records = bytearray(unpack(said.attributes & CODEC_MASK, batch[HEADER_BYTES:]))
    at = 0
    for _ in range(said.records):
        length, at = decode_varint(records, at)
        _fix_record(records, at)
        at += length
    whole = bytearray(batch[:HEADER_BYTES]) + records
    struct.pack_into(">i", whole, _LENGTH_AT, len(whole) - _LENGTH_AT - 4)
    struct.pack_into(">h", whole, _ATTRIBUTES_AT, said.attributes & ~CODEC_MASK)
    struct.pack_into(">I", whole, _CRC_AT, calc_crc32c(bytes(whole[_ATTRIBUTES_AT:])))
    return bytes(whole)


def _fix_record(records: bytearray, at: int) -> None:
    for _ in ("attributes", "timestamp", "offset"):
        _, at = decode_varint(records, at)
    for _ in ("key", "value"):
        at = _after_bytes(records, at)
    headers, at = decode_varint(records, at)
    for _ in range(headers):
        length, at = decode_varint(records, at)
        records[at : at + length] = _fixed(bytes(records[at : at + length]))
        at = _after_bytes(records, at + length)


def _after_bytes(records: bytearray, at: int) -> int:
    length, at = decode_varint(records, at)
    return int(at + max(0, length))  # -1 stands for none


def _fixed(key: bytes) -> bytes:
    """A key of the same length that is UTF-8."""
    try:
        key.decode()
    except UnicodeDecodeError:
        return key.decode("ascii", "replace").encode("ascii", "replace")
    return key
