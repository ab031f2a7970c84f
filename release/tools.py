"""What only a release needs, in a venv in .cache: to build, to list what is in it, to lint workflows.

python -m release.tools    make it, and say where it is
"""

import hashlib
import sys
import venv
from pathlib import Path

from tests.tools.cache import CACHE, ROOT, placed, run

LOCKS = [ROOT / "requirements" / name for name in ("build.txt", "release.txt")]


def program(name: str) -> Path:
    """Give a program of it."""
    key = hashlib.sha256(b"".join(lock.read_bytes() for lock in LOCKS)).hexdigest()[:12]
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return placed(CACHE / f"release-{key}-python{version}", _install) / "bin" / name


def python() -> Path:
    """Give its Python. Its scripts name a place where the venv no longer is, so modules are run by `-m`."""
    return program("python")


def _install(folder: Path) -> None:
    venv.create(folder, with_pip=True)
    pip: list[str | Path] = [folder / "bin" / "python", "-m", "pip", "install", "--quiet"]
    locked = [f"--requirement={lock}" for lock in LOCKS]
    run([*pip, "--disable-pip-version-check", "--only-binary=:all:", "--require-hashes", *locked])


if __name__ == "__main__":
    print(program("").parent)  # noqa: T201 - a command says where it is
