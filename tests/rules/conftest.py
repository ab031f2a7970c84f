from pathlib import Path

import pytest

from tests.tools import prometheus
from tests.tools.cache import require


def pytest_configure(config: pytest.Config) -> None:
    """The boards are of the classic model on purpose: it imports into every Grafana."""
    config.addinivalue_line("filterwarnings", "ignore:Prefer using dashboardv2:DeprecationWarning")


@pytest.fixture(scope="session")
def promtool() -> Path:
    return require(prometheus.promtool)
