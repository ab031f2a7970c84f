"""promtool is asked once for each alert and incident that tests need: ahead of them, two at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path

import pytest

from grafana.src.tokens import render
from tests.rules import mutants
from tests.rules.cases import INCIDENTS, SCENARIOS
from tests.rules.scenarios import judge
from tests.tools import prometheus
from tests.tools.cache import require

AT_ONCE = 2
Job = Callable[[Path, str, Path], object]


@pytest.fixture(scope="session")
def promtool() -> Path:
    return require(prometheus.promtool)


def _complaints(promtool: Path, title: str, folder: Path) -> dict[str, str]:
    return mutants.complaints(promtool, title, SCENARIOS[title], folder)


def _unnoticed(promtool: Path, title: str, folder: Path) -> list[str]:
    return mutants.unnoticed(promtool, title, SCENARIOS[title], folder)


def _incident(promtool: Path, incident: str, folder: Path) -> str:
    (said,) = judge(promtool, render(), [INCIDENTS[incident]], folder)
    return said


JOBS: dict[str, tuple[str, Job]] = {
    "test_the_alert_does_as_it_should": ("title", _complaints),
    "test_every_condition_and_number_of_a_rule_is_held_by_a_scenario": ("title", _unnoticed),
    "test_exactly_these_alerts_fire": ("incident", _incident),
}


@pytest.fixture(scope="session")
def _asked(
    request: pytest.FixtureRequest, promtool: Path, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Future[object]]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked: dict[tuple[str, str], Future[object]] = {}
        for test, about in _wanted(request.session.items):
            folder = tmp_path_factory.mktemp("promtool")
            asked[test, about] = asked.get((test, about)) or pool.submit(
                JOBS[test][1], promtool, about, folder
            )
        yield asked
        pool.shutdown(cancel_futures=True)


@pytest.fixture
def title() -> str:
    """The alert that a test is about, where it says so."""
    return ""


@pytest.fixture
def incident() -> str:
    """The incident that a test is about, where it says so."""
    return ""


@pytest.fixture
def verdict(
    request: pytest.FixtureRequest, title: str, incident: str, _asked: dict[tuple[str, str], Future[object]]
) -> object:
    """What promtool says for this test."""
    return _asked[request.node.originalname, title or incident].result()


def _wanted(items: list[pytest.Item]) -> Iterator[tuple[str, str]]:
    for item in items:
        test = getattr(item, "originalname", "")
        if test in JOBS:
            yield test, item.callspec.params[JOBS[test][0]]  # type: ignore[attr-defined]
