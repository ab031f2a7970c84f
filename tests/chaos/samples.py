"""Raw samples out of a Prometheus, as its own query engine reads them."""

from typing import Any

from tests.chaos.evaluation import Series
from tests.tools.prometheus import Prometheus


def raw(prometheus: Prometheus, job: str, metric: str, now: float, seconds: int) -> list[Series]:
    """All samples of a metric that were scraped under *job* in the *seconds* up to *now*."""
    query = f'{metric}{{job="{job}"}}[{seconds}s]'
    return [_series(one) for one in prometheus.api("query", query=query, time=str(now))["result"]]


def _series(one: dict[str, Any]) -> Series:
    labels = dict(one["metric"])
    instance = labels.pop("instance")
    return Series(instance, labels, [(float(at), float(value)) for at, value in one["values"]])
