"""Two real Prometheus: one that has just seen the agents, and one with a week of them."""

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.boards.history import backfill, read
from tests.boards.interpolation import Range
from tests.boards.recording import Recorded, recorded
from tests.tools import prometheus
from tests.tools.cache import require
from tests.tools.prometheus import Prometheus


@pytest.fixture(scope="session")
def promtool() -> Path:
    return require(prometheus.promtool)


@pytest.fixture(scope="package")
def live() -> Iterator[Recorded]:
    require(prometheus.ensure)
    with recorded() as seen:
        yield seen


@pytest.fixture(scope="package")
def week(live: Recorded) -> Iterator[tuple[Prometheus, float]]:
    """A Prometheus with a week on disk, and the end of that week."""
    end = time.time() // 60 * 60
    server = Prometheus(flags=())
    backfill(read(live), end, server)
    with server:
        yield server, end


@pytest.fixture
def minute(live: Recorded) -> tuple[Prometheus, Range]:
    """What the agents have just shown, on a board of a quarter of an hour."""
    return live.prom, Range(live.end, 900)


@pytest.fixture
def filled(request: pytest.FixtureRequest) -> tuple[Prometheus, Range]:
    """The Prometheus and the time range that the parameter names."""
    if request.param == "15m":
        seen: tuple[Prometheus, Range] = request.getfixturevalue("minute")
        return seen
    server, end = request.getfixturevalue("week")
    return server, Range(end, {"6h": 6 * 3600, "7d": 7 * 86400}[request.param])
