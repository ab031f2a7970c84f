"""Scenarios of the alerts about what is shown and committed: healthy, refused, unanswered, unscraped."""

from collections.abc import Iterator
from itertools import chain, repeat

from tests.rules.expected import SEEN_BY, agent_alert
from tests.rules.own import own, scenario, series
from tests.rules.recording import ABSENT, Values
from tests.rules.scenarios import Alert, Scenario

OLDEST = own("oldest_waiting_timestamp_seconds")
COMMITTED = own("last_commit_timestamp_seconds")
RECORDS = own("records_total", 'topic="t",partition="a"')
MINUTES = 180


def scenarios() -> Iterator[Scenario]:
    yield from _not_committing()
    yield from _healthy()
    yield from _unanswered()
    yield from _uncertain()
    yield from _unseen()


def age(seconds: float, step: float = 1.0) -> list[float]:
    """A moment that is always so long ago, by samples that are *step* minutes apart."""
    return [60 * step * number - seconds for number in range(int(91 / step))]


def waits(*ages: float) -> list[float]:
    """What waits, minute by minute, as a moment; ABSENT when nothing does."""
    every = chain(ages, repeat(ABSENT, 91 - len(ages)))
    return [60 * minute - each for minute, each in enumerate(every)]


def _alert(behind: str) -> Alert:
    return agent_alert(
        "ApiErrorAgentNotCommitting",
        "warning",
        "The agent counts, but its offsets do not get into Kafka.",
        f"Some or all of what a has counted in the last {behind} is not committed {SEEN_BY}.",
        instance="a",
    )


def _not_committing() -> Iterator[Scenario]:
    name = "ApiErrorAgentNotCommitting"
    yield scenario(
        f"{name} fires when records wait too long, and after its wait",
        {1: 0},
        {2: [_alert("5m 30s")]},
        more={OLDEST: age(330)},
    )
    yield scenario(f"{name} is silent just below its limit", {20: 0, 50: 0}, more={OLDEST: age(270)})
    yield scenario(f"{name} is silent where none waits", {20: 0, 50: 0})
    lag = own("lag_seconds", 'topic="t",partition="a"')
    yield scenario(
        f"{name} is silent while a backlog of an hour is counted and shown",
        {20: 0, 50: 0},
        more={OLDEST: age(15), lag: "3500x90"},
    )
    yield scenario(
        f"{name} fires however far behind counting is", {20: 1}, more={OLDEST: age(330), lag: "3500x90"}
    )
    yield scenario(
        f"{name} holds for five minutes, and clears", {24: 1, 26: 0}, more={OLDEST: waits(*[330.0] * 20)}
    )
    yield scenario(
        f"{name} tells two instances apart",
        {20: 2},
        more={OLDEST: age(330), own("oldest_waiting_timestamp_seconds", "", "b"): age(330)},
    )


def _healthy() -> Iterator[Scenario]:
    """What waits on a page is new series, for one scrape of each scraper; each page has its commit."""
    name = "ApiErrorAgentNotCommitting"
    for interval in (15, 60):
        step = interval / 60
        yield scenario(
            f"{name} is silent while new series wait from scrape to scrape, each {interval} s",
            {20: 0, 50: 0},
            step=step,
            more={OLDEST: age(interval, step), COMMITTED: age(0, step)},
        )
        yield scenario(
            f"{name} is silent while new series wait for two scrapers, each {interval} s",
            {20: 0, 50: 0},
            step=step,
            more={OLDEST: age(2 * interval, step), COMMITTED: age(interval, step)},
        )
    yield scenario(
        f"{name} is silent while a second scraper, once a minute, has vanished and is waited for",
        {20: 0, 50: 0},
        more={OLDEST: waits(*[0.0] * 10, 60, 120, 180, 240, 0)},
    )
    yield scenario(
        f"{name} is silent when the scraper comes back, and once sees what has waited for it",
        {31: 0, 32: 0, 50: 0},
        more={OLDEST: waits(*[ABSENT] * 30, 900, 960), COMMITTED: age(0)},
    )
    yield scenario(
        f"{name} is silent when nothing has come since the last commit",
        {20: 0, 50: 0},
        more={COMMITTED: age(3300), RECORDS: "7x90"},
    )
    yield scenario(
        f"{name} is silent about an agent whose commits are old because it reads nothing",
        {20: 0, 50: 0},
        more={own("last_commit_timestamp_seconds", "", "b"): age(3300)},
    )


