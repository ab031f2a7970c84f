"""Processes that share a consumer group, and the lives they have had."""

import signal
import sys
import threading
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from tests.chaos import journal
from tests.chaos.journal import Entry
from tests.chaos.plan import END
from tests.tools.cache import ROOT
from tests.tools.process import LOOPBACK, Child, Server, free_ports

LAST_LINES = 25  # of a log
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

    @property
    def is_disorderly(self) -> bool:
        """Whether an agent should not end so. Before it has said anything, no SIGTERM can reach it."""
        has_begun = self.log_to != self.log_from
        return self.end in (BY_ITSELF, TOO_LATE) or (has_begun and self.exit_code not in (None, 0))


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
            self.ended(BY_ITSELF, self.child.wait(0))
            self.launch()
            return True
        finally:
            self.busy.release()

    def ended(self, how: str, code: int | None = None) -> None:
        life = self.lives[-1]
        life.end, life.exit_code, life.log_to = how, code, self._log_size()

    def journal(self) -> list[journal.Life]:
        """Its lives, each with its part of the log."""
        return [
            journal.Life(
                self.address,
                datetime.fromtimestamp(life.began, UTC).isoformat(),
                life.end,
                journal.entries(self._said(life)),
            )
            for life in self.lives
        ]

    def logged(self, event: str) -> list[Entry]:
        """What the process of now has logged under one name."""
        return [it for it in journal.entries(self._said(self.lives[-1])) if it.get("event") == event]

    def last_words(self, life: Life) -> str:
        """The end of its log, without the lines of each scrape."""
        lines = [line for line in self._said(life).splitlines() if '"level": "debug"' not in line]
        return "\n".join(lines[-LAST_LINES:])

    def _said(self, life: Life) -> str:
        return self._process.log.read_bytes()[life.log_from : life.log_to].decode(errors="replace")

    def _log_size(self) -> int:
        return self._process.log.stat().st_size if self._process.log.exists() else 0
