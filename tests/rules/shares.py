"""Scenarios of the provider alerts that are a count and a share: one table, and what each of them must do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from tests.rules.expected import SEEN_BY, provider_alert
from tests.rules.recording import PATH, Calls, Rate, Recording, at, during, steps
from tests.rules.scenarios import Alert, Scenario

TOTAL = 1000.0  # responses a minute, where the share decides
SILENT: Mapping[float, int] = {10: 0, 25: 0, 40: 0}
QUIET_SILENT: Mapping[float, int] = {35: 0, 48: 0}


@dataclass(frozen=True, slots=True)
class Share:
    """An alert that is true when *count* responses in five minutes, and *share* of all, are of *kinds*.

    Attributes:
        kinds: (type, reason); each of them counts alone.

        tokens: The beginning of its tokens' names.

        quiet: It has a second half for quiet providers.

        over: It knows when a burst is over.
    """

    name: str
    severity: str
    tokens: str
    kinds: tuple[tuple[str, str], ...]
    share: float
    count: int
    wait: int
    hold: int
    summary: str
    said: str
    path: str = ""
    quiet: bool = False
    over: bool = False

    @property
    def title(self) -> str:
        return f"{self.name} ({self.severity})" if self.name in TWICE else self.name

    def erring(self, rate: Rate, provider: str = "pipellm") -> list[Calls]:
        """*rate* responses a minute that count, evenly of all kinds."""
        part = len(self.kinds)
        return [
            Calls(provider, type_, lambda minute: at(minute, rate) / part, reason=reason)
            for type_, reason in self.kinds
        ]

    def mixed(self, share: float, total: float = TOTAL) -> list[Calls]:
        return [Calls("pipellm", "ok", total * (1 - share)), *self.erring(total * share)]

    def alert(self, share: str) -> Alert:
        labels = {"provider": "pipellm"} | ({"path": self.path} if self.path else {})
        description = f"{share} of the responses {self.said} {SEEN_BY}."
        return provider_alert(self.name, self.severity, self.summary, description, **labels)


FAULTS = (("api_error", ""), ("timeout_error", ""), ("overloaded_error", ""))
OVERLOADS = (
    ("overloaded_error", "capacity"),
    ("api_error", "service_unavailable"),
    ("api_error", "no_healthy_upstream"),
)
LIMITS = (("rate_limit_error", ""),)

SHARES = (
    Share(
        "ApiRateLimited",
        "warning",
        "rate_limited",
        LIMITS,
        0.05,
        10,
        2,
        10,
        "The provider refuses calls for exceeding its rate limit.",
        "of pipellm are rate limits",
        quiet=True,
    ),
    Share(
        "ApiRateLimitStorm",
        "critical",
        "rate_limit_storm",
        LIMITS,
        0.3,
        50,
        2,
        10,
        "The provider refuses a large part of all calls for exceeding its rate limit.",
        "of pipellm are rate limits",
        over=True,
    ),
    Share(
        "ApiOverloaded",
        "warning",
        "overloaded",
        OVERLOADS,
        0.05,
        10,
        1,
        10,
        "The provider turns calls away because it is overloaded.",
        "of pipellm say that it is overloaded",
    ),
    Share(
        "ApiOverloadSustained",
        "critical",
        "overload_sustained",
        OVERLOADS,
        0.25,
        50,
        5,
        10,
        "The provider keeps turning a large part of all calls away because it is overloaded.",
        "of pipellm say that it is overloaded",
        over=True,
    ),
    Share(
        "ApiProviderFailing",
        "warning",
        "provider_failing",
        FAULTS,
        0.1,
        10,
        5,
        10,
        "The provider fails to answer calls that are in order.",
        "of pipellm are its own faults: errors, timeouts, overload",
        quiet=True,
    ),
    Share(
        "ApiProviderFailing",
        "critical",
        "provider_failing_critical",
        FAULTS,
        0.5,
        10,
        2,
        10,
        "The provider fails to answer most calls.",
        "of pipellm are its own faults: errors, timeouts, overload",
        over=True,
    ),
    Share(
        "ApiTimeoutsHigh",
        "warning",
        "timeouts_high",
        (("timeout_error", ""),),
        0.05,
        10,
        5,
        10,
        "Calls to the provider end without an answer in time.",
        "of pipellm are timeouts",
    ),
    Share(
        "ApiPathFailing",
        "warning",
        "path_failing",
        (*LIMITS, *FAULTS),
        0.5,
        20,
        2,
        10,
        "Most calls on one path of the provider fail.",
        f"on {PATH} of pipellm are rate limits or the provider's own faults",
        path=PATH,
    ),
    Share(
        "ApiBalanceExhausted",
        "critical",
        "balance_exhausted_critical",
        (("insufficient_balance", ""),),
        0.2,
        3,
        0,
        30,
        "The provider refuses a large part of all calls because the balance or a budget is used up.",
        "of pipellm say that the balance or a budget is used up",
    ),
    Share(
        "ApiAuthenticationFailing",
        "warning",
        "authentication_failing",
        (("authentication_error", ""),),
        0.05,
        10,
        2,
        10,
        "The provider does not accept our API key.",
        "of pipellm refuse the API key",
        quiet=True,
    ),
    Share(
        "ApiAuthenticationFailing",
        "critical",
        "authentication_failing_critical",
        (("authentication_error", ""),),
        0.5,
        10,
        2,
        10,
        "The provider does not accept our API key for most calls.",
        "of pipellm refuse the API key",
    ),
)
TWICE = {"ApiProviderFailing", "ApiBalanceExhausted", "ApiAuthenticationFailing"}
EVERY_TYPE = {
    "rate_limit_error",
    "insufficient_balance",
    "authentication_error",
    "overloaded_error",
    "timeout_error",
    "api_error",
    "client_closed_request",
    "unknown",
}


def scenarios() -> Iterator[Scenario]:
    for each in SHARES:
        yield from _limits(each)
        yield from _in_time(each)
        yield from _agents(each)
        yield from _backlogs(each)
        if each.quiet:
            yield from _quiet(each)
        if each.over:
            yield from _bursts(each)


def _scenario(
    each: Share,
    sentence: str,
    calls: list[Calls],
    firing: Mapping[float, int],
    alerts: Mapping[float, list[Alert]] | None = None,
    tokens: Mapping[str, object] | None = None,
    **happened: object,
) -> Scenario:
    minutes = int(max([*firing, *(alerts or {})]))
    recording = Recording(calls, minutes=minutes, **happened)  # type: ignore[arg-type]
    return Scenario(
        f"{each.title} {sentence}",
        [recording],
        firing,
        alerts or {},
        severity=each.severity,
        tokens=tokens or {},
    )


def _limits(each: Share) -> Iterator[Scenario]:
    others = [
        Calls("pipellm", type_, TOTAL, reason="maintenance" if type_ == "api_error" else "")
        for type_ in EVERY_TYPE - {kind for kind, reason in each.kinds if reason in ("", "capacity")}
    ]
    yield _scenario(each, "is silent about errors of other kinds", [*others, *each.erring(0)], SILENT)
    yield _scenario(each, "is silent just below its share", each.mixed(0.9 * each.share), SILENT)
    yield _scenario(
        each,
        "is silent just below its count, on a topic that carries errors only",
        each.erring(0.9 * each.count / 5),
        SILENT,
    )
    yield _scenario(
        each,
        "fires just above its count, on a topic that carries errors only",
        each.erring(1.1 * each.count / 5),
        {8 + each.wait: 1},
    )
    yield _scenario(
        each, "is silent while nobody calls", [Calls("pipellm", "ok", 0), *each.erring(0)], SILENT
    )
    yield _scenario(
        each,
        "is silent in a quiet night with one error",
        [Calls("pipellm", "ok", 0.2), *each.erring(during(19, 20, 1))],
        SILENT,
    )


def _in_time(each: Share) -> Iterator[Scenario]:
    share = min(1.1 * each.share, 1)
    calls = [*each.mixed(share), Calls("openai", "ok", TOTAL), Calls("pipellm", "ok", 1, path="/v1/models")]
    if not each.path:
        calls.pop()
    alert = each.alert(_percent(share))
    yield _scenario(
        each,
        "fires for the one provider just above its share, and after its wait",
        calls,
        {float(each.wait): 0} if each.wait else {},
        {each.wait + 1: [alert]},
    )
    ending = [
        Calls("pipellm", "ok", during(-1, 20, TOTAL * (1 - share))),
        *each.erring(during(-1, 20, TOTAL * share)),
    ]
    yield _scenario(
        each,
        "holds for its time when all ends, and clears",
        ending,
        {25 + each.hold: 0},
        {20: [alert], 23 + each.hold: [alert]},
    )
    began = [Calls("pipellm", "ok", TOTAL), *each.erring(during(20, 60, 2 * TOTAL))]
    yield _scenario(each, "fires on the first errors of their kind", began, {19: 0, 25 + each.wait: 1})


def _agents(each: Share) -> Iterator[Scenario]:
    share = min(1.1 * each.share, 1)
    alert = each.alert(_percent(share))
    yield _scenario(
        each,
        "is one alert through a restart of one of two agents",
        each.mixed(share),
        {11: 1, 12: 1, 14: 1, 19: 1},
        {13: [alert]},
        instances=("a", "b"),
        restarts={"a": 12},
    )
    yield _scenario(
        each,
        "is one alert for ten replicas",
        each.mixed(share),
        {},
        {15: [alert]},
        instances=tuple("abcdefghij"),
    )
    yield _scenario(each, "is silent about another release", each.mixed(share), SILENT, job="another")


def _backlogs(each: Share) -> Iterator[Scenario]:
    """From minute 30 on a backlog is eaten in eight minutes: 13,000 records a minute in place of 100."""

    def eaten(sentence: str, share: float, late: float, **tokens: object) -> Scenario:
        ok = during(29, 37, 13000 * (1 - share), otherwise=100)
        calls = [Calls("pipellm", "ok", ok), *each.erring(during(29, 37, 13000 * share))]
        silent = {float(minute): 0 for minute in range(30, 56, 5)}
        return _scenario(each, sentence, calls, silent, tokens=tokens, late=during(29, 37, late), step=0.25)

    yield eaten("is mute while most records are late, however large the share", 0.75, 0.6)
    lower: dict[str, object] = {f"{each.tokens}_share": 0.3} if each.share >= 0.4 else {}
    yield eaten("is mute when the late records alone explain the share", 0.4, 0.45, **lower)
    yield _scenario(
        each, "still fires in a storm while many records are late", each.mixed(0.6), {15: 1}, late=0.45
    )


def _bursts(each: Share) -> Iterator[Scenario]:
    """Ninety seconds in which the callers, refused, call ten times as often."""

    def burst(sentence: str, left: float, firing: Mapping[float, int]) -> Scenario:
        usual = left / (1 - left)
        errors = steps((20, usual), (1.5, 10), (1, usual))
        calls = [
            Calls("pipellm", "ok", TOTAL / 2),
            Calls("pipellm", "invalid_request_error", TOTAL / 2, reason="missing_field"),
            *each.erring(lambda minute: TOTAL * at(minute, errors)),
        ]
        return _scenario(each, sentence, calls, firing, step=0.25)

    silent: Mapping[float, int] = {float(minute): 0 for minute in range(20, 40)}
    after = 22.0 + each.wait
    yield burst("is silent about a burst of ninety seconds", 0.01, silent)
    yield burst("is silent about a burst upon just less than half its share", 0.45 * each.share, silent)
    yield burst(
        "fires for a burst upon just more than half its share, which goes on", 0.55 * each.share, {after: 1}
    )
    flapping = [
        Calls("pipellm", "ok", TOTAL),
        *each.erring(lambda minute: TOTAL * (4 if minute > 20 and 0 < minute % 3 <= 1.5 else 0.01)),
    ]
    yield _scenario(
        each,
        "fires when bursts of ninety seconds come every three minutes",
        flapping,
        {20: 0, **{float(minute): 1 for minute in range(36, 61)}},
        step=0.25,
    )


def _quiet(each: Share) -> Iterator[Scenario]:
    seen = Calls("pipellm", "ok", steps((2, 1), (1, 0)))
    alert = each.alert("100%")
    yield _scenario(
        each,
        "fires for a quiet provider that fails every call",
        [Calls("pipellm", "ok", steps((30, 1), (1, 0))), *each.erring(steps((30, 0), (1, 1)))],
        {40: 0},
        {68: [alert]},
    )
    yield _scenario(
        each,
        "stays for a quiet provider that fails every call, when agents are new that never saw it answer",
        [Calls("pipellm", "ok", steps((30, 1), (1, 0))), *each.erring(steps((30, 0), (1, 1)))],
        {60: 1, 70: 1, 80: 1, 110: 1},
        restarts={"a": 66},
    )
    yield _scenario(
        each, "fires for a quiet provider just above its quiet share", each.mixed(0.55, 1), {46: 1}
    )
    yield _scenario(
        each,
        "is silent for a quiet provider just below its quiet share",
        each.mixed(0.45, 1),
        QUIET_SILENT,
    )
    yield _scenario(
        each, "fires for a quiet provider just above its quiet count", [seen, *each.erring(11 / 30)], {46: 1}
    )
    yield _scenario(
        each,
        "is silent for a quiet provider just below its quiet count",
        [seen, *each.erring(9 / 30)],
        QUIET_SILENT,
    )
    yield _scenario(
        each,
        "is silent for a quiet provider with errors of other kinds",
        [seen, Calls("pipellm", "invalid_request_error", 2, reason="missing_field"), *each.erring(0)],
        QUIET_SILENT,
    )
    yield _scenario(
        each, "fires for a provider that is just quiet enough", each.mixed(1.9 / 3.6, 3.6), {46: 1}
    )
    yield _scenario(
        each,
        "clears at once when a provider that is not quiet recovers",
        [Calls("pipellm", "ok", steps((5, 0), (1, 4.4))), *each.erring(steps((5, 100), (1, 0)))],
        {9: 1, 25: 0, 30: 0},
    )
    yield _scenario(
        each,
        "is mute for a quiet provider whose errors were a backlog",
        [Calls("pipellm", "ok", 1), *each.erring(during(29, 30, 60))],
        {33: 0, 38: 0, 45: 0, 55: 0},
        late=during(29, 30, 0.98),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
