"""Copies of the project, in which one change at a time is made and tested."""

import contextlib
import json
import math
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.mutants import touching, warm
from tests.mutants.mutations import Mutant
from tests.mutants.touching import Touching
from tests.tools.cache import CACHE, ROOT, ToolMissing
from tests.tools.kafka import Kafka

RUNS_PER_BROKER = 60
"""A broker keeps the topics of all runs, and grows slow of them."""

EXAMPLES = {"FUZZ_EXAMPLES": "50"}
"""A change that matters is seen in a few of the examples that property tests try."""

PATIENCE, SLOWER = 20.0, 3.0
"""A test has so many seconds, and so many times what it took before, until it counts as hanging."""

COLLECTING = 120.0
"""Seconds more for all tests of a change: on a busy machine to import and to collect them takes a while."""

QUIET = ("-q", "-p", "no:cacheprovider", "--no-header", "--tb=no")


class Copy:
    """The project once more, with a broker for the tests that want one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        self.root = self._folder / "project"
        self._log = self._folder / "log"
        self._broker: Kafka | None = None
        self._runs = 0
        self._process: subprocess.Popen[bytes] | None = None
        self._warm: Warm | None = None
        self._is_stopped = False

    def __enter__(self) -> Self:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
            cwd=ROOT, check=True, capture_output=True, text=True,
        )  # fmt: skip
        for name in listed.stdout.splitlines():
            if (ROOT / name).is_file() and not (ROOT / name).is_symlink():
                (self.root / name).parent.mkdir(parents=True, exist_ok=True)
                shutil.copy(ROOT / name, self.root / name)
        (self.root / ".cache").symlink_to(CACHE)
        # Compiled code is held against the content of its source, as a change may come within a second.
        subprocess.run(
            [sys.executable, "-m", "compileall", "-q", "--invalidation-mode", "checked-hash", "agent"],
            cwd=self.root, check=True,
        )  # fmt: skip
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
        self._without_broker()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the run that is under way, and begin no other."""
        self._is_stopped = True
        if self._process:
            _end(self._process)
        if self._warm:
            self._warm.close()

    def measure(self, file: str, within: float) -> Touching | None:
        """Run a file of tests under coverage; None if that takes longer."""
        folder = Path(tempfile.mkdtemp(dir=self._folder))
        settings = folder / "coverage.ini"
        settings.write_text(touching.SETTINGS)
        environ = {
            "COVERAGE_FILE": str(folder / ".coverage"),
            "COVERAGE_PROCESS_START": str(settings),
            touching.SECONDS: str(folder / "seconds.json"),
            touching.TEST: "",
        }
        environ |= self._shared([file])
        command = ["-m", "pytest", *QUIET, "-p", "tests.mutants.touching", file]
        if self._run(command, within, environ) is None:
            return None
        return touching.read(folder, self.root)

    def notices(self, mutant: Mutant | None, tests: Mapping[str, float]) -> bool:
        """Whether one of the tests fails with the change, or takes much longer than its seconds."""
        changed = self.root / mutant.path if mutant else None
        source = changed.read_bytes() if changed else b""
        if mutant and changed:
            changed.write_bytes(mutant.apply(source))
        limits = self._folder / "limits.json"
        limits.write_text(json.dumps({test: math.ceil(_limit(taken)) for test, taken in tests.items()}))
        environ = EXAMPLES | {warm.LIMITS: str(limits)} | self._shared(list(tests))
        runs = [["-x", *QUIET, *warm.OPTIONS, *some] for some in by_file(tests)]
        try:
            return self._warmed().run(runs, environ, COLLECTING + _limit(sum(tests.values()))) != 0
        finally:
            if changed:
                changed.write_bytes(source)

    def said(self) -> str:
        """What the last run has written."""
        return self._log.read_text(errors="replace")

    def _warmed(self) -> "Warm":
        if self._warm is None:
            self._warm = Warm(self.root, self._log)
        return self._warm

    def _run(self, command: Sequence[str], within: float, environ: Mapping[str, str]) -> int | None:
        """The exit code; None after *within* seconds."""
        if self._is_stopped:
            return None
        with self._log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, *command], cwd=self.root, env=os.environ | EXAMPLES | dict(environ),
                stdin=subprocess.DEVNULL, stdout=log, stderr=subprocess.STDOUT, process_group=0,
            )  # fmt: skip
        try:
            return self._process.wait(max(0.0, within))
        except subprocess.TimeoutExpired:
            return None
        finally:
            _end(self._process)

    def _shared(self, tests: Sequence[str]) -> dict[str, str]:
        """What tells the tests to use our broker, where they want a Kafka."""
        if not any(test.startswith("tests/kafka") for test in tests):
            return {}
        if self._runs % RUNS_PER_BROKER == 0:
            self._without_broker()
            self._broker = _broker()
        self._runs += 1
        return self._broker.to_share() if self._broker else {}

    def _without_broker(self) -> None:
        if self._broker:
            self._broker.close()
            self._broker = None


class Warm:
    """A warm process in a copy, and the runs that it forks."""

    def __init__(self, root: Path, log: Path) -> None:
        self._log = log
        self._running: int | None = None
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.mutants.warm"], cwd=root,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, process_group=0,
        )  # fmt: skip

    def run(self, runs: Sequence[Sequence[str]], environ: Mapping[str, str], within: float) -> int:
        """The exit code of the first run of pytest that fails, or 0; all is ended after *within* seconds."""
        assert self._server.stdin
        assert self._server.stdout
        job = {"runs": runs, "environ": environ, "log": str(self._log)}
        print(json.dumps(job), file=self._server.stdin, flush=True)
        self._running = int(self._server.stdout.readline())
        limit = threading.Timer(within, self._end_run)
        limit.start()
        try:
            return int(self._server.stdout.readline())
        finally:
            limit.cancel()
            self._running = None

    def _end_run(self) -> None:
        if self._running:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._running, signal.SIGKILL)

    def close(self) -> None:
        self._end_run()
        with self._server:  # its pipes are closed
            _end(self._server)


def by_file(tests: Mapping[str, float]) -> list[list[str]]:
    """The tests of each file, the quickest file first: to collect tests takes longer than most of them."""
    found: dict[str, list[str]] = defaultdict(list)
    for test in tests:
        found[test.partition("::")[0]].append(test)
    return sorted(found.values(), key=lambda some: sum(tests[test] for test in some))


def _limit(seconds: float) -> float:
    """How long what took so many seconds may take, until it counts as hanging."""
    return PATIENCE + SLOWER * seconds


def _broker() -> Kafka | None:
    try:
        broker = Kafka()
    except ToolMissing:
        return None
    return broker.__enter__()


def _end(process: subprocess.Popen[bytes] | subprocess.Popen[str]) -> None:
    """End a run; what it has started ends with it (tests.tools.process)."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
