"""Node packages of grafana/src/pictures (Grafana's own panels and schema), and Chromium.

python -m tests.tools.browser     fetch the packages
"""

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.tools.cache import CACHE, ROOT, need, placed, run

SOURCE = ROOT / "grafana" / "src" / "pictures"
PARTS = ("package.json", "package-lock.json", ".npmrc")

LOCKED = hashlib.sha256(b"".join((SOURCE / part).read_bytes() for part in PARTS)).hexdigest()
FOLDER = CACHE / f"pictures-{LOCKED[:12]}"

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync"),
    *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
)
BUNDLE = (
    *("--bundle", "--format=iife", "--minify", "--jsx=automatic", "--log-level=error"),
    *("--loader:.svg=dataurl", "--loader:.ttf=dataurl", "--loader:.woff=empty", "--loader:.woff2=dataurl"),
    *('--define:process.env.NODE_ENV="production"', "--define:global=window"),
)
SLOWEST_PICTURE = 120.0  # seconds


def modules() -> Path:
    """Give a folder with `node_modules`, of exactly the versions in package-lock.json."""
    return placed(FOLDER, _install)


def fetch(folder: Path, parts: Iterable[Path], reason: str) -> None:
    """Put *parts*, one of them a package-lock.json, into *folder*, and the packages beside them."""
    npm = need("npm", reason, "apt-get install nodejs npm")
    for part in parts:
        shutil.copy(part, folder)
    run([npm, "ci", "--loglevel=error"], cwd=folder)


def _install(folder: Path) -> None:
    fetch(folder, (SOURCE / part for part in PARTS), "it fetches Grafana's panels and schema")
    run([node(), "node_modules/esbuild/install.js"], cwd=folder)


def node() -> str:
    return need("node", "it bundles Grafana's panels", "apt-get install nodejs npm")


def bundle(source: Path, folder: Path) -> None:
    """Make one script for a page out of *source* and the packages it imports."""
    shutil.copy(source, folder)
    (folder / "node_modules").symlink_to(modules() / "node_modules")
    run(["node_modules/esbuild/bin/esbuild", source.name, f"--outfile={source.stem}.js", *BUNDLE], cwd=folder)


def chromium(reason: str = "it draws the pictures of the boards") -> str:
    """Give the browser's program."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    return found or need("chromium", reason, "apt-get install chromium")


def screenshot(page: Path, picture: Path, width: int, height: int, profile: Path) -> None:
    """Draw a page with JavaScript in a window of this size."""
    options = [f"--window-size={width},{height}", f"--user-data-dir={profile}", f"--screenshot={picture}"]
    patience = ["--virtual-time-budget=20000", "--allow-file-access-from-files"]
    command = [chromium(), *FLAGS, *patience, *options, page.as_uri()]
    subprocess.run(command, check=True, capture_output=True, timeout=SLOWEST_PICTURE)


def shrink(picture: Path, folder: Path) -> None:
    """Give a picture a palette; *folder* is one that `bundle` has been in."""
    shutil.copy(SOURCE / "shrink.mjs", folder)
    run([node(), "shrink.mjs", picture], cwd=folder)


if __name__ == "__main__":
    print(modules())
