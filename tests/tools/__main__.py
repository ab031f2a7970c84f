"""Fetch or build the real components that tests use, into `.cache`.

python -m tests.tools            those of `make test`
python -m tests.tools cluster    those of `make cluster-test`
"""

import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import NamedTuple

from tests.tools import (
    actionlint,
    alertmanager,
    browser,
    certificates,
    compose,
    etcd,
    helm,
    kafka,
    kubernetes,
    kwok,
    operators,
    page,
    prometheus,
    schemas,
    sdks,
    victoria,
)
from tests.tools.cache import ToolMissing


class Component(NamedTuple):
    name: str
    version: str
    folder: Path
    ensure: Callable[[], Path]
    go_build: str = ""  # how long the first one takes


# Quick ones first: a person sees within seconds that it works.
BOTH = (
    Component("certificates", "-", certificates.FOLDER, certificates.ensure),
    Component("helm, kubectl", helm.PACKS[4].helm, helm.PACKS[4].folder, helm.ensure),
    Component("helm3", helm.PACKS[3].helm, helm.PACKS[3].folder, helm.ensure3),
)
TEST = (
    *BOTH,
    Component("Kubernetes schemas", "1.37.0", schemas.folder("kubernetes"), schemas.kubernetes),
    Component("operators' schemas", "-", schemas.folder("operators"), schemas.operators),
    Component("Grafana's panels", "13.2.2", browser.FOLDER, browser.modules),
    Component("playwright, axe-core", "1.65.1", page.FOLDER, page.ensure),
    Component("Apache Kafka", kafka.VERSION, kafka.LIBS, kafka.ensure),
    Component("SDKs of providers", "-", sdks.FOLDER, sdks.ensure),
    Component("compose reader", compose.VERSION, compose.FOLDER, compose.ensure),
    Component("linter of workflows", actionlint.VERSION, actionlint.FOLDER, actionlint.ensure),
    Component(
        "prometheus, promtool",
        prometheus.VERSION,
        prometheus.FOLDER,
        prometheus.ensure,
        "3 to 9 minutes",
    ),
    Component(
        "oldest promtool",
        prometheus.OLDEST,
        prometheus.OLDEST_FOLDER,
        prometheus.oldest_promtool,
        "2 to 4 minutes",
    ),
    Component("alertmanager, amtool", alertmanager.VERSION, alertmanager.FOLDER, alertmanager.ensure),
    Component(
        "VictoriaMetrics, vmalert", victoria.VERSION, victoria.FOLDER, victoria.ensure, "1 to 4 minutes"
    ),
)
CLUSTER = (
    *BOTH,
    Component("etcd", etcd.VERSION, etcd.FOLDER, etcd.ensure),
    Component("operators' CRDs", "-", operators.FOLDER, operators.ensure, "a minute"),
    Component("Kubernetes", kubernetes.VERSION, kubernetes.FOLDER, kubernetes.ensure, "10 to 20 minutes"),
    Component("kwok", kwok.VERSION, kwok.FOLDER, kwok.ensure, "2 to 4 minutes"),
)


def fetch(component: Component) -> str | None:
    """Fetch one component with a line of progress; give what is missing."""
    word = "cached" if component.folder.exists() else "made"
    print(f"{component.name:22}{component.version:10}", end="", flush=True)
    if word == "made" and component.go_build:
        print(f"a Go build of {component.go_build}, the first time only ... ", end="", flush=True)
    begun = time.monotonic()
    try:
        component.ensure()
    except ToolMissing as missing:
        print("MISSING")
        return f"{component.name}: {missing}"
    print(f"{word:8}{time.monotonic() - begun:6.1f} s")
    return None


def main(arguments: Sequence[str]) -> None:
    components = CLUSTER if "cluster" in arguments else TEST
    missing = [line for line in map(fetch, components) if line]
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main(sys.argv[1:])
