from collections.abc import Iterator

import pytest

from tests.chart import composing
from tests.tools import helm
from tests.tools.cache import require


@pytest.fixture(scope="session", autouse=True)
def _both_helms() -> Iterator[None]:
    require(helm.ensure)
    require(helm.ensure3)
    yield
    composing.forget_parent()
