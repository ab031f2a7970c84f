"""What aiokafka makes of the bytes that it fetched, guarded: the one place that changes aiokafka.

A batch that it cannot read makes aiokafka raise, over and over, with the records lost that it had taken of
other partitions; what comes out of a compressed batch has no bound; a header key that is no UTF-8 costs the
batch. None of this can be set, so classes and functions are put in the place of its own. They rely on the
names below as aiokafka 0.14 has them, and pyproject.toml takes no other; the tests hold each guard.
"""

from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException, UnknownError, for_code
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record import default_records, legacy_records
from aiokafka.record.memory_records import MemoryRecords

from agent.consumer import header_keys
from agent.consumer.batches import MAGIC, header, measured, past, whole_after
from agent.consumer.books import Partition
from agent.consumer.poison import Unreadable
from agent.consumer.unpacking import Unpacked, Unpacker

_REFUSALS = (CorruptRecordException, UnknownError)

CODECS = ("gzip", "snappy", "lz4", "zstd")
"""In the order of their numbers in a batch, from 1 on."""

unpacker = Unpacker()


def bound(max_batch_bytes: int) -> None:
    """Refuse batches, from now on, that have more bytes when they are unpacked."""
    unpacker.most = max_batch_bytes


def install() -> None:
    """Put the guards in place, for all clients of this process."""
    fetcher.MemoryRecords = Batches
    fetcher.PartitionRecords = Records
    for module in _decoding_modules():
        for name in CODECS:
            if hasattr(module, f"{name}_decode"):
                setattr(module, f"{name}_decode", getattr(unpacker, name))


def _decoding_modules() -> tuple[object, ...]:
    """The modules that call decoders by names of their own: in Python, and compiled from Cython."""
    try:
        from aiokafka.record import _crecords
    except ImportError:
        return default_records, legacy_records
    return default_records, legacy_records, _crecords.default_records, _crecords.legacy_records


def watch(consumer: AIOKafkaConsumer, refused: Callable[[Partition], None]) -> None:
    """Be told of each partition for which a broker answers a fetch with an error that aiokafka only logs.

    Meanwhile it asks again, a thousand times a second.
    """
    client = consumer._client  # noqa: SLF001 - there is no public way to a fetch
    send = client.send

    async def watched(node: int, request: object, **how: object) -> Any:
        answer = await send(node, request, **how)
        if isinstance(request, FetchRequest):
            for topic, partitions in answer.topics:
                for number, code, *_ in partitions:
                    if code and for_code(code) in _REFUSALS:
                        refused((topic, number))
        return answer

    client.send = watched


class Batches(MemoryRecords):  # type: ignore[misc]
    """The batches that were fetched of one partition, one after the other.

    Attributes:
        data: The bytes, as they came.

        at: Where the batch begins that was handed out last.

        end: Where it ends.

        position: The offset that is to come after it.
    """

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self.data = data
        self.position = -1
        self.at = self.end = 0
        self._instead: object = None

    @property
    def is_of_one_format(self) -> bool:
        """Whether the first one's format can hold for all, for which aiokafka takes it."""
        said = header(self.data, 0)
        return said is not None and said.magic == MAGIC

    def has_next(self) -> bool:
        return self._instead is not None or super().has_next() or self._is_broken_off()

    def next_batch(self) -> object:
        """The next batch.

        Raises:
            CorruptRecordException: If its length or its offsets cannot be true.
        """
        if self._instead is not None:
            batch, self._instead = self._instead, None
            return batch
        self.at = self.end
        size, self.position = measured(self.data, self.at, self.position)
        self.end = self.at + size
        return super().next_batch()

    def put_instead(self, batch: bytes) -> None:
        """Hand out *batch* next, in place of the last one."""
        self._instead = MemoryRecords(batch).next_batch()

    def _is_broken_off(self) -> bool:
        """Whether what is left is no batch cut short by the end of the fetch, as the last one often is."""
        if self.end == 0:
            return len(self.data) > 0  # brokers send the first one whole
        return whole_after(self.data, self.end, self.position) is not None


class Records(fetcher.PartitionRecords):  # type: ignore[misc]
    """The records that were fetched of one partition, with an Unreadable wherever a batch cannot be read."""

    _records: Batches
    next_fetch_offset: int

    def __init__(
        self, tp: object, records: Batches, aborted: object, fetch_offset: int, *how: object
    ) -> None:
        super().__init__(tp, records, aborted, fetch_offset, *how)
        records.position = fetch_offset
        self._fetched_at = fetch_offset

    def __next__(self) -> object:
        try:
            return super().__next__()
        except (StopIteration, MemoryError):  # a batch is not bad because memory is short
            raise
        except Exception as error:  # noqa: BLE001 - whatever a decoder meets
            return self._after(error)

    def _after(self, error: Exception) -> object:
        if UnicodeDecodeError in (type(error), type(error.__cause__)):
            try:
                return self._with_readable_keys()
            except Exception as other:  # noqa: BLE001 - as above
                error = other
        return self._pass(error)

    def _with_readable_keys(self) -> object:
        """Read the batch again from the record on at which a header key was in the way."""
        batches = self._records
        said = header(batches.data, batches.at)
        if said is None:
            raise CorruptRecordException("a batch without a header")
        batch = batches.data[batches.at : batches.at + said.size]
        batches.put_instead(header_keys.readable(batch, said, _unpack))
        self._records_iterator = self._unpack_records()
        return super().__next__()

    def _pass(self, error: Exception) -> Unreadable:
        """Go on behind the batch that failed."""
        batches, position = self._records, self.next_fetch_offset
        records, self.next_fetch_offset, at = past(batches.data, batches.at, position)
        if at != batches.end or not batches.is_of_one_format:
            self._records = Batches(batches.data[at:])
        self._records.position = self.next_fetch_offset
        self._records_iterator = self._unpack_records()
        return Unreadable.of((position, records, self.next_fetch_offset), error, self._fetched_at)


def _unpack(codec: int, payload: bytes) -> Unpacked:
    if codec == 0:
        return payload
    unpacked: Unpacked = getattr(unpacker, CODECS[codec - 1])(payload)
    return unpacked
