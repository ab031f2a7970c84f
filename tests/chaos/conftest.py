"""Chaos needs the real things."""

import pytest

from tests.tools import kafka, prometheus
from tests.tools.cache import require


@pytest.fixture(scope="session")
def _real_components() -> None:
    require(kafka.ensure)
    require(prometheus.ensure)
