"""How the cost grows: 1, 2 and 4 agents, which share one core; 1, 8 and 64 partitions.

python -m bench.scale [--events 1000000]
"""

import argparse
import os
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack
from typing import Any

from bench import cores, results
from bench.arithmetic import Sample, figures
from bench.candidates import Agents, Running, agents
from bench.events import PER_SECOND, Events
from bench.filling import fill
from bench.looking import look, page_of
from bench.mixes import BY_NAME
from bench.progress import Progress
from bench.rounds import SEED
from bench.running import AT_MOST, EVERY, begin
from tests.tools.kafka import Kafka

MIX = BY_NAME["repeat_5"]
SHAPES = ((1, 1), (1, 8), (1, 64), (2, 8), (4, 8), (2, 64), (4, 64))
"""Agents and partitions."""


def together(samples: Sequence[Sample]) -> Sample:
    """Several agents as if they were one."""
    return Sample(
        at=max(it.at for it in samples),
        cpu=sum(it.cpu for it in samples),
        rss=sum(it.rss for it in samples),
        records=sum(it.records for it in samples),
        gap=max(it.gap for it in samples),
        scrape=max(it.scrape for it in samples),
    )


def bench(broker: Kafka, events: int, progress: Progress) -> list[dict[str, Any]]:
    """Measure each shape, and give the part of results.json."""
    for partitions in sorted({partitions for _, partitions in SHAPES}):
        values = Events(MIX, SEED, time.time() - events / PER_SECOND).values(events)
        with progress.step(f"writing to {partitions} partitions", events) as tell:
            fill(broker, f"scale-{partitions}", values, partitions, tell)
    return [_shape(broker, count, partitions, events, progress) for count, partitions in SHAPES]


def _shape(broker: Kafka, count: int, partitions: int, events: int, progress: Progress) -> dict[str, Any]:
    topic, group = f"scale-{partitions}", f"scale-{count}-{partitions}"
    title = f"{count} agents, {partitions} partitions"
    with progress.step(title, events) as tell:
        samples = _run(
            [agents(Agents(broker.bootstrap, topic, group, {})) for _ in range(count)], events, tell
        )
    found = figures(samples)
    progress.say(f"{title:26} {found.us:7.2f} us per event, {found.rate:9,.0f} events/s")
    return {
        "agents": count,
        "partitions": partitions,
        "us": found.us,
        "events_per_second": found.rate,
        "rss_mb_each": found.rss_mb / count,
    }


def _run(members: Sequence[Running], events: int, tell: Any) -> list[Sample]:
    """Start all at the same time, and let them read to the end together."""
    with ExitStack() as stack:
        pages = [stack.enter_context(page_of(member.address)) for member in members]
        for member in members:
            stack.callback(member.server.close)
        with cores.on(cores.measured()):
            for member in members:
                member.server.start()
        latest = [begin(member, page) for member, page in zip(members, pages, strict=True)]
        samples = [together(latest)]
        while samples[-1].records < events and samples[-1].at < samples[0].at + AT_MOST:
            time.sleep(EVERY)
            seen = [look(member, page) for member, page in zip(members, pages, strict=True)]
            latest = [new or old for new, old in zip(seen, latest, strict=True)]
            samples.append(together(latest))
            tell(samples[-1].records)
        return samples


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.scale", description=__doc__)
    parser.add_argument("--events", type=int, default=1_000_000, help="in each topic (default %(default)s)")
    options = parser.parse_args(arguments)
    os.sched_setaffinity(0, cores.others())
    with Progress() as progress, Kafka(heap="1g", jvm=()) as broker:
        results.write({"scale": {"events": options.events, "rows": bench(broker, options.events, progress)}})
    return 0


if __name__ == "__main__":
    sys.exit(main())
