"""A scrape of /metrics as Prometheus does it, read into numbers."""

import http.client
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from urllib.parse import urlsplit

from prometheus_client.parser import text_string_to_metric_families

from agent.demo.scenario import Row
from agent.metrics.catalogue import ERRORS, RESPONSES

TIMEOUT = 5.0
"""Seconds, and what the header tells the agent."""

_HEADERS = {
    "Accept": "text/plain;version=0.0.4",
    # Without it the request is a preview, which moves nothing.
    "X-Prometheus-Scrape-Timeout-Seconds": f"{TIMEOUT:g}",
}


class ErrorKind(NamedTuple):
    """What of the label values of api_errors_total is shown."""

    provider: str
    status: str
    type: str
    reason: str


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What one scrape showed."""

    responses: Counter[Row] = field(default_factory=Counter)
    errors: Counter[ErrorKind] = field(default_factory=Counter)

    def __sub__(self, earlier: "Snapshot") -> "Snapshot":
        return Snapshot(self.responses - earlier.responses, self.errors - earlier.errors)


def read(page: str) -> Snapshot:
    """Add up the samples of a page by what the demo tells apart."""
    snapshot = Snapshot()
    for name, labels, value in _samples(page):
        if name == RESPONSES.name:
            snapshot.responses[Row(*(labels[field] for field in Row._fields))] += int(value)
        elif name == ERRORS.name:
            snapshot.errors[ErrorKind(*(labels[field] for field in ErrorKind._fields))] += int(value)
    return snapshot


def scrape(url: str) -> Snapshot | None:
    """What /metrics shows; None when it does not answer, as Prometheus too would try again."""
    try:
        status, page = _get(f"{url}/metrics")
    except (OSError, http.client.HTTPException):
        return None
    return read(page) if status == http.HTTPStatus.OK else None


def answers(url: str) -> bool:
    """Whether the page says 200."""
    try:
        return _get(url)[0] == http.HTTPStatus.OK
    except (OSError, http.client.HTTPException):
        return False


def _get(url: str) -> tuple[int, str]:
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=TIMEOUT)
    try:
        connection.request("GET", parts.path, headers=_HEADERS)
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    finally:
        connection.close()


def _samples(page: str) -> Iterator[tuple[str, dict[str, str], float]]:
    for family in text_string_to_metric_families(page):
        for sample in family.samples:
            yield sample.name, sample.labels, sample.value
