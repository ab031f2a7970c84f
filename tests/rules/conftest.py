"""promtool is asked once for each alert and incident that tests need: ahead of them, two at a time."""

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import NamedTuple

import pytest

from grafana.src.tokens import render
from tests.rules import mutants
from tests.rules.cases import INCIDENTS, SCENARIOS
from tests.rules.scenarios import judge
from tests.tools import prometheus
from tests.tools.cache import require

AT_ONCE = 2


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


class Job(NamedTuple):
    """What a test wants to know of promtool: about which of its parameters, and of which promtool."""

    about: str
    ask: Callable[[Path, str, Path], object]
    promtool: Callable[[], Path] = prometheus.promtool

    def verdict(self, about: str, folder: Path) -> object:
        return self.ask(require(self.promtool), about, folder)


JOBS = {
    "test_the_alert_does_as_it_should": Job("title", _complaints),
    "test_every_condition_and_number_of_a_rule_is_held_by_a_scenario": Job("title", _unnoticed),
    "test_exactly_these_alerts_fire": Job("incident", _incident),
    "test_the_alert_does_the_same_in_the_oldest_prometheus": Job(
        "title", _complaints, prometheus.oldest_promtool
    ),
    "test_the_same_alerts_fire_in_the_oldest_prometheus": Job(
        "incident", _incident, prometheus.oldest_promtool
    ),
}


@pytest.fixture(scope="session")
def _asked(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[dict[tuple[str, str], Future[object]]]:
    with ThreadPoolExecutor(AT_ONCE) as pool:
        asked: dict[tuple[str, str], Future[object]] = {}
        for test, about in _wanted(request.session.items):
            folder = tmp_path_factory.mktemp("promtool")
            asked[test, about] = asked.get((test, about)) or pool.submit(JOBS[test].verdict, about, folder)
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
            yield test, item.callspec.params[JOBS[test].about]  # type: ignore[attr-defined]
