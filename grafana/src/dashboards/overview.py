"""API errors / Overview: is it us or the provider, which one, since when, how bad; the rest is folded."""

from grafana_foundation_sdk.builders import dashboard, heatmap, table, timeseries

from grafana.src.alerts.counted import FAULTS
from grafana.src.dashboards.frame import board, folded
from grafana.src.dashboards.panels import (
    FULL,
    buckets_over_time,
    by_provider,
    by_type,
    from_points,
    graph,
    runbooks,
    sheet,
    stacked,
    with_line,
    with_yesterday,
)
from grafana.src.dashboards.providers import DURATIONS, FIRST_TOKENS, errors_per_second, providers
from grafana.src.dashboards.queries import (
    BY_MODEL,
    BY_PATH,
    BY_REASON,
    BY_TENANT,
    BY_TYPE,
    ERRONEOUS,
    ERRORS_BY_PATH,
    YESTERDAY,
    buckets,
    everything,
    of_type,
    quantile,
    query,
    record,
    recorded,
    share,
    share_of_all,
)
from grafana.src.dashboards.shared import behind, incidents
from grafana.src.dashboards.thresholds import FAILING, FAILING_BADLY, HANG_UPS, LATENCY, PATH_FAILING

NO_RESPONSES = "No responses counted in this range, or the rules are not loaded"
NO_ERRORS = "No errors in this range, or the rules are not loaded"
NO_FIRST_TOKENS = "No time to a first token in this range; do the events carry one?"
NO_DURATIONS = "No durations in this range; do the events carry one?"
ERRORS_ONLY = "On a topic that carries errors only it is empty; look at errors per second."
NO_SHARES = f"No errors in this range. {ERRORS_ONLY}"

ERRONEOUS_NOW = record(BY_TYPE, ERRONEOUS)


def overview() -> dashboard.Dashboard:
    return (
        board(
            "API errors / Overview",
            "api-errors-overview",
            "What the API providers answer: who fails, since when, how badly, and whether it is them or us.",
            hidden=("pool",),
        )
        .with_panel(providers())
        .with_panel(incidents().span(FULL - 4))
        .with_panel(behind().height(9))
        .with_panel(errors_by_type())
        .with_panel(error_share_by_provider())
        .with_panel(requests_by_provider())
        .with_panel(errors_by_provider())
        .with_panel(failing())
        .with_panel(latency_by_provider())
        .with_panel(first_token())
        .with_panel(hung_up())
        .with_row(folded("Types and reasons", requests_by_type(), errors_by_reason(), top_failures()))
        .with_row(folded("Topics of errors only: errors per second", errors_per_second()))
        .with_row(folded("Latency", latency(), latency_heatmap(), latency_by_type(), error_share_by_type()))
        .with_row(folded("Paths", errors_by_path(), errors_per_second_by_path()))
        .with_row(folded("Models and tenants, where they are labels", by_model(), by_tenant()))
        .with_row(folded("Retries inside a gateway", attempts()))
    )


# --- The first screen: what fails, and at whom -------------------------------------------------------


def errors_by_type() -> timeseries.Panel:
    panel = graph(
        "Errors per second by type",
        "Errors per second by what they mean, and all of yesterday's as a thin line. Worry when a type "
        "appears that is usually not there, or when the whole is far above yesterday's.",
        unit="reqps",
        no_value=NO_ERRORS,
    )
    by_type(stacked(panel)).with_target(query(recorded("type", what=ERRONEOUS_NOW), "{{type}}"))
    return with_yesterday(panel, recorded(what=ERRONEOUS_NOW, ago=YESTERDAY))


def error_share_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Error share by provider",
            "The part of each provider's responses that are errors; callers who hung up are none. Worry when "
            "one leaves the others: the fault is there. When all rise together, look at your own side first. "
            f"{ERRORS_ONLY}",
            unit="percentunit",
            no_value=NO_SHARES,
        )
    )
    from_points(panel, "ApiProviderFailing")
    panel.with_target(
        query(share("provider", of=everything(), what=ERRONEOUS_NOW), "{{provider}}")
    ).fill_opacity(0)
    return with_yesterday(panel, share(of=everything(), what=ERRONEOUS_NOW, ago=YESTERDAY))


def requests_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Requests per second by provider",
            "Responses per second of each provider, and all of yesterday's as a thin line. Worry when one "
            "stops while the others go on: nobody calls it any more, or its log no longer arrives.",
            unit="reqps",
            no_value=NO_RESPONSES,
        )
    )
    runbooks(panel, "ApiTrafficStopped")
    from_points(panel)
    responses = record(BY_TYPE)
    stacked(panel).with_target(query(recorded("provider", what=responses), "{{provider}}"))
    return with_yesterday(panel, recorded(what=responses, ago=YESTERDAY))


