"""A minute of chaos: no event is lost, and none is doubled without a fault that explains it."""

import pytest

from tests.chaos import chaos, report
from tests.conftest import Say

SEED = 10


@pytest.mark.usefixtures("_real_components")
def test_a_minute_of_chaos_loses_nothing(measured: Say) -> None:
    said: list[str] = []
    outcome = chaos.run(60, SEED, said.append, ["exact"])

    told = [*report.lines(outcome)]
    measured(told[-1])
    assert outcome.is_sound, "\n".join(said + told)
