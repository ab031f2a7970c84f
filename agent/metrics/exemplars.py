"""The newest request or trace behind each number: it leads from a count to a line of a log, or to a trace."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import NamedTuple

from agent.events.response import ApiResponse
from agent.metrics.delta import Series
from agent.redaction import mask

OFF, REQUEST_ID, TRACE_ID = "off", "request_id", "trace_id"
"""The values of metrics.exemplars; the others are the label of an exemplar too."""

_MOST = 128  # characters that OpenMetrics gives to all labels of an exemplar
_ID = re.compile(rf"[\w.:/=+@~-]{{1,{_MOST - len(REQUEST_ID)}}}", re.ASCII)


class Exemplar(NamedTuple):
    """One event that was counted.

    Attributes:
        id: Needs no escaping.

        value: Its duration in seconds; 1 where it has none.

        at: Unix seconds.
    """

    label: str
    id: str
    value: float
    at: float


class Exemplars:
    """Keeps one exemplar for each series and bucket.

    An id with other characters than ids have, or too long to be one, or shaped like a key, is not kept.

    Args:
        label: request_id or trace_id.

        buckets: Upper bounds of the duration histogram.
    """

    def __init__(self, label: str, buckets: tuple[float, ...]) -> None:
        self._label = label
        self._buckets = buckets
        self._newest: dict[Series, Mapping[int, Exemplar]] = {}

    def keep(self, series: Series, response: ApiResponse, at: float) -> None:
        """Keep what *response*, counted under *series*, is known by. *at* is its unix time."""
        id_ = response.request_id if self._label == REQUEST_ID else response.attributes.get(self._label)
        if id_ is None or not _ID.fullmatch(id_) or mask(id_) != id_:
            return
        duration = response.duration
        bucket = 0 if duration is None else bisect_left(self._buckets, duration)
        exemplar = Exemplar(self._label, id_, 1 if duration is None else duration, at)
        found = self._newest.get(series, {})
        self._newest[series] = {**found, bucket: newer(found.get(bucket), exemplar)}

    def newest(self) -> dict[Series, Mapping[int, Exemplar]]:
        """As it is now: by series, what is kept of each of its buckets; under 0 if it has only a count."""
        return dict(self._newest)


def newer(have: Exemplar | None, come: Exemplar) -> Exemplar:
    return have if have is not None and have.at > come.at else come