def errors_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Errors per second by provider",
            "Errors of each provider per second, and all of yesterday's as a thin line. Worry when one grows "
            "while its traffic does not. Of topics that carry errors only, this is the measure.",
            unit="reqps",
            no_value=NO_ERRORS,
        )
    )
    from_points(panel)
    stacked(panel).with_target(query(recorded("provider", what=ERRONEOUS_NOW), "{{provider}}"))
    return with_yesterday(panel, recorded(what=ERRONEOUS_NOW, ago=YESTERDAY))


def failing() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Server-side failures by provider",
            "The part of a provider's responses that are its own failures: errors, timeouts and overloads. "
            "Worry above the line, where ApiProviderFailing begins to wait: another provider is what helps. "
            f"{ERRORS_ONLY}",
            unit="percentunit",
            no_value=NO_SHARES,
        )
    )
    runbooks(panel, "ApiProviderFailing", "ApiErrorBudgetBurn")
    from_points(panel, "ApiProviderFailing", "ApiErrorBudgetBurn")
    own = share("provider", of=everything(), what=of_type(*FAULTS))
    return with_line(panel, FAILING, FAILING_BADLY).with_target(query(own, "{{provider}}"))


def latency_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Latency by provider, p95",
            "Within this many seconds 95 % of a provider's successful calls are answered. Worry above the "
            "line, and when one provider's line leaves its usual range; yesterday's is that of all together.",
            unit="s",
            no_value=NO_DURATIONS,
        )
    ).fill_opacity(0)
    runbooks(panel, "ApiLatencyHigh")
    from_points(panel, "ApiLatencyHigh")
    durations = record(DURATIONS)
    with_line(panel, LATENCY).with_target(query(quantile(0.95, durations, "provider"), "{{provider}}"))
    return with_yesterday(panel, quantile(0.95, durations, ago=YESTERDAY))


def first_token() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Time to first token by provider, p95",
            "Within this many seconds 95 % of a provider's streamed answers begin. Worry when a line leaves "
            "its usual range: it is the earliest sign of an overload.",
            unit="s",
            no_value=NO_FIRST_TOKENS,
        )
    ).fill_opacity(0)
    runbooks(panel, "ApiFirstTokenSlow")
    from_points(panel, "ApiFirstTokenSlow")
    return panel.with_target(query(quantile(0.95, record(FIRST_TOKENS), "provider"), "{{provider}}"))


def hung_up() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Callers who hung up, share by provider",
            "The part of a provider's responses that the caller did not wait for. Some always leave. Worry "
            "when the share jumps, above the line most of all: people leave when answers are slow.",
            unit="percentunit",
            no_value="No caller hung up in this range",
        )
    )
    runbooks(panel, "ApiCallersHangUp")
    from_points(panel, "ApiCallersHangUp")
    left = share("provider", of=everything(), what=of_type("client_closed_request"))
    return with_line(panel, HANG_UPS).with_target(query(left, "{{provider}}"))


# --- Types and reasons -------------------------------------------------------------------------------


def requests_by_type() -> timeseries.Panel:
    panel = graph(
        "Requests per second by type",
        "Responses per second by what they mean; ok is a success. "
        "Worry when ok falls while the total stays, or when all of it stops.",
        unit="reqps",
        no_value=NO_RESPONSES,
    )
    return by_type(stacked(panel)).with_target(query(recorded("type", what=record(BY_TYPE)), "{{type}}"))


def error_share_by_type() -> timeseries.Panel:
    panel = graph(
        "Error share by type",
        "Each error type's part of all responses. Worry when a type appears that is usually not there, "
        f"or when the whole stays above its usual height. {ERRORS_ONLY}",
        unit="percentunit",
        no_value=NO_SHARES,
    )
    part = share_of_all("type", of=everything(), what=ERRONEOUS_NOW)
    return by_type(stacked(panel)).with_target(query(part, "{{type}}"))


def errors_by_reason() -> timeseries.Panel:
    panel = graph(
        "Errors per second by reason",
        "Errors by the finer reason. Worry about a reason that is new or grows: "
        "its row in docs/taxonomy.md says whether waiting helps.",
        unit="reqps",
        no_value=NO_ERRORS,
    )
    runbooks(panel, "ApiErrorsUnclassified", "ApiAuthenticationFailing", "ApiRequestsRefused")
    reasons = recorded("reason", what=record(BY_REASON, ERRONEOUS))
    return stacked(panel).with_target(query(f"{reasons} > 0", "{{reason}}"))


