"""Sdist and wheel, each in a clean venv of every Python that there is, with the locked dependencies."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

from release.artefacts import Built
from tests.tools.cache import ROOT, run

OLDEST, NEWEST = 11, 15
"""Of Python 3: pyproject.toml names the first; beyond the last none is looked for."""

_LOCKED = ROOT / "requirements" / "base.txt"
_BACKEND = ROOT / "requirements" / "build.txt"
_EVENT = '{"status": 429, "body": {"error": {"type": "insufficient_quota"}}}'


class Broken(RuntimeError):  # noqa: N818
    """What was installed does not run; the message is what it said."""


def pythons() -> dict[str, Path]:
    """Every Python on the PATH or of pyenv that works and that the agent should run on, the oldest first."""
    return dict(_found())


def _found() -> Iterator[tuple[str, Path]]:
    kept = Path(os.environ.get("PYENV_ROOT", "~/.pyenv")).expanduser().glob("versions/*/bin")
    folders = (*os.get_exec_path(), *kept)
    for minor in range(OLDEST, NEWEST + 1):
        for folder in folders:
            program = shutil.which(f"python3.{minor}", path=str(folder))
            if program and _works(program):
                yield f"3.{minor}", Path(program)
                break


def _works(program: str) -> bool:
    """Whether it can make a venv: Debian has that in a package of its own, and shims may lead to nothing."""
    asked = [program, "-c", "import venv, ensurepip"]
    return subprocess.run(asked, capture_output=True, check=False).returncode == 0


def tried(python: Path, built: Built, version: str) -> Iterator[str]:
    """Install wheel and sdist, run them, and say what is wrong."""
    with tempfile.TemporaryDirectory() as name:
        for file in built:
            folder = Path(name) / file.suffix
            _install(python, folder, file)
            yield from (
                f"{file.name}: {wrong}" for wrong in said(folder / "bin" / "api-error-agent", version)
            )


def _install(python: Path, folder: Path, file: Path) -> None:
    run([python, "-m", "venv", folder])
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    pip += ["--disable-pip-version-check"]
    locks = [_LOCKED] if file.suffix == ".whl" else [_LOCKED, _BACKEND]
    run([*pip, "--require-hashes", *(f"--requirement={lock}" for lock in locks)])
    run([*pip, "--no-deps", "--no-build-isolation", file])


def said(agent: Path, version: str) -> Iterator[str]:
    """Run what was installed, far from the checkout, and say which answers are wrong."""
    told = _ran(agent, "--version")
    if not told.startswith(f"api-error-agent {version} "):
        yield f"--version says {told!r}, and it should be {version}"
    meant = json.loads(_ran(agent, "classify", stdin=_EVENT))
    if (meant["type"], meant["reason"]) != ("insufficient_balance", "quota_exhausted"):
        yield f"classify says {meant} of {_EVENT}"
    judged = _ran(agent, "check-config", AGENT_KAFKA__TOPICS="api-responses")
    if judged != "the settings are right: api-responses at localhost:9092\n":
        yield f"check-config says {judged!r}"


def _ran(agent: Path, *arguments: str, stdin: str = "", **environ: str) -> str:
    done = subprocess.run(
        [agent, *arguments],
        input=stdin,
        cwd=agent.parent,
        env={"PATH": os.defpath, **environ},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Broken(f"{agent.name} {' '.join(arguments)} ends with {done.returncode}: {done.stderr.strip()}")
    return done.stdout
