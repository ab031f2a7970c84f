"""Panels that stand on more than one board, and the series that several of them read."""

from grafana_foundation_sdk.builders import stat, statetimeline

from agent.metrics.catalogue import LAG_SECONDS
from grafana.src.dashboards.panels import above, number, runbook_of_series, runbooks, timeline
from grafana.src.dashboards.queries import FIRING, query, select
from grafana.src.dashboards.thresholds import LAGGING, LAGGING_BADLY


def behind() -> stat.Panel:
    panel = number(
        "Counting is behind by",
        "The largest lag of any partition: how old the news on these boards is. Worry from orange on, where "
        "ApiErrorAgentLagging begins: what happens now is seen, and alerted about, that much later.",
        unit="s",
        no_value="No partition is assigned",
    )
    runbooks(panel, "ApiErrorAgentLagging")
    return above(panel, LAGGING, LAGGING_BADLY).with_target(query(f"max({select(LAG_SECONDS)})", "lag"))


def incidents() -> statetimeline.Panel:
    """Rows in the order of providers: series come sorted by their labels, of which `about` is the first."""
    panel = timeline(
        "Alerts by provider",
        "Alerts while they fired: orange is a warning, red is critical and marked in the other panels too. "
        "Worry about each: its runbook says what to do. Empty as well if the rules are not loaded.",
        "No alert fired in this range, or the rules are not loaded",
    )
    runbook_of_series(panel)
    firing = f'ALERTS{{{FIRING},alertstate="firing",'
    states = f'2 * {firing}severity="critical"}} or {firing}severity!="critical"}}'
    named = f'label_replace({states}, "about", "$1", "provider", "(.*)")'
    return panel.with_target(query(f"max by (about, alertname) ({named})", "{{about}} {{alertname}}"))
