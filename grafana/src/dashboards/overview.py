"""API errors / Overview: is it well, and if not, who fails where and why."""

from grafana_foundation_sdk.builders import dashboard, heatmap, stat, table, timeseries

from agent.metrics.catalogue import ATTEMPTS, DURATION, ERRORS, RESPONSES, TIME_TO_FIRST_TOKEN
from grafana.src.dashboards.frame import board
from grafana.src.dashboards.panels import (
    FULL,
    above,
    buckets_over_time,
    by_type,
    graph,
    number,
    runbooks,
    sheet,
    stacked,
    with_line,
)
from grafana.src.dashboards.queries import (
    ERRONEOUS,
    buckets,
    of_type,
    overloads,
    per_second,
    quantile,
    query,
    select,
    share,
)
from grafana.src.dashboards.shared import behind, incidents
from grafana.src.dashboards.thresholds import (
    FAILING,
    FAILING_BADLY,
    HANG_UPS,
    LATENCY,
    OVERLOADED,
    PATH_FAILING,
    RATE_LIMITED,
    STORM,
    SUSTAINED,
)

FAILED = select(RESPONSES, ERRONEOUS)
HUNG_UP = of_type("client_closed_request")
NO_RESPONSES = "No responses counted in this range"
NO_ERRORS = "No errors in this range"
NO_FIRST_TOKENS = "No time to a first token in this range; do the events carry one?"
NO_DURATIONS = "No durations in this range; do the events carry one?"
ERRORS_ONLY = "On a topic that carries errors only it is always 100 %."


def overview() -> dashboard.Dashboard:
    return (
        board(
            "API errors / Overview",
            "api-errors-overview",
            "What the API providers answer: how much, how well, how fast, and what fails.",
        )
        .with_row(dashboard.Row("Is it well?"))
        .with_panel(requests())
        .with_panel(error_share())
        .with_panel(slowest())
        .with_panel(rate_limited())
        .with_panel(overloaded())
        .with_panel(behind())
        .with_row(dashboard.Row("What the answers mean"))
        .with_panel(requests_by_type())
        .with_panel(error_share_by_type())
        .with_panel(requests_by_provider())
        .with_panel(error_share_by_provider())
        .with_row(dashboard.Row("How fast they come"))
        .with_panel(latency())
        .with_panel(latency_heatmap())
        .with_panel(latency_by_provider())
        .with_panel(latency_by_type())
        .with_panel(first_token())
        .with_panel(hung_up())
        .with_row(dashboard.Row("What fails, and where"))
        .with_panel(errors_by_reason())
        .with_panel(incidents())
        .with_panel(errors_by_path())
        .with_panel(failing())
        .with_panel(attempts())
        .with_panel(top_failures())
    )


# --- Is it well? -------------------------------------------------------------------------------------


def requests() -> stat.Panel:
    panel = number(
        "Requests per second",
        "Responses counted per second. Worry when it falls to nothing while your systems are busy: "
        "then either they, the gateway's log or the agent stand still.",
        unit="reqps",
        no_value=NO_RESPONSES,
    )
    runbooks(panel, "ApiTrafficStopped")
    return panel.with_target(query(per_second(what=select(RESPONSES)), "requests"))


def error_share() -> stat.Panel:
    panel = number(
        "Error share",
        "Errors as a part of all responses; callers who hung up are no errors. Worry when it is not its "
        f"usual self. {ERRORS_ONLY}",
        unit="percentunit",
        no_value=NO_ERRORS,
    )
    runbooks(panel, "ApiProviderFailing")
    return above(panel, FAILING, FAILING_BADLY).with_target(query(share(per_second(what=FAILED)), "errors"))


def slowest() -> stat.Panel:
    panel = number(
        "Latency, p95",
        "Within this many seconds 95 % of the successful calls are answered. Worry when it leaves its "
        "usual range: providers often get slow before they get overloaded.",
        unit="s",
        no_value=NO_DURATIONS,
    )
    return above(panel, LATENCY).with_target(query(quantile(0.95, DURATION, 'type="ok"'), "p95"))


def rate_limited() -> stat.Panel:
    panel = number(
        "Rate limited",
        "The part of all responses that are rate limits. Worry from orange on, and look at the board "
        "about rate limits: it says who is limited where, and what is left.",
        unit="percentunit",
        no_value="No rate limits in this range",
    )
    runbooks(panel, "ApiRateLimited", "ApiRateLimitStorm")
    return above(panel, RATE_LIMITED, STORM).with_target(
        query(share(per_second(what=of_type("rate_limit_error"))), "rate limited")
    )


