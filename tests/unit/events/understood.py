"""Events through the one way from record to meaning, without a broker."""

from collections.abc import Sequence
from typing import Any

import orjson

from agent.classify import Outcome
from agent.commands.record import Given
from agent.events import ApiResponse, Reader
from agent.meaning import Counted, Invalid, Meaning, meanings

NOW = 1_796_000_000.0  # 2026-11-30


def understood(
    record: object, preset: str = "native", headers: Sequence[tuple[str, bytes]] = (), **settings: Any
) -> list[Meaning]:
    """What a record means, given as bytes or as a JSON value."""
    value = record if isinstance(record, bytes) else orjson.dumps(record)
    reader = Reader(("model",), preset, **settings)
    return list(meanings(reader, Given(value, headers=headers), NOW))


def counted(record: object, preset: str = "native", **settings: Any) -> tuple[ApiResponse, Outcome]:
    """The one event in a record, which must count."""
    (meaning,) = understood(record, preset, **settings)
    assert isinstance(meaning, Counted), meaning
    return meaning.response, meaning.outcome


def words(record: object, preset: str = "native", **settings: Any) -> list[str]:
    """One word for each event in a record: its type, why it is invalid, or `ignored`."""
    return [
        meaning.outcome.type.value
        if isinstance(meaning, Counted)
        else meaning.reason.value
        if isinstance(meaning, Invalid)
        else "ignored"
        for meaning in understood(record, preset, **settings)
    ]
