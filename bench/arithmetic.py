"""From what was seen of a run to its figures. Pure."""

import re
from collections.abc import Iterable, Sequence
from statistics import median
from typing import NamedTuple

_LABELS = r'(?:\{(?:[^"}]|"(?:[^"\\]|\\.)*")*\})?'


class Sample(NamedTuple):
    """A look at a candidate.

    Attributes:
        at: Seconds of a clock that only goes forward.

        cpu: Seconds of CPU since the process began, in user and kernel mode.

        rss: Memory now, in bytes.

        records: Records read so far.

        gap: Longest delay of the event loop in the last minute, in seconds; 0 where nobody says it.

        scrape: Seconds until the page was there.
    """

    at: float
    cpu: float
    rss: int
    records: int
    gap: float
    scrape: float


class Figures(NamedTuple):
    """What one run comes to: CPU in microseconds per event, events per second, and so on."""

    us: float
    rate: float
    rss_mb: float
    gap_ms: float
    scrape_ms: float


def figures(samples: Sequence[Sample], events_per_record: int = 1) -> Figures:
    """The figures of a run.

    Raises:
        ValueError: If nothing was read between the first look and the last.
    """
    first, last = samples[0], samples[-1]
    events = (last.records - first.records) * events_per_record
    if events <= 0:
        raise ValueError(
            f"nothing was read in {last.at - first.at:.1f} s: {last.records} records at both ends"
        )
    return Figures(
        us=(last.cpu - first.cpu) / events * 1e6,
        rate=_rate(samples) * events_per_record,
        rss_mb=max(sample.rss for sample in samples) / 1e6,
        gap_ms=max(sample.gap for sample in samples) * 1e3,
        scrape_ms=median(sample.scrape for sample in samples) * 1e3,
    )


def _rate(samples: Sequence[Sample]) -> float:
    """Records per second while there were more to read; the last look came some time after the end."""
    busy = [sample for sample in samples if sample.records < samples[-1].records]
    enough = len(busy) > 1 and busy[-1].records > busy[0].records
    first, last = (busy[0], busy[-1]) if enough else (samples[0], samples[-1])
    return (last.records - first.records) / (last.at - first.at)


def typical(runs: Iterable[Figures]) -> Figures:
    """The median of each figure over the rounds."""
    return Figures(*(median(column) for column in zip(*runs, strict=True)))


def added(text: str, name: str) -> float:
    """The sum of all samples of a page that have this name, with any labels."""
    found = re.findall(rf"(?m)^{name}{_LABELS} (\S+)", text)
    return sum(map(float, found))
