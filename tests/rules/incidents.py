"""Incidents and calm days, played through all rules at once: exactly these alerts ever fire."""

from collections.abc import Iterable, Iterator, Mapping

from tests.rules.others import gauge
from tests.rules.own import own
from tests.rules.recording import ABSENT, Calls, Rate, Recording, at, during
from tests.rules.scenarios import Scenario

BACKLOG = "A storm that is over when the agent comes back pages nobody but for the agent"
SLOW_PARTITION = "A partition that stood still, and is eaten beside the others, brings no old storm back"


def incidents() -> Iterator[Scenario]:
    yield from _storms()
    yield from _ramps()
    yield from _bursts()
    yield from _restarts()
    yield from _backlogs()
    yield from _outages()
    yield from _errors_only()
    yield from _other_faults()
    yield from _calm()


def incident(
    name: str,
    calls: Iterable[Calls],
    ever: Iterable[str],
    firing: Mapping[float, int] | None = None,
    alert: str = "",
    minutes: int = 60,
    severity: str = "",
    evaluation: str = "",
    **happened: object,
) -> Scenario:
    """`firing` speaks of *alert*; `ever` is the whole set."""
    recording = Recording(list(calls), minutes=minutes, **happened)  # type: ignore[arg-type]
    return Scenario(
        name,
        [recording],
        firing or {},
        severity=severity,
        ever=tuple(ever),
        evaluation=evaluation or ("15s" if recording.step < 1 else "1m"),
        about=alert,
    )


def mixed(
    share: Rate,
    kind: str = "rate_limit_error",
    total: float = 1000,
    provider: str = "openai",
    reason: str = "",
) -> list[Calls]:
    return [
        Calls(provider, "ok", lambda minute: total * (1 - at(minute, share))),
        Calls(provider, kind, lambda minute: total * at(minute, share), reason=reason),
    ]


CALM = [Calls("anthropic", "ok", 500)]
LIMITED, STORM = "ApiRateLimited warning", "ApiRateLimitStorm critical"
PATH = "ApiPathFailing warning"
FAILING, OUT = "ApiProviderFailing warning", "ApiProviderFailing critical"
OVERLOADED, SUSTAINED = "ApiOverloaded warning", "ApiOverloadSustained critical"
TIMEOUTS = "ApiTimeoutsHigh warning"
BURN, FAST_BURN = "ApiErrorBudgetBurn warning", "ApiErrorBudgetBurn critical"


def _storms() -> Iterator[Scenario]:
    paths = [Calls("openai", "ok", 50, path=f"/v1/{number}") for number in range(19)]
    for kind in ("rate_limit_error", "api_error", "overloaded_error"):
        one = [
            Calls("openai", "ok", during(20, 40, 5, otherwise=50), path="/v1/19"),
            Calls("openai", kind, during(20, 40, 45), path="/v1/19"),
        ]
        yield incident(
            f"A storm of {kind} on one path of twenty fires for that path",
            [*paths, *one],
            [PATH],
            {20: 0, 27: 1, 60: 0},
            "ApiPathFailing",
        )
    yield incident(
        "A storm at one of two providers fires for that one",
        [*mixed(during(20, 40, 0.4)), *CALM],
        [LIMITED, STORM],
        {20: 0, 24: 1, 40: 1, 60: 0},
        "ApiRateLimited",
    )
    yield incident(
        "A provider that says overload only as a bare 503 is seen as overloaded",
        [*mixed(during(20, 40, 0.08), "api_error", reason="service_unavailable"), *CALM],
        [OVERLOADED],
        {26: 1},
        "ApiOverloaded",
    )
    yield incident(
        "A quiet provider that is out is seen within half an hour",
        [*mixed(during(30, 99, 1), "api_error", total=1), *CALM],
        [FAILING, OUT, PATH],
        {30: 0, 60: 1},
        "ApiProviderFailing",
        severity="warning",
        minutes=70,
    )


