"""The workflows of GitHub: actionlint and zizmor read them, as nothing here can run them."""

import subprocess
from collections.abc import Iterator, Sequence
from pathlib import Path

from release.tools import program
from tests.tools import actionlint
from tests.tools.cache import ROOT

WORKFLOWS = ROOT / ".github" / "workflows"


def problems(folder: Path = WORKFLOWS) -> Iterator[str]:
    """Say what either of them finds."""
    files = sorted(folder.glob("*.yml"))
    yield from _said([actionlint.ensure(), "-no-color", *files])
    yield from _said([program("zizmor"), "--offline", "--quiet", "--no-progress", "--color=never", *files])


def _said(command: Sequence[str | Path]) -> Iterator[str]:
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield (done.stdout + done.stderr).strip()
