"""Incidents and quiet hours as people on call report them: what fires, and once, and what stays silent."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from tests.rules.incidents import (
    BURN,
    CALM,
    FAILING,
    FAST_BURN,
    LIMITED,
    OUT,
    PATH,
    incident,
    mixed,
)
from tests.rules.noise import DAY, poisson
from tests.rules.recording import Calls, Rate, Recording, at, during, steps
from tests.rules.scenarios import Scenario

REFUSED, MOST_REFUSED = "ApiRequestsRefused warning", "ApiRequestsRefused critical"
SHUT_OUT, ALL_SHUT_OUT = "ApiAuthenticationFailing warning", "ApiAuthenticationFailing critical"
MODEL = "ApiModelFailing warning"
ALL_FAILING = [FAILING, OUT, PATH]


def reported() -> Iterator[Scenario]:
    yield from _ours()
    yield from _keys()
    yield from _between()
    yield from _hovering()
    yield from _few_calls()
    yield from _newcomers()
    yield from _clusters()
    yield from _silence()


def always(start: int, end: int, *, clear: int = 0, begin: int = 0) -> Mapping[float, int]:
    """It fires at each minute from *start* to *end*, as one alert; at none of *begin* and *clear*."""
    firing: dict[float, int] = {float(minute): 1 for minute in range(start, end + 1)}
    return firing | ({float(begin): 0} if begin else {}) | ({float(clear): 0} if clear else {})


def noisy(share: Rate, kind: str, total: float, provider: str = "openai") -> list[Calls]:
    """*total* calls a minute on average, *share* of which are of *kind*."""
    return [
        Calls(provider, "ok", poisson(f"{kind}ok", lambda minute: total * (1 - at(minute, share)))),
        Calls(provider, kind, poisson(kind, lambda minute: total * at(minute, share))),
    ]


def _ours() -> Iterator[Scenario]:
    yield incident(
        "A deploy of our own that gets a 400 for nine calls of ten pages",
        [*mixed(during(30, 60, 0.9), "invalid_request_error", 200), *CALM],
        [REFUSED, MOST_REFUSED],
        {**always(38, 60, begin=30, clear=80)},
        "ApiRequestsRefused",
        severity="critical",
        minutes=80,
    )
    yield incident(
        "A deploy of our own that gets a 400 for each of its few calls is seen within the half hour",
        [*mixed(during(40, 120, 1), "invalid_request_error", 1), *CALM],
        [REFUSED],
        always(63, 120, begin=40),
        "ApiRequestsRefused",
        minutes=120,
    )
    yield incident(
        "A model that was retired, for four calls of ten, is seen",
        [*noisy(during(30, 300, 0.4), "not_found_error", 40), *CALM],
        [REFUSED],
        always(40, 120, begin=30),
        "ApiRequestsRefused",
        minutes=120,
    )
    yield incident(
        "A model that was retired, for one call of twelve, is seen within the half hour",
        [*noisy(during(60, 300, 0.08), "not_found_error", 150), *CALM],
        [REFUSED],
        always(88, 150, begin=60),
        "ApiRequestsRefused",
        minutes=150,
    )
    models = [Calls("openai", "ok", 20, model=f"m{number}") for number in range(12)]
    gone = [
        Calls("openai", "ok", during(-1, 30, 10), model="old"),
        Calls("openai", "not_found_error", during(30, 200, 10), model="old"),
    ]
    yield incident(
        "One model of many that was retired is seen where models are a label",
        [*models, *gone],
        [MODEL],
        always(36, 90, begin=30),
        "ApiModelFailing",
        minutes=90,
    )
    yield incident(
        "Calls that are wrong for one in seven are ordinary",
        [*noisy(0.14, "invalid_request_error", 100), *CALM],
        [],
        minutes=240,
    )
    yield incident(
        "A stranger who asks for what is not there is nobody's fault",
        [Calls("openai", "ok", 100), Calls("openai", "not_found_error", during(30, 60, 15), path="other")],
        [],
        minutes=100,
    )


def _keys() -> Iterator[Scenario]:
    for total in (30, 1000):
        yield incident(
            f"The revoked key of one tenant, three calls of a hundred at {total} a minute, is seen",
            [*noisy(during(60, 300, 0.03), "authentication_error", total), *CALM],
            [SHUT_OUT],
            always(90, 200, begin=60),
            "ApiAuthenticationFailing",
            minutes=200,
        )
    yield incident(
        "A mistyped key now and then is ordinary",
        [*noisy(0.004, "authentication_error", 300), *CALM],
        [],
        minutes=400,
    )
    one = [
        Calls("openai", "ok", 400),
        Calls("openai", "ok", during(-1, 30, 12), path="/v1/images/generations"),
        Calls("openai", "permission_error", during(30, 120, 12), path="/v1/images/generations"),
    ]
    yield incident(
        "A key that may no longer make images is seen on their path",
        one,
        [PATH],
        always(36, 119, begin=30),
        "ApiPathFailing",
        minutes=119,
    )
    quiet = [
        Calls("openai", "ok", 400),
        Calls("openai", "ok", during(-1, 60, 1), path="/v1/batches"),
        Calls("openai", "api_error", during(60, 180, 1), path="/v1/batches"),
    ]
    yield incident(
        "A path with a call a minute that fails is seen within the half hour",
        quiet,
        [PATH],
        always(85, 180, begin=60),
        "ApiPathFailing",
        minutes=180,
    )


def _between() -> Iterator[Scenario]:
    yield incident(
        "One call of twenty that fails for two hours is seen within the second one",
        [*noisy(during(180, 300, 0.05), "api_error", 100), *CALM],
        [BURN],
        always(255, 300, begin=180),
        "ApiErrorBudgetBurn",
        minutes=400,
    )
    yield incident(
        "One call of four that fails for four hours pages, and once",
        [*noisy(during(120, 360, 0.25), "api_error", 60), *CALM],
        [FAILING, BURN, FAST_BURN],
        always(165, 360, begin=120, clear=375),
        "ApiErrorBudgetBurn",
        severity="critical",
        minutes=420,
    )
    yield incident(
        "One call of fifty that fails for two hours is ordinary",
        [*noisy(during(180, 300, 0.02), "api_error", 100), *CALM],
        [],
        minutes=400,
    )


def slow_burns() -> Iterator[Scenario]:
    """These take days, and are played with few evaluations."""
    for share, ever in ((0.022, [BURN]), (0.015, [])):
        yield incident(
            f"A slow burn of {100 * share:g} % over three days",
            mixed(during(DAY, 4 * DAY, share, otherwise=0.004), "api_error"),
            ever,
            minutes=int(4 * DAY),
            evaluation="5m",
        )


def _hovering() -> Iterator[Scenario]:
    yield incident(
        "A third of a few calls that fails is one alert",
        [*noisy(during(60, 400, 0.35), "api_error", 5), *CALM],
        [FAILING, FAST_BURN, BURN],
        always(120, 400, begin=60),
        "ApiProviderFailing",
        minutes=400,
    )
    yield incident(
        "A share of limits that hovers about the limit of the alert is one alert",
        [*noisy(during(60, 400, 0.06), "rate_limit_error", 80), *CALM],
        [LIMITED],
        always(120, 400, begin=60),
        "ApiRateLimited",
        minutes=400,
    )
    retried = [
        call
        for provider in ("openai", "anthropic", "groq", "pipellm", "mistral", "deepseek")
        for call in (
            Calls(provider, "ok", 58.8),
            Calls(provider, "rate_limit_error", poisson(f"retried {provider}", 1.2, size=3)),
        )
    ]
    yield incident(
        "Two calls of a hundred that are limited, each with its retries, are ordinary at six providers "
        "for eight hours",
        retried,
        [],
        minutes=480,
    )


def _few_calls() -> Iterator[Scenario]:
    yield incident(
        "A provider with two calls a minute that is out pages, and once",
        [*mixed(during(60, 180, 1), "api_error", 2), *CALM],
        [FAILING, OUT, PATH],
        always(78, 180, begin=60, clear=210),
        "ApiProviderFailing",
        severity="critical",
        minutes=210,
    )
    yield incident(
        "A provider with some two calls a minute that is out pages, and once",
        [*noisy(during(60, 180, 1), "api_error", 2), *CALM],
        [FAILING, OUT, PATH],
        always(82, 180, begin=60),
        "ApiProviderFailing",
        severity="critical",
        minutes=180,
    )
    for every in (1, 2, 5):
        closed: Rate = during(-1, 60, 100)
        failing: Rate = lambda minute, every=every: (  # noqa: E731
            100.0 if 60 < minute <= 63 else float(63 < minute <= 200 and minute % every == 0)
        )
        outage = incident(
            f"Behind a circuit breaker that tries every {every} minutes the outage is one page",
            [Calls("openai", "ok", closed), Calls("openai", "api_error", failing), *CALM],
            [OUT, PATH, FAST_BURN, BURN, *([FAILING] if every < 5 else [])],
            always(66, 200, begin=60),
            "ApiProviderFailing",
            severity="critical",
            minutes=200,
        )
        yield replace(outage, is_at_a_boundary=every == 5)
    few = incident(
        "Less than half of two calls a minute that fails pages nobody",
        [*noisy(during(60, 180, 0.4), "api_error", 2), *CALM],
        [FAILING, PATH],
        minutes=180,
    )
    yield replace(few, is_at_a_boundary=True)


def _newcomers() -> Iterator[Scenario]:
    yield incident(
        "A new provider that never worked, at two calls a minute, pages",
        [Calls("pipellm", "api_error", during(60, 300, 2)), *CALM],
        [FAILING, OUT, PATH],
        always(80, 180, begin=60),
        "ApiProviderFailing",
        severity="critical",
        minutes=180,
    )
    back = 60 + int(1.1 * DAY)  # longer than anything of a provider is remembered
    yield incident(
        "A provider that comes back after more than a day, and does not work, pages",
        [
            Calls("pipellm", "ok", steps((60, 2), (1, 0))),
            Calls("pipellm", "api_error", during(back, back + 60, 2)),
            *CALM,
        ],
        [FAILING, OUT, PATH],
        {back - 5: 0, back + 25: 1, back + 60: 1},
        "ApiProviderFailing",
        severity="critical",
        minutes=back + 60,
        evaluation="2m",
    )


def weekly() -> Iterator[Scenario]:
    def office(minute: float) -> float:
        is_workday = minute % (7 * DAY) < 5 * DAY
        return is_workday * (30.0 if 480 < minute % DAY < 1080 else 12.0)

    yield incident(
        "The second weekend without calls is no stop of traffic",
        [Calls("openai", "ok", lambda minute: office(minute + 4 * DAY))],
        ["ApiTrafficStopped critical"],
        {1 * DAY + 10: 0, 1 * DAY + 30: 1, 8 * DAY + 30: 0, 8 * DAY + 60: 0},
        "ApiTrafficStopped",
        minutes=int(9.5 * DAY),
        evaluation="5m",
    )


def _clusters() -> Iterator[Scenario]:
    def healthy(cluster: str, **more: object) -> Recording:
        return Recording(CALM, minutes=90, cluster=cluster, **more)  # type: ignore[arg-type]

    yield Scenario(
        "Two healthy clusters in one Prometheus are silent", [healthy("eu"), healthy("us")], ever=[]
    )
    dark = Recording(CALM, minutes=30, cluster="us")
    yield Scenario(
        "Of two clusters the one that goes dark is seen, and once",
        [healthy("eu"), dark],
        {30.0: 0, **always(42, 90)},
        ever=["ApiErrorAgentDown critical"],
        about="ApiErrorAgentDown",
    )


def _silence() -> Iterator[Scenario]:
    night = [Calls("openai", "ok", 1), Calls("openai", "api_error", during(60, 64, 2)), *CALM]
    yield incident("Eight failures in four minutes of a quiet night page nobody", night, [], minutes=120)
    yield incident(
        "Ten failures at once, seen by scrapes a minute apart, page nobody",
        [Calls("openai", "ok", 1), Calls("openai", "api_error", lambda minute: 10.0 * (minute == 60)), *CALM],
        [],
        minutes=120,
    )
    yield incident(
        "A provider that fails while the records of another one are late is seen",
        [*mixed(during(30, 60, 1), "api_error", 100), Calls("batch", "ok", 1000)],
        [FAILING, OUT, PATH, BURN, FAST_BURN, "ApiErrorAgentRecordsLate warning"],
        always(35, 60, begin=30),
        "ApiProviderFailing",
        severity="critical",
        late=0.9,
        late_of="batch",
    )
    yield incident(
        "A backlog of a provider that failed, read after forty minutes, is told as what it is",
        [*mixed(during(15, 40, 1), "api_error", 100), *CALM],
        ["ApiErrorAgentDown critical"],
        minutes=90,
        outage=(10, 50),
    )
