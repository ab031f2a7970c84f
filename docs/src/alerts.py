"""docs/alerts.md, from the rules, their tokens and the first words of their runbooks."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from docs.src.markdown import NOTE
from grafana.src.tokens import defaults, fill, sources, used

RUNBOOKS = Path(__file__).parents[2] / "grafana" / "runbooks"
SCRAPE, EVALUATION = (
    15,
    30,
)  # seconds; the chart's scrape interval, kube-prometheus-stack's evaluation interval
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
SHARED = (
    *("selector", "release", "by", "late_share", "quiet_responses", "window", "quiet_window"),
    *("past_window", "past_offset"),
)

Rule = dict[str, Any]


def page() -> str:
    parts = "\n".join(_part(heading, alerts) for heading, alerts in _by_file().items())
    return f"""{NOTE}
# Alerts

{INTRODUCTION.strip()}

{parts}
{SHARED_TOKENS.strip()}

| token | default |
|---|---|
{_defaults(SHARED)}

{ALERTMANAGER.strip()}
"""


INTRODUCTION = f"""
[grafana/rules](../grafana/rules) loads in any Prometheus from 2.42 on; the chart writes the same rules as a
PrometheusRule, for its own release. Every number below is a token: `prometheusRule.tokens` of the chart
changes it. `critical` wakes somebody, `warning` is for working hours.

**From event to page.** An event is seen by the second scrape after it (a new series is shown as 0 first),
then by the next evaluation of the rules, and then the alert waits for its `for`: twice the scrape interval,
once the evaluation interval, and `for`. The column "pages after" is this sum for a scrape each {SCRAPE} s and
an evaluation each {EVALUATION} s, from the moment at which what happened meets the condition. A share over
five minutes takes its time to rise to its limit: no time in an outage, minutes in a small storm.
Alertmanager's `group_wait` comes on top.
"""

SHARED_TOKENS = """
## Tokens that alerts share

A provider alert looks at counts over `window`. It is mute while more than `late_share` of the newly counted
records are late, and while the late records alone could explain its share: a backlog tells of the past. A
provider with fewer than `quiet_responses` in `window` is quiet: an alert that has a `quiet_share` judges it
over `quiet_window`. An alert that wakes somebody for a share of rate limits, overloads or failures leaves a
burst alone that is over by `over_window`. An alert that compares a provider with its own past looks at the
`past_window` that ended `past_offset` ago. On a topic that carries errors only (no provider has answered well
in `ok_window`) each share is 1, and the count alone decides, for the critical alerts too: raise the counts
there. Labels in `selector` must stand in `release` and `by` too; `by` may have more, such as `model`.
"""

ALERTMANAGER = """
## Alertmanager

One cause often raises several alerts. [grafana/alertmanager](../grafana/alertmanager) has an example that
sends them by severity and, by its inhibitions, leaves the one that says most.
"""


def _by_file() -> Mapping[str, list[Rule]]:
    headings = {"api-providers.yaml": "The providers", "api-error-agent.yaml": "The agent itself"}
    return {heading: list(_alerts(sources()[name])) for name, heading in headings.items()}


def _alerts(text: str) -> Iterator[Rule]:
    for group in yaml.safe_load(text)["groups"]:
        yield from (rule for rule in group["rules"] if "alert" in rule)


def _part(heading: str, alerts: list[Rule]) -> str:
    named = [(name, list(rules)) for name, rules in groupby(alerts, key=lambda rule: str(rule["alert"]))]
    rows = "\n".join(_row(rule) for rule in alerts)
    sections = "\n".join(_section(name, rules) for name, rules in named)
    return f"""## {heading}

| alert | severity | `for` | pages after | stays for | summary |
|---|---|---|---|---|---|
{rows}

{sections}"""


def _row(rule: Rule) -> str:
    wait, hold = (fill(rule[key], defaults()) for key in ("for", "keep_firing_for"))
    name, severity, summary = rule["alert"], rule["labels"]["severity"], rule["annotations"]["summary"]
    return f"| [{name}](#{name.lower()}) | {severity} | {wait} | {_pages_after(wait)} | {hold} | {summary} |"


def _pages_after(wait: str) -> str:
    seconds = 2 * SCRAPE + EVALUATION + int(wait[:-1]) * SECONDS[wait[-1]]
    minutes, rest = divmod(seconds, 60)
    return f"{minutes} min" + f" {rest} s" * bool(rest)


def _section(name: str, rules: list[Rule]) -> str:
    tokens = dict.fromkeys(token for rule in rules for token in used(rule))
    own = [token for token in tokens if token not in SHARED and "${" not in defaults()[token]]
    return f"""### {name}

{_meaning(name)} [Runbook](../grafana/runbooks/{name}.md).

| token | default |
|---|---|
{_defaults(own)}
"""


def _meaning(name: str) -> str:
    """What the runbook says first, on one line, with its links as seen from docs."""
    text = (RUNBOOKS / f"{name}.md").read_text().partition("## What it means\n\n")[2].partition("\n\n")[0]
    return re.sub(r"\]\((\w+\.md)", r"](../grafana/runbooks/\1", text).replace("](../../docs/", "](")


def _defaults(tokens: Iterator[str] | list[str] | tuple[str, ...]) -> str:
    return "\n".join(f"| `{token}` | `{defaults()[token]}` |" for token in tokens)
