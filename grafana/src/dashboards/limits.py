"""API errors / Rate limits and overload: who is turned away where, what is left, and until when."""

from grafana_foundation_sdk.builders import bargauge, dashboard, stat, table, timeseries

from agent.metrics.catalogue import (
    RATELIMIT_LIMIT,
    RATELIMIT_REMAINING,
    RATELIMIT_RESET,
    RATELIMIT_UTILIZATION,
)
from grafana.src.dashboards.frame import board, folded
from grafana.src.dashboards.panels import (
    HALF,
    above,
    bars,
    below,
    by_provider,
    column,
    graph,
    named,
    number,
    runbooks,
    sheet,
    stacked,
    with_line,
    with_line_below,
)
from grafana.src.dashboards.queries import (
    BY_PATH,
    BY_REASON,
    LIMITS_BY_PATH,
    OVERLOADS,
    at_the_end,
    everything,
    of_type,
    quantile,
    query,
    record,
    recorded,
    select,
    share,
    share_now,
)
from grafana.src.dashboards.shared import incidents
from grafana.src.dashboards.thresholds import (
    AVOIDABLE,
    BALANCE,
    HEADROOM,
    OVERLOADED,
    RATE_LIMITED,
    STORM,
    SUSTAINED,
)

LIMITED = of_type("rate_limit_error")
LIMITED_BY_PATH = record(LIMITS_BY_PATH)
UNPAID = of_type("insufficient_balance")
OVERLOADED_BY_PATH = record(OVERLOADS)
LEFT = (
    f"({select(RATELIMIT_REMAINING)} / ({select(RATELIMIT_LIMIT)} > 0)"
    f" or 1 - {select(RATELIMIT_UTILIZATION)})"
)
LEAST = f"min by (provider, pool, resource) {LEFT}"
UNTIL_WALL = record("job_provider_resource:api_ratelimit_wall:seconds")
SOON = record("api_ratelimit_wall_seconds", 'provider=~"$provider"')
EARLY = "job_provider_type:api_calls_in_cooldown:rate5m"
WAITS = record("job_provider_le:api_retry_after_seconds_bucket:rate5m")
LIMIT = "{{provider}} {{pool}} {{resource}}"

NO_LIMITS = "No rate limits in this range"
NO_OVERLOADS = "No overloads in this range"
NO_READINGS = "No reading is valid; do the events carry rate-limit headers?"
NOBODY_EARLY = "No call came before a told wait was over"
NO_HINTS = "No answer said when to try again"
BALANCED = "No account ran out of money in this range"


def limits() -> dashboard.Dashboard:
    return (
        board(
            "API errors / Rate limits and overload",
            "api-errors-limits",
            "Who is turned away where, for what he did or for what others do, what is left, and until when.",
        )
        .with_panel(most_limited())
        .with_panel(most_overloaded())
        .with_panel(least_headroom())
        .with_panel(next_wall())
        .with_panel(advised_wait())
        .with_panel(out_of_money())
        .with_panel(readings())
        .with_panel(limited_share_by_provider())
        .with_panel(limits_by_provider())
        .with_panel(avoidable_share())
        .with_panel(early_calls())
        .with_panel(overloaded_share_by_provider())
        .with_panel(overloads_by_provider())
        .with_panel(headroom())
        .with_panel(time_to_the_wall())
        .with_panel(time_to_a_near_wall())
        .with_panel(unpaid_share())
        .with_panel(incidents().span(HALF))
        .with_row(
            folded(
                *("Paths", limited_share_by_path(), limits_by_path()),
                *(overloaded_share_by_path(), overloads_by_path()),
            )
        )
        .with_row(folded("Waits that providers advise", retry_after(), hints_by_type()))
        .with_row(folded("Headroom and balance", headroom_now(), unpaid_by_reason()))
    )


# --- Now ---------------------------------------------------------------------------------------------


def most_limited() -> stat.Panel:
    panel = number(
        "Most rate limited",
        "The provider with the largest share of rate limits. Worry from orange on, where ApiRateLimited "
        "begins to wait, if there are enough of them: send less, or ask for a higher limit.",
        unit="percentunit",
        no_value=NO_LIMITS,
    )
    runbooks(panel, "ApiRateLimited", "ApiRateLimitStorm")
    worst = f"topk(1, {share_now('provider', of=everything(), what=LIMITED)})"
    return above(named(panel), RATE_LIMITED, STORM).with_target(at_the_end(worst, "{{provider}}"))


