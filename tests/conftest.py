"""What holds for all tests."""

from collections.abc import Iterator

import pytest
import structlog
from hypothesis import is_hypothesis_test


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that make fuzz runs with many more examples."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.function):
            item.add_marker(pytest.mark.fuzz)


@pytest.fixture(autouse=True)
def _logs_as_before() -> Iterator[None]:
    """Undo what a command has set up for its own log."""
    yield
    structlog.reset_defaults()
