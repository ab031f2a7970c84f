"""The stack of deploy/compose, read once."""

from collections.abc import Iterator

import pytest

from tests.compose.stack import Services, StackKafka, services
from tests.tools import alertmanager, compose, kafka, prometheus
from tests.tools.cache import require


@pytest.fixture(scope="package")
def described() -> Services:
    """The services, as docker reads them."""
    require(compose.reader)
    return services()


@pytest.fixture(scope="package")
def broker(described: Services) -> Iterator[StackKafka]:
    require(kafka.ensure)
    with StackKafka(described["kafka"]) as broker:
        yield broker


@pytest.fixture(scope="package")
def _watchers() -> None:
    """Prometheus and Alertmanager are there."""
    require(prometheus.ensure)
    require(alertmanager.ensure)
