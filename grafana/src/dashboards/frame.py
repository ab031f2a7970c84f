"""The frame of every board: variables, links to the other boards, alerts as annotations.

The boards are made for Grafana OLDEST_GRAFANA and later: their JSON is of the schema that this version
writes, and later versions read it and carry it forward by themselves.
"""
# ruff: noqa: FBT003  the builders' switches take a bare boolean

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    VariableHide,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from agent.metrics.catalogue import LAST_POLL, RESPONSES
from grafana.src.dashboards.queries import DATASOURCE, FIRING, TARGET_LABELS, VARIABLES, select

OLDEST_GRAFANA = "11.0"
SCHEMA_VERSION = 39
"""What Grafana 11.0 writes."""

TAG = "api-error-agent"


def board(
    title: str, uid: str, description: str, hidden: tuple[str, ...] = (), hours: int = 1
) -> dashboard.Dashboard:
    """Begin a board.

    Args:
        hidden: Variables without meaning on this board. They are kept, or a way over it would lose them.

        hours: Time range that it opens with.
    """
    begun = (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(f"{description} For Grafana {OLDEST_GRAFANA} and later.")
        .tags([TAG])
        .editable()
        .refresh("30s")
        .time(f"now-{hours}h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(_other_boards())
        .annotation(_firing_alerts())
        .with_variable(dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus"))
    )
    for position, name in enumerate(VARIABLES):
        variable = _variable(name, free=VARIABLES[position:])
        begun = begun.with_variable(variable.hide(VariableHide.HIDE_VARIABLE) if name in hidden else variable)
    return begun.with_variable(dashboard.AdHocVariable("filters").label("Filters").datasource(DATASOURCE))


def _variable(name: str, free: tuple[str, ...]) -> dashboard.QueryVariable:
    """One label to choose by; the variables before it narrow the choice."""
    metric = LAST_POLL if name in TARGET_LABELS else RESPONSES  # an agent without traffic is there too
    return (
        dashboard.QueryVariable(name)
        .label(name.capitalize())
        .datasource(DATASOURCE)
        .query(f"label_values({select(metric, free=free)}, {name})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .all_value(".*")
        .current(VariableOption(text=["All"], value=["$__all"]))
    )


def _other_boards() -> dashboard.DashboardLink:
    return (
        dashboard.DashboardLink("API errors")
        .type(DashboardLinkType.DASHBOARDS)
        .tags([TAG])
        .as_dropdown(False)
        .keep_time(True)
        .include_vars(True)
    )


def _firing_alerts() -> dashboard.AnnotationQuery:
    """Mark what wakes somebody; warnings would cover the graphs."""
    return (
        dashboard.AnnotationQuery()
        .name("Critical incidents")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color("red")
        .expr(f'ALERTS{{{FIRING},severity="critical"}}')
        .title_format("{{alertname}}")
        .text_format("{{provider}}")
        .step("60s")
    )
