"""Many records through the real pipeline, and what became of them."""

from collections import Counter
from typing import Any, NamedTuple

from agent.assembly import Parts
from agent.classify import OutcomeType
from agent.classify import explain as explain_outcome
from agent.commands import safe
from agent.commands.advice import Advice, advice_on
from agent.commands.amounts import many
from agent.commands.record import Origin
from agent.meaning import Counted, Record, meanings
from agent.metrics import catalogue
from agent.metrics.catalogue import Metric
from agent.metrics.delta import Delta, Series, add

Report = dict[str, Any]

MOST_ADVICE = 5
ADVISED = 500
"""Records, from the first on, that are looked at for what to set: the next ones are like them."""

MOST_UNCLASSIFIED = 20
"""Kinds of unclassified errors that are reported, the most frequent first."""

_RESPONSES = (catalogue.RESPONSES, catalogue.DURATION)
_WITH_EXAMPLE = (*_RESPONSES, catalogue.INVALID_EVENTS, catalogue.INVALID_FIELDS)

Kind = tuple[Metric, tuple[str, ...]]


class Example(NamedTuple):
    """The first record of a kind: where it stands, and what it says."""

    place: str
    message: str


class Review:
    """Counts records as the agent would, and keeps an example of whatever somebody should look at."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._total: Delta = {}
        self._examples: dict[Kind, Example] = {}
        self._advice: Counter[str] = Counter()  # by the setting: the values that speak for it differ
        self._first_advice: dict[str, Advice] = {}
        self.records = 0

    def count(self, record: Record, origin: Origin, now: float) -> None:
        """Count one record at unix time *now*."""
        batch = self._parts.pipeline.process(origin.partition, [record], now)
        if self.records < ADVISED:
            self._advise(record, now)
        self.records += batch.records
        add(self._total, batch.delta)
        for series in batch.delta:
            kind = _kind(series)
            if kind is not None and kind not in self._examples:
                self._examples[kind] = Example(origin.words, self._message(record, kind, now))

    def skip(self, partition: tuple[str, int], records: int, next_offset: int) -> None:
        """Count records that cannot be had."""
        batch = self._parts.pipeline.skipped(partition, records, next_offset)
        self.records += batch.records
        add(self._total, batch.delta)

    def report(self) -> Report:
        """What became of all records."""
        types, reasons = self._outcomes()
        counted = types.total()
        return {
            "records": self.records,
            "events": sum(self._by_label(catalogue.EVENTS, "topic").values()),
            "counted": counted,
            "ignored": sum(self._by_label(catalogue.IGNORED_EVENTS, "topic").values()),
            "skipped": _whole(sum(self._by_label(catalogue.SKIPPED_RECORDS, "topic").values())),
            "invalid": self._with_examples(catalogue.INVALID_EVENTS),
            "types": {
                type_: {"events": events, "share": round(events / counted, 4)}
                for type_, events in types.most_common()
            },
            "reasons": [
                {"type": type_, "reason": reason, "events": events}
                for (type_, reason), events in reasons.most_common()
            ],
            "unclassified": self._unclassified(),
            "advice": [
                f"{events} of the first {many(min(self.records, ADVISED), 'record')}: "
                f"{self._first_advice[setting]}"
                for setting, events in self._advice.most_common(MOST_ADVICE)
            ],
            "invalid_fields": self._with_examples(catalogue.INVALID_FIELDS),
            "series": self._parts.tally.series_count,
            "folded": self._by_label(catalogue.FOLDED_EVENTS, "label"),
        }

    def _advise(self, record: Record, now: float) -> None:
        for advice in advice_on(self._parts.reader, record, now):
            self._first_advice.setdefault(advice.setting, advice)
            self._advice[advice.setting] += 1

    def _message(self, record: Record, kind: Kind, now: float) -> str:
        """What an unclassified error says; of what is no event only its place is told."""
        if kind[0] is not catalogue.RESPONSES:
            return ""
        for meaning in meanings(self._parts.reader, record, now):
            if isinstance(meaning, Counted) and meaning.outcome.type == OutcomeType.UNKNOWN:
                said = explain_outcome(meaning.response, meaning.at).message
                return safe.text(said) or str(safe.brief(meaning.response.body) or "")
        return ""

    def _outcomes(self) -> tuple[Counter[str], Counter[tuple[str, str]]]:
        types: Counter[str] = Counter()
        reasons: Counter[tuple[str, str]] = Counter()
        for series, numbers in self._total.items():
            if series.metric not in _RESPONSES:
                continue
            _, _, _, _, type_, reason, *_ = series.labels
            types[type_] += _events(series, numbers)
            if type_ != OutcomeType.OK:
                reasons[type_, reason] += _events(series, numbers)
        return types, reasons

    def _unclassified(self) -> list[Report]:
        counts: Counter[Kind] = Counter()
        for series, numbers in self._total.items():
            kind = _kind(series)
            if kind is not None and kind[0] is catalogue.RESPONSES:
                counts[kind] += _events(series, numbers)
        return [
            dict(zip(("provider", "status", "type", "reason"), kind[1], strict=True))
            | {"events": events}
            | self._examples[kind]._asdict()
            for kind, events in counts.most_common(MOST_UNCLASSIFIED)
        ]

    def _with_examples(self, metric: Metric) -> dict[str, Report]:
        return {
            word: {"events": events, "example": self._examples[metric, (word,)].place}
            for word, events in self._by_label(metric, metric.labels[0]).items()
        }

    def _by_label(self, metric: Metric, label: str) -> dict[str, int]:
        """Events of a counter by the value of one of its labels, the most frequent first."""
        at, counts = metric.labels.index(label), Counter[str]()
        for series, numbers in self._total.items():
            if series.metric is metric:
                counts[series.labels[at]] += _whole(numbers[0])
        return {value: events for value, events in counts.most_common() if events}


def _kind(series: Series) -> Kind | None:
    """Under what an example of this series is kept; None when nobody needs one."""
    if series.metric in (catalogue.INVALID_EVENTS, catalogue.INVALID_FIELDS):
        return series.metric, series.labels
    if series.metric not in _RESPONSES:
        return None
    provider, _, _, status, type_, reason, *_ = series.labels
    is_unclassified = type_ == OutcomeType.UNKNOWN
    return (catalogue.RESPONSES, (provider, status, type_, reason)) if is_unclassified else None


def _events(series: Series, numbers: list[float]) -> int:
    return _whole(sum(numbers[:-1]) if series.metric is catalogue.DURATION else numbers[0])


def _whole(number: float) -> int:
    return int(number)
