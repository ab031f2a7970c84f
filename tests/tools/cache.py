"""The `.cache` folder: each component is fetched or built once, whole, whoever asks at the same time."""

import contextlib
import fcntl
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

from tests.tools.process import until

ROOT = Path(__file__).resolve().parents[2]
CACHE = ROOT / ".cache"
BIN = CACHE / "bin"

LONGEST_BUILD = 3600.0  # seconds one process waits for the build of another

T = TypeVar("T")


class ToolMissing(RuntimeError):  # noqa: N818
    """A real component cannot be had on this machine. One line: what, why, how to get it."""


def require(ensure: Callable[[], T]) -> T:
    """Give the tool, or skip the test with one loud line. With CI=true the test fails instead."""
    import pytest

    try:
        return ensure()
    except ToolMissing as missing:
        if os.environ.get("CI") == "true":
            pytest.fail(str(missing), pytrace=False)
        pytest.skip(f"NOT TESTED: {missing}")


def need(program: str, reason: str, install: str) -> str:
    """Find *program* on the PATH, or say how to get it."""
    found = shutil.which(program)
    if found is None:
        raise ToolMissing(f"{program} is not on the PATH; {reason}; to get it: {install}")
    return found


def run(command: Sequence[str | Path], *, cwd: Path | None = None, **environ: str) -> str:
    """Run a fetching or building command to its end; when it fails its last lines are quoted."""
    done = subprocess.run(
        command, cwd=cwd, env=os.environ | environ, capture_output=True, text=True, check=False
    )
    if done.returncode == 0:
        return done.stdout
    said = [line.strip() for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    shown = " ".join(str(part) for part in command[:4])
    raise ToolMissing(f"`{shown} ...` failed: {' | '.join(said[-3:])}")


def placed(target: Path, build: Callable[[Path], None]) -> Path:
    """Let *build* fill the folder *target*, unless it is there. It appears whole or not at all."""
    if target.exists():
        return target
    with locked(target):
        if not target.exists():
            _place(target, build)
    return target


def _place(target: Path, build: Callable[[Path], None]) -> None:
    fresh = Path(tempfile.mkdtemp(dir=target.parent, prefix=f".{target.name}-"))
    fresh.chmod(0o755)
    try:
        build(fresh)
        fresh.rename(target)
    finally:
        shutil.rmtree(fresh, ignore_errors=True)


@contextlib.contextmanager
def locked(target: Path) -> Iterator[None]:
    """Keep other processes off *target*; the kernel frees the lock of a process that dies."""
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f".{target.name}.lock").open("w") as file:
        until(lambda: _lock(file.fileno()), LONGEST_BUILD, f"another process is still making {target}")
        yield


def _lock(descriptor: int) -> bool:
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def linked(program: Path, name: str) -> Path:
    """Show *program* as `.cache/bin/<name>`."""
    BIN.mkdir(parents=True, exist_ok=True)
    link = BIN / name
    if link.resolve() != program.resolve():
        fresh = BIN / f".{name}-{os.getpid()}"
        fresh.symlink_to(os.path.relpath(program, BIN))
        fresh.replace(link)
    return link
