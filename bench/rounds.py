"""The whole agent beside the others: each mix in turn, each candidate in turn, several rounds."""

import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from bench.arithmetic import Figures, figures, typical
from bench.candidates import CANDIDATES, Watched, agents
from bench.events import PER_SECOND, Events
from bench.filling import fill
from bench.mixes import Mix
from bench.progress import Progress
from bench.running import run
from tests.tools.kafka import Kafka

SEED = 7
PARTITIONS = 8
ONCE = {"naive"}
"""Measured in the first round only: it takes longest, and no claim hangs by its last percent."""

PROFILED = ("repeat_5", "fresh_50")
"""Mixes for which it is said where the time goes."""


class Settled(NamedTuple):
    """What a candidate comes to on a mix over all rounds."""

    figures: Figures
    failed: int
    first_count: float


def bench(
    broker: Kafka, mixes: Sequence[Mix], names: Iterable[str], events: int, rounds: int, progress: Progress
) -> dict[str, Any]:
    """Measure, and give the part of results.json."""
    found: dict[tuple[str, str], Settled] = {}
    spent: dict[str, Mapping[str, float]] = {}
    for mix in mixes:
        records = events // mix.batch
        values = Events(mix, SEED, time.time() - events / PER_SECOND).values(records)
        with progress.step(f"{mix.name}: writing", records) as tell:
            fill(broker, mix.name, values, PARTITIONS, tell)
        here = [name for name in mix.candidates if name in names]
        found |= {(name, mix.name): it for name, it in _rounds(broker, mix, here, records, rounds, progress)}
        if mix.name in PROFILED:
            spent[mix.name] = _spent(broker, mix, records, progress)
        broker.delete_topic(mix.name)
    return part(found) | {"spent": spent, "events": events, "rounds": rounds}


def _rounds(
    broker: Kafka, mix: Mix, names: Sequence[str], records: int, rounds: int, progress: Progress
) -> Iterator[tuple[str, Settled]]:
    runs = defaultdict(list)
    turns = [(number, name) for number in range(rounds) for name in names if number == 0 or name not in ONCE]
    for number, name in turns:
        running = CANDIDATES[name](broker.bootstrap, mix.name, f"{name}-{mix.name}-{number}", mix)
        with progress.step(f"{mix.name}: {name}, round {number + 1}", records) as tell:
            runs[name].append(run(running, records, tell))
        one = figures(runs[name][-1].samples, mix.batch)
        progress.say(f"{mix.name:12} {name:6} {one.us:7.2f} us per event, {one.rate:9,.0f} events/s")
    for name, those in runs.items():
        settled = typical(figures(it.samples, mix.batch) for it in those)
        yield name, Settled(settled, sum(it.failed for it in those), min(it.first_count for it in those))


def part(found: Mapping[tuple[str, str], Settled]) -> dict[str, Any]:
    """Figures by candidate and mix, as results.json has them."""
    table: dict[str, Any] = defaultdict(dict)
    for (name, mix), (one, failed, first_count) in found.items():
        table[f"{name}_us"][mix] = one.us
        table[f"{name}_events_per_second"][mix] = one.rate
        table[f"{name}_rss_mb"][mix] = one.rss_mb
        if name == "agent":
            table["gap_ms"][mix] = one.gap_ms
            table["scrape_ms"][mix] = one.scrape_ms
            table["failed_scrapes"][mix] = failed
            table["first_count_seconds"] = max(table.get("first_count_seconds", 0.0), first_count)
    if "gap_ms" in table:
        table["loop_gap_ms"] = max(table["gap_ms"].values())
    return dict(table)


def _spent(broker: Kafka, mix: Mix, records: int, progress: Progress) -> Mapping[str, float]:
    """The share of the agent's CPU that each room has, in percent, from the first look to the last."""
    server = Watched(broker.bootstrap, mix.name, f"watched-{mix.name}", mix.settings)
    told: list[Counter[str]] = []
    with progress.step(f"{mix.name}: where the time goes", records) as tell:

        def ask(read: int) -> None:
            said = server.ask()
            told.extend([Counter(said["rooms"])] if said else [])
            tell(read)

        run(agents(server), records, ask)
    return shares(told[-1] - told[0] if len(told) > 1 else sum(told, Counter()))


def shares(counts: Mapping[str, int]) -> dict[str, float]:
    """Percent of the sum, the largest first; less than one percent is left out."""
    total = sum(counts.values())
    largest = sorted(counts.items(), key=lambda it: -it[1])
    return {name: 100 * count / total for name, count in largest if 100 * count >= total}
