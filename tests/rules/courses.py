"""Incidents by the course that they take over hours: in one part only, slowly, in turn, again and again."""

from collections.abc import Iterator

from tests.rules.incidents import (
    BURN,
    CALM,
    FAILING,
    FAST_BURN,
    LIMITED,
    OUT,
    OVERLOADED,
    PATH,
    SUSTAINED,
    TIMEOUTS,
    incident,
    mixed,
)
from tests.rules.noise import daylight, poisson
from tests.rules.recording import Calls, at, during, steps
from tests.rules.reported import ALL_FAILING, REFUSED, SHUT_OUT, always, noisy
from tests.rules.scenarios import Scenario

EVENING = 23 * 60  # what has its midnight at minute 60 begins at this minute of the day
BEFORE = 400  # minutes: more than the six hours of the window that sees a leak


def courses() -> Iterator[Scenario]:
    yield from _in_part()
    yield from _slowly()
    yield from _for_a_while()
    yield from _mondays()
    yield from _again_and_again()
    yield from _in_turn()
    yield from _with_few_calls()


def _in_part() -> Iterator[Scenario]:
    failing = during(360, 450, 0.13)
    region = [
        Calls("openai", "ok", poisson("ok", lambda minute: 120 * (1 - at(minute, failing)))),
        Calls("openai", "api_error", poisson("api", lambda minute: 60 * at(minute, failing))),
        Calls("openai", "timeout_error", poisson("timeout", lambda minute: 60 * at(minute, failing))),
    ]
    yield incident(
        "A provider that fails in one of three regions, for four calls of ten there, is one alert of a kind",
        [*region, *CALM],
        [FAILING, TIMEOUTS, BURN],
        always(374, 450, begin=360, clear=475),
        "ApiProviderFailing",
        minutes=500,
    )
    images, broken = "/v1/images/generations", during(60, 180, 8)
    yield incident(
        "A path with a twenty-fifth of the calls that fails for two of three is seen on that path, and once",
        [
            Calls("openai", "ok", poisson("rest", 300)),
            Calls("openai", "ok", poisson("images", during(60, 180, 4, otherwise=12)), path=images),
            Calls("openai", "api_error", poisson("broken", broken), path=images),
            *CALM,
        ],
        [PATH],
        always(75, 180, begin=60, clear=205),
        "ApiPathFailing",
        minutes=205,
    )


def _slowly() -> Iterator[Scenario]:
    yield incident(
        "A leak of three failures in a hundred calls for eight hours is seen within six, and pages nobody",
        [*noisy(during(BEFORE, BEFORE + 480, 0.03, otherwise=0.003), "api_error", 150), *CALM],
        [BURN],
        always(BEFORE + 360, BEFORE + 480, begin=BEFORE),
        "ApiErrorBudgetBurn",
        minutes=BEFORE + 490,
        evaluation="2m",
    )

    def evening(minute: float) -> float:
        return 60 * daylight(minute + EVENING)

    retired = steps((60, 0.0), (1, 0.08))
    yield incident(
        "A model that was retired at midnight, for one call of twelve, is seen when people come to work",
        [
            Calls("openai", "ok", poisson("ok", lambda minute: evening(minute) * (1 - at(minute, retired)))),
            Calls("openai", "not_found_error", poisson("no", lambda m: evening(m) * at(m, retired))),
            *CALM,
        ],
        [REFUSED],
        {60: 0, 620: 1, 640: 1},
        "ApiRequestsRefused",
        minutes=640,
        evaluation="2m",
    )


def _for_a_while() -> Iterator[Scenario]:
    yield incident(
        "The key of one tenant that is rotated before its callers know the new one is one alert, and clears",
        [*noisy(during(60, 80, 0.04), "authentication_error", 150), *CALM],
        [SHUT_OUT],
        always(74, 84, begin=60, clear=105),
        "ApiAuthenticationFailing",
        minutes=140,
    )
    yield incident(
        "An account that runs dry at two calls a minute is told, and is clear when it was filled up",
        [*mixed(during(60, 90, 1), "insufficient_balance", 2), *CALM],
        ["ApiBalanceExhausted warning", "ApiBalanceExhausted critical"],
        always(65, 90, begin=60, clear=130),
        "ApiBalanceExhausted",
        severity="critical",
        minutes=140,
    )


