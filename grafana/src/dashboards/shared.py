"""Panels that stand on more than one board."""

from grafana_foundation_sdk.builders import stat, timeseries

from agent.metrics.catalogue import LAG_SECONDS
from grafana.src.dashboards.panels import above, graph, number, runbooks, stacked, stepped
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


def incidents() -> timeseries.Panel:
    panel = graph(
        "Incidents",
        "Alerts that fire, as Prometheus has them; the critical ones are marked in the other panels too. "
        "Worry about each: its runbook says what to do. Empty as well if the rules are not loaded.",
        unit="short",
        no_value="No alert fired in this range, or the rules are not loaded",
    ).decimals(0)
    of_providers = f'count by (alertname, provider) (ALERTS{{{FIRING},provider!=""}})'
    of_agents = f'count by (alertname) (ALERTS{{{FIRING},provider=""}})'
    return (
        stacked(stepped(panel))
        .with_target(query(of_providers, "{{alertname}} {{provider}}"))
        .with_target(query(of_agents, "{{alertname}}"))
    )
