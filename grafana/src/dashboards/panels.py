"""Panels in one style: graphs, single values, bars, tables and heatmaps; limits, colours and runbooks."""
# ruff: noqa: FBT003  the builders' switches take a bare boolean

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, TypeVar

from grafana_foundation_sdk.builders import (
    bargauge,
    common,
    dashboard,
    heatmap,
    stat,
    statetimeline,
    table,
    timeseries,
)
from grafana_foundation_sdk.models.common import (
    BarGaugeDisplayMode,
    BigValueColorMode,
    BigValueGraphMode,
    BigValueTextMode,
    GraphThresholdsStyleMode,
    LegendDisplayMode,
    LegendPlacement,
    LineInterpolation,
    SortOrder,
    StackingMode,
    TooltipDisplayMode,
    VisibilityMode,
    VizOrientation,
)
from grafana_foundation_sdk.models.dashboard import (
    DashboardLinkType,
    DataTransformerConfig,
    DynamicConfigValue,
    FieldColorModeId,
    Threshold,
    ThresholdsMode,
    ValueMap,
    ValueMappingResult,
)
from grafana_foundation_sdk.models.heatmap import HeatmapColorMode

from grafana.src.dashboards.queries import DATASOURCE, query, rows

HALF, FULL = 12, 24
RUNBOOKS = "${runbooks_url}"
"""Where runbooks are, as in the rules; generate.py and the chart leave links out while it is not set."""

NOTHING = "-"
"""What a cell shows where there is no number, or none worth one."""

CHOSEN = "&".join(f"${{{name}:queryparam}}" for name in ("datasource", "cluster", "namespace", "job"))
RANGE = "from=${__from}&to=${__to}"
TRANSPARENT: Mapping[str, object] = {"value": None, "color": "transparent"}
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

PROVIDER_COLOURS: Mapping[str, str] = MappingProxyType(
    {
        "openai": "green",
        "anthropic": "dark-orange",
        "gemini": "blue",
        "aimlapi": "purple",
        "pipellm": "yellow",
        "mistral": "dark-red",
        "openrouter": "light-blue",
        "azure": "dark-blue",
        "bedrock": "super-light-orange",
        "deepseek": "dark-purple",
        "xai": "dark-green",
        "cohere": "light-red",
    }
)
"""Of those that many people call; by their names alone some have the same colour."""

Panel = TypeVar("Panel", bound=Any)


def _described(panel: Panel, title: str, description: str, unit: str, no_value: str) -> Panel:
    described: Panel = panel.title(title).description(description).datasource(DATASOURCE).unit(unit)
    described.no_value(no_value)
    return described


def graph(title: str, description: str, unit: str, no_value: str) -> timeseries.Panel:
    """A graph over half the width, with last and highest value of each line.

    A name has its colour: a provider's is the same in every panel.
    """
    return (
        _described(timeseries.Panel(), title, description, unit, no_value)
        .min(0)
        .span(HALF)
        .height(9)
        .line_width(1)
        .fill_opacity(10)
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.PALETTE_CLASSIC_BY_NAME))
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
    return _named_colours(panel, TYPE_COLOURS)


def by_provider(panel: timeseries.Panel) -> timeseries.Panel:
    """Give each provider the same colour everywhere."""
    return _named_colours(panel, PROVIDER_COLOURS)


def _named_colours(panel: timeseries.Panel, colours: Mapping[str, str]) -> timeseries.Panel:
    for name, colour in colours.items():
        fixed = DynamicConfigValue("color", {"mode": "fixed", "fixedColor": colour})
        panel = panel.override_by_name(name, [fixed])
    return panel


def with_yesterday(panel: timeseries.Panel, expr: str) -> timeseries.Panel:
    """Draw a thin line of what was a day ago; *expr* is a query of one line."""
    properties = {
        "custom.lineWidth": 1,
        "custom.lineStyle": {"fill": "dash", "dash": [6, 4]},
        "custom.fillOpacity": 0,
        "custom.spanNulls": True,
        "custom.stacking": {"mode": "none", "group": "A"},
        "color": {"mode": "fixed", "fixedColor": "text"},
    }
    panel.override_by_name("yesterday", [DynamicConfigValue(*each) for each in properties.items()])
    return panel.with_target(query(expr, "yesterday"))


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


def named(panel: stat.Panel) -> stat.Panel:
    """Say whose value it is, in place of its course."""
    return panel.text_mode(BigValueTextMode.VALUE_AND_NAME).graph_mode(BigValueGraphMode.NONE)


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
    """Link to what to do when these alerts fire: from the panel."""
    panel.links([_link(f"Runbook: {alert}", f"{RUNBOOKS}/{alert}.md") for alert in alerts])


def from_points(panel: Any, *alerts: str) -> None:
    """Link from each point to the runbooks of *alerts*, and to the limits of the provider there."""
    limits = to_board("limits", "${__field.labels.provider}")
    runbook_links = [_link(f"Runbook: {alert}", f"{RUNBOOKS}/{alert}.md") for alert in alerts]
    panel.data_links([*runbook_links, limits])


