"""The mixes of events that the whole agent is measured on. Data only."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

_NONE: Mapping[str, Any] = MappingProxyType({})
_ROOM = {"extra": ["model"], "max_series": 3_000_000, "budgets": {"model": 100, "path": 1000}}

ALL = ("floor", "go", "naive", "agent")
OURS = ("floor", "agent")


class Mix(NamedTuple):
    """What a topic holds.

    Attributes:
        errors: Share of the events that are errors.

        fresh: Every error body has ids and numbers of its own; else a few bodies come again and again.

        garbage: Share of the records that are no events.

        batch: Events in a record; more than one stand in a list.

        wide: 12 providers, 60 paths and 80 models, far more than the budget of series holds.

        limits: Every response says in its headers what is left of a rate limit.

        candidates: Who is measured on it.

        settings: Sections of the agent's settings, over the defaults.
    """

    name: str
    title: str
    errors: float = 0.05
    fresh: bool = False
    garbage: float = 0.0
    batch: int = 1
    wide: bool = False
    limits: bool = False
    candidates: tuple[str, ...] = OURS
    settings: Mapping[str, Any] = _NONE


MIXES: tuple[Mix, ...] = (
    Mix("repeat_5", "5 % errors, bodies that repeat", candidates=ALL),
    Mix("fresh_5", "5 % errors, bodies with fresh ids and numbers", fresh=True, candidates=ALL),
    Mix("repeat_50", "50 % errors, bodies that repeat", errors=0.5, candidates=ALL),
    Mix("fresh_50", "50 % errors, bodies with fresh ids and numbers", errors=0.5, fresh=True, candidates=ALL),
    Mix("garbage", "1 % of the records are garbage", garbage=0.01),
    Mix(
        "full_budget",
        "12 providers, 60 paths, 80 models: a full budget of series",
        wide=True,
        settings={"labels": {"extra": ["model"]}},
    ),
    Mix(
        "room",
        "12 providers, 60 paths, 80 models: room for all series",
        wide=True,
        settings={"labels": _ROOM},
    ),
    Mix("batches", "records of 50 events", batch=50),
    Mix("rate_limits", "rate-limit headers on every response", limits=True),
)

BY_NAME: Mapping[str, Mix] = {mix.name: mix for mix in MIXES}
