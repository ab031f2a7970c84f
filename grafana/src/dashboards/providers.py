"""The table of providers: who is well, and what is wrong with the others, in one look."""

from collections.abc import Iterable
from typing import NamedTuple

from grafana_foundation_sdk.builders import table

from grafana.src.alerts.counted import FAULTS, LIMITS, REFUSALS
from grafana.src.dashboards.panels import (
    NOTHING,
    coloured,
    column,
    linked,
    runbook_of_cell,
    severity,
    sheet,
    sized,
    to_board,
)
from grafana.src.dashboards.queries import (
    BY_TYPE,
    ERRONEOUS,
    FIRING,
    everything,
    now,
    of_type,
    quantile_now,
    record,
    share_now,
)
from grafana.src.dashboards.thresholds import (
    BALANCE,
    FAILING,
    FAILING_BADLY,
    KEYS,
    KEYS_BADLY,
    RATE_LIMITED,
    REFUSED,
    REFUSED_BADLY,
    STORM,
)

DURATIONS = "job_provider_le:api_response_duration_seconds_bucket:rate5m"
FIRST_TOKENS = "job_provider_le:api_time_to_first_token_seconds_bucket:rate5m"


class Kind(NamedTuple):
    """What goes wrong in one way: its column, its query, and where its alerts begin."""

    title: str
    what: str
    warning: float
    critical: float


FAILED = record(BY_TYPE, ERRONEOUS, free=("type",))
KINDS = (
    Kind("Errors", FAILED, FAILING, FAILING_BADLY),
    Kind("Own faults", of_type(*FAULTS), FAILING, FAILING_BADLY),
    Kind("Rate limits", of_type(*LIMITS), RATE_LIMITED, STORM),
    Kind("Money", of_type("insufficient_balance"), 1e-9, BALANCE),
    Kind("Keys", of_type("authentication_error"), KEYS, KEYS_BADLY),
    Kind("Our errors", of_type(*REFUSALS), REFUSED, REFUSED_BADLY),
)
ALERT = "Alert"
NAMES = {
    "provider": "Provider",
    "severity": "Firing",
    "alertname": ALERT,
    "Value #A": "For",
    "Value #B": "Calls/s",
}
LATENCIES = ("p95", "First token")
WIDTHS = {"Provider": 100, "Firing": 70, ALERT: 180, "For": 75, "Calls/s": 65}
SHARE_WIDTH = 95
"""All of them together are as wide as a board on a small screen, of 1280 pixels."""


def providers() -> table.Panel:
    """The worst provider is the first row."""
    titles = [*(kind.title for kind in KINDS), *LATENCIES]
    panel = sheet(
        "Providers now",
        "Of each provider: the alert that fires (a critical one before others, then the oldest), and the "
        "share of the last five minutes' calls that failed, by cause: the provider's own faults, or what "
        "we send (rate limits, money, keys, our errors). Worry about red, then orange: there alerts begin. "
        "On a topic of errors only there are no shares; the table of errors per second has them.",
        NOTHING,
        NAMES | _values("CDEFGHIJ", titles),
        worst_alert(),
        now("provider", what=everything()),
        *(share_now("provider", of=everything(), what=kind.what) for kind in KINDS),
        *(quantile_now(0.95, record(name), "provider") for name in (DURATIONS, FIRST_TOKENS)),
        sort_by="Errors",
    ).height(9)
    for kind in KINDS:
        coloured(panel, kind.title, kind.warning, kind.critical)
    for name in LATENCIES:
        column(panel, name, "s", 1)
    column(column(panel, "Calls/s", "short", 1), "For", "s", 0)
    linked(panel, "Provider", to_board("overview", "${__value.text}"), to_board("limits", "${__value.text}"))
    linked(panel, ALERT, runbook_of_cell())
    return sized(severity(panel, "Firing"), WIDTHS | dict.fromkeys(titles, SHARE_WIDTH))


def errors_per_second() -> table.Panel:
    """The same in numbers, for topics without successes."""
    return sheet(
        "Errors per second by provider and cause",
        "The same causes as in the first table, in errors per second: the only measure on a topic that "
        "carries errors only. Worry when one is far above what is usual at this hour.",
        NOTHING,
        {"provider": "Provider"} | _values("ABCDEF", [kind.title for kind in KINDS]),
        *(now("provider", what=kind.what) for kind in KINDS),
        sort_by="Errors",
    ).decimals(2)


def _values(letters: str, titles: Iterable[str]) -> dict[str, str]:
    """Column names of the answers to queries; a query has the letter of its position."""
    return {f"Value #{letter}": title for letter, title in zip(letters, titles, strict=True)}


def worst_alert() -> str:
    """Seconds since it began, with its name.

    A critical alert is put before others by a number that is taken off again.
    """
    critical, others = (_since(f'severity{sign}"critical"') for sign in ("=", "!="))
    return f"topk by (provider) (1, {critical} + 1e9 or {others}) % 1e9"


def _since(matcher: str) -> str:
    chosen = f'{FIRING},provider!="",{matcher}'
    firing = f'ALERTS{{{chosen},alertstate="firing"}}'
    began = f"ALERTS_FOR_STATE{{{chosen}}} and ignoring (alertstate) {firing}"
    return f"max by (provider, alertname, severity) (time() - ({began}))"
