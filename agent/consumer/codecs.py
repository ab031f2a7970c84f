"""Whether what producers may use can be read here: a codec that is missing would stop a partition."""

from aiokafka import codec
from aiokafka.record.default_records import DefaultRecordBatch, DefaultRecordBatchBuilder
from aiokafka.record.memory_records import MemoryRecords

from agent.consumer import guards
from agent.consumer.unpacking import CODECS

_TEXT = b"0" * (1 << 20)  # more than any codec is given room for at its first try


def missing() -> list[str]:
    """Compressions that cannot be undone here, as a batch of each shows."""
    guards.install()  # they are what unpacks
    return [name for number, name in enumerate(CODECS, 1) if not _comes_back(number, name)]


def _comes_back(number: int, name: str) -> bool:
    if not getattr(codec, f"has_{name}")():
        return False
    try:
        builder = DefaultRecordBatchBuilder(2, number, 0, -1, -1, -1, 2 * len(_TEXT))
        builder.append(0, 0, None, _TEXT, [])
        batch = MemoryRecords(bytes(builder.build())).next_batch()
        return [record.value for record in batch] == [_TEXT]
    except Exception:  # noqa: BLE001 - a codec that is broken may raise anything
        return False


def is_compiled() -> bool:
    """Whether aiokafka's record reader is its C extension; without it reading is many times slower."""
    return "_crecords" in DefaultRecordBatch.__module__
