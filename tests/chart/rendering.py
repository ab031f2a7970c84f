"""The chart as Helm renders it."""

import copy
import functools
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from tests.tools.cache import ROOT
from tests.tools.helm import template

CHART = ROOT / "deploy" / "helm" / "api-error-agent"
HERE = Path(__file__).parent
STACK = CHART / "values-kube-prometheus-stack.yaml"
EXAMPLES = {path.stem: path for path in sorted((CHART / "examples").glob("*.yaml"))}
CASES = (
    {path.stem: path for path in sorted((HERE / "cases").glob("*.yaml"))}
    | {"kube-prometheus-stack": STACK}
    | EXAMPLES
)
DEFAULT = CASES["default"]
WORKLOADS = ("StatefulSet", "Deployment")
ALL = {"podMonitor": {"enabled": True}, "prometheusRule": {"enabled": True}, "dashboards": {"enabled": True}}

Manifest = dict[str, Any]


def render(
    *values: dict[str, Any] | Path,
    release: str = "agent",
    namespace: str = "prod",
    major: int = 4,
    chart: Path = CHART,
    options: Sequence[str] = (),
) -> list[Manifest]:
    """Render the chart with what it requires and *values*."""
    files = [str(each) if isinstance(each, Path) else json.dumps(each) for each in (DEFAULT, *values)]
    options = ("--namespace", namespace, *options)
    return copy.deepcopy(_rendered(chart, tuple(files), release, options, major))


@functools.cache
def _rendered(
    chart: Path, files: tuple[str, ...], release: str, options: tuple[str, ...], major: int
) -> list[Manifest]:
    """Render once what many tests look at."""
    values = [json.loads(each) if each.startswith("{") else Path(each) for each in files]
    return template(chart, *values, release=release, options=options, major=major)


def only(manifests: list[Manifest], kind: str, **labels: str) -> Manifest:
    """The one manifest of *kind* with *labels*."""
    (found,) = (
        each
        for each in manifests
        if each["kind"] == kind and labels.items() <= each["metadata"].get("labels", {}).items()
    )
    return found


def kinds(manifests: list[Manifest]) -> list[str]:
    """What is created, but for the pod of `helm test`."""
    return sorted(
        each["kind"] for each in manifests if "helm.sh/hook" not in each["metadata"].get("annotations", {})
    )


def settings(manifests: list[Manifest]) -> str:
    """The agent's own file."""
    (text,) = (each["data"]["config.yaml"] for each in manifests if "config.yaml" in each.get("data", {}))
    return str(text)


def workload(manifests: list[Manifest]) -> Manifest:
    (found,) = (each for each in manifests if each["kind"] in WORKLOADS)
    return found


def pod(manifests: list[Manifest]) -> Manifest:
    return dict(workload(manifests)["spec"]["template"]["spec"])


def container(manifests: list[Manifest]) -> Manifest:
    (found,) = (each for each in pod(manifests)["containers"] if each["name"] == "agent")
    return dict(found)


def values() -> Manifest:
    return dict(yaml.safe_load((CHART / "values.yaml").read_text()))
