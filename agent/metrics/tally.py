"""The hot path: one event becomes additions to a delta. No object is made for a series seen before."""

from bisect import bisect_left
from collections.abc import Collection, Iterable
from typing import NamedTuple

from agent.bounded import Bounded
from agent.classify.outcome import Outcome
from agent.classify.statuses import type_of
from agent.classify.taxonomy import OutcomeType
from agent.events.response import ApiResponse
from agent.metrics import catalogue
from agent.metrics.ages import Ages
from agent.metrics.budget import SeriesBudget
from agent.metrics.catalogue import Metric
from agent.metrics.cooldowns import Cooldowns
from agent.metrics.delta import Delta, Series, numbers_of, observe
from agent.metrics.labels import OTHER, UNKNOWN, WRONG_ADDRESS, Labels
from agent.metrics.limits import Limits, Pool
from agent.metrics.readings import Readings

MAX_SERIES = 10_000
"""Default of labels.max_series, in time series as Prometheus counts them."""

_DURATIONS = frozenset({catalogue.DURATION, catalogue.DURATION_ALONE})
FOLDABLE = ("provider", "method", "path", "status")

_MOST_BYTES = 32 << 20  # of raw combinations: ids in paths make them endless


class Shown(NamedTuple):
    """What one combination of label values is counted under.

    Attributes:
        timed: The histogram of durations, where it has not the labels of *series*: then that is a counter.

        first_token: The histogram of times to the first token; None where the events name none.

        folded: The counters of the labels that had to be folded for it.
    """

    series: Series
    timed: Series | None
    first_token: Series | None
    folded: tuple[Series, ...]