def overloaded() -> stat.Panel:
    panel = number(
        "Overloaded",
        "The part of all responses that say that the provider is overloaded. Worry from orange on: "
        "waiting longer between retries, or another provider, is what helps.",
        unit="percentunit",
        no_value="No overloads in this range",
    )
    runbooks(panel, "ApiOverloaded", "ApiOverloadSustained")
    return above(panel, OVERLOADED, SUSTAINED).with_target(query(share(overloads()), "overloaded"))


# --- What the answers mean ---------------------------------------------------------------------------


def requests_by_type() -> timeseries.Panel:
    panel = graph(
        "Requests per second by type",
        "Responses per second by what they mean; ok is a success. "
        "Worry when ok falls while the total stays, or when all of it stops.",
        unit="reqps",
        no_value=NO_RESPONSES,
    )
    return by_type(stacked(panel)).with_target(query(per_second("type", what=select(RESPONSES)), "{{type}}"))


def error_share_by_type() -> timeseries.Panel:
    panel = graph(
        "Error share by type",
        "Each error type's part of all responses. Worry when a type appears that is usually not there, "
        f"or when the whole stays above its usual height. {ERRORS_ONLY}",
        unit="percentunit",
        no_value=NO_ERRORS,
    )
    everything = per_second(what=select(RESPONSES, free=("type",)))
    return by_type(stacked(panel)).with_target(
        query(
            f"{per_second('type', what=FAILED)} / on () group_left () ({everything} > 0)",
            "{{type}}",
        )
    )


def requests_by_provider() -> timeseries.Panel:
    panel = graph(
        "Requests per second by provider",
        "Responses per second of each provider. Worry when one stops while the others go on: "
        "nobody calls it any more, or its log no longer arrives.",
        unit="reqps",
        no_value=NO_RESPONSES,
    )
    return stacked(panel).with_target(query(per_second("provider", what=select(RESPONSES)), "{{provider}}"))


def error_share_by_provider() -> timeseries.Panel:
    panel = graph(
        "Error share by provider",
        "The part of each provider's responses that are errors. Worry when one leaves the others: "
        f"the fault is there. When all rise together, look at your own side first. {ERRORS_ONLY}",
        unit="percentunit",
        no_value=NO_ERRORS,
    )
    return panel.with_target(query(share(per_second("provider", what=FAILED), "provider"), "{{provider}}"))


# --- How fast they come ------------------------------------------------------------------------------


def latency() -> timeseries.Panel:
    panel = graph(
        "Latency of successful calls",
        "Seconds until the last byte of a successful response, for half, 95 % and 99 % of the calls. "
        "Worry when p95 leaves its usual range. "
        "The value is interpolated within a bucket and cannot exceed the last one.",
        unit="s",
        no_value=NO_DURATIONS,
    ).fill_opacity(0)
    for part in (0.5, 0.95, 0.99):
        panel = panel.with_target(query(quantile(part, DURATION, 'type="ok"'), f"p{part * 100:.0f}"))
    return panel


def latency_heatmap() -> heatmap.Panel:
    buckets_of_ok = select(DURATION, 'type="ok"', suffix="_bucket", free=("type",))
    return buckets_over_time(
        "Latencies of successful calls",
        "How many successful calls per second take how long. Worry when a second band appears above the "
        "usual one: some calls wait for something that others do not.",
        unit="s",
        no_value=NO_DURATIONS,
    ).with_target(buckets(per_second("le", what=buckets_of_ok)))


def latency_by_provider() -> timeseries.Panel:
    panel = graph(
        "Latency by provider, p95",
        "Within this many seconds 95 % of a provider's successful calls are answered. Worry above the "
        "line, and when one provider's line leaves its usual range.",
        unit="s",
        no_value=NO_DURATIONS,
    ).fill_opacity(0)
    runbooks(panel, "ApiLatencyHigh")
    return with_line(panel, LATENCY).with_target(
        query(quantile(0.95, DURATION, 'type="ok"', by=("provider",)), "{{provider}}")
    )


def latency_by_type() -> timeseries.Panel:
    panel = graph(
        "Latency by type, p95",
        "How long it takes until an answer of each kind has come. Worry when errors take as long as "
        "timeouts do: callers wait in vain, and hold their connections meanwhile.",
        unit="s",
        no_value=NO_DURATIONS,
    ).fill_opacity(0)
    runbooks(panel, "ApiTimeoutsHigh")
    return by_type(panel).with_target(query(quantile(0.95, DURATION, by=("type",)), "{{type}}"))


