"""The reader of compose files: docker's own, where its client has it, else the library that it is made of.

python -m tests.tools.compose    build the library's program
"""

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import yaml

from tests.tools import golang
from tests.tools.cache import CACHE, placed

SOURCE = Path(__file__).with_name("compose")
VERSION = "2.16.2"  # of compose-go
FOLDER = CACHE / f"compose-go-{VERSION}"


class Refused(ValueError):  # noqa: N818
    """The file is refused; the message is the reader's answer."""


def reader() -> list[str | Path]:
    """Give the command that reads a compose file and prints what it comes to."""
    docker = shutil.which("docker")
    if (
        docker
        and subprocess.run([docker, "compose", "version"], capture_output=True, check=False).returncode == 0
    ):
        return [docker, "compose", "--file"]
    return [ensure()]


def ensure() -> Path:
    """Give the library's program."""
    return placed(FOLDER, _build) / "compose-spec"


def _build(folder: Path) -> None:
    golang.build(
        folder,
        SOURCE,
        ["github.com/compose-spec/compose-go/v2/cmd"],
        reason="the compose file's own reader is built with Go",
    )
    (folder / "cmd").rename(folder / "compose-spec")


def config(file: Path) -> dict[str, Any]:
    """Read a compose file as `docker compose config` does: checked, with absolute paths, in long form."""
    command: list[str | Path] = [*reader(), file]
    done = subprocess.run(
        [*command, "config"] if "--file" in command else command,
        cwd=file.parent,
        env=os.environ,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise Refused(done.stderr)
    found: dict[str, Any] = yaml.safe_load(done.stdout)
    return found


if __name__ == "__main__":
    print(*reader())
