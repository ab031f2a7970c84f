"""Alerts as they arrive, with every label and annotation."""

from urllib.parse import quote_plus

from tests.rules.recording import JOB
from tests.rules.scenarios import Alert

RUNBOOKS = "https://example.org/api-error-agent/grafana/runbooks"
BOARDS = "http://localhost:3000/d"
ON_LIMITS = {
    *("ApiRateLimited", "ApiRateLimitStorm", "ApiRateLimitHeadroomLow", "ApiRateLimitWallAhead"),
    *("ApiOverloaded", "ApiOverloadSustained", "ApiBalanceExhausted"),
}
SEEN_BY = f"(seen by {JOB} in prod)"


def provider_alert(name: str, severity: str, summary: str, description: str, **labels: str) -> Alert:
    uid = "api-errors-limits" if name in ON_LIMITS else "api-errors-overview"
    board = f"{BOARDS}/{uid}?var-namespace=prod&var-job={JOB}&var-provider={labels['provider']}"
    if "path" in labels:
        board += f"&var-path={quote_plus(labels['path'])}"
    return _alert(name, severity, summary, description, board, labels | {"namespace": "prod"})


def agent_alert(
    name: str, severity: str, summary: str, description: str, namespace: str = "prod", **labels: str
) -> Alert:
    board = f"{BOARDS}/api-errors-agent?var-job={JOB}"
    if namespace:
        board += f"&var-namespace={namespace}"
        labels["namespace"] = namespace
    return _alert(name, severity, summary, description, board, labels)


def _alert(
    name: str, severity: str, summary: str, description: str, board: str, labels: dict[str, str]
) -> Alert:
    return {
        "exp_labels": {"severity": severity, "job": JOB} | labels,
        "exp_annotations": {
            "summary": summary,
            "description": description,
            "runbook_url": f"{RUNBOOKS}/{name}.md",
            "dashboard_url": board,
        },
    }