def _mondays() -> Iterator[Scenario]:
    monday = 120
    for share, ever in ((0.03, list[str]()), (0.12, [LIMITED])):
        well = steps((monday, 1.5), (30, 250 * (1 - share)), (1, 250))
        refused = during(monday, monday + 30, 250 * share)
        yield incident(
            f"After a quiet night Monday begins with {100 * share:g} % of rate limits for half an hour",
            [
                Calls("openai", "ok", poisson("ok", well)),
                Calls("openai", "rate_limit_error", poisson("no", refused)),
                Calls("anthropic", "ok", poisson("other", steps((monday, 0.5), (1, 40)))),
            ],
            ever,
            {monday: 0, monday + 25: len(ever)},
            "ApiRateLimited",
            minutes=monday + 60,
        )


def _again_and_again() -> Iterator[Scenario]:
    def flapping(minute: float) -> float:
        return 0.9 * (60 < minute <= 180 and 0 < minute % 10 <= 5)

    yield incident(
        "A provider that fails for five minutes of every ten pages, and once",
        [*mixed(flapping, "api_error", 120), *CALM],
        [*ALL_FAILING, BURN, FAST_BURN],
        always(80, 178, begin=60, clear=200),
        "ApiProviderFailing",
        severity="critical",
        step=0.25,
        minutes=200,
    )


def _in_turn() -> Iterator[Scenario]:
    moved = steps((60, 50), (60, 530), (1, 50))
    refused = during(62, 120, 0.15)
    yield incident(
        "Calls that move from a provider that fails to another one, which then limits them, are two alerts",
        [
            Calls("openai", "ok", steps((60, 500), (60, 0), (1, 500))),
            Calls("openai", "api_error", steps((60, 0), (5, 500), (55, 20), (1, 0))),
            Calls("anthropic", "ok", lambda minute: at(minute, moved) * (1 - at(minute, refused))),
            Calls("anthropic", "rate_limit_error", lambda minute: at(minute, moved) * at(minute, refused)),
        ],
        [*ALL_FAILING, BURN, FAST_BURN, LIMITED],
        always(66, 120, begin=60, clear=140),
        "ApiProviderFailing",
        severity="critical",
        minutes=160,
    )
    yield incident(
        "Two providers that fail one after the other are one page each",
        [
            *mixed(during(60, 80, 0.8), "api_error", 200),
            *mixed(during(110, 130, 0.8), "overloaded_error", 200, provider="anthropic"),
        ],
        [*ALL_FAILING, BURN, FAST_BURN, OVERLOADED, SUSTAINED],
        {**always(67, 80, begin=60), 108: 0, **always(117, 130), 155: 0},
        "ApiProviderFailing",
        severity="critical",
        minutes=170,
    )
    everywhere = [
        call
        for provider in ("openai", "anthropic", "groq")
        for call in mixed(during(60, 75, 1), "timeout_error", 100, provider=provider)
    ]
    yield incident(
        "A network of our own that is down is one page for each provider",
        everywhere,
        [*ALL_FAILING, TIMEOUTS, BURN, FAST_BURN],
        {60: 0, **{float(minute): 3 for minute in range(66, 75)}, 100: 0},
        "ApiProviderFailing",
        severity="critical",
        minutes=130,
    )


def _with_few_calls() -> Iterator[Scenario]:
    yield incident(
        "A provider with two calls a minute that limits all of them is seen within the half hour, and once",
        [*noisy(during(60, 180, 1), "rate_limit_error", 2), *CALM],
        [LIMITED, PATH],
        always(92, 180, begin=60, clear=230),
        "ApiRateLimited",
        minutes=230,
    )
    yield incident(
        "A rollout of three agents while a provider with two calls a minute is out changes nothing",
        [*noisy(during(60, 180, 1), "api_error", 2), *CALM],
        [FAILING, OUT, PATH],
        always(84, 180, begin=60, clear=230),
        "ApiProviderFailing",
        severity="critical",
        minutes=230,
        instances=("a", "b", "c"),
        restarts={"a": 120, "b": 121, "c": 122},
    )
