"""A recording and what the rules must make of it: one promtool test."""

import json
import os
import re
import subprocess
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.rules.recording import Recording

Alert = dict[str, dict[str, str]]
SEPARATOR = "__"
GROUPS = [
    *("api-counts", "api-counts-more"),
    *("api-provider-shares", "api-providers", "api-error-agent"),
    *("api-panels", "api-panels-counts"),
]
FIRING = 'ALERTS{alertstate="firing"'


@dataclass(frozen=True, slots=True)
class Scenario:
    """What the rules make of a recording.

    Attributes:
        name: A sentence. What it begins with is the alert that `firing` and `alerts` speak of.

        firing: By minute, how many of these alerts fire.

        alerts: By minute, the alerts with all their labels and annotations.

        severity: Of the alert that `firing` counts, where it exists twice.

        ever: All alerts that fire at any time, as "ApiPathFailing warning".

        tokens: What the rules are rendered with, in place of defaults.

        about: The alert they speak of, where the sentence begins otherwise.

        is_at_a_boundary: Prometheus 2 judges otherwise: its windows hold the sample at their beginning too.

        copies: Ask the same of these copies of the alert (mutants) instead.

        may: The name of an alert that may fire or not: `ever` leaves it out.
    """

    name: str
    recordings: Sequence[Recording]
    firing: Mapping[float, int] = field(default_factory=dict)
    alerts: Mapping[float, list[Alert]] = field(default_factory=dict)
    severity: str = ""
    ever: Iterable[str] | None = None
    evaluation: str = "1m"
    tokens: Mapping[str, object] = field(default_factory=dict)
    copies: Sequence[int] = ()
    about: str = ""
    is_at_a_boundary: bool = False
    may: str = ""

    @property
    def alert(self) -> str:
        return self.about or self.name.split()[0]

    @property
    def title(self) -> str:
        return f"{self.alert} ({self.severity})" if f"{self.alert} (" in self.name else self.alert

    def file(self) -> str:
        """The test file for promtool, beside a rules.yaml."""
        test = {
            "name": self.name,
            "interval": f"{self.recordings[0].step * 60:.0f}s",
            "input_series": [series for each in self.recordings for series in each.series()],
            "alert_rule_test": [
                {"alertname": name, "eval_time": _time(minute), "exp_alerts": alerts}
                for minute, alerts in self.alerts.items()
                for name in self._names
            ],
            "promql_expr_test": [*self._counts(), *self._ever()],
        }
        return json.dumps(
            {
                "rule_files": ["rules.yaml"],
                "evaluation_interval": self.evaluation,
                "group_eval_order": GROUPS,
                "tests": [test],
            }
        )

    @property
    def _names(self) -> list[str]:
        return [f"{self.alert}{SEPARATOR}{number}" for number in self.copies] or [self.alert]

    def _counts(self) -> list[dict[str, Any]]:
        severity = f',severity="{self.severity}"' if self.severity else ""
        return [
            {
                "expr": f'count({FIRING},alertname="{name}"{severity}}})',
                "eval_time": _time(minute),
                "exp_samples": [{"labels": "{}", "value": wanted}] if wanted else [],
            }
            for minute, wanted in self.firing.items()
            for name in self._names
        ]

    def _ever(self) -> list[dict[str, Any]]:
        if self.ever is None:
            return []
        minutes = max(each.minutes for each in self.recordings)
        names = [each.split() for each in self.ever]
        firing = f'{FIRING},alertname!="{self.may}"}}'
        return [
            {
                "expr": f"group by (alertname, severity) (count_over_time({firing}[{minutes + 1}m]))",
                "eval_time": f"{minutes}m",
                "exp_samples": [
                    {"labels": f'{{alertname="{name}",severity="{severity}"}}', "value": 1}
                    for name, severity in names
                ],
            }
        ]


def _time(minute: float) -> str:
    return f"{minute * 60:.0f}s"


def judge(promtool: Path, rules: str, scenarios: Sequence[Scenario], folder: Path) -> list[str]:
    """What promtool says of each scenario when it runs it against *rules*; nothing if all is as wanted."""
    (folder / "rules.yaml").write_text(rules)
    names = [f"{number:04}.json" for number in range(len(scenarios))]
    for name, scenario in zip(names, scenarios, strict=True):
        (folder / name).write_text(scenario.file())
    done = subprocess.run(
        [promtool, "test", "rules", *names],
        cwd=folder,
        env=os.environ | {"GOGC": "800", "GOMAXPROCS": "1"},  # a quarter less time
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    verdicts = re.split(r"(?m)^  (?=SUCCESS|FAILED)", done.stdout)[1:]
    assert len(verdicts) == len(scenarios), done.stdout
    return ["" if verdict.startswith("SUCCESS") else verdict for verdict in verdicts]