def most_overloaded() -> stat.Panel:
    panel = number(
        "Most overloaded",
        "The provider with the largest share of overloads. Worry from orange on, where ApiOverloaded "
        "begins: retry later and less often, or move to another provider.",
        unit="percentunit",
        no_value=NO_OVERLOADS,
    )
    runbooks(panel, "ApiOverloaded", "ApiOverloadSustained")
    worst = f"topk(1, {share_now('provider', of=record(BY_PATH), what=OVERLOADED_BY_PATH)})"
    return above(named(panel), OVERLOADED, SUSTAINED).with_target(at_the_end(worst, "{{provider}}"))


def least_headroom() -> stat.Panel:
    panel = number(
        "Least headroom",
        "What is left of the tightest limit that any provider told of, as a share of that limit. "
        "Worry when it is orange: the next calls will be refused.",
        unit="percentunit",
        no_value=NO_READINGS,
    )
    runbooks(panel, "ApiRateLimitHeadroomLow")
    return below(named(panel), HEADROOM).with_target(at_the_end(f"bottomk(1, {LEAST})", LIMIT))


def next_wall() -> stat.Panel:
    panel = number(
        "Next wall in",
        "At the present pace the tightest limit is used up in this time. Worry when it is shorter than "
        "the time until the limit is renewed, which the table below shows.",
        unit="s",
        no_value="Nothing is being used up",
    )
    runbooks(panel, "ApiRateLimitWallAhead")
    return panel.with_target(query(f"min({UNTIL_WALL})", "used up in"))


def advised_wait() -> stat.Panel:
    panel = number(
        "Advised wait, median",
        "Half of the answers that name a wait ask for this long or less. Worry when it is much longer "
        "than your clients wait: their retries then come too early, and count against the limit too.",
        unit="s",
        no_value=NO_HINTS,
    )
    return panel.with_target(query(quantile(0.5, WAITS), "wait"))


def out_of_money() -> stat.Panel:
    panel = number(
        "Refused for money",
        "Calls refused because an account is empty. Worry about the first one: it does not pass by waiting.",
        unit="reqps",
        no_value=BALANCED,
    )
    runbooks(panel, "ApiBalanceExhausted")
    return above(panel, 1e-9).with_target(query(recorded(what=UNPAID), "refused"))


# --- Rate limits -------------------------------------------------------------------------------------


def limited_share_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Rate limited share by provider",
            "The part of a provider's responses that are rate limits. "
            "Worry above the line: there ApiRateLimited begins to wait, if there are enough of them. "
            "Then send less, or ask for a higher limit.",
            unit="percentunit",
            no_value=NO_LIMITS,
        )
    )
    runbooks(panel, "ApiRateLimited", "ApiRateLimitStorm")
    return with_line(panel, RATE_LIMITED, STORM).with_target(
        query(share("provider", of=everything(), what=LIMITED), "{{provider}}")
    )


def limits_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Rate limits per second by provider",
            "How many calls each provider refuses for their number or size. Worry when it grows while your "
            "traffic does not: a limit was lowered, or retries feed on themselves.",
            unit="reqps",
            no_value=NO_LIMITS,
        )
    )
    return stacked(panel).with_target(query(recorded("provider", what=LIMITED), "{{provider}}"))


def avoidable_share() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Avoidable rate limits, share by provider",
            "The part of a provider's rate limits that answer calls which came before a told wait was over. "
            "Worry above the line, where ApiRetryAfterIgnored begins to wait: clients that share a limit do "
            "not share the wait, or do not wait at all.",
            unit="percentunit",
            no_value=NO_LIMITS,
        )
    )
    runbooks(panel, "ApiRetryAfterIgnored")
    early = recorded("provider", what=of_type("rate_limit_error", name=EARLY))
    # A part of the whole that began a scrape later is more than it for a moment.
    part = f"clamp_max({early} / ({recorded('provider', what=LIMITED)} > 0), 1)"
    return with_line(panel.max(1), AVOIDABLE).with_target(query(part, "{{provider}}"))


