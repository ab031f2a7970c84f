"""What the log of an agent says of its scrapes: how many events may be counted twice, and why. Pure."""

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, NamedTuple

Entry = Mapping[str, Any]

HELD_UP = timedelta(seconds=2)
"""Less than any session timeout: for so long after its probe a process that runs is the owner."""


class Life(NamedTuple):
    """One process from its start to its end."""

    instance: str
    began: str
    """ISO 8601 in UTC."""
    end: str
    """How it ended, as in SIGKILL."""
    entries: Sequence[Entry]
    """The lines of its log, in order."""

    def has(self, moment: str) -> bool:
        """Whether a line was written at this moment."""
        return any(_when(entry) == moment for entry in self.entries)


class Doubt(NamedTuple):
    """Events that were shown and not committed: whoever owns them next counts them again."""

    instance: str
    when: str
    why: str
    records: int

    def __str__(self) -> str:
        return f"{self.instance} at {self.when}: {self.why}, {self.records} records"


def entries(text: str) -> list[Entry]:
    """The JSON lines of a log; a line cut off by SIGKILL, or not ours, is none."""
    found: list[Entry] = []
    for line in text.splitlines():
        try:
            entry = json.loads(line)
        except ValueError:
            continue
        if isinstance(entry, dict):
            found.append(entry)
    return found


def doubts(life: Life, scrapers: int = 1) -> Iterator[Doubt]:
    """Follow what was merged until the group has it.

    What a scrape merges stays in doubt until a commit after it is accepted. It may be counted twice if the
    process ends or loses its partitions before, and if the group refuses it. With several scrapers such a
    commit is behind: it covers what all of them have seen.
    """
    merged: list[Entry] = []
    last = ""
    for entry in life.entries:
        match entry.get("event"):
            case "scrape.merged":
                merged.append(entry)
            case "scrape.committed" if entry.get("result") == "accepted":
                merged = merged[max(0, len(merged) - (scrapers - 1)) :]
            case "counts.undone":
                yield _refused(life, merged, entry)
                merged = []
            case "partitions.revoked" if _records(merged):
                yield Doubt(life.instance, _when(entry), "revoked before the group had it", _records(merged))
                merged = []
        last = _when(entry) or last
    if _records(merged):
        yield Doubt(life.instance, last, f"{life.end} before the group had it", _records(merged))


def _refused(life: Life, merged: Sequence[Entry], undone: Entry) -> Doubt:
    """Only a process that was held up after its probe may have shown what is not its own."""
    since = _when(merged[0]) if merged else _when(undone)
    held_up = datetime.fromisoformat(_when(undone)) - datetime.fromisoformat(since)
    if held_up < HELD_UP:
        return Doubt(life.instance, _when(undone), "shown and refused, though nothing held it up", 0)
    return Doubt(life.instance, _when(undone), "shown, then refused", int(undone["records"]))


def _records(merged: Iterable[Entry]) -> int:
    return sum(int(entry["records"]) for entry in merged)


def explained(lives: Iterable[Life], scrapers: int = 1) -> list[Doubt]:
    return [doubt for life in lives for doubt in doubts(life, scrapers)]


def around(life: Life, moment: str, before: int = 12, after: int = 4) -> list[Entry]:
    """The lines next to a moment."""
    earlier = [entry for entry in life.entries if _when(entry) <= moment]
    later = [entry for entry in life.entries if _when(entry) > moment]
    return [*earlier[-before:], *later[:after]]


def last_merged(life: Life) -> int:
    """What the last scrape of a process merged."""
    merged = [entry for entry in life.entries if entry.get("event") == "scrape.merged"]
    return _records(merged[-1:])


def _when(entry: Entry) -> str:
    return str(entry.get("timestamp", ""))
