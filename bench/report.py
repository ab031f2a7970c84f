"""bench/RESULTS.md and its picture, from results.json. What is written by hand stands below the mark."""

import textwrap
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

from bench import picture
from bench.mixes import ALL, MIXES

PAGE = Path(__file__).with_name("RESULTS.md")
PICTURE = Path(__file__).with_name("results.svg")

MARK = "<!-- Above: written by the benches from results.json. Below: by hand. -->"


def write(found: Mapping[str, Any]) -> None:
    """Write what stands above the mark, and the picture."""
    _, _, by_hand = PAGE.read_text().partition(MARK)
    PAGE.write_text(f"{page(found)}\n{MARK}{by_hand}")
    PICTURE.write_text(picture.bars(found))


def page(found: Mapping[str, Any]) -> str:
    """What stands above the mark."""
    parts = (
        "# What the agent costs\n",
        *(circumstances(found) if "date" in found else ()),
        *(whole(found) if "agent_us" in found else ()),
        *(spent(found) if found.get("spent") else ()),
        *(pages(found) if "pages" in found else ()),
        *(scale(found["scale"]) if "scale" in found else ()),
        *(soak(found["soak"]) if "soak" in found else ()),
        *(behind(found["behind"]) if "behind" in found else ()),
    )
    return "\n".join(parts)


def circumstances(found: Mapping[str, Any]) -> Iterable[str]:
    machine = found["machine"]
    versions = ", ".join(f"{name} {number}" for name, number in found["versions"].items())
    on = f"{machine['cores']} cores ({machine['processor']}), {machine['system']}"
    yield paragraph(f"Measured on {found['date']} on {on}; {versions}.")
    yield paragraph(
        f"{found['events']:,} events of each mix in 8 partitions, compressed with lz4; the median of",
        f"{found['rounds']} rounds. Who is measured has a core of its own; the broker and the bench have the",
        "others. Compare ratios, not machines. [docs/performance.md](../docs/performance.md) says how.",
    )


def whole(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## The whole agent\n\nMicroseconds of CPU per event, in user and kernel mode:\n"
    yield table(("events", *ALL, "agent : floor"), [[mix.title, *_costs(found, mix.name)] for mix in MIXES])
    yield "![CPU per event by mix](results.svg)\n\nThe agent on the way, scraped once a second:\n"
    columns = ("agent_events_per_second", "agent_rss_mb", "gap_ms", "scrape_ms", "failed_scrapes")
    yield table(
        ("events", "events/s", "RSS, MB", "longest loop gap, ms", "scrape, ms", "failed scrapes"),
        [[mix.title, *(shown(found.get(it, {}).get(mix.name)) for it in columns)] for mix in MIXES],
    )
    yield f"From the assignment to the first count on a page: {found['first_count_seconds']:.2f} s.\n"


def _costs(found: Mapping[str, Any], mix: str) -> Iterable[str]:
    costs = {name: found.get(f"{name}_us", {}).get(mix) for name in ALL}
    yield from (shown(costs[name]) for name in ALL)
    yield f"{costs['agent'] / costs['floor']:.2f}" if costs["agent"] and costs["floor"] else "-"


def spent(found: Mapping[str, Any]) -> Iterable[str]:
    titles = {mix.name: mix.title for mix in MIXES}
    yield "## Where the time goes\n\nPercent of the agent's CPU by room, looked at every 2 ms of CPU:\n"
    rooms = list(dict.fromkeys(room for shares in found["spent"].values() for room in shares))
    rows = [
        [titles[mix], *(f"{shares[room]:.0f}" if room in shares else "-" for room in rooms)]
        for mix, shares in found["spent"].items()
    ]
    yield table(("events", *rooms), rows)


def pages(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Pages\n\nAn agent that has so many series, and reads nothing:\n"
    columns = ("lines", "bytes", "cpu_ms", "scrape_ms", "rss_mb")
    rows = sorted(found["pages"].values(), key=lambda it: float(it["lines"]))
    yield table(
        ("lines", "bytes", "CPU of a scrape, ms", "scrape, ms", "RSS, MB"),
        [[shown(row[name]) for name in columns] for row in rows],
    )
    if "loop_gap_100k_ms" in found:
        gap = shown(found["loop_gap_100k_ms"])
        yield f"The longest gap of the event loop on the largest page was {gap} ms.\n"


def scale(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Agents and partitions\n"
    yield f"`make bench-scale`, {found['events']:,} events; all agents share one core:\n"
    columns = ("agents", "partitions", "us", "events_per_second", "rss_mb_each")
    yield table(
        ("agents", "partitions", "CPU per event, µs", "events/s", "RSS of each, MB"),
        [[shown(row[name]) for name in columns] for row in found["rows"]],
    )


def soak(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## A long run\n"
    yield paragraph(
        f"`make soak`: {shown(found['seconds'])} s, {shown(found['events_per_second'])} events/s, a scrape",
        f"every second, {found['faults']} faults, after a backlog of {found['warmed_with']:,} events.",
        "What the agent held: the median of the first quarter after warming up, and that of the last one.",
    )
    names = {
        "rss_mb": "RSS, MB",
        "blocks": "blocks of memory that Python has in use",
        "fds": "open files",
        "tasks": "tasks",
        "threads": "threads",
        "series": "series",
    }
    held = found["held"]
    rows = [[title, shown(held[name]["early"]), shown(held[name]["late"])] for name, title in names.items()]
    yield table(("", "early", "late"), rows)


def behind(found: Mapping[str, Any]) -> Iterable[str]:
    yield "## Far behind\n"
    yield paragraph(
        f"`make bench-behind`: a backlog of {found['events']:,} events was read at",
        f"{shown(found['events_per_second'])} events/s, {shown(found['us'])} µs each. The agent had",
        f"{shown(found['peak_mb'])} MB at most. The slowest scrape took",
        f"{shown(found['slowest_scrape_ms'])} ms; {found['failed_scrapes']} failed.",
        f"{found['old_records']:,} records were late; `late_records_total` said {found['late_records']:,}.",
    )


def paragraph(*parts: str) -> str:
    return textwrap.fill(" ".join(parts), 120, break_long_words=False, break_on_hyphens=False) + "\n"


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = (head, ["---"] * len(head), *rows)
    return (
        "\n".join(f"| {' | '.join(line)} |" for line in lines)
        .replace("| --- ", "|---")
        .replace("---| |", "---|")
        + "\n"
    )


def shown(value: float | None) -> str:
    if value is None:
        return "-"
    return f"{value:,.0f}" if isinstance(value, int) or abs(value) >= 100 else f"{value:.3g}"  # noqa: PLR2004