def _ramps() -> Iterator[Scenario]:
    def ramp(highest: float) -> Rate:
        return lambda minute: highest * min(max(minute - 20, 0) / 120, 1)

    yield incident(
        "A slow ramp of rate limits to a fifth fires once it passes a twentieth",
        [*mixed(ramp(0.2)), *CALM],
        [LIMITED],
        {45: 0, 60: 1, 150: 1},
        "ApiRateLimited",
        minutes=150,
    )
    yield incident(
        "A slow ramp of failures to a tenth and a half fires for the provider",
        [*mixed(ramp(0.15), "api_error"), *CALM],
        [FAILING, BURN, FAST_BURN],
        {90: 0, 115: 1},
        "ApiProviderFailing",
        minutes=150,
    )
    slow: Rate = ramp(0.2)
    yield incident(
        "A slow ramp of latency fires when a twentieth of the calls is slow",
        [
            Calls("openai", "ok", lambda minute: 1000 * (1 - at(minute, slow)), seconds=2),
            Calls("openai", "ok", lambda minute: 1000 * at(minute, slow), path="/v1/responses", seconds=50),
        ],
        ["ApiLatencyHigh warning"],
        {45: 0, 70: 1},
        "ApiLatencyHigh",
        minutes=150,
    )
    used = [10000 - 50.0 * minute for minute in range(201)]
    yield incident(
        "A daily limit that empties by noon is announced, first by its pace and then by what is left",
        CALM,
        ["ApiRateLimitWallAhead warning", "ApiRateLimitHeadroomLow warning"],
        {14: 0, 20: 1, 190: 1},
        "ApiRateLimitWallAhead",
        minutes=195,
        more={
            gauge("remaining", "requests_per_day"): used,
            gauge("limit", "requests_per_day"): "10000x200",
            gauge("reset_timestamp_seconds", "requests_per_day"): "43200x200",
        },
    )


def _bursts() -> Iterator[Scenario]:
    burst = during(20, 21.5, 0.6)
    yield incident(
        "A burst of overload for ninety seconds is a warning",
        [*mixed(burst, "overloaded_error"), *CALM],
        [OVERLOADED],
        {20: 0, 22: 1, 50: 0},
        "ApiOverloaded",
        step=0.25,
    )
    yield incident(
        "A burst of rate limits for ninety seconds is a warning",
        [*mixed(burst), *CALM],
        [LIMITED],
        {20: 0, 24: 1, 50: 0},
        "ApiRateLimited",
        step=0.25,
    )
    yield incident(
        "A burst of rate limits at sixty seconds between scrapes is a warning too",
        [*mixed(lambda minute: {21.0: 0.6, 22.0: 0.3}.get(minute, 0.0)), *CALM],
        [LIMITED],
        {20: 0, 25: 1, 50: 0},
        "ApiRateLimited",
    )
    yield incident(
        "Flapping, two minutes of five, is one alert until it ends",
        [*mixed(lambda minute: 0.4 * (20 < minute < 80 and minute % 5 < 2)), *CALM],
        [LIMITED],
        {20: 0, **{float(minute): 1 for minute in range(28, 80, 2)}, 110: 0},
        "ApiRateLimited",
        minutes=110,
    )
    yield incident(
        "Flapping, four minutes of fifteen, is one alert until it ends",
        [*mixed(lambda minute: 0.4 * (20 < minute < 110 and minute % 15 < 4)), *CALM],
        [LIMITED],
        {20: 0, **{float(minute): 1 for minute in range(35, 110, 3)}, 140: 0},
        "ApiRateLimited",
        minutes=140,
    )


def _restarts() -> Iterator[Scenario]:
    storm = during(10, 60, 0.4)
    always: dict[float, int] = {float(minute): 1 for minute in range(16, 60)}
    yield incident(
        "A restart in the middle of a storm does not end its alert",
        [*mixed(storm), *CALM],
        [LIMITED, STORM],
        always,
        "ApiRateLimited",
        restarts={"a": 30},
    )
    yield incident(
        "Two minutes without the agent in the middle of a storm do not end its alert",
        [*mixed(storm), *CALM],
        [LIMITED, STORM],
        always,
        "ApiRateLimited",
        outage=(30, 32),
    )
    yield incident(
        "Eight minutes without the agent in the middle of a storm end no alert, and are seen themselves",
        [*mixed(storm), *CALM],
        [LIMITED, STORM, "ApiErrorAgentDown critical"],
        always,
        "ApiRateLimited",
        outage=(30, 38),
    )
    replicas = tuple("abcdefghij")
    yield incident(
        "A rolling deploy of ten replicas in the middle of a storm changes nothing",
        [*mixed(storm), *CALM],
        [LIMITED, STORM],
        always,
        "ApiRateLimited",
        instances=replicas,
        restarts={name: 25.0 + number for number, name in enumerate(replicas)},
    )


def _backlogs() -> Iterator[Scenario]:
    yield incident(
        BACKLOG,
        [*mixed(during(15, 40, 0.6)), *CALM],
        ["ApiErrorAgentDown critical"],
        minutes=90,
        outage=(10, 50),
    )
    # One partition of eight is read at minute 60: forty minutes of it, with the storm that is long over.
    eaten = {59: 1000, 60: 5000}
    yield incident(
        SLOW_PARTITION,
        [
            Calls("openai", "ok", lambda minute: 7000 + (eaten[60] * 0.6 if minute == 60 else 0)),
            Calls("openai", "rate_limit_error", lambda minute: eaten[60] * 8 * 0.4 if minute == 60 else 20),
        ],
        [],
        minutes=90,
        late=lambda minute: 0.88 if minute == 60 else 0,
    )
    yield incident(
        "A backlog that takes ten minutes to eat is a lag, and no failure to commit",
        CALM,
        ["ApiErrorAgentLagging warning", "ApiErrorAgentLagging critical"],
        minutes=60,
        more={
            own("oldest_waiting_timestamp_seconds"): [
                60.0 * minute - 15 if 20 < minute < 32 else ABSENT for minute in range(61)
            ],
            own("lag_seconds", 'topic="t",partition="a"'): [
                3500.0 if 20 < minute < 32 else 0 for minute in range(61)
            ],
        },
    )


