"""Pictures of the boards for docs/images, by Grafana's own panels on what real agents have shown.

python -m grafana.src.pictures.draw      from the root of the repository, or `make pictures`

The agents play the demo's scenario and a topic full of trouble; what Prometheus has of them is stretched to a
week and laid in blocks; the last hours of it are drawn in headless Chromium.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from grafana.src.dashboards import BOARDS
from tests.boards.boards import Json, board
from tests.boards.history import CYCLE, backfill, read
from tests.boards.interpolation import Range, run, step
from tests.boards.recording import recorded
from tests.tools import browser
from tests.tools.cache import ROOT, ToolMissing
from tests.tools.prometheus import Prometheus

IMAGES = ROOT / "docs" / "images"
WIDTH = 1280
CELL, HEADER = 38, 56
"""Pixels of a grid row and of the title; board.jsx has the same."""

SHOWN_UP_TO = 0.8
"""Part of the scenario after which the pictures are taken: some trouble is over, some is not."""

LONGEST_STEP = 120.0  # seconds without an alert that end an incident

PAGE = """<!doctype html><meta charset="utf-8"><body><div id="board"></div>
<link rel="stylesheet" href="board.css"><script>window.BOARD = {data};</script>
<script src="board.js"></script>
"""


def main() -> None:
    """Draw every board."""
    try:
        browser.modules()
        browser.chromium()
    except ToolMissing as missing:
        sys.exit(f"no pictures: {missing}")
    with tempfile.TemporaryDirectory(prefix="pictures-") as name, filled() as (prom, shown):
        folder = Path(name)
        browser.bundle(browser.SOURCE / "board.jsx", folder)
        for board_name in BOARDS:
            draw(board_name, prom, shown, folder)


def draw(name: str, prom: Prometheus, shown: Range, folder: Path) -> None:
    """Draw one board into docs/images."""
    drawn = board(name)
    rows = max(panel["gridPos"]["y"] + panel["gridPos"]["h"] for panel in drawn["panels"])
    page, picture = folder / f"{name}.html", IMAGES / f"board-{name}.png"
    page.write_text(PAGE.format(data=json.dumps(contents(drawn, prom, shown)).replace("</", "<\\/")))
    browser.screenshot(page, picture, WIDTH, HEADER + rows * CELL + 8, folder / "profile")
    browser.shrink(picture, folder)
    sys.stdout.write(f"{picture.relative_to(ROOT)}: {picture.stat().st_size / 1024:.0f} KiB\n")


def contents(drawn: Json, prom: Prometheus, shown: Range) -> Json:
    """Everything that board.jsx needs: the board, each query's answer, and the incidents."""
    panels = [panel for panel in drawn["panels"] if panel["type"] != "row"]
    answers = {
        panel["id"]: {target["refId"]: run(prom, target, shown) for target in panel["targets"]}
        for panel in panels
    }
    annotation = drawn["annotations"]["list"][0]
    return {
        "board": drawn,
        "answers": answers,
        "steps": {panel["id"]: step(panel["targets"][0], shown.seconds) for panel in panels},
        "incidents": incidents(annotation, prom, shown),
        "range": {"begin": shown.end - shown.seconds, "end": shown.end},
    }


def incidents(annotation: Json, prom: Prometheus, shown: Range) -> list[tuple[float, float]]:
    """Begin and end of each stretch of time in which any alert fired."""
    query = {"expr": annotation["expr"], "interval": "60s", "instant": False}
    times = sorted({time for series in run(prom, query, shown) for time, _ in series["values"]})
    return list(stretches(times))


def stretches(times: list[float]) -> Iterator[tuple[float, float]]:
    begin = times[0] if times else 0.0
    for now, after in zip(times, [*times[1:], float("inf")], strict=True):
        if after - now > LONGEST_STEP:
            yield begin, now
            begin = after


@contextmanager
def filled() -> Iterator[tuple[Prometheus, Range]]:
    """A Prometheus with a week of history, and the hours of it that are shown."""
    with recorded() as seen:
        recording = read(seen)
    end = time.time() // 60 * 60
    server = Prometheus(flags=())
    backfill(recording, end, server)
    with server:
        yield server, Range(end - (1 - SHOWN_UP_TO) * CYCLE, SHOWN_UP_TO * CYCLE)


if __name__ == "__main__":
    main()
