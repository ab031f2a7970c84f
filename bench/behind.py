"""Far behind: a long backlog costs no memory, no scrape, and not the truth on what is late.

python -m bench.behind [--events 20000000] [--memory 256] [--within 10]

Exits with 1 if the agent ever had more memory, if a scrape took longer, or if late_records is wrong.
"""

import argparse
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice
from typing import Any, NamedTuple

from bench import results
from bench.arithmetic import Sample, added, figures
from bench.candidates import Agents, agents
from bench.events import Events
from bench.filling import fill
from bench.looking import look, page_of, peak
from bench.mixes import BY_NAME
from bench.progress import Progress
from bench.rounds import PARTITIONS, SEED
from bench.running import AT_MOST, EVERY, begin
from tests.tools.kafka import Kafka

MIX = BY_NAME["fresh_5"]
TOPIC = "behind"
DIFFERENT = 100_000  # events; after them they come again
OLD, TO_COME = 3600, 1800  # seconds before and after now, by the clock of Kafka's timestamps
OLD_IN_TEN = 9  # of ten records


class Behind(NamedTuple):
    """How an agent has worked off a backlog.

    Attributes:
        peak_mb: The most memory it ever had.

        slowest: Seconds of the slowest scrape.

        failed: Scrapes without a page.

        late: Records that it called late, of `old` that were.
    """

    samples: list[Sample]
    peak_mb: float
    slowest: float
    failed: int
    late: int
    old: int


def is_old(number: int) -> bool:
    return number // PARTITIONS % 10 < OLD_IN_TEN


def backlog(events: int) -> Iterator[bytes]:
    return islice(cycle(list(Events(MIX, SEED, time.time() - OLD).values(min(events, DIFFERENT)))), events)


def bench(broker: Kafka, events: int, progress: Progress) -> Behind:
    """Write the backlog, and let an agent read it."""
    old, coming = (int((time.time() + shift) * 1000) for shift in (-OLD, TO_COME))
    with progress.step("writing the backlog", events) as tell:
        fill(
            broker,
            TOPIC,
            backlog(events),
            PARTITIONS,
            tell,
            timestamps=lambda number: old if is_old(number) else coming,
        )
    running = agents(Agents(broker.bootstrap, TOPIC, TOPIC, {}))
    with running.server, page_of(running.address) as page, progress.step("reading it", events) as tell:
        samples, failed = [begin(running, page)], 0
        while samples[-1].records < events and samples[-1].at < samples[0].at + AT_MOST:
            time.sleep(EVERY)
            seen = look(running, page)
            failed += seen is None
            samples += [seen] if seen else []
            tell(samples[-1].records)
        late = int(added(page.text, "api_error_agent_late_records_total"))
        highest = peak(running.server.pid) / 1e6
    slowest = max(sample.scrape for sample in samples)
    return Behind(samples, highest, slowest, failed, late, sum(map(is_old, range(events))))


def problems(found: Behind, events: int, memory: float, within: float) -> list[str]:
    """What is not as it should be, in words."""
    read = found.samples[-1].records
    said = {
        f"it had {found.peak_mb:.0f} MB, more than {memory:g}": found.peak_mb > memory,
        f"a scrape took {found.slowest:.1f} s, more than {within:g}": found.slowest > within,
        f"{found.failed} scrapes had no page": found.failed > 0,
        f"{found.late:,} records were late by its own words, and {found.old:,} were": found.late != found.old,
        f"it read {read:,} of {events:,} records": read < events,
    }
    return [words for words, is_so in said.items() if is_so]


def part(found: Behind, events: int) -> dict[str, Any]:
    """What of it stands in results.json."""
    one = figures(found.samples)
    return {
        "events": events,
        "us": one.us,
        "events_per_second": one.rate,
        "peak_mb": found.peak_mb,
        "slowest_scrape_ms": found.slowest * 1e3,
        "failed_scrapes": found.failed,
        "late_records": found.late,
        "old_records": found.old,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m bench.behind", description=__doc__)
    parser.add_argument("--events", type=int, default=20_000_000, help="of backlog (default %(default)s)")
    parser.add_argument("--memory", type=float, default=256, help="MB at most (default %(default)g)")
    parser.add_argument("--within", type=float, default=10, help="seconds for a scrape (default %(default)g)")
    options = parser.parse_args(arguments)
    with Progress() as progress, Kafka(heap="1g", jvm=()) as broker:
        found = bench(broker, options.events, progress)
        wrong = problems(found, options.events, options.memory, options.within)
        results.write({"behind": part(found, options.events)})
        progress.say(
            "\n".join(wrong) or f"at most {found.peak_mb:.0f} MB; a scrape took {found.slowest:.2f} s at most"
        )
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