def early_calls() -> timeseries.Panel:
    panel = graph(
        "Calls that did not wait, by what came of them",
        "Calls per second that came before a told wait was over. Worry about those that are refused: they "
        "count against the limit, and some providers then ask for a longer wait.",
        unit="reqps",
        no_value=NOBODY_EARLY,
    )
    runbooks(panel, "ApiRetryAfterIgnored")
    return stacked(panel).with_target(
        query(f"{recorded('provider', 'type', what=record(EARLY))} > 0", "{{provider}} {{type}}")
    )


def limited_share_by_path() -> timeseries.Panel:
    panel = graph(
        "Rate limited share by path",
        "The part of a path's responses that are rate limits. Worry when one path is far above the line: "
        "limits often hold for a model or an operation, and only its callers need to slow down.",
        unit="percentunit",
        no_value=NO_LIMITS,
    )
    part = share("provider", "path", of=record(BY_PATH), what=LIMITED_BY_PATH)
    panel.fill_opacity(0).with_target(query(f"{part} > 0", "{{provider}} {{path}}"))
    return with_line(panel, RATE_LIMITED, STORM)


def limits_by_path() -> timeseries.Panel:
    panel = graph(
        "Rate limits per second by path",
        "Where the refused calls go. Worry about the largest: its callers are the ones to slow down first.",
        unit="reqps",
        no_value=NO_LIMITS,
    )
    return stacked(panel).with_target(
        query(f"{recorded('provider', 'path', what=LIMITED_BY_PATH)} > 0", "{{provider}} {{path}}")
    )


# --- Overload ----------------------------------------------------------------------------------------


def overloaded_share_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Overloaded share by provider",
            "The part of a provider's responses that say that it is overloaded, bare 503s included. "
            "Worry above the line: there ApiOverloaded begins to wait. Retry later and less often.",
            unit="percentunit",
            no_value=NO_OVERLOADS,
        )
    )
    runbooks(panel, "ApiOverloaded", "ApiOverloadSustained")
    return with_line(panel, OVERLOADED, SUSTAINED).with_target(
        query(share("provider", of=record(BY_PATH), what=OVERLOADED_BY_PATH), "{{provider}}")
    )


def overloads_by_provider() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Overloads per second by provider",
            "How many calls each provider turns away because it has too much to do. Worry when it lasts: "
            "it is the same for all its customers, so its status page should know.",
            unit="reqps",
            no_value=NO_OVERLOADS,
        )
    )
    return stacked(panel).with_target(query(recorded("provider", what=OVERLOADED_BY_PATH), "{{provider}}"))


def overloaded_share_by_path() -> timeseries.Panel:
    panel = graph(
        "Overloaded share by path",
        "The part of a path's responses that say that it is overloaded. Worry when it is one path only: "
        "a single model lacks capacity, and another one may not.",
        unit="percentunit",
        no_value=NO_OVERLOADS,
    )
    part = share("provider", "path", of=record(BY_PATH), what=OVERLOADED_BY_PATH)
    panel.fill_opacity(0).with_target(query(f"{part} > 0", "{{provider}} {{path}}"))
    return with_line(panel, OVERLOADED, SUSTAINED)


def overloads_by_path() -> timeseries.Panel:
    panel = graph(
        "Overloads per second by path",
        "Where the calls go that are turned away. Worry about paths that nobody can do without.",
        unit="reqps",
        no_value=NO_OVERLOADS,
    )
    return stacked(panel).with_target(
        query(f"{recorded('provider', 'path', what=OVERLOADED_BY_PATH)} > 0", "{{provider}} {{path}}")
    )


# --- What is left, and until when --------------------------------------------------------------------


def headroom() -> timeseries.Panel:
    panel = graph(
        "Headroom",
        "What is left of each limit as a share of it, from the tightest reading that is still valid. "
        "Worry below the line, where ApiRateLimitHeadroomLow begins: the next calls will be refused.",
        unit="percentunit",
        no_value=NO_READINGS,
    )
    runbooks(panel, "ApiRateLimitHeadroomLow")
    return with_line_below(panel.max(1).fill_opacity(0), HEADROOM).with_target(query(LEAST, LIMIT))


def headroom_now() -> bargauge.Panel:
    panel = bars(
        "Headroom now",
        "The same, as it is now. Worry about the orange ones.",
        unit="percentunit",
        no_value=NO_READINGS,
    )
    runbooks(panel, "ApiRateLimitHeadroomLow")
    return below(panel.max(1), HEADROOM).with_target(query(LEAST, LIMIT))


