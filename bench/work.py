"""How much is done for an event, counted in calls: it is the same on a busy machine as on an idle one."""

import sys
from collections.abc import Callable, Sequence
from types import FrameType
from typing import Any, NamedTuple

from agent.assembly import assemble
from agent.classify.dialects.recognition import REGISTRY
from agent.settings import Settings
from bench.events import Events
from bench.mixes import Mix

SEED = 7
START = 1_795_323_600
NOW = START + 60.0
PARTITION = ("events", 0)

WARM, COUNTED = 30_000, 2_000  # events


class Record(NamedTuple):
    """What is read of a Kafka record."""

    value: bytes
    offset: int
    timestamp: int = START * 1000
    headers: Sequence[tuple[str, bytes | None]] = ()


def calls_per_event(mix: Mix, *, are_new: bool = False) -> float:
    """Calls of functions, in Python and in C, from the bytes of an event to its counts, once all is warm.

    Args:
        are_new: Whether the events of a wide mix are looked at when most of them say what none said before.
    """
    values = Events(mix, SEED, START).values((WARM + COUNTED) // mix.batch)
    records = [Record(value, offset) for offset, value in enumerate(values)]
    warm = WARM // mix.batch
    REGISTRY.memory.forget()  # what others have filled it with
    pipeline = assemble(Settings.model_validate(mix.settings)).pipeline
    is_all_seen = mix.wide and not are_new  # in the long run each combination has been seen before
    seen = records if is_all_seen else records[:warm]
    pipeline.process(PARTITION, seen, NOW)
    return calls(lambda: pipeline.process(PARTITION, records[warm:], NOW)) / COUNTED


def calls(work: Callable[[], object]) -> int:
    """How many calls *work* makes."""
    made = 0

    def count(_frame: FrameType, event: str, _what: Any) -> None:
        nonlocal made
        made += event in {"call", "c_call"}

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        work()
    finally:
        sys.setprofile(before)
    return made
