"""The example configuration of Alertmanager: it can be loaded, and alerts go where their severity says."""

import subprocess
from pathlib import Path

import pytest

from tests.tools import alertmanager
from tests.tools.cache import require

EXAMPLE = Path(__file__).parents[2] / "grafana" / "alertmanager" / "alertmanager.yml"


def amtool(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [require(alertmanager.amtool), *arguments], capture_output=True, text=True, check=False
    )


def test_alertmanager_takes_the_example() -> None:
    result = amtool("check-config", str(EXAMPLE))

    assert result.returncode == 0, result.stderr


@pytest.mark.parametrize(
    ("severity", "receiver"), [("critical", "pagerduty"), ("warning", "slack"), ("info", "slack")]
)
def test_an_alert_goes_where_its_severity_says(severity: str, receiver: str) -> None:
    route = ("config", "routes", "test", f"--config.file={EXAMPLE}", f"--verify.receivers={receiver}")

    result = amtool(*route, f"severity={severity}", "alertname=ApiRateLimited", "provider=openai")

    assert result.returncode == 0, result.stdout + result.stderr
