"""Renderings that no file of values gives: two releases side by side, and the chart as a part of another."""

import functools
import shutil
import tempfile
from pathlib import Path
from typing import Any

import yaml

from tests.chart.rendering import ALL, CASES, CHART, DEFAULT, Manifest, render
from tests.tools.helm import helm, template


def case(name: str, major: int = 4) -> list[Manifest]:
    """What a case renders; beside the files there are two composed ones."""
    if name in COMPOSED:
        return COMPOSED[name](major)
    return render(CASES[name], major=major)


def two_releases(major: int) -> list[Manifest]:
    return [
        each
        for release, topic in (("gateway", "api-responses"), ("batch", "batch-responses"))
        for each in render(ALL, {"kafka": {"topics": [topic]}}, release=release, major=major)
    ]


def subchart(major: int) -> list[Manifest]:
    """The chart under another name, in a release of a parent that has values of its own."""
    child = yaml.safe_load(DEFAULT.read_text()) | {"podMonitor": {"enabled": True}}
    return of_parent({"global": {"environment": "production"}, "errors": {"enabled": True} | child}, major)


def of_parent(values: dict[str, Any], major: int = 4) -> list[Manifest]:
    """What a parent chart renders that has this one as `errors`."""
    return template(_parent(), values, release="platform", options=("--namespace", "prod"), major=major)


@functools.cache
def _parent() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="parent-chart-"))
    helm("package", CHART, "--destination", folder / "charts")
    (packed,) = (folder / "charts").glob("*.tgz")
    dependency = {
        "name": "api-error-agent",
        "version": packed.stem.removeprefix("api-error-agent-"),
        "alias": "errors",
        "condition": "errors.enabled",
    }
    chart = {"apiVersion": "v2", "name": "platform", "version": "1.0.0", "dependencies": [dependency]}
    (folder / "Chart.yaml").write_text(yaml.safe_dump(chart))
    return folder


def forget_parent() -> None:
    """Remove the parent chart, if there is one."""
    if _parent.cache_info().currsize:
        shutil.rmtree(_parent())
        _parent.cache_clear()


COMPOSED = {"two-releases": two_releases, "subchart": subchart}
EVERY_CASE = [*CASES, *COMPOSED]
