"""The process's budget of time series, and what is given up when it is used up."""

from collections.abc import Iterable, Iterator, Mapping

from agent.classify.taxonomy import OutcomeType
from agent.metrics import catalogue
from agent.metrics.catalogue import Metric
from agent.metrics.labels import OTHER

HISTOGRAM_OVERHEAD = 3
"""Series of a histogram child besides its buckets: +Inf, the sum and the count."""

_FOLDED_PAIRS = 100  # an upper bound of the (type, reason) pairs of errors

# By position in (provider, method, path, status, type, reason, *extra): what is given up first stands
# first, as a path more says less than a provider more. Extra labels go first and alone, and with whatever
# goes after them. The share is how much of the budget such a combination may fill, so that there is room left
# for those that say less.
_EXTRA_FROM = 6
_NOTHING, _EXTRA = (), (_EXTRA_FROM,)
_PLAIN_FOLDS = (((2,), 0.95), ((2, 1), 0.97), ((2, 1, 0), 1.0), ((2, 1, 0, 3), 1.0))
_FOLDS = ((_NOTHING, 0.8), *_PLAIN_FOLDS)
_FOLDS_WITH_EXTRA = ((_NOTHING, 0.8), (_EXTRA, 0.9), *_PLAIN_FOLDS)

# The same for what is counted beside a response, by position in the metric's own labels.
_FOLDS_BESIDE: Mapping[Metric, tuple[tuple[tuple[int, ...], float], ...]] = {
    catalogue.TIME_TO_FIRST_TOKEN: (((), 0.8), ((1,), 0.95), ((1, 0), 1.0)),
    catalogue.ATTEMPTS: (((), 0.8), ((1,), 0.95), ((1, 0), 1.0), ((1, 0, 2), 1.0)),
}


Part = tuple[Metric, tuple[str, ...]]
"""A metric with label values under which it is shown."""


def project(labels: tuple[str, ...], *, is_timed: bool, extra_on_histograms: bool) -> Iterator[Part]:
    """The metrics, with their label values, under which one combination of response labels is shown."""
    provider, method, path, status, type_, reason, *extra = labels
    yield catalogue.RESPONSES, (provider, method, path, status, type_, *extra)
    if type_ != OutcomeType.OK:
        yield catalogue.ERRORS, (provider, path, status, type_, reason, *extra)
    if is_timed:
        yield catalogue.DURATION, (provider, path, status, type_, *(extra if extra_on_histograms else ()))


class SeriesBudget:
    """Counts time series as Prometheus does, and folds label values to other once none is left.

    What the wholly folded combinations may cost is set aside, so that they always fit and no event is lost.
    With a combination that has extra labels goes the room for the same one without them: later events of it
    may lose those labels, and nothing else.

    Args:
        limit: Time series in all.

        buckets: Upper bounds of the duration histogram, without +Inf.

    Attributes:
        used: Time series that are shown.

    Raises:
        ValueError: If the limit is below what has to be set aside.
    """

    def __init__(self, limit: int, buckets: int, *, extra_on_histograms: bool = False) -> None:
        self._histogram_cost = buckets + HISTOGRAM_OVERHEAD
        self._extra_on_histograms = extra_on_histograms
        self._limit = limit - self.reserve(buckets)
        self._with_room: set[Part] = set()
        self._shown: set[Part] = set()
        self._filled = self.used = 0
        if self._limit < 0:
            raise ValueError(f"a budget of {limit} series is too small; the least is {self.reserve(buckets)}")

    @staticmethod
    def reserve(buckets: int) -> int:
        """Time series set aside for what is folded in every label."""
        response = 1 + buckets + HISTOGRAM_OVERHEAD
        beside = sum(map(_cost_beside, _FOLDS_BESIDE))
        return len(OutcomeType) * (response + beside) + _FOLDED_PAIRS

    def fit(self, labels: tuple[str, ...], *, is_timed: bool) -> tuple[str, ...]:
        """*labels*, folded as far as the budget asks for. Once folded, they stay so."""
        for given_up, share in _FOLDS_WITH_EXTRA if len(labels) > _EXTRA_FROM else _FOLDS:
            folded = _fold(labels, given_up)
            if self._take(self._room(labels, folded, given_up, is_timed=is_timed), share):
                break
        self._show(set(self._parts(folded, is_timed=is_timed)))
        return folded

    def fit_beside(self, metric: Metric, labels: tuple[str, ...]) -> tuple[str, ...]:
        """The *labels* of what is counted beside a response, folded as far as the budget asks for."""
        for given_up, share in _FOLDS_BESIDE[metric]:
            folded = tuple(OTHER if at in given_up else value for at, value in enumerate(labels))
            if self._take({(metric, folded)}, share):
                break
        self._show({(metric, folded)})
        return folded

    def _room(
        self, labels: tuple[str, ...], folded: tuple[str, ...], given_up: tuple[int, ...], *, is_timed: bool
    ) -> Iterator[Part]:
        """What must have room for *labels* to be shown as *folded*."""
        yield from self._parts(folded, is_timed=is_timed)
        if not given_up:
            yield from self._parts(_fold(labels, _EXTRA), is_timed=is_timed)

    def _take(self, parts: Iterable[Part], share: float) -> bool:
        """Whether *parts* have room, or get it within *share* of the budget."""
        if self._filled >= self._limit * share:
            return all(part in self._with_room for part in parts)  # most are told by the first one
        new = set(parts) - self._with_room
        cost = sum(self._cost(metric) for metric, _ in new)
        if new and self._filled + cost > self._limit * share:
            return False
        self._with_room |= new
        self._filled += cost
        return True

    def _show(self, parts: set[Part]) -> None:
        new = parts - self._shown
        self._shown |= new
        self.used += sum(self._cost(metric) for metric, _ in new)

    def _cost(self, metric: Metric) -> int:
        return self._histogram_cost if metric is catalogue.DURATION else _cost_beside(metric)

    def _parts(self, labels: tuple[str, ...], *, is_timed: bool) -> Iterator[Part]:
        return project(labels, is_timed=is_timed, extra_on_histograms=self._extra_on_histograms)


def _cost_beside(metric: Metric) -> int:
    return len(metric.buckets) + HISTOGRAM_OVERHEAD if metric.buckets else 1


def _fold(labels: tuple[str, ...], given_up: tuple[int, ...]) -> tuple[str, ...]:
    if not given_up:
        return labels
    return tuple(OTHER if at in given_up or at >= _EXTRA_FROM else value for at, value in enumerate(labels))
