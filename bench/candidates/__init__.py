"""Who is measured, and how each is started: all of them say on a page how many records they have read."""

import contextlib
import json
import signal
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from bench.candidates import yardstick
from bench.mixes import Mix
from tests.tools.agent import Agent
from tests.tools.process import LOOPBACK, Child, Server, free_ports, until

ROOT = Path(__file__).parents[2]

AS_SHIPPED = {"session_timeout_seconds": 45, "request_timeout_seconds": 40, "metadata_max_age_seconds": 60}
"""What tests set shorter."""


class Running(NamedTuple):
    """A started candidate.

    Attributes:
        ready: The page that answers 200 as soon as it reads.

        counter: The samples that add up to the records read.
    """

    server: Server
    address: str
    ready: str
    counter: str


Start = Callable[[str, str, str, Mix], Running]
"""Bootstrap servers, topic, group, mix: not yet launched."""


class Program(Server):
    """A program that takes bootstrap servers, topic, group and its own address; `start` does not wait."""

    def __init__(self, command: Sequence[str | Path], bootstrap: str, topic: str, group: str) -> None:
        super().__init__()
        self.address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self._command = [*command, bootstrap, topic, group, self.address]

    def start(self) -> None:
        self._child = Child(self._command, self.log, ROOT)


class Agents(Agent):
    """An agent by its shipped settings."""

    def __init__(self, bootstrap: str, topic: str, group: str, sections: Mapping[str, Any]) -> None:
        kafka = {**AS_SHIPPED, "group_id": group, **sections.get("kafka", {})}
        others = {"commit": {"interval_seconds": 5}, **sections}
        others.pop("kafka", None)
        super().__init__(bootstrap, topic, kafka=kafka, **others)

    def start(self) -> None:
        """Start it and do not wait."""
        self.launch()


class Watched(Agents):
    """An agent with somebody inside (`bench.inside`)."""

    @property
    def told(self) -> Path:
        return self.folder / "inside.json"

    def _command(self) -> Sequence[str | Path]:
        return [sys.executable, "-m", "bench.inside", self.told, *super()._command()[3:]]

    def ask(self, within: float = 5.0) -> dict[str, Any] | None:
        """What is said inside: `tasks`, `blocks`, and how often each of the `rooms` was at work; or None."""
        self.told.unlink(missing_ok=True)
        self.child.signal(signal.SIGUSR1)
        with contextlib.suppress(TimeoutError):
            until(self.told.exists, within, "nobody inside answers", every=0.01)
            return dict(json.loads(self.told.read_text()))
        return None


def floor(bootstrap: str, topic: str, group: str, mix: Mix) -> Running:
    """The public interface of aiokafka and a parser of JSON, and nothing else."""
    del mix
    return _program([sys.executable, "-m", "bench.candidates.floor"], bootstrap, topic, group)


def naive(bootstrap: str, topic: str, group: str, mix: Mix) -> Running:
    """What is written in an hour: prometheus_client for each event, automatic commits, no classification."""
    del mix
    return _program([sys.executable, "-m", "bench.candidates.naive"], bootstrap, topic, group)


def go(bootstrap: str, topic: str, group: str, mix: Mix) -> Running:
    """The same in Go. Raises ToolMissing where there is no Go."""
    del mix
    return _program([yardstick.ensure()], bootstrap, topic, group)


def agent(bootstrap: str, topic: str, group: str, mix: Mix) -> Running:
    """The agent as it is shipped: exact counting, a commit with each scrape."""
    return agents(Agents(bootstrap, topic, group, mix.settings))


def agents(server: Agents) -> Running:
    return Running(server, server.address, "/readyz", "api_error_agent_records_total")


def _program(command: Sequence[str | Path], bootstrap: str, topic: str, group: str) -> Running:
    server = Program(command, bootstrap, topic, group)
    return Running(server, server.address, "/metrics", "records_total")


CANDIDATES: Mapping[str, Start] = {"floor": floor, "go": go, "naive": naive, "agent": agent}
