"""The promtool tests beside this file, one by one, against any rendering of the rules."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
FILES = tuple(sorted(HERE.glob("*.yaml")))


@dataclass(frozen=True, slots=True)
class Scenario:
    """One entry of `tests:`; its name is a sentence."""

    name: str
    test: dict[str, Any]

    def complaint(self, promtool: Path, rules: str, folder: Path) -> str:
        """What promtool says when *rules* do not behave as the scenario wants; else nothing."""
        (folder / "rules.yaml").write_text(rules)
        test = {"rule_files": ["rules.yaml"], "evaluation_interval": "1m", "tests": [self.test]}
        (folder / "test.yaml").write_text(yaml.safe_dump(test, sort_keys=False))
        done = subprocess.run(
            [promtool, "test", "rules", folder / "test.yaml"], capture_output=True, text=True, check=False
        )
        return "" if done.returncode == 0 else done.stdout + done.stderr


def scenarios() -> dict[str, Scenario]:
    tests = [test for file in FILES for test in yaml.safe_load(file.read_text())["tests"]]
    return {test["name"]: Scenario(test["name"], test) for test in tests}
