"""What came out for one group as one Prometheus has seen it, and the evidence where it is wrong."""

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from math import ceil
from typing import NamedTuple

from tests.chaos import evaluation, findings, journal, samples
from tests.chaos.commits import Commit, steps_back
from tests.chaos.evaluation import Comparison, Key, Series
from tests.chaos.findings import Lives
from tests.chaos.groups import Group
from tests.chaos.load import RARE
from tests.tools.prometheus import Prometheus

UNDER_WAY = 1.0  # seconds after which the scrapes of a moment are stored
SHOWN_KEYS = 6  # of those with a difference, told life by life
LAST_LINES = 6  # of each life


class Verdict(NamedTuple):
    """What came out for one group and one Prometheus."""

    comparison: Comparison
    doubts: list[journal.Doubt]
    breaches: list[str]
    """What must not be, whatever the sums say."""
    evidence: list[str]
    """Where to look for what is doubled or wrong."""
    beginnings: Counter[Key]
    """Events lost as their series were not first seen as 0."""
    resets: Counter[Key]
    """Events lost as the next process was not first seen with less."""

    @property
    def may_double(self) -> int:
        return sum(doubt.records for doubt in self.doubts)

    @property
    def is_sound(self) -> bool:
        lost, doubled = self.comparison.lost, self.comparison.doubled
        return lost == 0 and doubled <= self.may_double and not self.breaches


class Scraped:
    """What a Prometheus has of one group since *begun*."""

    def __init__(self, prom: Prometheus, group: Group, begun: float) -> None:
        self._prom, self._job = prom, group.name
        self._now = time.time()  # of all queries: scrapes go on between them
        self._seconds = ceil(self._now - begun)
        time.sleep(UNDER_WAY)
        self.responses = self.metric("api_responses_total")

    def metric(self, name: str) -> list[Series]:
        return samples.raw(self._prom, self._job, name, self._now, self._seconds)

    def lives(self) -> Lives:
        return findings.lives(self.metric("process_start_time_seconds"))


def judge(
    group: Group, scraped: Scraped, truth: Mapping[Key, int], commits: Iterable[Commit], scrapers: int = 1
) -> Verdict:
    """Hold what was scraped of *group* against the topic; *scrapers*: how many servers scrape it."""
    comparison = evaluation.compare(truth, evaluation.counted(scraped.responses), RARE)
    if not group.is_agent:
        return Verdict(comparison, [], [], [], Counter(), Counter())
    begun, lives = scraped.lives(), group.journal()
    breaches = [*_breaches(scraped, begun), *map(str, steps_back(commits)), *group.disorderly()]
    beginnings = findings.unseen(findings.missed_beginnings(scraped.responses))
    resets = findings.unseen(findings.masked_resets(scraped.responses, begun))
    verdict = Verdict(comparison, journal.explained(lives, scrapers), breaches, [], beginnings, resets)
    if comparison.doubled:
        verdict.evidence.extend(_in_doubt(verdict.doubts, lives))
    if comparison.lost or comparison.doubled > verdict.may_double:
        verdict.evidence.extend(_evidence(comparison, scraped.responses, begun, lives))
    return verdict


def _breaches(scraped: Scraped, begun: Lives) -> Iterator[str]:
    responses, errors = scraped.responses, scraped.metric("api_errors_total")
    failed = [one for one in responses if one.labels["type"] != "ok"]
    durations = scraped.metric("api_response_duration_seconds_count")
    yield from map(str, findings.decreases([*responses, *errors, *durations], begun))
    yield from map(str, findings.inconsistent_scrapes(failed, errors, "errors of responses and errors"))
    yield from map(str, findings.inconsistent_scrapes(responses, durations, "responses and durations"))


def _in_doubt(doubts: Iterable[journal.Doubt], lives: Sequence[journal.Life]) -> Iterator[str]:
    """Each doubt, and the lines of its log around it."""
    for doubt in doubts:
        yield f"in doubt: {doubt}"
        for life in lives:
            if life.instance == doubt.instance and life.has(doubt.when):
                yield from (f"    {told(entry)}" for entry in journal.around(life, doubt.when))


def _evidence(
    comparison: Comparison, responses: Sequence[Series], begun: Lives, lives: Sequence[journal.Life]
) -> Iterator[str]:
    """Masked resets and missed beginnings, then the wrong series life by life, then how each life ended."""
    yield from map(str, findings.masked_resets(responses, begun))
    yield from map(str, findings.missed_beginnings(responses))
    for key, difference in islice(comparison.wrong.items(), SHOWN_KEYS):
        yield f"difference {difference:+d}: {' '.join(key)}"
        for one in (one for one in responses if one.key == key):
            yield from (f"    {segment}" for segment in findings.segments(one, begun))
    for life in lives:
        yield f"{life.instance} began {life.began}, then {life.end}; its last lines:"
        yield from (f"    {told(entry)}" for entry in life.entries[-LAST_LINES:])


def told(entry: journal.Entry) -> str:
    """One line of a log, short."""
    facts = " ".join(f"{k}={v}" for k, v in entry.items() if k not in ("timestamp", "event", "level"))
    return f"{entry.get('timestamp', '')} {entry.get('event', '')} {facts}"[:300]
