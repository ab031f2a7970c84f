"""What takes days, through all rules at once: calm weeks page nobody, and a slow burn is seen."""

from pathlib import Path

import pytest

from grafana.src.tokens import render
from tests.rules.calm import calm_week
from tests.rules.cases import LONG
from tests.rules.scenarios import judge

pytestmark = pytest.mark.weeks


@pytest.mark.parametrize("seconds", [60, 15])
@pytest.mark.parametrize("seed", ["a", "b"])
def test_nobody_is_paged_in_a_calm_week(seed: str, seconds: int, promtool: Path, tmp_path: Path) -> None:
    assert judge(promtool, render(), [calm_week(seed, seconds / 60)], tmp_path) == [""]


@pytest.mark.parametrize("name", LONG)
def test_exactly_these_alerts_fire_over_days(name: str, promtool: Path, tmp_path: Path) -> None:
    assert judge(promtool, render(), [LONG[name]], tmp_path) == [""]
