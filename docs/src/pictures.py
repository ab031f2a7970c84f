"""Pictures of the status page for docs/images: the demo's trouble, light and dark.

python -m docs.src.pictures      from the root of the repository, or `make pictures`
"""

import re
import subprocess
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.tools import browser
from tests.tools.cache import ROOT, ToolMissing
from tests.tools.page import ensure, look

IMAGES = ROOT / "docs" / "images"
WIDTH, HEIGHT = 1280, 1180
SECONDS = 60  # of the demo; a browser waits no longer

TROUBLE = "/[1-9]\\d % of them errors, most of these insufficient_balance/"


def main() -> None:
    """Draw both."""
    try:
        ensure()
        modules = browser.modules()
    except ToolMissing as missing:
        sys.exit(f"no pictures: {missing}")
    demo = [sys.executable, "-m", "agent", "demo", "--seconds", str(SECONDS)]
    with (
        tempfile.TemporaryDirectory(prefix="pictures-") as name,
        subprocess.Popen(demo, stdout=subprocess.PIPE, text=True) as playing,  # noqa: S603 - our own demo
    ):
        (Path(name) / "node_modules").symlink_to(modules / "node_modules")
        url = _url(playing)
        with ThreadPoolExecutor() as both:  # at once: a browser that starts keeps the machine busy
            list(both.map(lambda scheme: _draw(url, scheme, Path(name)), ("light", "dark")))
        playing.terminate()


def _url(playing: subprocess.Popen[str]) -> str:
    """Where the page is, as the demo says."""
    for line in playing.stdout or ():
        if told := re.match(r"Watch it at (\S+)", line):
            return told[1]
    sys.exit("no pictures: the demo has ended before it began")


def _draw(url: str, scheme: str, folder: Path) -> None:
    picture = IMAGES / f"status-{scheme}.png"
    seen = f"{TROUBLE}.test(document.getElementById('news').textContent)"
    look(url, scheme=scheme, width=WIDTH, height=HEIGHT, whole=False, until=seen, picture=picture)
    browser.shrink(picture, folder)
    sys.stdout.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1024:.0f} KiB\n")


if __name__ == "__main__":
    main()
