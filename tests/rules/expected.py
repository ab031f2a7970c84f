"""Alerts as they arrive, with every label and annotation; their links have tests of their own."""

from tests.rules.recording import JOB
from tests.rules.scenarios import Alert

LINKS = {"runbooks_url": "https://wiki.example.org/runbooks", "grafana_url": "https://grafana.example.org"}
SEEN_BY = f"(seen by {JOB} in prod)"


def provider_alert(_name: str, severity: str, summary: str, description: str, **labels: str) -> Alert:
    return _alert(severity, summary, description, labels | {"namespace": "prod"})


def agent_alert(
    _name: str, severity: str, summary: str, description: str, namespace: str = "prod", **labels: str
) -> Alert:
    return _alert(severity, summary, description, labels | ({"namespace": namespace} if namespace else {}))


def _alert(severity: str, summary: str, description: str, labels: dict[str, str]) -> Alert:
    return {
        "exp_labels": {"severity": severity, "job": JOB} | labels,
        "exp_annotations": {"summary": summary, "description": description},
    }
