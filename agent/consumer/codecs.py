"""Whether what producers may use can be read here: a codec that is missing would stop a partition."""

from aiokafka import codec
from aiokafka.record.default_records import DefaultRecordBatch

CODECS = ("gzip", "lz4", "snappy", "zstd")


def missing() -> list[str]:
    """Compressions that aiokafka cannot undo here."""
    return [name for name in CODECS if not getattr(codec, f"has_{name}")()]


def is_compiled() -> bool:
    """Whether aiokafka's record reader is its C extension; without it reading is many times slower."""
    return "_crecords" in DefaultRecordBatch.__module__