class Tally:
    """Counts events and records into deltas.

    Args:
        labels: Decides label values.

        extra: Names of the attributes that become labels of the counters.

        extra_on_histograms: Whether they become labels of the duration histogram too.

        buckets: Upper bounds of the duration histogram in seconds.

        shown_buckets: How many of them a page shows, if not all.

        max_series: Budget of time series derived from responses.

    Attributes:
        buckets: As given.
    """

    def __init__(
        self,
        labels: Labels,
        *,
        extra: Collection[str] = (),
        extra_on_histograms: bool = False,
        buckets: tuple[float, ...] = catalogue.DURATION_BUCKETS,
        shown_buckets: int | None = None,
        max_series: int = MAX_SERIES,
    ) -> None:
        self.readings = Readings(lambda name, it: labels.value(name, it) if name in extra else it)
        self.limits = Limits(self.readings)
        self.cooldowns = Cooldowns(
            lambda provider, kind: self.series(catalogue.CALLS_IN_COOLDOWN, (provider, kind))
        )
        self._labels = labels
        self._extra = tuple(extra)
        self._is_apart = bool(extra) and not extra_on_histograms
        self.buckets = buckets
        shown = len(buckets) if shown_buckets is None else shown_buckets
        self._budget = SeriesBudget(max_series, shown, extra_on_histograms=extra_on_histograms)
        self._series: dict[tuple[Metric, tuple[str, ...]], Series] = {}
        self._alike: dict[Shown, Shown] = {}  # each once: within a budget they are few
        self._remembered: Bounded[Shown] = Bounded(_MOST_BYTES, overhead=256)
        self._refused: Bounded[Shown] = Bounded(
            _MOST_BYTES // 4, overhead=256
        )  # for a 404: until a path is admitted

    @property
    def series_count(self) -> int:
        """Time series of responses, as Prometheus counts them."""
        return self._budget.used

    @property
    def foldable(self) -> tuple[str, ...]:
        """The labels that can be folded to other."""
        return (*FOLDABLE, *self._extra)

    def response(self, delta: Delta, response: ApiResponse, outcome: Outcome) -> Shown:
        """Count one API response; the answer is what it is counted under."""
        shown = self.shown(response, outcome)
        series, duration = shown.series, response.duration
        numbers = numbers_of(delta, shown.timed or series)
        if duration is None:
            numbers[0] += 1
        else:
            numbers[bisect_left(self.buckets, duration)] += 1
            numbers[-1] += duration
        if shown.timed is not None:
            numbers_of(delta, series)[0] += 1
        self.beside(delta, shown, response.time_to_first_token)
        for status in response.attempts:
            self._attempt(delta, series.labels, status)
        if outcome.retry_after is not None:
            observe(delta, self.waits(series.labels[0], outcome.type), outcome.retry_after)
        return shown

    def waits(self, provider: str, kind: OutcomeType) -> Series:
        """Where the waits are observed that responses name; *provider* is a label value."""
        return self.series(catalogue.RETRY_AFTER, (provider, kind.value))

    def beside(self, delta: Delta, shown: Shown, time_to_first_token: float | None) -> None:
        """Count what goes with a response besides its own series."""
        _, _, first_token, folded = shown
        if first_token is not None and time_to_first_token is not None:
            observe(delta, first_token, time_to_first_token)
        for series in folded:
            numbers_of(delta, series)[0] += 1

    def shown(self, response: ApiResponse, outcome: Outcome) -> Shown:
        """What a response is counted under. It stays so, but for a path that was refused for its 404."""
        raw = (
            *(response.provider, response.method, response.path, response.status),
            *(outcome.type, outcome.reason, response.duration is None, response.time_to_first_token is None),
            *(response.attributes.get(name) for name in self._extra),
        )
        return self._remembered.get(raw) or self._refused.get(raw) or self._admit(raw)

    def pool(self, response: ApiResponse) -> Pool:
        """Whose limits a response speaks of."""
        return self.limits.pool(
            self._labels.value("provider", response.provider),
            response.attributes.get("model", UNKNOWN),
            response.provider,
            response.attributes.get("pool", ""),
        )

    def add(self, delta: Delta, metric: Metric, labels: tuple[str, ...], amount: float = 1) -> None:
        """Count *amount* under a counter; 0 makes the series exist."""
        numbers_of(delta, self.series(metric, labels))[0] += amount

    def observe(self, delta: Delta, metric: Metric, labels: tuple[str, ...], value: float) -> None:
        """Add one observation to a histogram."""
        observe(delta, self.series(metric, labels), value)

    def observe_ages(self, delta: Delta, metric: Metric, ages: Ages) -> None:
        """Add many observations to a histogram without labels."""
        numbers = numbers_of(delta, self.series(metric, ()))
        for at, amount in enumerate(ages.by_bucket(metric.buckets)):
            numbers[at] += amount
        numbers[-1] += ages.total

    def series(self, metric: Metric, labels: tuple[str, ...]) -> Series:
        """The one object for a combination of label values."""
        series = self._series.get((metric, labels))
        if series is None:
            buckets = self.buckets if metric in _DURATIONS else metric.buckets
            width = len(buckets) + 2 if buckets else 1
            series = self._series[metric, labels] = Series(metric, labels, width)
        return series

    def _attempt(self, delta: Delta, shown: tuple[str, ...], status: int) -> None:
        """Count a hidden attempt beside its response, which has the labels *shown*; 0 is no status."""
        provider, _, path, *_ = shown
        asked = (provider, path, self._labels.status(status or None), type_of(status).value)
        series, folded = self._beside(catalogue.ATTEMPTS, asked)
        numbers_of(delta, series)[0] += 1
        for label in folded:
            numbers_of(delta, label)[0] += 1

    def _admit(self, raw: tuple[object, ...]) -> Shown:
        """Decide the label values of a combination not met before."""
        provider, method, path, status, type_, reason, is_untimed, is_unstreamed, *extra = raw
        paths = self._labels.paths
        asked = (
            self._labels.value("provider", str(provider)),
            self._labels.method(str(method)),
            self._labels.path(str(path), status if isinstance(status, int) else None),
            self._labels.status(status if isinstance(status, int) else None),
            *(str(type_), str(reason)),
            *(
                self._labels.value(name, str(value or UNKNOWN))
                for name, value in zip(self._extra, extra, strict=True)
            ),
        )
        labels = self._budget.fit(asked, is_timed=not is_untimed)
        metric = catalogue.RESPONSES if is_untimed or self._is_apart else catalogue.DURATION
        names = (*FOLDABLE, "type", "reason", *self._extra)
        folded = [name for name, value in zip(names, labels, strict=True) if value == OTHER]
        timed = self._timed(labels) if self._is_apart and not is_untimed else None
        shown = Shown(self.series(metric, labels), timed, None, self._counters_of(folded))
        if not is_unstreamed:
            first_token, more = self._beside(catalogue.TIME_TO_FIRST_TOKEN, (labels[0], labels[2], labels[4]))
            shown = shown._replace(first_token=first_token, folded=shown.folded + more)
        if self._labels.paths != paths:
            self._refused.clear()  # what was refused for its 404 may be of this path
        shown = self._alike.setdefault(shown, shown)
        is_refused = status in WRONG_ADDRESS and "path" in folded
        (self._refused if is_refused else self._remembered).keep(raw, shown)
        return shown

    def _timed(self, labels: tuple[str, ...]) -> Series:
        """Where the duration of a response is observed whose further *labels* histograms do not have."""
        provider, _, path, status, type_, *_ = labels
        return self.series(catalogue.DURATION_ALONE, (provider, path, status, type_))

    def _beside(self, metric: Metric, asked: tuple[str, ...]) -> tuple[Series, tuple[Series, ...]]:
        """What is counted beside a response, and the counters of what more had to be folded for it."""
        labels = self._budget.fit_beside(metric, asked)
        folded = [name for name, value, its in zip(metric.labels, labels, asked, strict=True) if value != its]
        return self.series(metric, labels), self._counters_of(folded)

    def _counters_of(self, folded: Iterable[str]) -> tuple[Series, ...]:
        return tuple(self.series(catalogue.FOLDED_EVENTS, (label,)) for label in folded)
