"""Prometheus and promtool, built with Go.

python -m tests.tools.prometheus prometheus.yml   start one with this configuration, until Ctrl-C
python -m tests.tools.prometheus                  only build both programs
"""

import argparse
import json
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypedDict, TypeVar
from urllib.error import HTTPError
from urllib.parse import urlencode
from urllib.request import Request, urlopen

import yaml

from tests.tools import golang
from tests.tools.cache import CACHE, linked, placed
from tests.tools.process import LOOPBACK, Child, Server, free_ports, until, wait_for_interrupt

VERSION = "3.15.0"
SOURCE = Path(__file__).with_name("prometheus")
FOLDER = CACHE / f"prometheus-{VERSION}"
PROGRAMS = ("prometheus", "promtool")

OLDEST = "2.42.0"
"""The first Prometheus that knows keep_firing_for, and so the oldest that loads our rules."""

OLDEST_SOURCE = Path(__file__).with_name("promtool")
OLDEST_FOLDER = CACHE / f"promtool-{OLDEST}"

SLOWEST_START = 60.0  # seconds; about 1 is usual

T = TypeVar("T")


def ensure() -> Path:
    """Give the program `prometheus`; `promtool` lies beside it."""
    placed(FOLDER, _build)
    for name in PROGRAMS:
        linked(FOLDER / name, name)
    return FOLDER / "prometheus"


def promtool() -> Path:
    """Give the program `promtool`."""
    return ensure().with_name("promtool")


def oldest_promtool() -> Path:
    """Give the promtool of the oldest Prometheus that our rules are for."""
    return placed(OLDEST_FOLDER, _build_oldest) / "promtool"


def _build(folder: Path) -> None:
    """Build without the cloud discoveries: 3 minutes of two cores instead of 9."""
    _compile(folder, SOURCE, PROGRAMS, VERSION)


def _build_oldest(folder: Path) -> None:
    _compile(folder, OLDEST_SOURCE, ["promtool"], OLDEST)


def _compile(folder: Path, source: Path, programs: Sequence[str], version: str) -> None:
    golang.build(
        folder,
        source,
        [f"github.com/prometheus/prometheus/cmd/{name}" for name in programs],
        reason="Prometheus is built with Go 1.26 or newer",
        variables={"github.com/prometheus/common/version.Version": version},
        options=["-tags", "remove_all_sd"],
    )


class Sample(TypedDict):
    metric: dict[str, str]
    value: float


class Refused(ValueError):  # noqa: N818
    """Prometheus refused a query or a configuration; the message is its answer."""


def scrape_config(
    targets: Mapping[str, Sequence[str]],
    *,
    rules: Sequence[str | Path] = (),
    interval: str = "1s",
    **job: Any,
) -> dict[str, Any]:
    """Make a configuration that scrapes the addresses of each job and evaluates the rule files.

    Keywords such as `scrape_native_histograms=True` go into every job.
    """
    return {
        "global": {"scrape_interval": interval, "scrape_timeout": interval, "evaluation_interval": interval},
        "rule_files": [str(rule) for rule in rules],
        "scrape_configs": [
            {"job_name": name, "static_configs": [{"targets": list(addresses)}], **job}
            for name, addresses in targets.items()
        ],
    }


class Prometheus(Server):
    """A Prometheus of its own; port and data stay the same over `stop`, `kill` and `start`."""

    def __init__(
        self,
        config: Mapping[str, Any] | str = "",
        *,
        flags: Sequence[str] = ("--enable-feature=exemplar-storage",),
    ) -> None:
        self._program = ensure()
        super().__init__()
        self._flags = flags
        self.address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self._write(config)

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> None:
        options = [
            f"--config.file={self._config}",
            f"--storage.tsdb.path={self.folder / 'data'}",
            f"--web.listen-address={self.address}",
            "--web.enable-lifecycle",
            "--scrape.discovery-reload-interval=100ms",  # hidden; else new targets wait up to 5 s
        ]
        self._child = Child([self._program, *options, *self._flags], self.log)
        self._child.wait_ready(self._ready, SLOWEST_START, "Prometheus")

    def query(self, expression: str) -> list[Sample]:
        """Evaluate an instant vector now."""
        found = self.api("query", query=expression)["result"]
        return [{"metric": each["metric"], "value": float(each["value"][1])} for each in found]

    def alerts(self) -> list[dict[str, Any]]:
        """List the pending and firing alerts."""
        return list(self.api("alerts")["alerts"])

    def targets(self) -> list[dict[str, Any]]:
        return list(self.api("targets")["activeTargets"])

    def api(self, path: str, **parameters: str) -> Any:
        """Get `/api/v1/<path>` and give its `data`."""
        return json.loads(self._http(f"/api/v1/{path}?{urlencode(parameters)}"))["data"]

    def reload(self, config: Mapping[str, Any] | str | None = None) -> None:
        """Read the configuration and the rule files again; with *config*, that one from now on."""
        if config is not None:
            self._write(config)
        self._http("/-/reload", method="POST")

    def wait_until(self, predicate: Callable[["Prometheus"], T], timeout: float = 30.0) -> T:
        """Wait until *predicate* of this Prometheus is true, as in `lambda it: it.query("up == 1")`."""
        return until(lambda: predicate(self), timeout, f"not so on {self.url}", every=0.2)

    @property
    def _config(self) -> Path:
        return self.folder / "prometheus.yml"

    def _write(self, config: Mapping[str, Any] | str) -> None:
        self._config.write_text(config if isinstance(config, str) else yaml.safe_dump(dict(config)))

    def _ready(self) -> bool:
        try:
            self._http("/-/ready")
        except (OSError, Refused):
            return False
        return True

    def _http(self, path: str, method: str = "GET") -> bytes:
        try:
            with urlopen(Request(self.url + path, method=method), timeout=10) as answer:
                return bytes(answer.read())
        except HTTPError as error:
            with error:
                raise Refused(error.read().decode()) from None


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.prometheus", description=__doc__)
    parser.add_argument(
        "config", nargs="?", type=Path, help="configuration file; rule files by absolute path"
    )
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    print(f"Prometheus {VERSION}: {ensure()} ({time.monotonic() - begun:.1f} s)")
    if options.config:
        with Prometheus(options.config.read_text()) as server:
            print(f"{server.url}, pid {server.pid}, log {server.log}; Ctrl-C ends it")
            wait_for_interrupt()


if __name__ == "__main__":
    main()
