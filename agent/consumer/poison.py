"""Tells a record that can never be read from a broker that cannot be reached."""

from collections import Counter
from traceback import walk_tb

from aiokafka.errors import (
    CorruptRecordException,
    InvalidMessageError,
    KafkaError,
    RecordTooLargeError,
    UnsupportedCodecError,
)

STRIKES = 3
"""Tries of one offset before it is skipped."""

_UNREADABLE = (
    CorruptRecordException,
    InvalidMessageError,
    RecordTooLargeError,
    UnsupportedCodecError,
)
_DECODERS = ("aiokafka/record", "aiokafka/codec")


class CountingError(Exception):
    """Counting these records failed: a defect of ours, which must not stop the partition."""


def is_poison(error: BaseException) -> bool:
    """Whether *error* speaks of a record: Kafka or a decoder says so, or counting it failed."""
    if isinstance(error, (CountingError, *_UNREADABLE)):
        return True
    if isinstance(error, KafkaError):
        return False
    files = (frame.f_code.co_filename.replace("\\", "/") for frame, _ in walk_tb(error.__traceback__))
    return any(decoder in file for file in files for decoder in _DECODERS)


class Strikes:
    """Counts failures by partition and offset."""

    def __init__(self) -> None:
        self._counts: Counter[tuple[tuple[str, int], int]] = Counter()

    def out(self, partition: tuple[str, int], offset: int) -> bool:
        """Note one failure more; True when the offset has had its tries."""
        self._counts[partition, offset] += 1
        if self._counts[partition, offset] < STRIKES:
            return False
        self._counts = Counter({key: n for key, n in self._counts.items() if key[0] != partition})
        return True