def top_failures() -> table.Panel:
    counted = record("job_provider_path_status_type_reason:api_errors:increase5m", ERRONEOUS)
    return sheet(
        "Top failing paths and reasons",
        "The 25 most frequent errors of the chosen time range, up to the last five minutes. Worry about a "
        "reason you have not met before; insufficient_balance and authentication_error do not go away by "
        "waiting.",
        NO_ERRORS,
        {
            "provider": "Provider",
            "path": "Path",
            "status": "Status",
            "type": "Type",
            "reason": "Reason",
            "Value": "Errors",
        },
        f"topk(25, sum by (provider, path, status, type, reason) (sum_over_time({counted}[$__range])) > 0)",
        sort_by="Errors",
    )


# --- Latency -----------------------------------------------------------------------------------------


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
        panel = panel.with_target(query(quantile(part, record(DURATIONS)), f"p{part * 100:.0f}"))
    return panel


def latency_heatmap() -> heatmap.Panel:
    return buckets_over_time(
        "Latencies of successful calls",
        "How many successful calls per second take how long. Worry when a second band appears above the "
        "usual one: some calls wait for something that others do not.",
        unit="s",
        no_value=NO_DURATIONS,
    ).with_target(buckets(recorded("le", what=record(DURATIONS))))


def latency_by_type() -> timeseries.Panel:
    panel = graph(
        "Latency by type, p95",
        "How long it takes until an answer of each kind has come, at the slowest provider. Worry when errors "
        "take as long as timeouts do: callers wait in vain, and hold their connections meanwhile.",
        unit="s",
        no_value=NO_DURATIONS,
    ).fill_opacity(0)
    runbooks(panel, "ApiTimeoutsHigh")
    slowest = record("job_provider_type:api_response_duration_seconds:quantile5m")
    return by_type(panel).with_target(
        query(f"max by (type) (avg_over_time({slowest}[$__rate_interval]))", "{{type}}")
    )


# --- Paths, models, tenants, retries -----------------------------------------------------------------


def errors_by_path() -> timeseries.Panel:
    panel = graph(
        "Error share by path",
        "The part of each path's responses that are errors. Worry when a single path fails while the "
        "others do not: a model is gone, or one kind of call is malformed.",
        unit="percentunit",
        no_value=NO_SHARES,
    )
    runbooks(panel, "ApiPathFailing")
    from_points(panel, "ApiPathFailing")
    failed = record(ERRORS_BY_PATH)
    part = share("provider", "path", of=record(BY_PATH), what=failed)
    panel.fill_opacity(0).with_target(query(f"{part} > 0", "{{provider}} {{path}}"))
    return with_line(panel, PATH_FAILING)


def errors_per_second_by_path() -> timeseries.Panel:
    panel = graph(
        "Errors per second by path",
        "Where the failing calls go. Worry about paths that nobody can do without.",
        unit="reqps",
        no_value=NO_ERRORS,
    )
    failed = recorded("provider", "path", what=record(ERRORS_BY_PATH))
    return stacked(panel).with_target(query(f"{failed} > 0", "{{provider}} {{path}}"))


def by_model() -> timeseries.Panel:
    panel = _part(
        "model",
        BY_MODEL,
        "Worry when a single model fails while the others do not: it is gone, or out of capacity.",
    )
    runbooks(panel, "ApiModelFailing")
    from_points(panel, "ApiModelFailing")
    return with_line(panel, PATH_FAILING)


def by_tenant() -> timeseries.Panel:
    return _part(
        "tenant",
        BY_TENANT,
        "Worry when a single tenant fails while the others do not: look at its key, and at what it sends.",
    )


def _part(label: str, name: str, worry: str) -> timeseries.Panel:
    panel = graph(
        f"Error share by {label}",
        f"The part of each {label}'s responses that are errors. {worry}",
        unit="percentunit",
        no_value=f"No errors in this range; is `{label}` one of labels.extra?",
    ).fill_opacity(0)
    failed = record(name, ERRONEOUS, free=("type",))
    part = share("provider", label, of=everything(name), what=failed)
    return panel.with_target(query(f"{part} > 0", f"{{{{provider}}}} {{{{{label}}}}}"))


def attempts() -> timeseries.Panel:
    panel = graph(
        "Hidden attempts per second by provider and status",
        "Attempts that failed before a gateway's next one was answered: its retries hide them, and no share "
        "of errors on this board has them. Worry when they grow: the provider fails already, and each call "
        "takes as long as its attempts together.",
        unit="reqps",
        no_value="No hidden attempts in this range; do the events list them?",
    ).span(FULL)
    hidden = recorded("provider", "status", what=record("job_provider_status:api_attempts:rate5m"))
    return stacked(panel).with_target(query(hidden, "{{provider}} {{status}}"))
