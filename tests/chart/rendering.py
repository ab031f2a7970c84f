"""The chart as Helm renders it."""

from pathlib import Path
from typing import Any

import yaml

from tests.tools.cache import ROOT
from tests.tools.helm import template

CHART = ROOT / "deploy" / "helm" / "api-error-agent"
HERE = Path(__file__).parent
CASES = {path.stem: path for path in sorted((HERE / "cases").glob("*.yaml"))}
DEFAULT = CASES["default"]

Manifest = dict[str, Any]


def render(
    *values: dict[str, Any] | Path,
    release: str = "agent",
    namespace: str = "prod",
    major: int = 4,
    chart: Path = CHART,
) -> list[Manifest]:
    """Render the chart with what it requires and *values*."""
    options = ("--namespace", namespace)
    return template(chart, DEFAULT, *values, release=release, options=options, major=major)


def only(manifests: list[Manifest], kind: str, **labels: str) -> Manifest:
    """The one manifest of *kind* with *labels*."""
    (found,) = (
        each
        for each in manifests
        if each["kind"] == kind and labels.items() <= each["metadata"].get("labels", {}).items()
    )
    return found


def settings(manifests: list[Manifest]) -> str:
    """The agent's own file."""
    (text,) = (each["data"]["config.yaml"] for each in manifests if "config.yaml" in each.get("data", {}))
    return str(text)


def pod(manifests: list[Manifest]) -> Manifest:
    return dict(only(manifests, "StatefulSet")["spec"]["template"]["spec"])


def values() -> Manifest:
    return dict(yaml.safe_load((CHART / "values.yaml").read_text()))
