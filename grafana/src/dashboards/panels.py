"""Panels in one style: graphs, single values, bars, tables and heatmaps; limits, colours and runbooks."""
# ruff: noqa: FBT003  the builders' switches take a bare boolean

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from grafana_foundation_sdk.builders import bargauge, common, dashboard, heatmap, stat, table, timeseries
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    LineInterpolation,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode

from grafana.src.dashboards.queries import DATASOURCE, rows

HALF, FULL = 12, 24
RUNBOOKS = "https://example.org/api-error-agent/grafana/runbooks"
GOOD, WARNING, CRITICAL = "green", "orange", "red"

TYPE_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "ok": "green",
        "rate_limit_error": "orange",
        "overloaded_error": "purple",
        "insufficient_balance": "red",
        "api_error": "dark-red",
        "timeout_error": "dark-orange",
        "authentication_error": "blue",
        "permission_error": "dark-blue",
        "invalid_request_error": "yellow",
        "not_found_error": "light-blue",
        "request_too_large": "dark-yellow",
        "client_closed_request": "super-light-blue",
        "unknown": "text",
    }
)

Panel = TypeVar("Panel", bound=Any)


def _described(panel: Panel, title: str, description: str, unit: str, no_value: str) -> Panel:
    described: Panel = panel.title(title).description(description).datasource(DATASOURCE).unit(unit)
    described.no_value(no_value)
    return described


def graph(title: str, description: str, unit: str, no_value: str) -> timeseries.Panel:
    """A graph over half the width, with last and highest value of each line."""
    return (
        _described(timeseries.Panel(), title, description, unit, no_value)
        .min(0)
        .span(HALF)
        .height(9)
        .line_width(1)
        .fill_opacity(10)
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC))
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.MULTI).sort(SortOrder.DESCENDING))
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.TABLE)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(True)
            .calcs(["lastNotNull", "max"])
            .sort_by("Max")
            .sort_desc(True)
        )
    )


def stacked(panel: timeseries.Panel) -> timeseries.Panel:
    return panel.fill_opacity(40).stacking(common.StackingConfig().mode(StackingMode.NORMAL).group("A"))


def stepped(panel: timeseries.Panel) -> timeseries.Panel:
    """Draw what jumps, and is not in between."""
    return panel.line_interpolation(LineInterpolation.STEP_AFTER)


def by_type(panel: timeseries.Panel) -> timeseries.Panel:
    """Give each type the same colour everywhere."""
    for type_, colour in TYPE_COLOURS.items():
        panel = panel.override_by_name(
            type_, [DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})]
        )
    return panel


def number(title: str, description: str, unit: str, no_value: str) -> stat.Panel:
    """A single value, with its course behind it; six of them fill a row."""
    return (
        _described(stat.Panel(), title, description, unit, no_value)
        .span(4)
        .height(5)
        .graph_mode(BigValueGraphMode.AREA)
        .color_mode(BigValueColorMode.VALUE)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
        .thresholds(_steps())
    )


def bars(title: str, description: str, unit: str, no_value: str) -> bargauge.Panel:
    """A bar for the last value of each label set."""
    return (
        _described(bargauge.Panel(), title, description, unit, no_value)
        .min(0)
        .span(HALF)
        .height(9)
        .orientation(VizOrientation.HORIZONTAL)
        .display_mode(BarGaugeDisplayMode.BASIC)
        .reduce_options(common.ReduceDataOptions().calcs(["lastNotNull"]))
    )


def buckets_over_time(title: str, description: str, unit: str, no_value: str) -> heatmap.Panel:
    """A heatmap of histogram buckets; *unit* is that of le."""
    return (
        _described(heatmap.Panel(), title, description, "short", no_value)
        .span(HALF)
        .height(9)
        .calculate(False)
        .cell_gap(1)
        .color(
            heatmap.HeatmapColorOptions()
            .mode(HeatmapColorMode.SCHEME)
            .scheme("Oranges")
            .steps(64)
            .exponent(0.5)
        )
        .filter_values(heatmap.FilterValueRange().le(1e-9))
        .y_axis(heatmap.YAxisConfig().unit(unit))
        .cell_values(heatmap.CellValues().unit("short").decimals(1))
        .tooltip(heatmap.HeatmapTooltip().mode(TooltipDisplayMode.SINGLE).y_histogram(True))
        .show_legend()
    )


def _steps(*above: tuple[float, str], base: str = GOOD) -> dashboard.ThresholdsConfig:
    steps = [Threshold(value=None, color=base), *(Threshold(value=at, color=colour) for at, colour in above)]
    return dashboard.ThresholdsConfig().mode(ThresholdsMode.ABSOLUTE).steps(steps)


def above(panel: Panel, warning: float, critical: float | None = None) -> Panel:
    """Colour values from where an alert begins."""
    more = [] if critical is None else [(critical, CRITICAL)]
    coloured: Panel = panel.thresholds(_steps((warning, WARNING), *more))
    return coloured


def below(panel: Panel, warning: float) -> Panel:
    """Colour values below which an alert begins."""
    coloured: Panel = panel.thresholds(_steps((warning, GOOD), base=WARNING))
    return coloured


def with_line(panel: timeseries.Panel, at: float, critical: float | None = None) -> timeseries.Panel:
    """Draw a line where an alert begins, and one where its critical twin does."""
    return above(panel, at, critical).thresholds_style(
        common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
    )


def with_line_below(panel: timeseries.Panel, at: float) -> timeseries.Panel:
    """Draw a line below which an alert begins."""
    return below(panel, at).thresholds_style(
        common.GraphThresholdsStyleConfig().mode(GraphThresholdsStyleMode.DASHED)
    )


def runbooks(panel: Any, *alerts: str) -> None:
    """Link to what to do when these alerts fire."""
    panel.links(
        [
            dashboard.DashboardLink(f"Runbook: {alert}")
            .type(DashboardLinkType.LINK)
            .url(f"{RUNBOOKS}/{alert}.md")
            .target_blank(True)
            for alert in alerts
        ]
    )


def sheet(
    title: str, description: str, no_value: str, columns: Mapping[str, str], *exprs: str
) -> table.Panel:
    """A table over the full width: one row for each label set at the end of the time range.

    Args:
        columns: Labels and values in their order, with the names shown. The value of a single query
            is "Value"; of several, "Value #A", "Value #B" and so on. The last one sorts.
    """
    panel = (
        _described(table.Panel(), title, description, "short", no_value)
        .decimals(0)
        .span(FULL)
        .height(10)
        .with_transformation(DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(_columns(columns))
        .sort_by([common.TableSortByFieldState().display_name([*columns.values()][-1]).desc(True)])
    )
    for expr in exprs:
        panel = panel.with_target(rows(expr))
    return panel


def _columns(columns: Mapping[str, str]) -> DataTransformerConfig:
    return DataTransformerConfig(
        id_val="organize",
        options={
            "excludeByName": {"Time": True},
            "indexByName": {label: position for position, label in enumerate(columns)},
            "renameByName": dict(columns),
        },
    )


def column(panel: table.Panel, name: str, unit: str, decimals: int | None = None) -> table.Panel:
    """Give a column a unit of its own."""
    properties = [DynamicConfigValue("unit", unit), DynamicConfigValue("decimals", decimals)]
    return panel.override_by_name(name, properties)
