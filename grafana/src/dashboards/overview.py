"""API errors / Overview: is it well, and if not, who fails where and why."""

from grafana_foundation_sdk.builders import dashboard, table, timeseries

from agent.metrics.catalogue import DURATION, ERRORS, RESPONSES
from grafana.src.dashboards.panels import RATE, board, graph, query, select, stacked, totals, with_limit
from grafana.src.tokens import defaults


def overview() -> dashboard.Dashboard:
    return (
        board(
            "API errors / Overview",
            "api-errors-overview",
            "What the API providers answer: how much, how well, how fast, and what fails.",
        )
        .with_panel(requests_by_type())
        .with_panel(error_share_by_type())
        .with_panel(rate_limited_share())
        .with_panel(latency())
        .with_panel(top_failures())
    )


def requests_by_type() -> timeseries.Panel:
    return stacked(
        graph(
            "Requests per second by type",
            "Responses per second by what they mean; ok is a success. "
            "Worry when ok falls while the total stays, or when all of it stops.",
            unit="reqps",
            no_value="No responses counted in this range",
        )
    ).with_target(query(f"sum by (type) (rate({select(RESPONSES)}[{RATE}]))", "{{type}}"))


def error_share_by_type() -> timeseries.Panel:
    errors = select(RESPONSES, 'type!="ok"')
    everything = select(RESPONSES, free=("type",))
    return stacked(
        graph(
            "Error share by type",
            "Each error type's part of all responses. "
            "Worry when a type appears that is usually not there, or when the whole stays above 5 %. "
            "On a topic that carries errors only, the sum is always 100 %.",
            unit="percentunit",
            no_value="No errors in this range",
        )
    ).with_target(
        query(
            f"sum by (type) (rate({errors}[{RATE}])) / on () group_left () "
            f"(sum (rate({everything}[{RATE}])) > 0)",
            "{{type}}",
        )
    )


def rate_limited_share() -> timeseries.Panel:
    limited = select(RESPONSES, 'type="rate_limit_error"', free=("type",))
    everything = select(RESPONSES, free=("type",))
    panel = graph(
        "Rate limited share by provider",
        "The part of a provider's responses that are rate limits. "
        "Worry above the line: there ApiRateLimited begins to wait, if there are enough of them. "
        "Then send less, or ask for a higher limit.",
        unit="percentunit",
        no_value="No rate limits in this range",
    )
    return with_limit(panel, float(defaults()["rate_limited_share"])).with_target(
        query(
            f"sum by (provider) (rate({limited}[{RATE}])) "
            f"/ (sum by (provider) (rate({everything}[{RATE}])) > 0)",
            "{{provider}}",
        )
    )


def latency() -> timeseries.Panel:
    buckets = select(DURATION, 'type="ok"', suffix="_bucket", free=("type",))
    panel = graph(
        "Latency of successful calls",
        "Seconds until the last byte of a successful response, for half, 95 % and 99 % of the calls. "
        "Worry when p95 leaves its usual range: providers often get slow before they get overloaded. "
        "The value is interpolated within a bucket and cannot exceed the last one.",
        unit="s",
        no_value="No durations in this range; do the events carry one?",
    ).fill_opacity(0)
    for quantile in (0.5, 0.95, 0.99):
        panel = panel.with_target(
            query(
                f"histogram_quantile({quantile}, sum by (le) (rate({buckets}[{RATE}])))",
                f"p{quantile * 100:.0f}",
            )
        )
    return panel


def top_failures() -> table.Panel:
    return totals(
        "Top failing paths and reasons",
        "The 25 most frequent errors of the chosen time range. Worry about a reason you have not met before; "
        "insufficient_balance and authentication_error do not go away by waiting.",
        "No errors in this range",
        f"topk(25, sum by (provider, path, status, type, reason) (increase({select(ERRORS)}[$__range])) > 0)",
        {
            "provider": "Provider",
            "path": "Path",
            "status": "Status",
            "type": "Type",
            "reason": "Reason",
            "Value": "Errors",
        },
    )
