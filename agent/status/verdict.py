"""Is the agent well? What is not, in whole sentences, the worst first."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from agent.metrics import catalogue
from agent.status.history import Recent
from agent.status.words import ago, many

SCRAPED_WITHIN = 150.0
"""Seconds; with any usual interval several scrapes were missed by then."""

BEHIND_AFTER = 60.0
SHOWN_WITHIN = 180.0
"""Seconds that a count may wait for its scrape."""

FULL_FROM = 0.9
_ENDS_SOON = 14 * 86_400.0
_INVALID_SHARE = 0.01

WELL = "Counting, and up to date"


@dataclass(frozen=True, slots=True)
class Health:
    """What the process knows of itself. Times are in unix seconds, None where there was none yet.

    Attributes:
        waits_for: What keeps it from being ready; empty when it is.

        lag_seconds: None while nobody knows.

        waiting_since: When the oldest count was made that no scrape has shown.

        waits_for_scrapes: Whether offsets are committed when a scrape has shown their counts.

        certificates: When each certificate in use ends, by its file.
    """

    started: float
    waits_for: str = ""
    lag_records: int = 0
    lag_seconds: float | None = None
    polled_at: float | None = None
    scraped_at: float | None = None
    committed_at: float | None = None
    waiting_records: int = 0
    waiting_since: float | None = None
    held_series: int = 0
    waits_for_scrapes: bool = True
    series: int = 0
    max_series: int = 1
    late_after: float = catalogue.LATE_AFTER
    certificates: Mapping[str, float] = field(default_factory=dict)


class Concern(NamedTuple):
    """Something that is not well.

    Attributes:
        level: bad where nothing is counted or shown, else warning.

        runbook: Name of the page that says what to do.
    """

    level: str
    words: str
    hint: str
    runbook: str


def verdict(health: Health, recent: Recent, now: float) -> dict[str, Any]:
    """One word, one sentence, and every concern behind them."""
    found = sorted(_concerns(health, recent, now), key=lambda it: it.level != "bad")
    return {
        "level": found[0].level if found else "well",
        "words": found[0].words if found else WELL,
        "concerns": [it._asdict() for it in found],
    }


def _concerns(health: Health, recent: Recent, now: float) -> Iterator[Concern]:
    yield from _reading(health)
    yield from _showing(health, now)
    yield from _records(health, recent)
    yield from _limits(health, now)


def _reading(health: Health) -> Iterator[Concern]:
    if health.waits_for:
        hint = "It goes on by itself as soon as this is over; nothing is lost meanwhile."
        yield Concern("bad", f"Not ready: {health.waits_for}", hint, "ApiErrorAgentNotConnected")
    if health.lag_seconds is not None and health.lag_seconds > BEHIND_AFTER:
        wait = many(health.lag_records, "record")
        words = f"Counting is {ago(health.lag_seconds)} behind, with {wait} to come"
        hint = "Give it more CPU, or more agents in its group."
        yield Concern("warning", words, hint, "ApiErrorAgentLagging")


def _showing(health: Health, now: float) -> Iterator[Concern]:
    unseen = now - (health.scraped_at or health.started)
    if unseen > SCRAPED_WITHIN:
        words = f"Nobody has scraped /metrics for {ago(unseen)}"
        hint = "No alert can fire: see scrape_configs, and the list of targets, in Prometheus."
        yield Concern("bad", words, hint, "ApiErrorAgentDown")
    elif health.waiting_since is not None and now - health.waiting_since > SHOWN_WITHIN:
        waiting = many(health.waiting_records, "record")
        words = f"{waiting} counted, and not shown for {ago(now - health.waiting_since)}"
        hint = "The group does not say that the partitions are still ours, or a scraper does not come back."
        yield Concern("warning", words, hint, "ApiErrorAgentNotCommitting")


def _records(health: Health, recent: Recent) -> Iterator[Concern]:
    skipped, late, invalid = (
        int(recent.of(metric))
        for metric in (catalogue.SKIPPED_RECORDS, catalogue.LATE_RECORDS, catalogue.INVALID_EVENTS)
    )
    span = ago(recent.seconds)
    if skipped:
        words = f"{many(skipped, 'record')} skipped in the last {span}"
        hint = "They could not be read. The last ones are listed below."
        yield Concern("warning", words, hint, "ApiErrorAgentSkippingRecords")
    if late:
        words = f"{many(late, 'record')} came more than {ago(health.late_after)} late in the last {span}"
        hint = "They are counted at the time they came: alerts for the time they are of came too late."
        yield Concern("warning", words, hint, "ApiErrorAgentRecordsLate")
    if invalid > _INVALID_SHARE * (recent.of(catalogue.RECORDS) or 1):
        words = f"{many(invalid, 'event')} in the last {span} could not be read as a response"
        hint = "events.preset and events.fields say how a record is read; the last ones are listed below."
        yield Concern("warning", words, hint, "ApiErrorAgentInvalidEvents")


def _limits(health: Health, now: float) -> Iterator[Concern]:
    if health.series >= FULL_FROM * health.max_series:
        words = f"{health.series:,} of {health.max_series:,} time series are used"
        hint = "What does not fit is counted under other: see labels.max_series."
        yield Concern("warning", words, hint, "ApiErrorAgentSeriesFolded")
    for file, end in health.certificates.items():
        if end - now < _ENDS_SOON:
            words = f"The certificate {file} " + (f"ends in {ago(end - now)}" if end > now else "has ended")
            hint = "The agent takes a new one over without a restart."
            yield Concern("warning", words, hint, "ApiErrorAgentCertificateExpiring")