def _unanswered() -> Iterator[Scenario]:
    """After a minute without an answer counts are shown all the same, and none waits."""
    name = "ApiErrorAgentNotCommitting"
    yield scenario(
        f"{name} fires when none waits, but nothing is committed any more",
        {1: 0},
        {9: [_alert("5m 30s")]},
        more={COMMITTED: age(330)},
    )
    yield scenario(
        f"{name} fires five minutes after the last answer, though counts are shown again after one",
        {25: 0, 27: 0},
        {28: [_alert("8m 0s")]},
        more={
            OLDEST: waits(*[ABSENT] * 21, 60, 0),
            COMMITTED: [60.0 * min(minute, 20) for minute in range(91)],
        },
    )
    yield scenario(
        f"{name} is silent while the last commit is just young enough",
        {20: 0, 50: 0},
        more={COMMITTED: age(270)},
    )
    started = series("process_start_time_seconds")
    yield scenario(
        f"{name} fires for a process that has counted for long and never had a commit accepted",
        {1: 0},
        {9: [_alert("5m 30s")]},
        more={COMMITTED: waits(), started: age(330)},
    )
    yield scenario(
        f"{name} is silent about a process that is too young to have committed",
        {20: 0, 50: 0},
        more={COMMITTED: waits(), started: age(270)},
    )


DOUBTS = {
    "undone_records": (
        "undone",
        "records were shown that the group gave to another instance, which counts them too",
    ),
    "unfenced_exposures": (
        "unfenced",
        "scrapes showed new counts without an answer from Kafka that their partitions are still ours",
    ),
    "unscraped_commits": ("unscraped", "times counts were committed that no scrape had seen"),
}


def _doubtful(what: str, number: int) -> Alert:
    doubt, words = DOUBTS[what]
    return agent_alert(
        "ApiErrorAgentCountsUncertain",
        "warning",
        "Some counts may be doubled, or missing after a restart.",
        f"In 1h {number} {words} {SEEN_BY}.",
        doubt=doubt,
    )


def _uncertain() -> Iterator[Scenario]:
    name = "ApiErrorAgentCountsUncertain"

    def counted(what: str, values: str, instance: str = "a") -> dict[str, Values]:
        return {own(f"{what}_total", "", instance): values}

    nothing = {key: value for what in DOUBTS for key, value in counted(what, f"0x{MINUTES}").items()}
    yield scenario(f"{name} is silent while its counters are 0", {20: 0, 150: 0}, more=nothing)
    for what in DOUBTS:
        yield scenario(
            f"{name} fires at once when {what} grows, and clears after an hour",
            {75: 0, 135: 1, 145: 0},
            {82: [_doubtful(what, 7)]},
            more=nothing | counted(what, "3x80 10x100"),
        )
        yield scenario(
            f"{name} is silent while {what} stands where it stood",
            {70: 0, 120: 0, 170: 0},
            more=nothing | counted(what, "3x180"),
        )
        yield scenario(
            f"{name} is silent when a restart begins {what} again",
            {120: 0, 170: 0},
            more=nothing | counted(what, "3x100 0x5 2x80"),
        )
    yield scenario(
        f"{name} fires on, though the instance has gone",
        {75: 1, 85: 0},
        {30: [_doubtful("undone_records", 7)]},
        more=nothing | counted("undone_records", "0x20 7x3 stale"),
    )
    yield scenario(
        f"{name} is one alert for ten replicas",
        {},
        {30: [_doubtful("undone_records", 70)]},
        more={
            key: value
            for each in "abcdefghij"
            for key, value in counted("undone_records", "0x20 7x160", each).items()
        },
    )
    yield scenario(
        f"{name} fires for each doubt by itself",
        {30: 2},
        more=nothing | counted("undone_records", "0x20 7x160") | counted("unfenced_exposures", "0x20 3x160"),
    )


def _unseen() -> Iterator[Scenario]:
    """Nobody scraped, so there are no samples of the time in which it happened."""
    name, what = "ApiErrorAgentCountsUncertain", "unscraped_commits"
    yield scenario(
        f"{name} fires when the scraper has been away for longer than the window",
        {190: 0, 249: 1, 255: 0},
        {193: [_doubtful(what, 12)]},
        more={own(f"{what}_total"): "0x10 _x180 12x100"},
    )
    yield scenario(
        f"{name} fires for a process that began, and committed unseen, while nobody scraped",
        {50: 0},
        {65: [_doubtful(what, 1)]},
        more={own(f"{what}_total"): "0x10 stale", own(f"{what}_total", "", "b"): "_x60 1x100"},
    )
    yield scenario(
        f"{name} is silent when a scraper that was away for hours comes back to what it knew",
        {100: 0, 250: 0, 290: 0},
        more={own(f"{what}_total"): "3x70 _x180 3x100"},
    )