def runbook_of_series(panel: Any) -> None:
    """Link from each alert that is drawn to its own runbook."""
    alert = "${__field.labels.alertname}"
    panel.data_links([_link("Runbook of the alert", f"{RUNBOOKS}/{alert}.md")])


def runbook_of_cell() -> dashboard.DashboardLink:
    """The runbook of the alert that a cell names."""
    return _link("Runbook of the alert", f"{RUNBOOKS}/${{__value.text}}.md")


def to_board(name: str, provider: str) -> dashboard.DashboardLink:
    """Link to another board about one provider; *provider* is what Grafana puts in."""
    url = f"/d/api-errors-{name}?{CHOSEN}&{RANGE}&var-provider={provider}"
    return _link(f"Board: {name} of {provider}", url)


def _link(title: str, url: str) -> dashboard.DashboardLink:
    return dashboard.DashboardLink(title).type(DashboardLinkType.LINK).url(url).target_blank(True)


def sheet(
    title: str,
    description: str,
    no_value: str,
    columns: Mapping[str, str],
    *exprs: str,
    sort_by: str,
) -> table.Panel:
    """A table over the full width: one row for each label set at the end of the time range.

    Args:
        columns: Labels and values in their order, with the names shown. The value of a single query
            is "Value"; of several, "Value #A", "Value #B" and so on.

        sort_by: The name of a column; its largest value is the first row.
    """
    panel = (
        _described(table.Panel(), title, description, "short", no_value)
        .decimals(0)
        .span(FULL)
        .height(10)
        .with_transformation(DataTransformerConfig(id_val="merge", options={}))
        .with_transformation(_columns(columns))
        .sort_by([common.TableSortByFieldState().display_name(sort_by).desc(True)])
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


def coloured(panel: table.Panel, name: str, warning: float, critical: float | None = None) -> table.Panel:
    """Colour a column of shares from where its alert begins; a share of nothing is not worth a number."""
    steps = [TRANSPARENT, {"value": warning, "color": WARNING}]
    steps += [] if critical is None else [{"value": critical, "color": CRITICAL}]
    nothing = {"type": "value", "options": {"0": {"text": NOTHING}}}
    properties = {
        "unit": "percentunit",
        "decimals": 1,
        "mappings": [nothing],
        "thresholds": {"mode": "absolute", "steps": steps},
        "custom.cellOptions": {"type": "color-background", "mode": "basic"},
    }
    return panel.override_by_name(name, [DynamicConfigValue(*each) for each in properties.items()])


def sized(panel: table.Panel, widths: Mapping[str, int]) -> table.Panel:
    """Give columns their width in pixels; the others share what is left."""
    for name, width in widths.items():
        panel = panel.override_by_name(name, [DynamicConfigValue("custom.width", width)])
    return panel


def severity(panel: table.Panel, name: str) -> table.Panel:
    """Colour a column that says how urgent an alert is."""
    options = {
        "critical": {"color": CRITICAL, "index": 0},
        "warning": {"color": WARNING, "index": 1},
    }
    return panel.override_by_name(
        name,
        [
            DynamicConfigValue("mappings", [{"type": "value", "options": options}]),
            DynamicConfigValue("thresholds", {"mode": "absolute", "steps": [TRANSPARENT]}),
            DynamicConfigValue("custom.cellOptions", {"type": "color-background", "mode": "basic"}),
        ],
    )


def linked(panel: table.Panel, name: str, *links: dashboard.DashboardLink) -> table.Panel:
    """Let the cells of a column lead somewhere."""
    return panel.override_by_name(name, [DynamicConfigValue("links", [each.build() for each in links])])


def timeline(title: str, description: str, no_value: str) -> statetimeline.Panel:
    """A row for each alert: when it fired, and how urgent it was (1 a warning, 2 critical)."""
    states = {
        "1": ValueMappingResult(text="warning", color=WARNING, index=0),
        "2": ValueMappingResult(text="critical", color=CRITICAL, index=1),
    }
    mapping = ValueMap(options=states)
    return (
        _described(statetimeline.Panel(), title, description, "short", no_value)
        .span(FULL)
        .height(9)
        .mappings([mapping])
        .show_value(VisibilityMode.NEVER)
        .merge_values(True)
        .row_height(0.8)
        .fill_opacity(80)
        .line_width(0)
        .color_scheme(dashboard.FieldColor().mode(FieldColorModeId.THRESHOLDS))
        .legend(
            common.VizLegendOptions()
            .display_mode(LegendDisplayMode.LIST)
            .placement(LegendPlacement.BOTTOM)
            .show_legend(False)
        )
        .tooltip(common.VizTooltipOptions().mode(TooltipDisplayMode.SINGLE))
    )
