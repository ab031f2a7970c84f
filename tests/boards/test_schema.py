"""The boards hold nothing that the oldest Grafana does not know; its own schema package judges."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from grafana.src.dashboards import BOARDS
from grafana.src.dashboards.frame import OLDEST_GRAFANA
from tests.boards.boards import board, panels
from tests.tools import browser
from tests.tools.cache import require

OPTIONS = (
    *("--noEmit", "--strict", "--skipLibCheck", "--preserveSymlinks"),
    *("--module", "preserve", "--moduleResolution", "bundler"),
)


@pytest.fixture(scope="module")
def modules() -> Path:
    return require(browser.modules)


def literals(name: str) -> str:
    """Write a board and each of its panels as values of the schema's types."""
    frame = board(name) | {"panels": []}
    rows = [each | {"panels": []} for each in board(name)["panels"] if each["type"] == "row"]
    kinds = [*(("Row", each) for each in rows), *(("Panel", each) for each in panels(name))]
    lines = [f"export const {name}_{each['id']}: {kind} = {json.dumps(each)};" for kind, each in kinds]
    return "\n".join([*lines, f"export const {name}: Board = {json.dumps(frame)};"])


def test_the_oldest_grafana_knows_every_option_of_every_board(modules: Path, tmp_path: Path) -> None:
    package = json.loads((modules / "node_modules/oldest-schema/package.json").read_text())
    assert package["version"].startswith(f"{OLDEST_GRAFANA}.")

    said = compiled(modules, tmp_path, "\n".join(map(literals, BOARDS)))

    assert said == ""


def test_an_option_of_a_later_grafana_is_seen(modules: Path, tmp_path: Path) -> None:
    known = literals("overview")
    later = known.replace('"colorMode": "value"', '"colorMode": "value", "ofTomorrow": true', 1)

    assert "ofTomorrow" in compiled(modules, tmp_path, later)


def compiled(modules: Path, folder: Path, text: str) -> str:
    """Compile *text*; what the compiler has to say."""
    (folder / "node_modules/@grafana").mkdir(parents=True)
    for name in ("oldest-schema", "@grafana/schema"):  # under both names: it imports itself
        (folder / "node_modules" / name).symlink_to(modules / "node_modules/oldest-schema")
    shutil.copy(browser.SOURCE / "oldest.ts", folder)
    (folder / "boards.ts").write_text(f"import type {{ Board, Panel, Row }} from './oldest';\n{text}\n")
    command: list[str | Path] = [
        browser.node(),
        modules / "node_modules/typescript/bin/tsc",
        *OPTIONS,
        "boards.ts",
    ]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=120, check=False)
    return done.stdout + done.stderr
