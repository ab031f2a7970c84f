"""Copies of the project, in which one change at a time is made and tested."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.mutants import touching
from tests.mutants.mutations import Mutant
from tests.mutants.touching import Touching
from tests.tools.cache import CACHE, ROOT, ToolMissing
from tests.tools.kafka import Kafka

RUNS_PER_BROKER = 60
"""A broker keeps the topics of all runs, and grows slow of them."""

EXAMPLES = {"FUZZ_EXAMPLES": "50"}
"""A change that matters is seen in a few of the examples that property tests try."""

QUIET = ("-q", "-p", "no:cacheprovider", "--no-header", "--tb=no")


class Copy:
    """The project once more, with a broker for the tests that want one."""

    def __init__(self) -> None:
        self._folder = Path(tempfile.mkdtemp(prefix="mutants-"))
        self.root = self._folder / "project"
        self._broker: Kafka | None = None
        self._runs = 0
        self._process: subprocess.Popen[bytes] | None = None
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
        self._without_broker()
        shutil.rmtree(self._folder, ignore_errors=True)

    def stop(self) -> None:
        """End the run that is under way, and begin no other."""
        self._is_stopped = True
        if self._process:
            _end(self._process)

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

    def notices(self, mutant: Mutant | None, tests: Sequence[str], within: float) -> bool:
        """Whether one of the tests fails with the change, or takes too long."""
        changed = self.root / mutant.path if mutant else None
        source = changed.read_bytes() if changed else b""
        if mutant and changed:
            changed.write_bytes(mutant.apply(source))
        listed = self._folder / "tests"
        listed.write_text("\n".join(tests))
        try:
            return self._run(["-m", "pytest", "-x", *QUIET, f"@{listed}"], within, self._shared(tests)) != 0
        finally:
            if changed:
                changed.write_bytes(source)

    def _run(self, command: Sequence[str], within: float, environ: Mapping[str, str]) -> int | None:
        """The exit code; None after *within* seconds."""
        if self._is_stopped:
            return None
        with (self._folder / "log").open("w") as log:
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


def _broker() -> Kafka | None:
    try:
        broker = Kafka()
    except ToolMissing:
        return None
    return broker.__enter__()


def _end(process: subprocess.Popen[bytes]) -> None:
    """End a run; what it has started ends with it (tests.tools.process)."""
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait(10)
