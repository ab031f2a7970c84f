import pytest

from tests.tools import helm
from tests.tools.cache import require


@pytest.fixture(scope="session", autouse=True)
def _both_helms() -> None:
    require(helm.ensure)
    require(helm.ensure3)
