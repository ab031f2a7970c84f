"""docs/performance.md, from bench/results.json."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from bench import report
from bench.mixes import BY_NAME, MIXES
from docs.src.markdown import NOTE

RESULTS = Path(__file__).parents[2] / "bench" / "results.json"

STORM = BY_NAME["fresh_50"]

MEANING: Mapping[str, str] = {
    "consumer": "reading from Kafka beside the client: positions, lag, what to do about faults",
    "aiokafka": "the Kafka client: fetching, decompressing, taking records out of their batches",
    "events": "parsing JSON, and finding the fields of an event in it",
    "classify": "saying what an error means",
    "fastpath": "counting events that say nothing new",
    "meaning": "the order of these two for a record",
    "pipeline": "the order of these two for a batch of records",
    "metrics": "finding the series of an event, adding to it, and writing pages",
    "ledger": "what is counted, shown and committed",
    "pages": "what follows from the delivery of a page",
    "web": "the HTTP server",
    "asyncio": "the event loop",
}
"""Rooms by what they do; those without a line here are small."""


def page() -> str:
    found = json.loads(RESULTS.read_text())
    parts = (
        NOTE,
        "# What it costs\n",
        *_reading(),
        *(_one_core(found) if "agent_us" in found else ()),
        *(_where(found) if found.get("spent") else ()),
        *(_growing(found) if "pages" in found else ()),
        *_lasting(found),
    )
    return "\n".join(parts)


def _reading() -> Iterable[str]:
    yield report.paragraph(
        "`make bench` measures the whole agent on a real Kafka, beside three others that read the same",
        "events: the floor, which fetches and parses and does nothing else; the same job written by hand in",
        "Go, without classifying; and the naive way, prometheus_client for each event.",
        "[bench/RESULTS.md](../bench/RESULTS.md) has all figures with the machine and the versions they come",
        "from; the figures on this page are taken from there.",
    )
    yield """How to read them:

* CPU per event is user and kernel time of the process, divided by the events that it has read. Unlike
  events per second it does not depend on how busy the other cores are.
* Compare ratios. The floor is measured in the same minutes on the same core, so agent : floor says what
  meaning and exact counting cost, on any machine.
* The agent is scraped once a second, as by a Prometheus in a hurry. At the usual 15 s, pages cost a
  fifteenth of that.
* Which Python it is counts too. That of the image was optimised with a profile when it was built, as
  Debian's was; one that was not, as pyenv builds it unless told otherwise, needs about a fifth more.
* A storm is the mix with 50 % errors, each with ids and numbers of its own: that is when an agent must not
  fall behind.
"""


def _one_core(found: Mapping[str, Any]) -> Iterable[str]:
    rows = []
    for mix in MIXES:
        if mix.name in found["agent_us"]:
            us, floor = found["agent_us"][mix.name], found["floor_us"][mix.name]
            memory = report.shown(found["agent_rss_mb"][mix.name])
            rows.append((mix.title, report.shown(us), f"{us / floor:.2f}", f"{_rounded(1e6 / us):,}", memory))
    yield "## What one core carries\n"
    columns = ("CPU per event, µs", "agent : floor", "events/s of a whole core", "memory, MB")
    yield report.table(("events", *columns), rows)
    yield "![CPU per event by mix](../bench/results.svg)\n"
    half = _rounded(1e6 / found["agent_us"][STORM.name] / 2)
    yield report.paragraph(
        f"Plan with half of a core, so that a backlog melts: {half:,} events/s in the worst storm.",
        "Whoever needs more than one core needs more agents, and at least as many partitions.",
    )


def _rounded(rate: float) -> int:
    """Two digits: more would be a promise."""
    return int(float(f"{rate:.2g}"))


def _where(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Where the time goes\n"
    yield "Percent of the agent's CPU:\n"
    shares = found["spent"]
    rooms = list(dict.fromkeys(room for one in shares.values() for room in one if room in MEANING))
    rows = [
        [f"`{room}`", MEANING[room], *(report.shown(round(one.get(room, 0))) for one in shares.values())]
        for room in rooms
    ]
    yield report.table(("room", "what it does", *(BY_NAME[mix].title for mix in shares)), rows)


def _growing(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## How the cost grows\n"
    yield "**With series.** A page costs by its lines. Memory is that of an agent with so many series.\n"
    sizes = sorted(found["pages"].values(), key=lambda it: float(it["lines"]))
    yield report.table(
        ("lines", "CPU of a scrape, ms", "memory, MB"),
        [[report.shown(row[name]) for name in ("lines", "cpu_ms", "rss_mb")] for row in sizes],
    )
    if "scale" in found:
        yield "**With partitions and agents.** All agents share one core here, so that their sums compare.\n"
        columns = ("agents", "partitions", "us", "rss_mb_each")
        yield report.table(
            ("agents", "partitions", "CPU per event, µs", "memory of each, MB"),
            [[report.shown(row[name]) for name in columns] for row in found["scale"]["rows"]],
        )


def _lasting(found: Mapping[str, Any]) -> Iterable[str]:
    if "behind" in found:
        one = found["behind"]
        yield "## Far behind\n"
        yield report.paragraph(
            f"A backlog of {one['events']:,} events took {report.shown(one['peak_mb'])} MB of memory at",
            f"most, and no scrape took longer than {report.shown(one['slowest_scrape_ms'])} ms. What is",
            "fetched is bounded ([docs/deploy.md](deploy.md#sizing)), so a longer backlog takes longer and",
            "nothing else.",
        )
    if "soak" in found:
        one = found["soak"]
        memory = one["held"]["rss_mb"]
        yield "## Long runs\n"
        yield report.paragraph(
            f"`make soak` has an agent read a backlog of {one['warmed_with']:,} events, and watches it for",
            "ten minutes, with a scrape every second and a fault every minute: the broker stalls or crashes,",
            "the agent is stopped, another joins, scrapers hang up, garbage comes. It fails if memory, open",
            "files, tasks, threads or series have grown.",
            f"In the last run, with {one['faults']} faults, memory went from",
            f"{report.shown(memory['early'])} to {report.shown(memory['late'])} MB.",
        )
