"""The yardstick in Go, built once into .cache."""

import hashlib
import shutil
from pathlib import Path

from tests.tools import golang
from tests.tools.cache import CACHE, placed

SOURCE = Path(__file__).parents[1] / "go"
NAME = "yardstick"


def ensure() -> Path:
    """Give the program.

    Raises:
        ToolMissing: If there is no Go, or its modules cannot be had.
    """
    source = b"".join((SOURCE / name).read_bytes() for name in ("main.go", "go.mod"))
    return placed(CACHE / f"yardstick-{hashlib.sha256(source).hexdigest()[:12]}", _build) / NAME


def _build(folder: Path) -> None:
    shutil.copy(SOURCE / "main.go", folder)
    golang.build(folder, SOURCE, ["."], reason="the bench compares with a program in Go 1.24 or newer")
