"""What holds for all tests."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import structlog
from hypothesis import is_hypothesis_test

TESTS = Path(__file__).parent

TOGETHER = {"boards", "chaos", "chart", "compose", "image", "rules"}
"""Folders whose tests share what is dear to make, or load the machine: one process runs all of each."""

FIRST = "kafka/test_live_alerts.py"
"""It waits most; at the end, all others would wait for it."""


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Say which tests make fuzz runs with many more examples, and how several processes share the tests."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.function):
            item.add_marker(pytest.mark.fuzz)
        item.add_marker(pytest.mark.xdist_group(_group(item)))
    if hasattr(config, "workerinput"):
        items.sort(key=lambda item: _group(item) != FIRST)


def _group(item: pytest.Item) -> str:
    file = item.path.relative_to(TESTS)
    return file.parts[0] if file.parts[0] in TOGETHER else file.as_posix()


Say = Callable[[str], None]


@pytest.fixture
def measured(record_property: Callable[[str, object], None]) -> Say:
    """Note what a test has measured: it stands at the end of the run, whichever process ran the test."""
    return lambda line: record_property("measured", line)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests have measured."""
    reports = [*terminalreporter.getreports("passed"), *terminalreporter.getreports("failed")]
    said = [value for it in reports for name, value in it.user_properties if name == "measured"]
    if said:
        terminalreporter.section("measured")
        terminalreporter.write_line("\n".join(map(str, said)))


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command has set up for its own log."""
    yield
    structlog.reset_defaults()
