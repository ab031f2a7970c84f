"""What Kubernetes and two operators have against objects, by kubernetes-validate and two npm packages.

python -m tests.tools.schemas     fetch them
"""

import hashlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from tests.tools.cache import CACHE, need, placed, run

SOURCE = Path(__file__).with_name("schemas")
OPERATORS = ("monitoring.coreos.com/v1", "keda.sh/v1alpha1")
COPIES = {"azmonitoring.coreos.com/v1": "monitoring.coreos.com/v1"}
"""Groups that have the types of another."""
OTHERS = (
    "operator.victoriametrics.com/v1beta1",
    "monitoring.googleapis.com/v1",
    "grafana.integreatly.org/v1beta1",
)
"""Groups of whose types there is no package."""
FILES = {"kubernetes": ("requirements.txt",), "operators": ("package.json", "package-lock.json", ".npmrc")}

Manifest = dict[str, Any]


def folder(kind: str) -> Path:
    """Where `kubernetes` or `operators` are, of exactly the versions that are pinned, for this Python."""
    pinned = hashlib.sha256(b"".join((SOURCE / name).read_bytes() for name in FILES[kind]))
    pinned.update(str(sys.version_info[:2]).encode())
    return CACHE / f"schemas-{kind}-{pinned.hexdigest()[:12]}"


def kubernetes() -> Path:
    """Give the folder of kubernetes-validate: 120 MB, hence no dependency of the project."""
    return placed(folder("kubernetes"), _fetch_kubernetes)


def _fetch_kubernetes(place: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "install"]
    run([*pip, "--no-deps", "--target", place, "-r", SOURCE / "requirements.txt"])


def operators() -> Path:
    """Give the folder with the operators' packages and TypeScript."""
    return placed(folder("operators"), _fetch_operators)


def _fetch_operators(place: Path) -> None:
    npm = need("npm", "it fetches the types of custom resources", "apt-get install nodejs npm")
    for name in FILES["operators"]:
        shutil.copy(SOURCE / name, place)
    run([npm, "ci", "--loglevel=error"], cwd=place)


def versions() -> list[str]:
    """Every minor version of Kubernetes whose definitions there are, oldest first."""
    schemas = (kubernetes() / "kubernetes_validate" / "kubernetes-json-schema").glob("v*-local-strict")
    numbers = sorted(tuple(map(int, re.findall(r"\d+", each.name)[:2])) for each in schemas)
    return [f"{major}.{minor}" for major, minor in numbers]


def complaints(manifests: Iterable[tuple[str, Manifest]], version: str) -> list[str]:
    """What `kubernetes-validate --strict` has against objects of Kubernetes itself."""
    custom = {*OPERATORS, *COPIES, *OTHERS}
    asked = [(name, version, each) for name, each in manifests if each["apiVersion"] not in custom]
    return _said([sys.executable, SOURCE / "strict.py"], asked, PYTHONPATH=str(kubernetes()))


def operator_complaints(manifests: Iterable[tuple[str, Manifest]]) -> list[str]:
    """What the operators have against custom resources; a field that they do not know is a complaint."""
    original = [
        (name, each | {"apiVersion": COPIES.get(each["apiVersion"], each["apiVersion"])})
        for name, each in manifests
    ]
    asked = [(name, each) for name, each in original if each["apiVersion"] in OPERATORS]
    node = need("node", "it runs the validators of custom resources", "apt-get install nodejs npm")
    return _said([node, SOURCE / "operators.mjs"], asked, cwd=operators())


def _said(command: Sequence[str | Path], asked: object, cwd: Path | None = None, **environ: str) -> list[str]:
    done = subprocess.run(
        command, input=json.dumps(asked), env=environ, cwd=cwd, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.splitlines()


if __name__ == "__main__":
    print(kubernetes())
    print(operators())
