"""Undoes the compression of a batch, and stops where it grows beyond a bound.

aiokafka unpacks a batch whole, whatever comes out: 32 KB may become 1 GB. None of these takes more memory
than the bound and the codec's own window. All raise whatever a damaged payload makes the codec raise.
"""

import struct
import zlib
from collections.abc import Callable, Iterator

from aiokafka import codec

from agent.settings import KafkaSettings

_PIECE = 1 << 20
_FIRST_TRY = 1 << 16
_USUAL_RATIO = 16  # what JSON seldom exceeds
_GROWTH = 4
_GZIP = 16 + zlib.MAX_WBITS
_XERIAL = b"\x82SNAPPY\0"  # what Java's snappy writes before its blocks
_XERIAL_HEADER_BYTES = 16

CODECS = ("gzip", "snappy", "lz4", "zstd")
"""In the order of their numbers in a batch, from 1 on."""

Unpacked = bytes | bytearray


class BatchTooLargeError(Exception):
    """A batch does not fit into the bound when it is unpacked."""

    def __init__(self, most: int, why: object = "") -> None:
        super().__init__(f"more than {most} bytes when unpacked (kafka.max_batch_bytes) {why}".strip())


class Unpacker:
    """The four codecs of Kafka, under one bound.

    Attributes:
        most: Bytes that a batch may have when it is unpacked.
    """

    def __init__(self, most: int = KafkaSettings().max_batch_bytes) -> None:
        self.most = most

    def gzip(self, payload: bytes) -> Unpacked:
        out, rest = bytearray(), bytes(payload)
        while rest:
            inflater = zlib.decompressobj(_GZIP)
            while not inflater.eof:
                piece = inflater.decompress(rest, _PIECE)
                if not piece and not inflater.eof:
                    raise EOFError("the gzip stream ends too early")
                out += piece
                self._check(len(out))
                rest = inflater.unconsumed_tail
            rest = inflater.unused_data
        return out

    def snappy(self, payload: bytes) -> Unpacked:
        snappy = codec.cramjam.snappy
        blocks = list(_snappy_blocks(bytes(payload)))
        self._check(sum(snappy.decompress_raw_len(block) for block in blocks))
        return b"".join(snappy.decompress_raw(block) for block in blocks)

    def lz4(self, payload: bytes) -> Unpacked:
        return self._grown(codec.cramjam.lz4.decompress_into, payload)

    def zstd(self, payload: bytes) -> Unpacked:
        return self._grown(codec.cramjam.zstd.decompress_into, payload)

    def _grown(self, unpack_into: Callable[[bytes, bytearray], int], payload: bytes) -> Unpacked:
        """Unpack into a buffer of fixed size, and into ever larger ones up to the bound."""
        size = min(self.most, max(_FIRST_TRY, _USUAL_RATIO * len(payload)))
        while True:
            out = bytearray(size)
            try:
                written = unpack_into(payload, out)
            except codec.cramjam.DecompressionError as error:  # too small, or damaged: only words tell which
                del out  # before a larger one is made, and not kept by the error
                if size == self.most:
                    raise BatchTooLargeError(self.most, f"or damaged: {error}") from error
            else:
                del out[written:]
                return out
            size = min(self.most, size * _GROWTH)

    def _check(self, size: int) -> None:
        if size > self.most:
            raise BatchTooLargeError(self.most)


unpacker = Unpacker()
"""The one that all clients of this process share."""


def unpack(number: int, payload: bytes) -> Unpacked:
    """Undo a compression by its number in a batch; 0 is none."""
    if number == 0:
        return payload
    unpacked: Unpacked = getattr(unpacker, CODECS[number - 1])(payload)
    return unpacked


def _snappy_blocks(payload: bytes) -> Iterator[bytes]:
    """The blocks of a payload: Java's has several with a length before each, others are one."""
    if not payload.startswith(_XERIAL):
        yield payload
        return
    at = _XERIAL_HEADER_BYTES
    while at < len(payload):
        (length,) = struct.unpack_from(">I", payload, at)
        yield payload[at + 4 : at + 4 + length]
        at += 4 + length
