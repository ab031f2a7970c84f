"""The agent itself as a process: `api-error-agent run` with a settings file of its own."""

import json
import ssl
import sys
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import yaml
from prometheus_client.parser import text_string_to_metric_families

from tests.tools.process import LOOPBACK, Child, Server, free_ports

SLOWEST_START = 60.0  # seconds; 1 to 4 are usual

SCRAPER = {"X-Prometheus-Scrape-Timeout-Seconds": "5"}


class Agent(Server):
    """A running agent; its port stays the same over `stop`, `kill` and `start`.

    Args:
        ready: Wait until it has joined its group, not only until it lives.

        tls: How to reach it, if its pages are behind TLS.

        settings: Sections of the settings over those that tests need.
    """

    def __init__(
        self,
        bootstrap: str,
        *topics: str,
        ready: bool = True,
        tls: ssl.SSLContext | None = None,
        **settings: Mapping[str, Any],
    ) -> None:
        super().__init__()
        self._tls = tls
        self.address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self._page = "readyz" if ready else "healthz"
        sections: dict[str, dict[str, Any]] = {
            "kafka": {
                "bootstrap_servers": [bootstrap],
                "topics": list(topics),
                "group_id": f"agents-of-{'-'.join(topics)}",
                "start": "earliest",
                "session_timeout_seconds": 6,
                "request_timeout_seconds": 10,
                "metadata_max_age_seconds": 2,
            },
            "commit": {"interval_seconds": 0.5},
            "web": {"listen_address": self.address},
            "log": {"format": "json"},
        }
        for name, section in settings.items():
            sections[name] = sections.get(name, {}) | dict(section)
        self._settings = self.folder / "agent.yaml"
        self._settings.write_text(yaml.safe_dump(sections))

    @property
    def url(self) -> str:
        return f"{'https' if self._tls else 'http'}://{self.address}"

    def start(self) -> None:
        self.launch()
        self.child.wait_ready(lambda: self.status(f"/{self._page}") == 200, SLOWEST_START, "the agent")

    def launch(self, **environ: str) -> None:
        """Start it, and do not wait until it answers."""
        self._child = Child(self._command(), self.log, Path(__file__).parents[2], environ)

    def _command(self) -> Sequence[str | Path]:
        return [sys.executable, "-m", "agent", "run", "--config.file", self._settings]

    def status(self, path: str) -> int:
        """Give the HTTP status of a page, 0 when nobody listens."""
        try:
            with urlopen(f"{self.url}{path}", timeout=5, context=self._tls) as answer:
                return int(answer.status)
        except HTTPError as error:
            with error:
                return error.code
        except OSError:
            return 0

    def page(self, headers: Mapping[str, str] = SCRAPER) -> str:
        """Scrape /metrics, or with other headers only look at it."""
        request = Request(f"{self.url}/metrics", headers=dict(headers))
        with urlopen(request, timeout=10, context=self._tls) as answer:
            return str(answer.read().decode())

    def scrape_from(self, source: str) -> None:
        """Scrape /metrics from this loopback address: somebody else than who comes from another."""
        host, _, port = self.address.partition(":")
        options: dict[str, Any] = {"timeout": 10, "source_address": (source, 0)}
        connection = (
            HTTPConnection(host, int(port), **options)
            if self._tls is None
            else HTTPSConnection(host, int(port), context=self._tls, **options)
        )
        connection.request("GET", "/metrics", headers=SCRAPER)
        answer = connection.getresponse()
        assert answer.status == 200, answer.read()
        answer.read()
        connection.close()

    def total(self, name: str, /, **labels: str) -> float:
        """Scrape, and add up the samples of a metric that have these labels."""
        return sum(
            sample.value
            for family in text_string_to_metric_families(self.page())
            for sample in family.samples
            if sample.name == name and labels.items() <= sample.labels.items()
        )

    def events(self) -> list[str]:
        """List the events of its log, in order."""
        lines = self.log.read_text().splitlines()
        return [json.loads(line).get("event", "") for line in lines if line.startswith("{")]

    def terminate(self, within: float) -> int | None:
        """Send SIGTERM and give the exit code; None when it has not ended within *within* seconds."""
        return self.child.terminate(within)
