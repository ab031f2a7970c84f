"""docs/alerts.md, from the rules, their tokens and the first words of their runbooks."""

import re
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

import yaml

from docs.src.markdown import NOTE
from docs.src.tokens import ANNOTATIONS, PIECES, SHARED, table
from grafana.src.tokens import defaults, fill, sources, used

RUNBOOKS = Path(__file__).parents[2] / "grafana" / "runbooks"
SCRAPE, EVALUATION = (
    15,
    30,
)  # seconds; the chart's scrape interval, kube-prometheus-stack's evaluation interval
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}

Rule = dict[str, Any]


def page() -> str:
    parts = "\n".join(_part(heading, alerts) for heading, alerts in _by_file().items())
    return f"""{NOTE}
# Alerts

{INTRODUCTION.strip()}

{parts}
{SHARED_TOKENS.strip()}

{table(SHARED)}
{WHAT_IT_SAYS.strip()}

{table(ANNOTATIONS)}
{EXPRESSIONS.strip()}

{table(PIECES)}
{ALERTMANAGER.strip()}
"""


INTRODUCTION = f"""
[grafana/rules](../grafana/rules) can be loaded by any Prometheus from 2.42 on. The chart writes the same
rules as a PrometheusRule, for its own release. `critical` should wake somebody, `warning` is for working
hours. How to mute an alert, and how to send it to the right people: [muting.md](muting.md).

Every number below is a **token**: a name that stands for a value in the rules. You change it in the values of
the chart, under `prometheusRule.tokens`, as in `prometheusRule: {{tokens: {{rate_limited_share: 0.1}}}}`.

**From event to page.** The second scrape after an event sees it (a new series is shown as 0 first), then the
next evaluation of the rules, and then the alert waits for its `for`. Together this is twice the scrape
interval, once the evaluation interval, and `for`. The column "pages after" is this sum for a scrape each
{SCRAPE} s and an evaluation each {EVALUATION} s, from the moment at which the condition holds. A share over
five minutes needs time to rise to its limit: almost none in an outage, some minutes in a small storm.
Alertmanager's `group_wait` is added.
"""

SHARED_TOKENS = """
## Tokens that alerts share

A provider alert counts over `window`. It is mute while most of the newly counted records of that provider are
late: then they tell about the past. A quiet provider is judged over `quiet_window` instead, by the alerts
that have a `quiet_share`. On a topic that carries errors only, each share is 1, and the count alone decides,
also for critical alerts: raise the counts there. Labels in `selector` must also stand in `release` and in
`by`; `by` may have more of them, such as `tenant`.

**One incident is one alert.** What begins an alert is a count and a share. While it fires, a part of both is
enough (`stay_part`), and it goes on for a while after that (`keep_firing_for`): what hovers about a limit
does not come and go. The rules ask Prometheus' own series `ALERTS` for this. Where a system evaluates
them that does not write this series, an alert ends at the limit at which it began, and nothing else changes.
"""

WHAT_IT_SAYS = """
## What an alert says

| part | what it holds |
|---|---|
| annotation `summary` | What is wrong, in one sentence, without values. |
| annotation `description` | The same with the value, the provider or instance, and who has seen it. |
| annotation `runbook_url` | The page that says what to do. |
| annotation `dashboard_url` | The board, for the provider or release of the alert. |
| label `severity` | `critical` or `warning`. |
| labels `cluster`, `namespace`, `job` | Which agent has seen it. |
| label `provider` | The provider; ApiTrafficStopped has none, since it is about all of them. |
| labels `path`, `model`, `resource` | The path, model or limit. |
| labels `topic`, `partition`, `instance`, `pod` | Where the agent has trouble. |
| labels `label`, `doubt`, `file` | Which label is folded, why a count is uncertain, which certificate ends. |

In the queries of a runbook, a word in capital letters such as JOB stands for the label of that name.

These tokens are parts of the annotations. Set the first two; an alert has no link to what is not set:
"""

EXPRESSIONS = """
These tokens are parts of the expressions. There is no need to change them:
"""

ALERTMANAGER = """
## Alertmanager

One cause often raises several alerts. [grafana/alertmanager](../grafana/alertmanager) has an example that
sends them by severity. Its inhibitions keep the one alert that says most, and hold the others back: critical
over warning, a provider over its paths and models. A total outage is one page.

## Other places that take the rules

The groups have at most 20 rules, which is what Mimir, Grafana Cloud and Amazon's Prometheus take unless told
otherwise, and no rule reads what its own group records. Tests load them into Prometheus, the oldest and a new
one, and into vmalert.

* **Mimir, Grafana Cloud, Amazon's Prometheus**: `mimirtool rules load`, or the host's own tool. Set
  `selector` to labels that samples have there.
* **VictoriaMetrics**: `vmalert -rule=grafana/rules/*.yaml`. It needs `-remoteWrite.url`, so that what is
  recorded, and `ALERTS`, can be read again.
* **Alerts that Grafana manages**: import the files. Grafana does not write `ALERTS`, so that an alert ends
  at its own limit.
* **Azure's managed Prometheus**: its rule groups are resources of Azure; convert the files. Their shortest
  `interval` is a minute. What has no `keep_firing_for` comes and goes more often.
* **Google's managed Prometheus**: the chart writes its resource with `prometheusRule: {kind: Rules}`.
"""


def _by_file() -> Mapping[str, list[Rule]]:
    files = {
        "The providers": ("api-provider-shares.yaml", "api-providers.yaml"),
        "The agent itself": ("api-error-agent.yaml",),
    }
    return {heading: list(_alerts(*(sources()[name] for name in names))) for heading, names in files.items()}


def _alerts(*texts: str) -> Iterator[Rule]:
    for group in (group for text in texts for group in yaml.safe_load(text)["groups"]):
        yield from (rule for rule in group["rules"] if "alert" in rule)


def _part(heading: str, alerts: list[Rule]) -> str:
    order = [rule["alert"] for rule in alerts]
    alerts = sorted(alerts, key=lambda rule: order.index(rule["alert"]))  # both severities together
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
    own = [token for token in _tokens(rules) if token not in (*SHARED, *PIECES)]
    return f"""### {name}

{_meaning(name)} [Runbook](../grafana/runbooks/{name}.md).

{table(own)}"""


def _tokens(rules: list[Rule]) -> list[str]:
    """The tokens of an alert, and those that only its recording rules use: they have its name in front."""
    decisive = {token for rule in rules for token in used(rule)}
    names = tuple(rule["for"].removeprefix("${").removesuffix("for}") for rule in rules)
    return [token for token in defaults() if token in decisive or token.startswith(names)]


def _meaning(name: str) -> str:
    """What the runbook says first, on one line, with its links as seen from docs."""
    text = (RUNBOOKS / f"{name}.md").read_text().partition("## What it means\n\n")[2].partition("\n\n")[0]
    return re.sub(r"\]\((\w+\.md)", r"](../grafana/runbooks/\1", text).replace("](../../docs/", "](")
