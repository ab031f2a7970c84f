"""Servers under test: bounded waiting, free loopback ports, child processes ended by their own id."""

import atexit
import contextlib
import functools
import itertools
import os
import random
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Self, TypeVar

LOOPBACK = "127.0.0.1"

T = TypeVar("T")


def until(condition: Callable[[], T], timeout: float, otherwise: str, *, every: float = 0.05) -> T:
    """Wait for *condition* to be true and give its value; after *timeout* seconds raise TimeoutError."""
    end = time.monotonic() + timeout
    while not (value := condition()):
        if time.monotonic() > end:
            raise TimeoutError(f"{otherwise} (waited {timeout:g} s)")
        time.sleep(every)
    return value


def _frozen(pid: int) -> bool:
    """Whether all threads have stopped: a signal takes a moment to reach those that run."""
    stats = Path(f"/proc/{pid}/task").glob("*/stat")
    return {stat.read_text().rpartition(")")[2].split()[0] for stat in stats} == {"T"}


# Below the range the kernel gives to outgoing connections: the port of a stopped server cannot be taken by
# a client that keeps trying to reach it.
PORTS = range(20_000, 32_000)


@functools.cache
def _ports() -> Iterator[int]:
    """Give the ports of this worker of pytest-xdist, in an order of its own, again and again.

    A server binds its port seconds after it has been picked. Whoever picks the same one meanwhile finds
    it free, and a test of his may be answered by the server of another: so workers have ports of their
    own, and none comes again before all the others have been given.
    """
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0").removeprefix("gw"))
    workers = int(os.environ.get("PYTEST_XDIST_WORKER_COUNT", "1"))
    own = list(PORTS[worker::workers])
    return itertools.cycle(random.sample(own, len(own)))


def free_ports(count: int) -> list[int]:
    """Pick loopback ports that nobody listens on, and that nobody else of this test run is given."""
    candidates = itertools.islice(_ports(), len(PORTS))
    return list(itertools.islice(filter(_free, candidates), count))


def _free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


# Reads process ids: as they are when they begin, and negative when they have ended. At the end of input
# (we are gone, however that came) it ends those left over.
GUARD = """
import os, sys
left = set()
for line in sys.stdin:
    pid = int(line)
    left = left | {pid} if pid > 0 else left - {-pid}
for pid in left:
    try:
        os.kill(pid, 9)
    except ProcessLookupError:
        pass
"""


@functools.cache
def _guard() -> subprocess.Popen[bytes]:
    guard = subprocess.Popen([sys.executable, "-S", "-c", GUARD], stdin=subprocess.PIPE, process_group=0)
    atexit.register(guard.communicate)
    return guard


_guarding = threading.Lock()  # children may begin and end in several threads; there is one guard


def _tell_guard(number: int) -> None:
    with _guarding:
        pipe = _guard().stdin
        if pipe is not None:
            os.write(pipe.fileno(), f"{number}\n".encode())


class ChildEnded(RuntimeError):  # noqa: N818
    """The program ended before it was ready; the message quotes the end of its log."""


class Child:
    """A running program of ours, ended by its own process id and by nothing else."""

    def __init__(
        self,
        command: Sequence[str | Path],
        log: Path,
        cwd: Path | None = None,
        environ: Mapping[str, str] | None = None,
    ) -> None:
        self.log = log
        self._guarded = True
        with log.open("ab") as output:
            self._process = subprocess.Popen(
                command,
                cwd=cwd,
                env=os.environ | dict(environ or {}),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C reaches us alone; we end our children in order
            )
        _tell_guard(self.pid)

    @property
    def pid(self) -> int:
        return self._process.pid

    @property
    def alive(self) -> bool:
        if self._process.poll() is None:
            return True
        self._forget()
        return False

    def _forget(self) -> None:
        """Take it from the guard as soon as it is known to have ended: its id may be another's by now."""
        if self._guarded:
            self._guarded = False
            _tell_guard(-self.pid)

    def tail(self, lines: int = 15) -> str:
        return "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:])

    def signal(self, number: signal.Signals) -> None:
        if self.alive:
            self._process.send_signal(number)

    def stop(self, patience: float) -> None:
        """Ask the program to end; after *patience* seconds make it."""
        self.signal(signal.SIGTERM)
        self.signal(signal.SIGCONT)  # a paused program would never see the request
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(patience)
        self.kill()

    def terminate(self, within: float) -> int | None:
        """Ask the program to end and give its exit code; None when it goes on after *within* seconds."""
        self.signal(signal.SIGTERM)
        return self.wait(within)

    def wait(self, within: float) -> int | None:
        """Give the exit code; None when it goes on after *within* seconds."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            code = self._process.wait(within)
            self._forget()
            return code
        return None

    def kill(self) -> None:
        self.signal(signal.SIGKILL)
        self._process.wait(10)
        self._forget()

    def wait_ready(self, ready: Callable[[], bool], timeout: float, what: str) -> None:
        """Wait for *ready*; a program that ends meanwhile, or is too slow, is ended and reported."""

        def ready_or_ended() -> bool:
            if not self.alive:
                raise ChildEnded(f"{what} ended by itself. The end of {self.log}:\n{self.tail()}")
            return ready()

        try:
            until(ready_or_ended, timeout, f"{what} does not answer")
        except TimeoutError as late:
            end = self.tail()
            self.kill()
            raise TimeoutError(f"{late}. The end of {self.log}:\n{end}") from None
        except BaseException:
            self.kill()
            raise


def wait_for_interrupt() -> None:
    """Wait for Ctrl-C or SIGTERM, whichever of our threads the kernel hands it to."""
    ours, pythons = socket.socketpair()
    pythons.settimeout(0)
    signal.set_wakeup_fd(pythons.fileno())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: None)
    with ours, pythons:
        ours.recv(1)
        signal.set_wakeup_fd(-1)


class Server:
    """A test server: one child process, its own folder, used as a context manager.

    `stop`, `kill` and a later `start` keep the folder; leaving the context removes it.
    """

    patience = 20.0  # seconds from SIGTERM to SIGKILL

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix=f"{type(self).__name__.lower()}-"))
        self._child: Child | None = None

    def start(self) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.close()
            raise
        return self

    def __exit__(self, failure: type[BaseException] | None, *_: object) -> None:
        if failure is not None and self._child is not None:
            print(f"The end of {self.log}:\n{self._child.tail()}")  # a failed test shows what it said
        self.close()

    @property
    def child(self) -> Child:
        if self._child is None:
            raise RuntimeError(f"{type(self).__name__} is not started; call start() or use `with`")
        return self._child

    @property
    def pid(self) -> int:
        return self.child.pid

    @property
    def running(self) -> bool:
        return self._child is not None and self._child.alive

    @property
    def log(self) -> Path:
        return self.folder / "log"

    def stop(self) -> None:
        """End it in order: SIGTERM, and SIGKILL when it takes too long."""
        self.child.stop(self.patience)

    def kill(self) -> None:
        """End it as a crash does: SIGKILL."""
        self.child.kill()

    def pause(self) -> None:
        """Freeze it: connections stay open and nothing answers."""
        self.child.signal(signal.SIGSTOP)
        until(lambda: _frozen(self.pid), 10, f"{type(self).__name__} goes on after SIGSTOP", every=0.005)

    def resume(self) -> None:
        self.child.signal(signal.SIGCONT)

    def restart(self) -> None:
        self.stop()
        self.start()

    def close(self) -> None:
        if self._child is not None:
            self.stop()
        shutil.rmtree(self.folder, ignore_errors=True)
