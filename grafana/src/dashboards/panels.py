"""What the boards share: datasource, variables, selectors, and panels in one style.

Every query goes to the datasource that is chosen on the board. Each step is at least one scrape interval,
so that $__rate_interval holds four scrapes wherever the board is imported.
"""
# ruff: noqa: FBT003  the builders' switches take a bare boolean

from grafana_foundation_sdk.builders import common, dashboard, prometheus, table, timeseries
from grafana_foundation_sdk.models.common import (
    DataSourceRef,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardCursorSync,
    DashboardLinkType,
    DataTransformerConfig,
    Threshold,
    ThresholdsMode,
    VariableOption,
    VariableRefresh,
    VariableSort,
)
from grafana_foundation_sdk.models.prometheus import PromQueryFormat

from agent.metrics.catalogue import RESPONSES, Metric

SCRAPE_INTERVAL = "15s"  # the chart puts podMonitor.interval in its place
RATE = "$__rate_interval"
TARGET_LABELS = ("namespace", "job")
VARIABLES = (*TARGET_LABELS, "provider", "path", "type")
TAG = "api-error-agent"

DATASOURCE = DataSourceRef(type_val="prometheus", uid="${datasource}")


def select(metric: Metric, *matchers: str, suffix: str = "", free: tuple[str, ...] = ()) -> str:
    """Select *metric* by the board's variables.

    Args:
        metric: From the catalogue, so that only labels it has are matched.

        matchers: More of them, such as 'type="ok"'.

        suffix: "_bucket", "_sum" or "_count" of a histogram.

        free: Variables that shall not narrow this selector.
    """
    labels = (name for name in VARIABLES if name in (*TARGET_LABELS, *metric.labels) and name not in free)
    every = ",".join([*(f'{name}=~"${name}"' for name in labels), *matchers])
    return f"{metric.name}{suffix}{{{every}}}"


def board(title: str, uid: str, description: str) -> dashboard.Dashboard:
    """Begin a board: its variables, the alerts as annotations, links to the other boards."""
    begun = (
        dashboard.Dashboard(title)
        .uid(uid)
        .description(description)
        .tags([TAG])
        .editable()
        .refresh("30s")
        .time("now-1h", "now")
        .timezone("browser")
        .tooltip(DashboardCursorSync.CROSSHAIR)
        .link(_other_boards())
        .annotation(_firing_alerts())
        .with_variable(dashboard.DatasourceVariable("datasource").label("Data source").type("prometheus"))
    )
    for position, name in enumerate(VARIABLES):
        begun = begun.with_variable(_variable(name, free=VARIABLES[position:]))
    return begun


def _variable(name: str, free: tuple[str, ...]) -> dashboard.QueryVariable:
    """One label to choose by; the variables before it narrow the choice."""
    return (
        dashboard.QueryVariable(name)
        .label(name.capitalize())
        .datasource(DATASOURCE)
        .query(f"label_values({select(RESPONSES, free=free)}, {name})")
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
        .as_dropdown(True)
        .keep_time(True)
        .include_vars(True)
    )


def _firing_alerts() -> dashboard.AnnotationQuery:
    matchers = 'alertname=~"Api.+",alertstate="firing",namespace=~"$namespace",job=~"$job"'
    return (
        dashboard.AnnotationQuery()
        .name("Alerts")
        .datasource(DATASOURCE)
        .enable(True)
        .icon_color("red")
        .expr(f"ALERTS{{{matchers}}}")
        .title_format("{{alertname}}")
        .text_format("{{provider}} {{severity}}")
        .step("60s")
    )


def query(expr: str, legend: str = "") -> prometheus.Dataquery:
    return (
        prometheus.Dataquery()
        .datasource(DATASOURCE)
        .expr(expr)
        .legend_format(legend)
        .interval(SCRAPE_INTERVAL)
        .range()
    )


def graph(title: str, description: str, unit: str, no_value: str) -> timeseries.Panel:
    """A graph over half the width, with last and highest value of each line."""
    return (
        timeseries.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit(unit)
        .no_value(no_value)
        .min(0)
        .span(12)
        .height(9)
        .line_width(1)
        .fill_opacity(10)
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["lastNotNull", "max"])
        )
    )


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    return panel.fill_opacity(40).stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))


def with_limit(panel: timeseries.Panel, limit: float) -> timeseries.Panel:
    """Draw a line where an alert begins."""
    steps = [Threshold(value=None, color="green"), Threshold(value=limit, color="orange")]
    return panel.thresholds(
        dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)
    ).thresholds_style(common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED))


def totals(title: str, description: str, no_value: str, expr: str, columns: dict[str, str]) -> table.Panel:
    """A table over the full width: one row per label set of *expr* over the board's time range.

    *columns* are its labels and "Value" in their order, with the names shown; the last one sorts.
    """
    shown = [*columns.values()][-1]
    return (
        table.Panel()
        .title(title)
        .description(description)
        .datasource(DATASOURCE)
        .unit("short")
        .decimals(0)
        .no_value(no_value)
        .span(24)
        .height(10)
        .with_target(query(expr).instant().format(PromQueryFormat.TABLE))
        .with_transformation(_columns(columns))
        .sort_by([common.TableSortByFieldState().display_name(shown).desc(True)])
    )


def _columns(columns: dict[str, str]) -> DataTransformerConfig:
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": {"Time": True},
            "indexByName": {label: position for position, label in enumerate(columns)},
            "renameByName": columns,
        },
    )
