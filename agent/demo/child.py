"""Child processes of the demo: each with a log of its own, ended by its own process id, in bounded time.

None outlives the demo, however that ends: each holds one end of a pipe (agent/demo/leash.py), and a log is
a file without a name.
"""

import os
import subprocess
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryFile
from typing import Self

import agent

PATIENCE = 10.0
"""Seconds from SIGTERM to SIGKILL."""

ROOT = Path(agent.__file__).parents[1]
"""Where `python -m agent` finds this very code."""

_TAIL = 15  # lines
_LOOK_EVERY = 0.05  # seconds


class DemoError(Exception):
    """The demo cannot go on; the message is for whoever started it."""


class Child:
    """A running program of ours; leaving the context ends it.

    Args:
        what: How messages call it.
    """

    def __init__(
        self, command: Sequence[str], what: str, environment: Mapping[str, str] | None = None
    ) -> None:
        self._what = what
        self._log = TemporaryFile()  # noqa: SIM115 - closed by stop()
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and modules
            command,
            cwd=ROOT,
            env={**os.environ} if environment is None else {**environment},
            stdin=subprocess.PIPE,
            stdout=self._log,
            stderr=subprocess.STDOUT,
            process_group=0,  # Ctrl-C reaches the demo alone, which ends its children in order
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def said(self) -> str:
        """What stands in its log."""
        log = self._log.fileno()
        # The program writes where the position of this very file is: it must not be moved.
        return os.pread(log, os.fstat(log).st_size, 0).decode(errors="replace")

    @property
    def tail(self) -> str:
        """The end of its log."""
        return "\n".join(self.said.splitlines()[-_TAIL:])

    def check(self) -> None:
        """See that it lives.

        Raises:
            DemoError: If it has ended.
        """
        code = self._process.poll()
        if code is not None:
            raise DemoError(
                f"{self._what} ended by itself with code {code}. The end of its log:\n{self.tail}"
            )

    def wait_until(self, condition: Callable[[], bool], seconds: float) -> None:
        """Wait for *condition*; a program that ends meanwhile, or is too slow, is ended and reported.

        Raises:
            DemoError: If it is not met within *seconds*.
        """
        try:
            self._wait(condition, time.monotonic() + seconds)
        except BaseException:
            self.stop()
            raise

    def _wait(self, condition: Callable[[], bool], deadline: float) -> None:
        while True:
            has_ended = self._process.poll() is not None
            if condition():  # asked after that: its last words are in the log
                return
            if has_ended:
                self.check()
            if time.monotonic() > deadline:
                raise DemoError(f"{self._what} does not get ready. The end of its log:\n{self.tail}")
            time.sleep(_LOOK_EVERY)

    def stop(self) -> None:
        """Ask it to end; after PATIENCE, or at a second Ctrl-C, make it."""
        try:
            self._process.terminate()
            self._process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            pass
        finally:
            self._process.kill()
            self._process.wait()
            if self._process.stdin is not None:
                self._process.stdin.close()
            self._log.close()
