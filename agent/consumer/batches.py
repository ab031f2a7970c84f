"""The batches in what a broker sent, as far as a damaged one still tells where it ends.

The header of a batch is readable though its records are not (Kafka's record format, magic 2). Only a part of
it is covered by the checksum, which a damaged batch fails anyway: so what it says is compared with what
follows, and where the two disagree reading goes on at the next batch that is whole.
"""

import re
import struct
from collections.abc import Iterator
from typing import NamedTuple

from aiokafka.errors import CorruptRecordException
from aiokafka.record.util import calc_crc32c

_FIELDS = struct.Struct(">qi4xbIhi30xi")  # the gap holds timestamps and what tells producers apart
_FRAME = struct.Struct(">qi4xb6xi")  # what of them is asked of every batch
_BEFORE_LENGTH_COUNTS = 12
_CHECKED_FROM = 21
_SAME_HIGH_BYTES = 4  # of an offset: batches that lie in one fetch are not four thousand million apart
_FARTHEST = 1 << 32

MAGIC = 2
HEADER_BYTES = _FIELDS.size
CODEC_MASK = 0x07


class Header(NamedTuple):
    """What a batch says of itself."""

    base_offset: int
    length: int
    magic: int
    crc: int
    attributes: int
    last_offset_delta: int
    records: int

    @property
    def next_offset(self) -> int:
        return self.base_offset + self.last_offset_delta + 1

    @property
    def size(self) -> int:
        """Bytes from the first of the header to the last of the records."""
        return _BEFORE_LENGTH_COUNTS + self.length

    def is_believable(self, position: int) -> bool:
        """Whether a batch with a record at *position* or soon after it can say this."""
        return (
            self.magic == MAGIC
            and self.size >= HEADER_BYTES
            and 0 <= self.records <= self.last_offset_delta + 1
            and position < self.next_offset < position + _FARTHEST
        )


class Passage(NamedTuple):
    """The way past a batch that cannot be read.

    Attributes:
        records: How many records it takes along, as far as that can be told; at least 1.

        next_offset: The offset to go on at.

        at: Where in the fetched bytes that is; their end when it is not in them.
    """

    records: int
    next_offset: int
    at: int


def header(data: bytes, at: int) -> Header | None:
    """The header that begins at *at*; None when the bytes end before it does."""
    if len(data) - at < HEADER_BYTES:
        return None
    return Header._make(_FIELDS.unpack_from(data, at))


def measured(data: bytes, at: int, position: int) -> tuple[int, int]:
    """How many bytes the batch at *at* has, and the offset that is to come after it.

    The checksum covers neither its length nor the offset that it begins with.

    Raises:
        CorruptRecordException: If they cannot be true of a batch with a record at *position* or behind it.
    """
    left = len(data) - at
    if left < _FRAME.size:
        raise CorruptRecordException(f"the {left} bytes that were fetched are not a batch")
    base_offset, length, magic, last_offset_delta = _FRAME.unpack_from(data, at)
    size, next_offset = _BEFORE_LENGTH_COUNTS + length, base_offset + last_offset_delta + 1
    if magic < MAGIC and _BEFORE_LENGTH_COUNTS < size <= left:  # of the formats before, which Kafka 4 ended
        return size, position
    if not HEADER_BYTES <= size <= left or next_offset <= position:
        raise CorruptRecordException(f"{size} bytes up to offset {next_offset}, where {left} were fetched")
    if base_offset > position and not _fits(data, at + size, next_offset):
        raise CorruptRecordException(f"offset {base_offset} where a lower one follows")
    return size, next_offset


def past(data: bytes, at: int, position: int) -> Passage:
    """The way past the batch at *at*, which is to give the record at offset *position*."""
    own = header(data, at)
    believed = own if own is not None and own.is_believable(position) else None
    if believed is not None and (next_offset := _end(data, at, believed, position)) is not None:
        return Passage(_records(believed, position, next_offset), next_offset, at + believed.size)
    whole = whole_after(data, at, position)
    if whole is not None:
        next_offset, at = whole
        lost = next_offset - position or (1 if believed is None else believed.records)
        return Passage(max(1, lost), next_offset, at)
    if believed is not None:
        return Passage(_records(believed, position, believed.next_offset), believed.next_offset, len(data))
    return Passage(1, position + 1, len(data))


def whole_after(data: bytes, at: int, position: int) -> tuple[int, int] | None:
    """Offset and place of the first batch behind *at* that is whole and not before *position*."""
    for place in _places(data, at + 1, position):
        found = header(data, place)
        if found is not None and found.base_offset >= position and _is_whole(data, place, found, position):
            return found.base_offset, place
    return None


def _is_whole(data: bytes, at: int, found: Header, position: int) -> bool:
    """Whether the batch is all there, as it was written, and at its place."""
    end = at + found.size
    if not found.is_believable(position) or end > len(data):
        return False
    is_as_written = calc_crc32c(data[at + _CHECKED_FROM : end]) == found.crc
    return is_as_written and (found.base_offset == position or _fits(data, end, found.next_offset))


def _fits(data: bytes, end: int, next_offset: int) -> bool:
    """Whether what follows goes on at *next_offset* or behind it."""
    following = header(data, end)
    return following is None or following.base_offset >= next_offset


def _places(data: bytes, start: int, position: int) -> Iterator[int]:
    """Where a batch that is not far behind *position* may begin."""
    high = struct.pack(">q", position)[:_SAME_HIGH_BYTES]
    begin = re.compile(re.escape(high) + rb".{12}\x02", re.DOTALL)  # from the offset to the magic
    while found := begin.search(data, start):
        yield found.start()
        start = found.start() + 1


def _end(data: bytes, at: int, believed: Header, position: int) -> int | None:
    """The offset at which a batch ends, if what follows it fits; else None."""
    at += believed.size
    if at > len(data):
        return None
    following = header(data, at)
    if following is None:
        return believed.next_offset
    if not following.is_believable(position + 1) or following.base_offset <= position:
        return None
    return min(believed.next_offset, following.base_offset)


def _records(believed: Header, position: int, next_offset: int) -> int:
    return max(1, min(believed.records, next_offset - position))
