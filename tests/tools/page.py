"""Playwright and axe-core, which look at the status page in the system's Chromium.

python -m tests.tools.page     fetch them
"""

import hashlib
import json
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.tools.browser import chromium, fetch
from tests.tools.cache import CACHE, need, placed

SOURCE = Path(__file__).with_name("page")
PARTS = ("package.json", "package-lock.json", ".npmrc")

LOCKED = hashlib.sha256(b"".join((SOURCE / part).read_bytes() for part in PARTS)).hexdigest()
FOLDER = CACHE / f"page-{LOCKED[:12]}"

LONGEST_LOOK = 120.0  # seconds


@dataclass(frozen=True, slots=True)
class Look:
    """What was met on a page.

    Attributes:
        text: As a person reads it, with everything unfolded.

        tags: Of which kinds its elements are.

        overflow: Pixels by which it is wider than its window.

        complaints: Lines of the console.

        dialogs: Windows that a script has opened.

        requests: Every address that was asked.

        unreadable: What axe-core says against it.
    """

    text: str
    title: str
    tags: Sequence[str]
    overflow: int
    complaints: Sequence[str]
    dialogs: Sequence[str]
    requests: Sequence[str]
    unreadable: Sequence[str]


def ensure() -> Path:
    """Give a folder with `node_modules`, of exactly the versions in package-lock.json; a browser is there."""
    chromium("it looks at the status page")
    return placed(FOLDER, _install)


def _install(folder: Path) -> None:
    fetch(folder, (SOURCE / part for part in PARTS), "it fetches playwright and axe-core")


def look(url: str, **how: Any) -> Look:
    """Open a page and look at it.

    Args:
        how: `width` and `height` in pixels, `scheme` (light or dark), `until` (JavaScript that is true once
            there is something to see), `picture` (a file to write), `whole` (all of it, not the window).
    """
    node = need("node", "it drives the browser", "apt-get install nodejs npm")
    asked = json.dumps({"url": url, "modules": str(ensure()), **how}, default=str)
    command = [node, str(SOURCE / "look.mjs"), chromium(), asked]
    done = subprocess.run(command, capture_output=True, text=True, timeout=LONGEST_LOOK, check=False)
    if done.returncode:
        raise AssertionError(f"the page could not be looked at:\n{done.stderr}")
    return Look(**json.loads(done.stdout))


if __name__ == "__main__":
    print(ensure())
