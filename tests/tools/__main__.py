"""Fetch or build every real component the tests use, into `.cache`."""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from tests.tools import alertmanager, browser, certificates, compose, helm, kafka, prometheus, schemas
from tests.tools.cache import ToolMissing


class Component(NamedTuple):
    name: str
    version: str
    folder: Path
    ensure: Callable[[], Path]
    note: str = ""


BUILD = "a Go build of {} minutes, the first time only"

# Quick ones first: a person sees within seconds that it works.
COMPONENTS = (
    Component("certificates", "-", certificates.FOLDER, certificates.ensure),
    Component("helm, kubectl", helm.PACKS[4].helm, helm.PACKS[4].folder, helm.ensure),
    Component("helm3", helm.PACKS[3].helm, helm.PACKS[3].folder, helm.ensure3),
    Component("Kubernetes schemas", "1.37.0", schemas.folder("kubernetes"), schemas.kubernetes),
    Component("operators' schemas", "-", schemas.folder("operators"), schemas.operators),
    Component("Grafana's panels", "13.2.2", browser.FOLDER, browser.modules),
    Component("Apache Kafka", kafka.VERSION, kafka.LIBS, kafka.ensure),
    Component("compose reader", compose.VERSION, compose.FOLDER, compose.ensure),
    Component(
        "prometheus, promtool",
        prometheus.VERSION,
        prometheus.FOLDER,
        prometheus.ensure,
        BUILD.format("3 to 9"),
    ),
    Component(
        "oldest promtool",
        prometheus.OLDEST,
        prometheus.OLDEST_FOLDER,
        prometheus.oldest_promtool,
        BUILD.format("2 to 4"),
    ),
    Component("alertmanager, amtool", alertmanager.VERSION, alertmanager.FOLDER, alertmanager.ensure),
)


def fetch(component: Component) -> str | None:
    """Fetch one component with a line of progress; give what is missing."""
    word = "cached" if component.folder.exists() else "made"
    print(f"{component.name:22}{component.version:10}", end="", flush=True)
    if word == "made" and component.note:
        print(f"{component.note} ... ", end="", flush=True)
    begun = time.monotonic()
    try:
        component.ensure()
    except ToolMissing as missing:
        print("MISSING")
        return f"{component.name}: {missing}"
    print(f"{word:8}{time.monotonic() - begun:6.1f} s")
    return None


def main() -> None:
    missing = [line for line in map(fetch, COMPONENTS) if line]
    if missing:
        sys.exit("\n".join(missing))


if __name__ == "__main__":
    main()
