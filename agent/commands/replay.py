"""Many records through the real pipeline, and what became of them."""

from collections import Counter
from typing import Any

from agent.assembly import Parts
from agent.classify import OutcomeType
from agent.classify import explain as explain_outcome
from agent.commands.advice import Advice, advice_on
from agent.commands.amounts import many
from agent.commands.record import Origin
from agent.commands.unclassified import Unclassified
from agent.meaning import Counted, Record, kafka_time, meanings
from agent.metrics import catalogue
from agent.metrics.catalogue import Metric
from agent.metrics.delta import Delta, Series, add

Report = dict[str, Any]

MOST_ADVICE = 5
ADVISED = 500
"""Records, from the first on, that are looked at for what to set: the next ones are like them."""

_RESPONSES = (catalogue.RESPONSES, catalogue.DURATION)
_WITH_PLACE = (catalogue.INVALID_EVENTS, catalogue.INVALID_FIELDS)

Kind = tuple[Metric, tuple[str, ...]]


class Review:
    """Counts records as the agent would, and keeps an example of whatever somebody should look at."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._total: Delta = {}
        self._places: dict[Kind, str] = {}
        self._unclassified = Unclassified()
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
            if series.metric in _WITH_PLACE:
                self._places.setdefault((series.metric, series.labels), origin.words)
        if any(_is_error(series) for series in batch.delta):
            self._look_at_errors(record, origin, now)

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
            "unclassified": self._unclassified.report(),
            "errors_not_looked_at": self._unclassified.unseen,
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
        for advice in advice_on(self._parts, record, now):
            self._first_advice.setdefault(advice.setting, advice)
            self._advice[advice.setting] += 1

    def _look_at_errors(self, record: Record, origin: Origin, now: float) -> None:
        for meaning in meanings(self._parts.reader, record, now, self._parts.rules):
            if isinstance(meaning, Counted) and meaning.outcome.type is not OutcomeType.OK:
                how = explain_outcome(meaning.response, kafka_time(record), self._parts.rules)
                self._unclassified.see(meaning.response, how, origin.words)

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

    def _with_examples(self, metric: Metric) -> dict[str, Report]:
        return {
            word: {"events": events, "example": self._places[metric, (word,)]}
            for word, events in self._by_label(metric, metric.labels[0]).items()
        }

    def _by_label(self, metric: Metric, label: str) -> dict[str, int]:
        """Events of a counter by the value of one of its labels, the most frequent first."""
        at, counts = metric.labels.index(label), Counter[str]()
        for series, numbers in self._total.items():
            if series.metric is metric:
                counts[series.labels[at]] += _whole(numbers[0])
        return {value: events for value, events in counts.most_common() if events}


def _is_error(series: Series) -> bool:
    return series.metric in _RESPONSES and series.labels[4] != OutcomeType.OK


def _events(series: Series, numbers: list[float]) -> int:
    return _whole(sum(numbers[:-1]) if series.metric is catalogue.DURATION else numbers[0])


def _whole(number: float) -> int:
    return int(number)
