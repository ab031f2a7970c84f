"""docs/tenants.md: its settings make the label, and its values give each tenant alerts of its own."""

import json
import subprocess
from pathlib import Path

import pytest
import yaml

from grafana.src.tokens import render as render_rules
from tests.chart.rendering import only, render
from tests.commanding import answer
from tests.docs.pages import DOCS, blocks
from tests.tools import helm, prometheus
from tests.tools.cache import ROOT, require

PAGE = DOCS / "tenants.md"
NATIVE, LITELLM = blocks(PAGE, "yaml", "agent.yaml")
VALUES = yaml.safe_load(blocks(PAGE, "yaml", "values.yaml")[0])
OWN_EVENT = json.loads(blocks(PAGE, "json")[0])
LITELLM_EVENT = json.loads((ROOT / "tests" / "data" / "events" / "litellm.json").read_text())


@pytest.mark.parametrize(
    ("settings", "event", "tenant"),
    [(NATIVE, OWN_EVENT, "team-search"), (LITELLM, LITELLM_EVENT, "team-a")],
    ids=["own", "litellm"],
)
def test_the_tenant_becomes_a_label(
    tmp_path: Path, settings: str, event: dict[str, object], tenant: str
) -> None:
    (tmp_path / "agent.yaml").write_text(settings)

    said = answer("explain", "-", "--config.file", str(tmp_path / "agent.yaml"), stdin=json.dumps(event))

    counters = [it["series"] for it in said["counts"] if it["series"].startswith("api_errors_total")]
    assert all(f'tenant="{tenant}"' in series for series in counters)
    assert counters


def test_the_chart_takes_the_values() -> None:
    require(helm.ensure)

    assert "tenant" in yaml.safe_dump(only(render(VALUES), "PrometheusRule"))


def test_an_alert_is_about_one_tenant(tmp_path: Path) -> None:
    (tmp_path / "rules.yaml").write_text(render_rules(VALUES["prometheusRule"]["tokens"]))
    (tmp_path / "test.yaml").write_text(yaml.safe_dump(LIMITED_AND_WELL))

    checked = subprocess.run(
        [require(prometheus.promtool), "test", "rules", tmp_path / "test.yaml"],
        capture_output=True,
        text=True,
        check=False,
    )

    assert checked.returncode == 0, checked.stdout + checked.stderr


OF_THE_AGENT = 'api_error_agent_{}_total{{job="api-error-agent",namespace="n",topic="t",partition="0"}}'
SERIES = 'api_responses_total{{job="api-error-agent",namespace="n",provider="openai",tenant="{}",type="{}"}}'
LIMITED_AND_WELL = {
    "rule_files": ["rules.yaml"],
    "evaluation_interval": "30s",
    "tests": [
        {
            "interval": "15s",
            "input_series": [
                {"series": OF_THE_AGENT.format("records"), "values": "0+1020x80"},
                {"series": OF_THE_AGENT.format("late_records"), "values": "0x80"},
                {"series": SERIES.format("limited", "ok"), "values": "0+10x80"},
                {"series": SERIES.format("limited", "rate_limit_error"), "values": "0+10x80"},
                {"series": SERIES.format("well", "ok"), "values": "0+1000x80"},
            ],
            "promql_expr_test": [
                {
                    "expr": 'count by (tenant) (ALERTS{alertname="ApiRateLimited",alertstate="firing"})',
                    "eval_time": "15m",
                    "exp_samples": [{"labels": '{tenant="limited"}', "value": 1}],
                }
            ],
        }
    ],
}
