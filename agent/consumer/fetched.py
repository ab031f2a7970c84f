"""What was fetched of one partition: its records, and in their place what cannot be read.

These stand in for two classes of aiokafka's (see guards), with its own names for what they share with them.
"""

from aiokafka.consumer import fetcher
from aiokafka.errors import CorruptRecordException
from aiokafka.record.memory_records import MemoryRecords

from agent.consumer import header_keys
from agent.consumer.batches import MAGIC, header, measured, past, whole_after
from agent.consumer.poison import Unreadable


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
        batches.put_instead(header_keys.readable(batch, said))
        self._records_iterator = self._unpack_records()
        return super().__next__()

    def _pass(self, error: Exception) -> Unreadable:
        """Go on behind the batch that failed."""
        batches, position = self._records, self.next_fetch_offset
        records, self.next_fetch_offset, at = past(batches.data, batches.at, position)
        if at != batches.end or not batches.is_of_one_format:
            self._records = type(batches)(batches.data[at:])
        self._records.position = self.next_fetch_offset
        self._records_iterator = self._unpack_records()
        return Unreadable.of((position, records, self.next_fetch_offset), error, self._fetched_at)
