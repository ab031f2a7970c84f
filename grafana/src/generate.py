"""Write grafana/rules and grafana/dashboards from their sources.

python -m grafana.src.generate      from the root of the repository
"""

import json
from pathlib import Path
from string import ascii_uppercase

from grafana_foundation_sdk.cog.encoder import JSONEncoder

from grafana.src.dashboards import BOARDS
from grafana.src.tokens import rule_files

OUTPUT = Path(__file__).parents[1]


def generated() -> dict[Path, str]:
    """Every generated file and its text."""
    return _rules() | _dashboards()


def _rules() -> dict[Path, str]:
    head = "# Generated from grafana/src/rules/{name}; change it there, then `make generate`.\n"
    return {OUTPUT / "rules" / name: head.format(name=name) + text for name, text in rule_files().items()}


def _dashboards() -> dict[Path, str]:
    return {OUTPUT / "dashboards" / f"{name}.json": _json(name) for name in BOARDS}


def _json(name: str) -> str:
    """The board as Grafana imports it: no id of its own, numbered panels, lettered queries."""
    board = json.loads(json.dumps(BOARDS[name]().build(), cls=JSONEncoder))
    for number, panel in enumerate(board["panels"], start=1):
        panel["id"] = number
        for letter, target in zip(ascii_uppercase, panel["targets"], strict=False):
            target["refId"] = letter
    return json.dumps(board | {"id": None}, indent=2, sort_keys=True, ensure_ascii=False) + "\n"


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
