from pathlib import Path

import pytest

from tests.tools import prometheus
from tests.tools.cache import require


@pytest.fixture(scope="session")
def promtool() -> Path:
    return require(prometheus.promtool)
