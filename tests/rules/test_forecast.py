"""The time to the wall, and how far off it was: seconds that rules record for people."""

import subprocess
from pathlib import Path

import pytest
import yaml

from grafana.src.tokens import render
from tests.rules.others import gauge
from tests.tools import prometheus
from tests.tools.cache import require

LABELS = '{job="api-error-agent",namespace="prod",provider="openai",resource="tokens"}'
WALL, ERROR = "api_ratelimit_wall_seconds", "api_ratelimit_forecast_error_seconds"


def test_a_steady_pace_is_foreseen_to_the_second(tmp_path: Path) -> None:
    assert_recorded(tmp_path, "10000-60x60", {WALL: 8200, ERROR: 0}, at=30)


@pytest.mark.parametrize(("then", "wall", "off"), [("8800-120x40", 4100, 4400), ("8800-30x40", 17300, 8800)])
def test_a_pace_that_changes_was_foreseen_badly(then: str, wall: float, off: float, tmp_path: Path) -> None:
    assert_recorded(tmp_path, f"10000-60x19 {then}", {WALL: wall, ERROR: off}, at=25)


@pytest.mark.parametrize("values", ["10000x60", "1000+60x60"])
def test_what_is_not_used_up_has_no_wall(values: str, tmp_path: Path) -> None:
    assert_recorded(tmp_path, values, {WALL: None, ERROR: None}, at=30)


def assert_recorded(folder: Path, values: str, expected: dict[str, float | None], *, at: int) -> None:
    (folder / "rules.yaml").write_text(render())
    tests = [
        {"expr": name, "eval_time": f"{at}m", "exp_samples": [] if value is None else [sample(name, value)]}
        for name, value in expected.items()
    ]
    test = {
        "interval": "1m",
        "input_series": [{"series": gauge("remaining", "tokens"), "values": values}],
        "promql_expr_test": tests,
    }
    (folder / "test.yaml").write_text(
        yaml.safe_dump({"rule_files": ["rules.yaml"], "evaluation_interval": "30s", "tests": [test]})
    )
    promtool = require(prometheus.promtool)
    run = subprocess.run(
        [promtool, "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
    )

    assert run.returncode == 0, run.stdout + run.stderr


def sample(name: str, value: float) -> dict[str, object]:
    return {"labels": f"{name}{LABELS}", "value": value}
