"""What is in a release, as CycloneDX lists it: each package with its version, licence and what needs it."""

import json
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from release.tools import python
from tests.tools.cache import ROOT, run

Bom = Mapping[str, Any]


@contextmanager
def installed(locks: Sequence[str], *more: Path) -> Iterator[Path]:
    """Give the Python of a venv with exactly what the *locks* pin and *more*; pip is not in it."""
    with tempfile.TemporaryDirectory() as name:
        run([python(), "-m", "venv", "--without-pip", name])
        program = Path(name) / "bin" / "python"
        pip: list[str | Path] = [python(), "-m", "pip", "--python", program, "install", "--quiet"]
        requirements = [f"--requirement={ROOT / 'requirements' / lock}" for lock in locks]
        run([*pip, "--disable-pip-version-check", "--require-hashes", *requirements])
        if more:
            run([*pip, "--disable-pip-version-check", "--no-deps", *more])
        yield program


def bom(of: Path) -> Bom:
    """List what this Python has, the same each time."""
    command: list[str | Path] = [python(), "-m", "cyclonedx_py", "environment", "--output-reproducible"]
    command += ["--pyproject", ROOT / "pyproject.toml", "--mc-type", "application", of]
    found: Bom = json.loads(run(command))
    return found


def pins(found: Bom) -> dict[str, str]:
    """The packages of an SBOM, by the name under which a lock has them."""
    return {each["name"].lower().replace("_", "-"): each["version"] for each in found["components"]}
