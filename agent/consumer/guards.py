"""Guards put into aiokafka: the one place that changes it.

A batch that it cannot read makes aiokafka raise, over and over, with the records lost that it had taken of
other partitions; what comes out of a compressed batch has no bound; a header key that is no UTF-8 costs the
batch; some errors of joining a group have no name. None of this can be set, so classes and functions are put
in the place of its own. They rely on the names below as aiokafka 0.14 has them, and pyproject.toml takes no
other; the tests hold each guard.
"""

import asyncio
from collections.abc import Callable
from typing import Any

from aiokafka import AIOKafkaConsumer
from aiokafka.consumer import fetcher
from aiokafka.errors import (
    BrokerResponseError,
    CorruptRecordException,
    UnknownError,
    for_code,
    kafka_errors,
)
from aiokafka.protocol.fetch import FetchRequest
from aiokafka.record import default_records, legacy_records

from agent.consumer import raw
from agent.consumer.books import Partition
from agent.consumer.fetched import Batches, Records
from agent.consumer.unpacking import CODECS, unpacker

_RESULT = fetcher.FetchResult
_REFUSALS = (CorruptRecordException, UnknownError)
_KEPT_BACK = 0.05  # seconds, in which the broker is asked nothing else by this client


class GroupMaxSizeReachedError(BrokerResponseError):  # type: ignore[misc]
    """The group has no room for one more member."""

    errno = 81
    message = "GROUP_MAX_SIZE_REACHED"


class FencedInstanceIdError(BrokerResponseError):  # type: ignore[misc]
    """The group has given the place of this group_instance_id to a later member."""

    errno = 82
    message = "FENCED_INSTANCE_ID"


def bound(max_batch_bytes: int) -> None:
    """Refuse batches, from now on, that have more bytes when they are unpacked."""
    unpacker.most = max_batch_bytes


def install() -> None:
    """Put the guards in place, for all clients of this process."""
    kinds = (raw.RawResult, raw.RawRecords, raw.RawBatches) if raw.works() else (_RESULT, Records, Batches)
    fetcher.FetchResult, fetcher.PartitionRecords, fetcher.MemoryRecords = kinds
    kafka_errors.update({error.errno: error for error in (GroupMaxSizeReachedError, FencedInstanceIdError)})
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

    It would ask again at once, a thousand times a second: such an answer is kept back for a moment.
    """
    client = consumer._client  # noqa: SLF001 - there is no public way to a fetch
    send = client.send

    async def watched(node: int, request: object, **how: object) -> Any:
        answer = await send(node, request, **how)
        refusals = _refusals(answer) if isinstance(request, FetchRequest) else []
        for partition in refusals:
            refused(partition)
        if refusals:
            await asyncio.sleep(_KEPT_BACK)
        return answer

    client.send = watched


def _refusals(answer: Any) -> list[Partition]:
    return [
        (topic, number)
        for topic, partitions in answer.topics
        for number, code, *_ in partitions
        if code and for_code(code) in _REFUSALS
    ]
