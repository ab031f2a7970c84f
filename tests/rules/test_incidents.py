"""Whole incidents and calm days, through all rules at once."""

from pathlib import Path

import pytest

from grafana.src.tokens import render
from tests.rules.cases import INCIDENTS
from tests.rules.incidents import BACKLOG, SLOW_PARTITION
from tests.rules.scenarios import judge


@pytest.mark.parametrize("incident", INCIDENTS)
def test_exactly_these_alerts_fire(incident: str, verdict: str) -> None:
    assert verdict == "", incident


@pytest.mark.parametrize("incident", [name for name, each in INCIDENTS.items() if not each.is_at_a_boundary])
def test_the_same_alerts_fire_in_the_oldest_prometheus(incident: str, verdict: str) -> None:
    assert verdict == "", incident


@pytest.mark.parametrize(("name", "mutes"), [(BACKLOG, ["guard", "late"]), (SLOW_PARTITION, ["late"])])
def test_an_old_storm_pages_when_its_mute_is_taken_out(
    name: str, mutes: list[str], promtool: Path, tmp_path: Path
) -> None:
    (said,) = judge(promtool, render(dict.fromkeys(mutes, "")), [INCIDENTS[name]], tmp_path)

    assert "ApiRateLimited" in said.partition("got:")[2]
