"""The files of a release: sdist, wheel, packed chart, and the sums of all."""

import base64
import gzip
import hashlib
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from release.tools import python
from tests.tools import helm
from tests.tools.cache import ROOT, run

CHART = ROOT / "deploy" / "helm" / "api-error-agent"

_PACKAGED = ("pyproject.toml", "README.md", "CHANGELOG.md", "LICENSE", "agent", "requirements")
_BACKEND = "import sys; from flit_core import buildapi; print(getattr(buildapi, sys.argv[1])(sys.argv[2]))"


class Built(NamedTuple):
    """Where the files for Python are."""

    sdist: Path
    wheel: Path


def build(folder: Path) -> Built:
    """Make the sdist from the checkout, and the wheel from the sdist: who has only that can build it too."""
    with _tracked() as source:
        sdist = folder / _made("build_sdist", source, folder)
    with tempfile.TemporaryDirectory() as name:
        shutil.unpack_archive(sdist, name, filter="data")
        (unpacked,) = Path(name).iterdir()
        return Built(sdist, folder / _made("build_wheel", unpacked, folder))


@contextmanager
def _tracked() -> Iterator[Path]:
    """Give a copy of what Git knows: whatever else lies in the folder of the package would be packed."""
    names = run(["git", "ls-files", "-z", "--", *_PACKAGED], cwd=ROOT)
    with tempfile.TemporaryDirectory() as folder:
        for name in filter(None, names.split("\0")):
            copy = Path(folder) / name
            copy.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, copy)
        yield Path(folder)


def _made(hook: str, source: Path, folder: Path) -> str:
    """Call the backend; all times are that of the commit."""
    epoch = run(["git", "show", "--no-patch", "--format=%ct", "HEAD"], cwd=ROOT).strip()
    said = run([python(), "-c", _BACKEND, hook, folder], cwd=source, SOURCE_DATE_EPOCH=epoch)
    return said.splitlines()[-1]


def pack(folder: Path) -> Path:
    """Pack the chart."""
    return Path(helm.helm("package", CHART, "--destination", folder).strip().rpartition(": ")[2])


def stored(rendered: str) -> int:
    """About how many bytes Helm keeps of a release in a Secret, which may have 1 MiB.

    That is what was rendered and all files of the chart, these as templates and as they are; compressed, and
    in base64 twice.
    """
    files = [base64.b64encode(path.read_bytes()) for path in CHART.rglob("*") if path.is_file()]
    return len(gzip.compress(b"".join([*files, *files]) + rendered.encode())) * 16 // 9


def digest(file: Path) -> str:
    return hashlib.sha256(file.read_bytes()).hexdigest()


def sums(folder: Path) -> None:
    """Write SHA256SUMS, which `sha256sum --check` reads."""
    files = sorted(file for file in folder.iterdir() if file.name != "SHA256SUMS")
    (folder / "SHA256SUMS").write_text("".join(f"{digest(file)}  {file.name}\n" for file in files))
