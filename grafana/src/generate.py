"""Write grafana/rules and grafana/dashboards from their sources, and the copies of the chart and the stack.

python -m grafana.src.generate      from the root of the repository
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from string import ascii_uppercase
from typing import Any

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.src.alerts import providers
from grafana.src.dashboards import BOARDS
from grafana.src.dashboards.frame import SCHEMA_VERSION
from grafana.src.tokens import DEFAULTS, rule_files, sources

OUTPUT = Path(__file__).parents[1]
CHART = OUTPUT.parent / "deploy" / "helm" / "api-error-agent"
STACK = OUTPUT.parent / "deploy" / "compose"

GRAFANA_OF_STACK = "http://localhost:3000"

UNSET = re.compile(r"\{[^{}]*\$\{runbooks_url\}([^{}]|\$\{[^{}]*\})*\},?")
"""A link of a board to a runbook, whose address nobody has set; the chart leaves it out in the same way."""

NEWER = (
    *("allowCustomValue", "auto", "auto_count", "auto_min"),
    *("percentChangeColorMode", "perPage", "selectionMode"),
)
NEWER_PLACE = "inControlsMenu"


def generated() -> dict[Path, str]:
    """Every generated file and its text."""
    return _rules() | _dashboards() | _copies() | _of_stack()


def _rules() -> dict[Path, str]:
    return {OUTPUT / "rules" / name: _headed(name, text) for name, text in rule_files().items()}


def _headed(name: str, text: str) -> str:
    source = "alerts" if name == providers.FILE else f"rules/{name}"
    return f"# Generated from grafana/src/{source}; change it there, then `make generate`.\n{text}"


def _dashboards() -> dict[Path, str]:
    return {
        OUTPUT / "dashboards" / f"{name}.json": _json(json.loads(UNSET.sub("", text)))
        for name, text in boards().items()
    }


def boards() -> dict[str, str]:
    """Every board by its name, with links to runbooks whose address is not set."""
    return {name: _json(_numbered(name)) for name in BOARDS}


def _copies() -> dict[Path, str]:
    """What the chart takes with it. Not links: Flux's archives and checkouts on Windows leave links out."""
    rules = {DEFAULTS.name: DEFAULTS.read_text()} | sources()
    return {CHART / "rules" / name: _headed(name, text) for name, text in rules.items()} | {
        CHART / "dashboards" / f"{name}.json": text for name, text in boards().items()
    }


def _of_stack() -> dict[Path, str]:
    """The rules with links to the Grafana beside them."""
    files = rule_files({"grafana_url": GRAFANA_OF_STACK})
    return {STACK / "rules" / name: _headed(name, text) for name, text in files.items()}


def _json(board: dict[str, Any]) -> str:
    return json.dumps(board, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


def _numbered(name: str) -> dict[str, Any]:
    """The board as Grafana imports it: no id of its own, numbered panels, lettered queries."""
    board: dict[str, Any] = _known(json.loads(json.dumps(BOARDS[name]().build(), cls=JSONEncoder)))
    _fold(board["panels"])
    for number, panel in enumerate(every_panel(board), start=1):
        panel["id"] = number
        for letter, target in zip(ascii_uppercase, panel.get("targets", []), strict=False):
            target["refId"] = letter
    return board | {"id": None, "schemaVersion": SCHEMA_VERSION}


def every_panel(board: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Rows and panels, also those in folded rows."""
    for panel in board["panels"]:
        yield panel
        yield from panel.get("panels", [])


def _fold(panels: list[dict[str, Any]]) -> None:
    """A folded row takes the room of its title: what follows moves up."""
    folded = 0
    for panel in panels:
        panel["gridPos"]["y"] -= folded
        inside = [each["gridPos"] for each in panel.get("panels", [])]
        for place in inside:
            place["y"] -= folded
        below = panel["gridPos"]["y"] + 1
        if inside:
            folded += max(each["y"] + each["h"] for each in inside) - below


def _known(part: Any) -> Any:
    """Leave out what the builders write and the oldest Grafana does not know."""
    match part:
        case dict():
            return {key: _known(value) for key, value in part.items() if not _is_newer(key, value)}
        case list():
            return [_known(each) for each in part]
    return part


def _is_newer(key: str, value: Any) -> bool:
    hidden_legend = key == "legend" and value.get("showLegend") is False  # of a bar gauge
    return key in NEWER or value == NEWER_PLACE or hidden_legend


def main() -> None:
    """Write what is generated, and remove what no longer is."""
    files = generated()
    for folder in {path.parent for path in files}:
        folder.mkdir(parents=True, exist_ok=True)
        for stale in set(folder.iterdir()) - files.keys():
            stale.unlink()
    for path, text in files.items():
        path.write_text(text)


if __name__ == "__main__":
    main()
