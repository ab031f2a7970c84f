"""Hands out the records of a fetch as they were decoded, many at a time.

For each record aiokafka builds an object of eleven fields and goes through Python four times: half of
what fetching costs. Of those fields four are read here, and the decoded record has them. These classes take
the place of two of aiokafka's own (see guards) if works() says so; else its own go on, one record at a time.
"""

from collections.abc import Iterator
from functools import cache
from itertools import chain, islice
from typing import Any

from aiokafka import TopicPartition
from aiokafka.consumer import fetcher
from aiokafka.record.default_records import DefaultRecordBatchBuilder

from agent.consumer.fetched import Batches, Records
from agent.consumer.poison import Unreadable

_PIECE = 512  # records that are decoded at once: a batch may hold a million
_ALL = 1 << 62


class _Piece:
    """Some records of a batch, which pass for its only one.

    Attributes:
        offset: Of the last of them.
    """

    def __init__(self, records: list[Any]) -> None:
        self.records = records
        self.offset = records[-1].offset


class _InPieces:
    """A batch that is iterated by piece, and is in all else what it was."""

    def __init__(self, batch: Any) -> None:
        self._batch = batch

    def __getattr__(self, name: str) -> Any:
        return getattr(self._batch, name)

    def __next__(self) -> Any:
        return next(self._batch)

    def __iter__(self) -> Iterator[_Piece]:
        records = chain(self._batch)  # a batch can be asked for its iterator once only
        is_more = True
        while is_more:
            found: list[Any] = []
            try:
                found.extend(islice(records, _PIECE))
            except Exception:
                if found:  # what was decoded before is good
                    yield _Piece(found)
                raise
            is_more = len(found) == _PIECE  # asked after its end, a batch would read on
            if found:
                yield _Piece(found)


class RawBatches(Batches):
    """The batches of a fetch, each in pieces."""

    def next_batch(self) -> object:
        return _InPieces(super().next_batch())


class RawRecords(Records):
    """What was fetched of one partition: decoded records, and an Unreadable wherever a batch cannot be read.

    Attributes:
        next_fetch_offset: Offset after what was taken.

        is_spent: Whether all is taken.
    """

    def __init__(self, *what: Any) -> None:
        super().__init__(*what)
        self._decoded: list[Any] = []
        self._decoded_to = self.next_fetch_offset
        self._is_read = False

    @property
    def is_spent(self) -> bool:
        return self._is_read and not self._decoded

    def __next__(self) -> object:
        found = self.take(1)
        if not found:
            raise StopIteration
        return found[0]

    def take(self, most: int) -> list[Any]:
        """The next records, *most* at most."""
        found, self._decoded = self._decoded, []
        self.next_fetch_offset = self._decoded_to
        while len(found) < most and not self._is_read:
            found += self._piece()
        self._decoded_to = self.next_fetch_offset
        if len(found) > most:
            found, self._decoded = found[:most], found[most:]
            last = found[-1]
            self.next_fetch_offset = last.next_offset if isinstance(last, Unreadable) else last.offset + 1
        return found

    def _piece(self) -> list[Any]:
        try:
            found = super().__next__()
        except StopIteration:
            self._is_read = True
            return []
        return [found] if isinstance(found, Unreadable) else found  # type: ignore[return-value]

    def _consumer_record(self, _tp: object, piece: _Piece) -> list[Any]:
        """Of a piece, what is not before the offset that is to come."""
        records, start = piece.records, self.next_fetch_offset
        return records if records[0].offset >= start else [it for it in records if it.offset >= start]


class RawResult(fetcher.FetchResult):  # type: ignore[misc]
    """The answer to a fetch, of one partition."""

    _partition_records: RawRecords | None

    def getall(self, max_records: int | None = None) -> list[Any]:
        records = self._partition_records
        if records is None or not self.check_assignment(self._topic_partition):
            return []
        found: list[Any] = records.take(_ALL if max_records is None else max_records)
        self._update_position()
        if records.is_spent:
            self._partition_records = None
        return found


class _State:
    """What aiokafka keeps of a partition."""

    paused, position = False, 1

    def consumed_to(self, position: int) -> None:
        self.position = position


class _Assignment:
    active = True

    def __init__(self) -> None:
        self._state = _State()

    def state_value(self, _tp: object) -> _State:
        return self._state


@cache
def works() -> bool:
    """Whether these classes fit this aiokafka: a batch is read with them."""
    builder = DefaultRecordBatchBuilder(2, 0, 0, -1, -1, -1, 1 << 10)
    for offset in range(4):
        builder.append(offset, offset, None, b"%d" % offset, [])
    how = (None, None, True, 1)  # no deserializers; checksums and transactions are looked at
    tp, assignment = TopicPartition("t", 0), _Assignment()
    try:
        records = RawRecords(tp, RawBatches(bytes(builder.build())), [], 1, *how)
        result = RawResult(tp, assignment=assignment, partition_records=records, backoff=0)
        found = [(result.getall(2), assignment.state_value(tp).position) for _ in range(2)]
        said = [[(it.offset, it.timestamp, it.value, tuple(it.headers)) for it in some] for some, _ in found]
        positions = [position for _, position in found]
    except Exception:  # noqa: BLE001 - whatever another version does otherwise
        return False
    whole = [(offset, offset, b"%d" % offset, ()) for offset in range(1, 4)]
    return said == [whole[:2], whole[2:]] and positions == [3, 4] and not result.has_more()