def _outages() -> Iterator[Scenario]:
    start, end = 40, 130
    away = range(start, end)

    def gone(value: float) -> list[float]:
        return [ABSENT if minute in away else value for minute in range(181)]

    yield incident(
        "Brokers that are away for an hour and a half are told as that, and nothing else is",
        [Calls("openai", "ok", lambda minute: 0.0 if minute in away else 1000)],
        ["ApiErrorAgentNotConnected critical"],
        {start: 0, start + 6: 1, end - 1: 1, end + 7: 0},
        "ApiErrorAgentNotConnected",
        minutes=180,
        more={
            own("connected"): [float(minute not in away) for minute in range(181)],
            own("assigned_partitions", 'topic="t"'): [float(minute not in away) for minute in range(181)],
            own("topic_partitions", 'topic="t"'): gone(1),
            own("lag_records", 'topic="t",partition="a"'): gone(0),
            own("lag_seconds", 'topic="t",partition="a"'): gone(0),
            own("last_commit_timestamp_seconds"): [
                60.0 * (start if minute in away else minute) for minute in range(181)
            ],
        },
    )


def _errors_only() -> Iterator[Scenario]:
    usual = [
        Calls("aimlapi", "rate_limit_error", 0.8),
        Calls("aimlapi", "api_error", 0.5),
        Calls("aimlapi", "timeout_error", 0.2),
        Calls("aimlapi", "invalid_request_error", 2, reason="body_validation"),
    ]
    yield incident("A topic that carries errors only, with the usual few, is silent", usual, [], minutes=200)
    yield incident(
        "A storm on a topic that carries errors only fires, and its end is no stop of traffic",
        [*usual, Calls("aimlapi", "rate_limit_error", during(60, 120, 40), path="/v1/embeddings")],
        [LIMITED, STORM, PATH],
        {60: 0, 65: 1, 120: 1, 150: 0},
        "ApiRateLimited",
        minutes=240,
    )
    yield incident(
        "Errors only, and none any more after an hour of them",
        [Calls("aimlapi", "invalid_request_error", during(-1, 60, 20), reason="missing_field")],
        [],
        minutes=180,
    )


def _other_faults() -> Iterator[Scenario]:
    def out(minute: float) -> float:
        return 1.0 if 20 < minute <= 40 else 0.0

    yield incident(
        "A provider that times out for all is failing, and so are its paths",
        [*mixed(out, "timeout_error"), *CALM],
        [FAILING, OUT, TIMEOUTS, PATH, BURN, FAST_BURN],
        {25: 1, 60: 0},
        "ApiProviderFailing",
    )
    yield incident(
        "A provider that is overloaded for twenty minutes is overloaded, and failing",
        [*mixed(during(20, 40, 0.4), "overloaded_error"), *CALM],
        [OVERLOADED, SUSTAINED, FAILING, BURN, FAST_BURN],
        {24: 1, 60: 0},
        "ApiOverloaded",
    )
    yield incident(
        "A revoked key is about the key, on each path",
        [*mixed(out, "authentication_error"), *CALM],
        ["ApiAuthenticationFailing warning", "ApiAuthenticationFailing critical", PATH],
        {60: 0},
        "ApiAuthenticationFailing",
    )
    yield incident(
        "An empty balance is about the balance alone",
        [*mixed(out, "insufficient_balance"), *CALM],
        ["ApiBalanceExhausted warning", "ApiBalanceExhausted critical"],
        {21: 0, 24: 2, 60: 2},
        "ApiBalanceExhausted",
    )
    yield incident(
        "Unknown errors are unclassified, and nothing else",
        [*mixed(during(20, 99, 0.3), "unknown"), *CALM],
        ["ApiErrorsUnclassified warning"],
    )


def _calm() -> Iterator[Scenario]:
    kinds = (
        "rate_limit_error",
        "authentication_error",
        "overloaded_error",
        "timeout_error",
        "api_error",
        "unknown",
    )
    night = [
        Calls("openai", "ok", 0.3),
        *(
            Calls("openai", kind, during(60 * number, 60 * number + 1, 1))
            for number, kind in enumerate(kinds, start=1)
        ),
    ]
    yield incident("One error of each kind in a quiet night is no alert", night, [], minutes=480)
