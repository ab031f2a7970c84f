"""Alertmanager and amtool, built with Go, and a receiver of what Alertmanager sends.

python -m tests.tools.alertmanager alertmanager.yml   start one with this configuration, until Ctrl-C
python -m tests.tools.alertmanager                    only build both programs
"""

import argparse
import json
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self, TypeVar
from urllib.request import Request, urlopen

import yaml

from tests.tools import golang
from tests.tools.cache import CACHE, linked, placed
from tests.tools.process import LOOPBACK, Child, Server, free_ports, until, wait_for_interrupt

VERSION = "0.31.1"  # later ones need a page that is not among the sources
SOURCE = Path(__file__).with_name("alertmanager")
FOLDER = CACHE / f"alertmanager-{VERSION}"
PROGRAMS = ("alertmanager", "amtool")

SLOWEST_START = 60.0  # seconds; about 1 is usual

T = TypeVar("T")


def ensure() -> Path:
    """Give the program `alertmanager`; `amtool` lies beside it."""
    placed(FOLDER, _build)
    for name in PROGRAMS:
        linked(FOLDER / name, name)
    return FOLDER / "alertmanager"


def amtool() -> Path:
    """Give the program `amtool`."""
    return ensure().with_name("amtool")


def _build(folder: Path) -> None:
    golang.build(
        folder,
        SOURCE,
        [f"github.com/prometheus/alertmanager/cmd/{name}" for name in PROGRAMS],
        reason="Alertmanager is built with Go 1.26 or newer",
        variables={"github.com/prometheus/common/version.Version": VERSION},
    )


class Alertmanager(Server):
    """An Alertmanager of its own, alone; port and data stay the same over `stop`, `kill` and `start`."""

    def __init__(self, config: Mapping[str, Any] | str) -> None:
        self._program = ensure()
        super().__init__()
        self.address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self._config = self.folder / "alertmanager.yml"
        self._config.write_text(config if isinstance(config, str) else yaml.safe_dump(dict(config)))

    @property
    def url(self) -> str:
        return f"http://{self.address}"

    def start(self) -> None:
        options = [
            f"--config.file={self._config}",
            f"--storage.path={self.folder / 'data'}",
            f"--web.listen-address={self.address}",
            "--cluster.listen-address=",
        ]
        self._child = Child([self._program, *options], self.log)
        self._child.wait_ready(self._ready, SLOWEST_START, "Alertmanager")

    def alerts(self) -> list[dict[str, Any]]:
        """List the alerts it holds, silenced and inhibited ones too (`status.state` tells)."""
        return list(self.api("alerts"))

    def send(self, *alerts: Mapping[str, Any]) -> None:
        """Hand it alerts as Prometheus does: {labels, annotations?, startsAt?, endsAt?}."""
        self.api("alerts", json.dumps([dict(alert) for alert in alerts]).encode())

    def api(self, path: str, body: bytes | None = None) -> Any:
        """Get `/api/v2/<path>`, or post *body* to it, and give the answer."""
        request = Request(f"{self.url}/api/v2/{path}", body, {"Content-Type": "application/json"})
        with urlopen(request, timeout=10) as answer:
            said = answer.read()
        return json.loads(said) if said else None

    def wait_until(self, predicate: Callable[["Alertmanager"], T], timeout: float = 30.0) -> T:
        """Wait until *predicate* of this Alertmanager is true."""
        return until(lambda: predicate(self), timeout, f"not so on {self.url}", every=0.2)

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/-/ready", timeout=10):
                return True
        except OSError:
            return False


class Webhook:
    """A receiver on loopback that keeps every notification, as parsed JSON.

    Attributes:
        notifications: In the order of their arrival: {status, receiver, groupLabels, alerts, ...},
            with the monotonic time at which each arrived.
    """

    def __init__(self) -> None:
        self.notifications: list[dict[str, Any]] = []
        self._server = ThreadingHTTPServer((LOOPBACK, 0), self._handler())
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.05})

    @property
    def url(self) -> str:
        return f"http://{LOOPBACK}:{self._server.server_port}/"

    def alerts(self, status: str = "firing") -> list[dict[str, Any]]:
        """List what arrived with this status, each alert as often as it was sent."""
        arrived = [alert for notification in self.notifications for alert in notification["alerts"]]
        return [alert for alert in arrived if alert["status"] == status]

    def wait_for(self, name: str, status: str = "firing", timeout: float = 60.0) -> dict[str, Any]:
        """Wait until an alert of this name arrives, and give it."""

        def arrived() -> dict[str, Any] | None:
            found = (alert for alert in self.alerts(status) if alert["labels"]["alertname"] == name)
            return next(found, None)

        found = until(arrived, timeout, f"no {status} {name} arrived")
        assert found is not None
        return found

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        keep = self.notifications.append

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                said = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                keep(said | {"arrived": time.monotonic()})
                self.send_response(200)
                self.end_headers()

            def log_message(self, *_: object) -> None:
                """Say nothing: tests read the notifications."""

        return Handler


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.alertmanager", description=__doc__)
    parser.add_argument("config", nargs="?", type=Path, help="configuration file")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    print(f"Alertmanager {VERSION}: {ensure()} ({time.monotonic() - begun:.1f} s)")
    if options.config:
        with Alertmanager(options.config.read_text()) as server:
            print(f"{server.url}, pid {server.pid}, log {server.log}; Ctrl-C ends it")
            wait_for_interrupt()


if __name__ == "__main__":
    main()
