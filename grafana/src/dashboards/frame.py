"""The frame of every board: variables, links to the other boards, alerts as annotations.

The boards are made for Grafana OLDEST_GRAFANA and later: their JSON is of the schema that this version
writes, and later versions read it and carry it forward by themselves.
"""
# ruff: noqa: FBT003  the builders' switches take a bare boolean

from grafana_foundation_sdk.builders import dashboard
from grafana_foundation_sdk.cog.builder import Builder
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    Panel,
    VariableHide,
    VariableOption,
    VariableRefresh,
    VariableSort,
)

from agent.metrics.catalogue import LAST_POLL, RATELIMIT_LIMIT, RESPONSES
from grafana.src.dashboards.queries import (
    BY_MODEL,
    BY_TENANT,
    DATASOURCE,
    FIRING,
    TARGET_LABELS,
    VARIABLES,
    record,
    select,
)

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


def folded(title: str, *panels: Builder[Panel]) -> dashboard.Row:
    """A row that Grafana opens on a click, and asks nothing for before."""
    row = dashboard.Row(title).collapsed(True)
    for panel in panels:
        row = row.with_panel(panel)
    return row


def _variable(name: str, free: tuple[str, ...]) -> dashboard.QueryVariable:
    """One label to choose by; the variables before it narrow the choice.

    All namespaces and jobs are those that have an agent, and no others.
    """
    begun = (
        dashboard.QueryVariable(name)
        .label(name.capitalize())
        .datasource(DATASOURCE)
        .query(f"label_values({_having(name, free)}, {name})")
        .refresh(VariableRefresh.ON_TIME_RANGE_CHANGED)
        .sort(VariableSort.ALPHABETICAL_ASC)
        .multi(True)
        .include_all(True)
        .current(VariableOption(text=["All"], value=["$__all"]))
    )
    return begun if name in ("namespace", "job") else begun.all_value(".*")


def _having(label: str, free: tuple[str, ...]) -> str:
    """Series with this label. Of an agent without traffic there are only its own."""
    match label:
        case "model":
            return record(BY_MODEL, free=free)
        case "tenant":
            return record(BY_TENANT, free=free)
        case "pool":
            return select(RATELIMIT_LIMIT, free=free)
    return select(LAST_POLL if label in TARGET_LABELS else RESPONSES, free=free)


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
        .expr(f'ALERTS{{{FIRING},alertstate="firing",severity="critical"}}')
        .title_format("{{alertname}}")
        .text_format("{{provider}}")
        .step("60s")
    )