def first_token() -> timeseries.Panel:
    panel = graph(
        "Time to first token by provider, p95",
        "Within this many seconds 95 % of a provider's streamed answers begin. Worry when a line leaves its "
        "usual range: it is the earliest sign of an overload.",
        unit="s",
        no_value=NO_FIRST_TOKENS,
    ).fill_opacity(0)
    runbooks(panel, "ApiFirstTokenSlow")
    return panel.with_target(query(quantile(0.95, TIME_TO_FIRST_TOKEN, by=("provider",)), "{{provider}}"))


def hung_up() -> timeseries.Panel:
    panel = graph(
        "Callers who hung up, share by provider",
        "The part of a provider's responses that the caller did not wait for. Some always leave. Worry when "
        "the share jumps, above the line most of all: people leave when answers are slow.",
        unit="percentunit",
        no_value="No caller hung up in this range",
    )
    runbooks(panel, "ApiCallersHangUp")
    return with_line(panel, HANG_UPS).with_target(
        query(share(per_second("provider", what=HUNG_UP), "provider"), "{{provider}}")
    )


# --- What fails, and where ---------------------------------------------------------------------------


def errors_by_reason() -> timeseries.Panel:
    panel = graph(
        "Errors per second by reason",
        "Errors by the finer reason. Worry about a reason that is new or grows: "
        "its row in docs/taxonomy.md says whether waiting helps.",
        unit="reqps",
        no_value=NO_ERRORS,
    )
    runbooks(panel, "ApiErrorsUnclassified", "ApiAuthenticationFailing", "ApiRequestsRefused")
    return stacked(panel).with_target(
        query(f"{per_second('reason', what=select(ERRORS, ERRONEOUS))} > 0", "{{reason}}")
    )


def errors_by_path() -> timeseries.Panel:
    panel = graph(
        "Error share by path",
        "The part of each path's responses that are errors. Worry when a single path fails while the "
        "others do not: a model is gone, or one kind of call is malformed.",
        unit="percentunit",
        no_value=NO_ERRORS,
    )
    runbooks(panel, "ApiPathFailing", "ApiModelFailing")
    part = share(per_second("provider", "path", what=FAILED), "provider", "path")
    panel.fill_opacity(0).with_target(query(f"{part} > 0", "{{provider}} {{path}}"))
    return with_line(panel, PATH_FAILING)


def failing() -> timeseries.Panel:
    panel = graph(
        "Server-side failures by provider",
        "The part of a provider's responses that are its own failures: errors, timeouts and overloads. "
        "Worry above the line, where ApiProviderFailing begins to wait: another provider is what helps.",
        unit="percentunit",
        no_value=NO_ERRORS,
    )
    runbooks(panel, "ApiProviderFailing", "ApiErrorBudgetBurn")
    own = select(RESPONSES, 'type=~"api_error|timeout_error|overloaded_error"', free=("type",))
    return with_line(panel, FAILING, FAILING_BADLY).with_target(
        query(share(per_second("provider", what=own), "provider"), "{{provider}}")
    )


def attempts() -> timeseries.Panel:
    panel = graph(
        "Hidden attempts per second by provider and status",
        "Attempts that failed before a gateway's next one was answered: its retries hide them, and no share "
        "of errors on this board has them. Worry when they grow: the provider fails already, and each call "
        "takes as long as its attempts together.",
        unit="reqps",
        no_value="No hidden attempts in this range; do the events list them?",
    ).span(FULL)
    return stacked(panel).with_target(
        query(per_second("provider", "status", what=select(ATTEMPTS)), "{{provider}} {{status}}")
    )


def top_failures() -> table.Panel:
    counted = f"increase({select(ERRORS, ERRONEOUS)}[$__range])"
    return sheet(
        "Top failing paths and reasons",
        "The 25 most frequent errors of the chosen time range. Worry about a reason you have not met before; "
        "insufficient_balance and authentication_error do not go away by waiting.",
        NO_ERRORS,
        {
            "provider": "Provider",
            "path": "Path",
            "status": "Status",
            "type": "Type",
            "reason": "Reason",
            "Value": "Errors",
        },
        f"topk(25, sum by (provider, path, status, type, reason) ({counted}) > 0)",
    )