def time_to_the_wall() -> timeseries.Panel:
    panel = graph(
        "Time to the wall",
        "At the present pace the limit is used up in this time; a limit that is not being used up has no "
        "line. Worry when it is shorter than the time until the limit is renewed and that is hours away, "
        "as with a daily or monthly limit: ApiRateLimitWallAhead says so.",
        unit="s",
        no_value="Nothing is being used up",
    )
    runbooks(panel, "ApiRateLimitWallAhead")
    return panel.fill_opacity(0).with_target(
        query(f"min by (provider, resource) ({UNTIL_WALL})", "{{provider}} {{resource}}")
    )


def time_to_a_near_wall() -> timeseries.Panel:
    panel = graph(
        "Time to the wall, windows of minutes",
        "At the pace of the last five minutes the limit is used up in this time. Worry when little time is "
        "left, and the forecast is good: api_ratelimit_forecast_error_seconds says by how much it was off.",
        unit="s",
        no_value="Nothing is being used up",
    )
    runbooks(panel, "ApiRateLimitWallAhead")
    return panel.fill_opacity(0).with_target(
        query(f"min by (provider, resource) ({SOON})", "{{provider}} {{resource}}")
    )


def retry_after() -> timeseries.Panel:
    panel = graph(
        "Advised wait by provider",
        "Half, and 90 %, of the answers that name a wait ask for this long or less. Worry when it grows "
        "from seconds to minutes or hours: then it is no burst, but a quota that is used up.",
        unit="s",
        no_value=NO_HINTS,
    ).fill_opacity(0)
    for part in (0.5, 0.9):
        panel = panel.with_target(
            query(quantile(part, WAITS, "provider"), f"{{{{provider}}}} p{part * 100:.0f}")
        )
    return panel


def readings() -> table.Panel:
    panel = sheet(
        "Limits as the providers tell them",
        "The tightest valid reading of each limit at the end of the time range. "
        "Worry about a limit that has little left and is renewed late.",
        "not told",
        {
            "provider": "Provider",
            "pool": "Pool",
            "resource": "Resource",
            "Value #A": "Limit",
            "Value #B": "Left",
            "Value #C": "Renewed in",
            "Value #D": "Headroom",
        },
        f"min by (provider, pool, resource) ({select(RATELIMIT_LIMIT)})",
        f"min by (provider, pool, resource) ({select(RATELIMIT_REMAINING)})",
        f"min by (provider, pool, resource) ({select(RATELIMIT_RESET)} - time())",
        LEAST,
        sort_by="Headroom",
    )
    return column(column(panel, "Renewed in", "s", 0), "Headroom", "percentunit", 1)


# --- Balance and incidents ---------------------------------------------------------------------------


def unpaid_share() -> timeseries.Panel:
    panel = by_provider(
        graph(
            "Refused for money, share by provider",
            "The part of a provider's responses that say that the account is empty. Worry about any, and "
            "above the line most of all: there ApiBalanceExhausted begins. Only paying helps.",
            unit="percentunit",
            no_value=BALANCED,
        )
    )
    runbooks(panel, "ApiBalanceExhausted")
    return with_line(panel, BALANCE).with_target(
        query(f"{share('provider', of=everything(), what=UNPAID)} > 0", "{{provider}}")
    )


def unpaid_by_reason() -> timeseries.Panel:
    panel = graph(
        "Refused for money, by provider and reason",
        "What exactly is used up: credits, a plan, a budget that you set. Worry about each: "
        "the reason says who can put it right.",
        unit="reqps",
        no_value=BALANCED,
    )
    unpaid = of_type("insufficient_balance", name=BY_REASON)
    return stacked(panel).with_target(
        query(f"{recorded('provider', 'reason', what=unpaid)} > 0", "{{provider}} {{reason}}")
    )


def hints_by_type() -> timeseries.Panel:
    panel = graph(
        "Answers that name a wait",
        "Answers per second that say when to try again, by type. Worry when rate limits come without: "
        "then clients must guess, and should double their waits.",
        unit="reqps",
        no_value=NO_HINTS,
    )
    named = record("job_provider_type:api_retry_after_seconds_count:rate5m")
    return stacked(panel).with_target(
        query(recorded("provider", "type", what=named), "{{provider}} {{type}}")
    )
