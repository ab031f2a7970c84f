"""Processes that share a consumer group, and the lives they have had."""

import signal
import sys
import threading
import time
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Protocol

from tests.chaos import journal
from tests.chaos.load import LABELS
from tests.chaos.plan import END, SESSION
from tests.tools.agent import Agent
from tests.tools.cache import ROOT
from tests.tools.process import LOOPBACK, Child, Server, free_ports

EXACT: Mapping[str, Any] = {"mode": "interval", "interval_seconds": 0.5}
INTERVAL: Mapping[str, Any] = {"mode": "interval", "interval_seconds": 1}
"""Settings of the section commit."""

ENDS_WITHIN = 12.0  # seconds from SIGTERM on
KILLED = "SIGKILL"
TOO_LATE = f"SIGKILL, as it went on for {ENDS_WITHIN:g} s after SIGTERM"
BY_ITSELF = "ended by itself"
RUNNING = "still running"


class Process(Protocol):
    """What a member runs: an agent or a naive consumer."""

    address: str

    @property
    def child(self) -> Child: ...
    @property
    def log(self) -> Path: ...
    def launch(self, **environ: str) -> None: ...


class Naive(Server):
    """The naive yardstick as a process."""

    patience = 3.0  # its client may wait for a broker without end

    def __init__(self, bootstrap: str, topic: str) -> None:
        super().__init__()
        self.address = f"{LOOPBACK}:{free_ports(1)[0]}"
        self._arguments = (bootstrap, topic, f"naive-{topic}", self.address)

    def launch(self, **environ: str) -> None:
        command = [sys.executable, "-m", "tests.chaos.naive", *self._arguments]
        self._child = Child(command, self.log, ROOT, environ)


@dataclass
class Life:
    """One process of a member; its log is a part of the member's."""

    began: float
    log_from: int
    log_to: int | None = None
    end: str = RUNNING
    exit_code: int | None = None


class Member:
    """A place in a group: whatever happens to its process, the next one has the same address."""

    def __init__(self, process: Process) -> None:
        self._process = process
        self.address = process.address
        self.lives: list[Life] = []
        self.busy = threading.Lock()

    def launch(self, **environ: str) -> None:
        self.lives.append(Life(time.time(), self._log_size()))
        self._process.launch(**environ)

    def kill(self) -> None:
        self._process.child.kill()
        self.ended(KILLED)

    def terminate(self) -> None:
        """Send SIGTERM, and SIGKILL if it goes on."""
        self.child.signal(signal.SIGTERM)
        self.wait_for_end()

    def wait_for_end(self) -> None:
        """Wait until it ends after SIGTERM; send SIGKILL if it goes on."""
        code = self._process.child.wait(ENDS_WITHIN)
        self._process.child.kill()
        self.ended(END if code is not None else TOO_LATE, code)

    @property
    def child(self) -> Child:
        return self._process.child

    @property
    def alive(self) -> bool:
        return self._process.child.alive

    def revive(self) -> bool:
        """Start it again if it has ended without a fault of ours."""
        if not self.busy.acquire(blocking=False):
            return False
        try:
            if not self.lives or self.lives[-1].end != RUNNING or self.alive:
                return False
            self.ended(BY_ITSELF)
            self.launch()
            return True
        finally:
            self.busy.release()

    def ended(self, how: str, code: int | None = None) -> None:
        life = self.lives[-1]
        life.end, life.exit_code, life.log_to = how, code, self._log_size()

    def journal(self) -> list[journal.Life]:
        """Its lives, each with its part of the log."""
        log = self._process.log.read_bytes() if self.lives else b""
        return [
            journal.Life(
                self.address,
                datetime.fromtimestamp(life.began, UTC).isoformat(),
                life.end,
                journal.entries(log[life.log_from : life.log_to].decode(errors="replace")),
            )
            for life in self.lives
        ]

    def tail(self) -> str:
        return self._process.child.tail()

    def _log_size(self) -> int:
        return self._process.log.stat().st_size if self._process.log.exists() else 0


class Group:
    """Members that share the partitions of one topic."""

    def __init__(self, name: str, group_id: str, members: Sequence[Member], *, is_agent: bool = True) -> None:
        self.name, self.group_id, self.members, self.is_agent = name, group_id, members, is_agent

    @property
    def addresses(self) -> list[str]:
        return [member.address for member in self.members]

    def launch(self, **environ: str) -> None:
        for member in self.members:
            member.launch(**environ)

    def journal(self) -> list[journal.Life]:
        return [life for member in self.members for life in member.journal()]

    def disorderly(self) -> list[str]:
        """Ends that an agent should not have: by itself, too late, or with another exit code than 0."""
        lives = [(member.address, life) for member in self.members for life in member.lives]
        late = [f"{address}: {life.end}" for address, life in lives if life.end in (BY_ITSELF, TOO_LATE)]
        codes = [f"{address} ended with {life.exit_code}" for address, life in lives if life.exit_code]
        return late + codes


def agents(
    stack: ExitStack,
    name: str,
    bootstrap: str,
    topic: str,
    commit: Mapping[str, Any],
    count: int = 2,
    **settings: Any,
) -> Group:
    """A group of agents, ended when *stack* is left. Further settings go over those of the chaos."""
    group_id = f"{name}-{topic}"
    members = []
    for number in range(count):
        kafka = {
            "bootstrap_servers": bootstrap.split(","),
            "group_id": group_id,
            "session_timeout_seconds": SESSION,
            **settings.get("kafka", {}),
        }
        sections: dict[str, Any] = {"commit": commit, "labels": LABELS, "log": {"level": "debug"}}
        sections |= settings | {"kafka": {key: _text(value, number) for key, value in kafka.items()}}
        agent = Agent(bootstrap, topic, **sections)
        stack.callback(agent.close)
        members.append(Member(agent))
    return Group(name, group_id, members)


def _text(value: Any, number: int) -> Any:
    """A setting of one member: {n} in a text stands for its number."""
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def naive(stack: ExitStack, bootstrap: str, topic: str, count: int = 2) -> Group:
    processes = [Naive(bootstrap, topic) for _ in range(count)]
    for process in processes:
        stack.callback(process.close)
    return Group("naive", f"naive-{topic}", [Member(process) for process in processes], is_agent=False)
