"""VictoriaMetrics and vmalert, which evaluates rules for it, built with Go.

python -m tests.tools.victoria    build both programs
"""

import json
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import urlencode
from urllib.request import urlopen

import yaml

from tests.tools import golang
from tests.tools.cache import CACHE, linked, placed
from tests.tools.process import LOOPBACK, Child, Server, free_ports
from tests.tools.prometheus import Sample

VERSION = "1.151.0"
SOURCE = Path(__file__).with_name("victoria")
FOLDER = CACHE / f"victoria-{VERSION}"
PROGRAMS = ("victoria-metrics", "vmalert")

SLOWEST_START = 60.0  # seconds; about 1 is usual


def ensure() -> Path:
    """Give the program `victoria-metrics`; `vmalert` lies beside it."""
    placed(FOLDER, _build)
    for name in PROGRAMS:
        linked(FOLDER / name, name)
    return FOLDER / "victoria-metrics"


def vmalert() -> Path:
    """Give the program `vmalert`."""
    return ensure().with_name("vmalert")


def _build(folder: Path) -> None:
    golang.build(
        folder,
        SOURCE,
        [f"github.com/VictoriaMetrics/VictoriaMetrics/app/{name}" for name in PROGRAMS],
        reason="VictoriaMetrics is built with Go 1.26.6 or newer",
        variables={"github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version": f"v{VERSION}"},
    )


class _Http(Server):
    """A server of VictoriaMetrics that says at /health whether it is up."""

    def __init__(self) -> None:
        super().__init__()
        self.url = f"http://{LOOPBACK}:{free_ports(1)[0]}"

    def _launch(self, program: Path, *options: str) -> None:
        listen = f"-httpListenAddr={self.url.removeprefix('http://')}"
        self._child = Child([program, listen, *options], self.log)
        self._child.wait_ready(self._healthy, SLOWEST_START, program.name)

    def _healthy(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=5) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


class VictoriaMetrics(_Http):
    """A single-node VictoriaMetrics that scrapes as a Prometheus configuration says."""

    def __init__(self, config: Mapping[str, Any]) -> None:
        super().__init__()
        self._program = ensure()
        known = {name: value for name, value in config.items() if name in ("global", "scrape_configs")}
        known["global"] = {name: value for name, value in known["global"].items() if "scrape" in name}
        (self.folder / "scrape.yaml").write_text(yaml.safe_dump(known))

    def start(self) -> None:
        self._launch(
            self._program,
            f"-promscrape.config={self.folder / 'scrape.yaml'}",
            f"-storageDataPath={self.folder / 'data'}",
            "-search.latencyOffset=0s",  # else samples are seen after 30 s
            "-memory.allowedBytes=256MB",
        )

    def query(self, expression: str) -> list[Sample]:
        """Evaluate an instant vector now."""
        parameters = urlencode({"query": expression, "nocache": 1})
        with urlopen(f"{self.url}/api/v1/query?{parameters}", timeout=10) as answer:
            found = json.load(answer)["data"]["result"]
        return [{"metric": each["metric"], "value": float(each["value"][1])} for each in found]


class Vmalert(_Http):
    """A vmalert that evaluates a file of rules on a VictoriaMetrics, and writes back into it."""

    def __init__(self, rules: Path, store: VictoriaMetrics) -> None:
        super().__init__()
        self._program, self._rules, self._store = vmalert(), rules, store.url

    def start(self) -> None:
        self._launch(
            self._program,
            f"-rule={self._rules}",
            f"-datasource.url={self._store}",
            f"-remoteWrite.url={self._store}",
            "-remoteWrite.flushInterval=200ms",
            "-notifier.blackhole",
            "-evaluationInterval=1s",
            "-rule.evalDelay=0s",
        )


def main() -> None:
    begun = time.monotonic()
    print(f"VictoriaMetrics {VERSION}: {ensure()} ({time.monotonic() - begun:.1f} s)")


if __name__ == "__main__":
    main()
