"""Calm days and weeks, through all rules at once: nobody is paged."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from tests.rules.incidents import incident
from tests.rules.noise import DAY, daylight, drawn, poisson
from tests.rules.others import gauge
from tests.rules.recording import PATH, Calls, Rate, Values
from tests.rules.scenarios import Scenario

SLOW = "/v1/responses"
WEEK = int(7 * DAY)

SHARES = {
    "api_error": 0.006,
    "timeout_error": 0.006,
    "overloaded_error": 0.003,
    "authentication_error": 0.002,
    "client_closed_request": 0.015,
    "invalid_request_error": 0.02,
    "not_found_error": 0.003,
    "unknown": 0.0003,
}
LIMITED, RETRIES = 0.02, 3
"""One call of fifty is limited, and comes again at once until it has come so often."""

PROVIDERS = {"openai": 300.0, "anthropic": 60.0, "groq": 12.0, "pipellm": 2.0}
"""Calls a minute when most people work."""

TIMED = ("anthropic", "groq")
"""Whose durations are told: histograms are most of the series."""

QUIET, BATCH = "pipellm", "openai"
"""Who is called day and night alike, and by the batch job."""


def calm_day() -> Scenario:
    """Day and night, nightly lows, a deploy a day, a daily limit of which two thirds are used."""
    calls = [
        Calls(
            provider,
            kind,
            poisson(f"{provider}{kind}", lambda minute, most=share * top: most * daylight(minute)),  # type: ignore[misc]
            reason="missing_field" if kind == "invalid_request_error" else "",
        )
        for provider, top in (("openai", 300), ("anthropic", 60), ("pipellm", 4))
        for kind, share in (
            ("ok", 0.955),
            ("rate_limit_error", 0.01),
            ("api_error", 0.006),
            ("timeout_error", 0.006),
            ("overloaded_error", 0.003),
            ("authentication_error", 0.002),
            ("client_closed_request", 0.015),
            ("invalid_request_error", 0.01),
        )
    ]
    return incident(
        "A calm day is calm",
        calls,
        [],
        minutes=int(DAY),
        restarts={"a": 600.0},
        instances=("a", "b"),
        more=_daily_limit(int(DAY), 1),
    )


def calm_week(seed: str, step: float) -> Scenario:
    """Beside what a calm day has: a weekend, retries, a batch job on Wednesday night, and two deploys.

    On Tuesday the agents begin anew one after the other, on Thursday both at once, with a gap.

    Of few calls a few that are limited are, with their retries, soon a large share: the warning
    ApiRateLimited may fire by chance, some times a week. No page may, and no other warning.
    """
    noisy = partial(drawn, minutes=WEEK, step=step)
    calls = [
        call
        for provider, top in PROVIDERS.items()
        for call in _provider(f"{seed}{provider}", provider, top, noisy)
    ]
    tuesday, thursday = DAY + 600.0, 3 * DAY + 840.0
    week = incident(
        f"A calm week ({seed}) is calm, seen by scrapes each {60 * step:.0f} s",
        calls,
        [],
        minutes=WEEK,
        step=step,
        evaluation="1m",
        instances=("a", "b"),
        restarts={"a": tuesday, "b": tuesday + 1},
        outage=(thursday, thursday + 1),
        more=_daily_limit(WEEK, step),
    )
    return replace(week, may="ApiRateLimited")


def _provider(seed: str, provider: str, top: float, noisy: Callable[..., Rate]) -> Iterator[Calls]:
    def usual(minute: float) -> float:
        if provider == QUIET:
            return top
        return top * _week(minute) + (_batch(minute) if provider == BATCH else 0)

    def part(share: float) -> Rate:
        return lambda minute: share * usual(minute)

    well = 1 - LIMITED - sum(SHARES.values())
    for path, share, seconds, first_token in ((PATH, 0.98, 2, 0.75), (SLOW, 0.02, 40, 5)):
        call = Calls(provider, "ok", noisy(f"{seed}{path}", part(share * well)), path)
        yield replace(call, seconds=seconds, first_token=first_token) if provider in TIMED else call
    yield Calls(provider, "rate_limit_error", noisy(f"{seed}limits", part(LIMITED), size=RETRIES))
    for kind, share in SHARES.items():
        reason = "missing_field" if kind == "invalid_request_error" else ""
        yield Calls(provider, kind, noisy(f"{seed}{kind}", part(share)), reason=reason)


def _week(minute: float) -> float:
    """A part of what is called at most: less on Saturday and Sunday. Minute 0 is midnight on Monday."""
    return daylight(minute) * (0.25 if minute >= 5 * DAY else 1)


def _batch(minute: float) -> float:
    """For two hours of Wednesday's night, in bursts of three minutes of ten."""
    start = 2 * DAY + 120
    return 900.0 if start <= minute < start + 120 and minute % 10 < 3 else 0.0


def _daily_limit(minutes: int, step: float) -> Mapping[str, Values]:
    """Two thirds of it are used up each day."""
    day = [0.0]
    for number in range(1, int(DAY / step)):
        day.append(day[-1] + 60 * step * daylight(number * step))
    limit, scrapes = 1.5 * day[-1], [number * step for number in range(int(minutes / step) + 1)]
    return {
        gauge("remaining", "requests_per_day"): [limit - day[int(when % DAY / step)] for when in scrapes],
        gauge("limit", "requests_per_day"): [limit for _ in scrapes],
        gauge("reset_timestamp_seconds", "requests_per_day"): [
            60 * DAY * (when // DAY + 1) for when in scrapes
        ],
    }
