"""Scenarios of the provider alerts that are of another form than a count and a share."""

from collections.abc import Callable, Iterator, Mapping

from tests.rules.expected import SEEN_BY, provider_alert
from tests.rules.recording import JOB, Calls, Rate, Recording, Values, at, during, steps
from tests.rules.scenarios import Alert, Scenario

FAULTS = ("api_error", "timeout_error", "overloaded_error")
OK = Calls("openai", "ok", 100)


def scenarios() -> Iterator[Scenario]:
    yield from _headroom()
    yield from _wall()
    yield from _retry_after()
    yield from _balance()
    yield from _latency()
    yield from _first_token()
    yield from _hang_ups()
    yield from _unclassified()
    yield from _traffic()
    for severity in ("critical", "warning"):
        yield from _budget(severity)


def scenario(
    sentence: str,
    calls: list[Calls],
    firing: Mapping[float, int],
    alerts: Mapping[float, list[Alert]] | None = None,
    *,
    severity: str = "",
    tokens: Mapping[str, object] | None = None,
    evaluation: str = "1m",
    **happened: object,
) -> Scenario:
    minutes = int(max([*firing, *(alerts or {})]))
    recording = Recording(calls, minutes=minutes, **happened)  # type: ignore[arg-type]
    return Scenario(sentence, [recording], firing, alerts or {}, severity, None, evaluation, tokens or {})


def gauge(name: str, resource: str, instance: str = "a") -> str:
    target = f'namespace="prod",job="{JOB}",instance="{instance}"'
    return f'api_ratelimit_{name}{{{target},provider="openai",resource="{resource}"}}'


def _headroom() -> Iterator[Scenario]:
    def alert(share: str) -> Alert:
        return provider_alert(
            "ApiRateLimitHeadroomLow",
            "warning",
            "Little is left of a rate limit; calls will be refused soon.",
            f"{share} of the limit on tokens at openai is left {SEEN_BY}.",
            provider="openai",
            resource="tokens",
        )

    def left(remaining: str, **others: str) -> dict[str, Values]:
        found: dict[str, Values] = {
            gauge("remaining", "tokens"): remaining,
            gauge("limit", "tokens"): "1000x60",
        }
        return found | {gauge("remaining", "tokens", name): text for name, text in others.items()}

    name = "ApiRateLimitHeadroomLow"
    yield scenario(f"{name} is silent just above a tenth", [OK], {10: 0, 40: 0}, more=left("110x60"))
    yield scenario(
        f"{name} fires just below a tenth, and after its wait",
        [OK],
        {1: 0},
        {2: [alert("9%")]},
        more=left("90x60"),
    )
    yield scenario(
        f"{name} is silent where there is no limit at all",
        [OK],
        {10: 0},
        more={gauge("remaining", "tokens"): "0x60", gauge("limit", "tokens"): "0x60"},
    )
    for share, fires in (("0.91", 1), ("0.89", 0)):
        yield scenario(
            f"{name} {'fires' if fires else 'is silent'} when a share of {share} is used",
            [OK],
            {10: fires},
            more={gauge("utilization", "usage_per_week"): f"{share}x60"},
        )
    yield scenario(
        f"{name} holds for five minutes when the reading is withdrawn, and clears",
        [OK],
        {29: 1, 31: 0},
        {20: [alert("5%")]},
        more=left("50x24 stale"),
    )
    yield scenario(
        f"{name} fires for the lower of two replicas' readings",
        [OK],
        {},
        {10: [alert("5%")]},
        more=left("900x60", b="50x60") | {gauge("limit", "tokens", "b"): "1000x60"},
    )


def _wall() -> Iterator[Scenario]:
    name = "ApiRateLimitWallAhead"

    def quota(
        per_minute: float, left: float, reset_hours: float, *, rolling: bool = False
    ) -> dict[str, Values]:
        day = "requests_per_day"
        return {
            gauge("remaining", day): f"{left}{-per_minute:+g}x240",
            gauge("reset_timestamp_seconds", day): f"{reset_hours * 3600:.0f}{'+60' * rolling}x240",
        }

    def alert(left: str) -> Alert:
        return provider_alert(
            name,
            "warning",
            "At this pace a long rate limit is used up before it resets.",
            f"The limit on requests_per_day at openai will be used up in {left}, before it resets {SEEN_BY}.",
            provider="openai",
            resource="requests_per_day",
        )

    yield scenario(
        f"{name} fires when a daily limit will not last, and after its wait",
        [OK],
        {15: 0},
        {16: [alert("2h 4m 0s")]},
        more=quota(10, 1400, 10),
    )
    yield scenario(
        f"{name} is silent when the limit lasts until it resets", [OK], {60: 0}, more=quota(10, 3500, 5)
    )
    yield scenario(f"{name} is silent while nothing is used", [OK], {60: 0}, more=quota(0, 100, 10))
    yield scenario(
        f"{name} is silent while more is left each minute", [OK], {60: 0}, more=quota(-10, 100, 10)
    )
    yield scenario(
        f"{name} is silent for a limit that resets soon",
        [OK],
        {20: 0},
        more=quota(10, 300, 0.9, rolling=True),
    )
    yield scenario(
        f"{name} fires for a limit that resets in little more than an hour",
        [OK],
        {20: 1},
        more=quota(10, 300, 1.1, rolling=True),
    )
    yield scenario(f"{name} is silent as long as the wall is far", [OK], {60: 0}, more=quota(10, 4600, 24))
    yield scenario(f"{name} fires when the wall is near enough", [OK], {60: 1}, more=quota(10, 4000, 24))
    yield scenario(
        f"{name} is silent in office hours that use seven tenths of a daily limit",
        [OK],
        dict.fromkeys(range(500, 1100, 10), 0),
        evaluation="5m",
        more={
            gauge("remaining", "requests_per_day"): _office_hours(14400),
            gauge("reset_timestamp_seconds", "requests_per_day"): "86400x1100",
        },
    )
    yield scenario(
        f"{name} holds for ten minutes when the reading is withdrawn, and clears",
        [OK],
        {49: 1, 52: 0},
        more={
            gauge("remaining", "requests_per_day"): "1400-10x40 stale",
            gauge("reset_timestamp_seconds", "requests_per_day"): "36000x240",
        },
    )


def _office_hours(limit: float) -> list[float]:
    """What is left of a day's limit, minute by minute: 800 an hour from 8 to 16, else 225."""
    left = [limit]
    for minute in range(1100):
        left.append(left[-1] - (800 if 480 <= minute < 960 else 225) / 60)
    return left


def _retry_after() -> Iterator[Scenario]:
    name = "ApiRetryAfterIgnored"
    limit = "rate_limit_error"

    def early(refused: Rate, instance: str = "a", minutes: int = 120, **others: float) -> dict[str, Values]:
        """Calls a minute that came before a wait was over, by what came of them."""
        target = f'namespace="prod",job="{JOB}",instance="{instance}",provider="openai"'
        return {
            f'api_calls_in_cooldown_total{{{target},type="{kind}"}}': _summed(rate, minutes)
            for kind, rate in ({limit: refused} | others).items()
        }

    def calls(refused: Rate) -> list[Calls]:
        return [OK, Calls("openai", limit, refused), Calls("pipellm", limit, 100)]

    def alert(share: str) -> Alert:
        return provider_alert(
            name,
            "warning",
            "Most rate limits would not come if callers waited as long as the provider tells them.",
            f"{share} of the rate limits of openai answer calls that came before a told wait was over "
            f"{SEEN_BY}.",
            provider="openai",
        )

    yield scenario(
        f"{name} fires when most rate limits could have been avoided",
        calls(10),
        {},
        {60: [alert("60%")]},
        more=early(6),
    )
    yield scenario(f"{name} fires just above its share", calls(10), {60: 1}, more=early(5.2))
    yield scenario(f"{name} is silent just below its share", calls(10), {40: 0, 60: 0}, more=early(4.8))
    yield scenario(f"{name} fires just above its count", calls(0.8), {60: 1}, more=early(0.75))
    yield scenario(f"{name} is silent just below its count", calls(0.7), {40: 0, 60: 0}, more=early(0.62))
    yield scenario(
        f"{name} is silent where nearly all calls in a wait are answered well",
        calls(10),
        {40: 0, 60: 0},
        more=early(9, ok=200),
    )
    yield scenario(
        f"{name} fires where enough of them are refused", calls(10), {60: 1}, more=early(9, ok=150)
    )
    yield scenario(
        f"{name} is silent about calls in a wait that end otherwise",
        calls(10),
        {40: 0, 60: 0},
        more=early(4, overloaded_error=10),
    )
    yield scenario(f"{name} is silent where all wait as told", calls(10), {40: 0, 60: 0}, more=early(0))
    yield scenario(f"{name} is silent where nobody is told to wait", calls(10), {40: 0, 60: 0})
    yield scenario(f"{name} waits for five minutes", calls(10), {7: 0, 11: 1}, more=early(9))
    yield scenario(
        f"{name} is one alert for many bursts, holds for half an hour when they left the window, and clears",
        calls(lambda minute: 30 if minute <= 60 and minute % 10 < 2 else 0),
        {20: 1, 40: 1, 60: 1, 100: 1, 130: 0},
        more=early(lambda minute: 25 if minute <= 60 and minute % 10 < 2 else 0, minutes=140),
    )
    yield scenario(
        f"{name} is one alert for two replicas",
        calls(10),
        {},
        {60: [alert("60%")]},
        more=early(3) | early(3, instance="b"),
        instances=("a", "b"),
    )
    yield scenario(
        f"{name} is mute while most records are late", calls(10), {40: 0, 60: 0}, more=early(9), late=0.6
    )
    yield scenario(f"{name} fires while many records are late", calls(10), {60: 1}, more=early(9), late=0.45)
    for whose, fires in (("openai", 0), ("pipellm", 1)):
        yield scenario(
            f"{name} {'fires' if fires else 'is mute'} while most records of {whose} are late",
            [*calls(10), Calls("pipellm", "ok", 2000)],
            {40: fires, 60: fires},
            more=early(9),
            late=0.6,
            late_of=whose,
        )


def _summed(rate: Rate, minutes: int) -> list[float]:
    """A counter, minute by minute."""
    counted = [0.0]
    for minute in range(1, minutes + 1):
        counted.append(counted[-1] + at(minute, rate))
    return counted


def _balance() -> Iterator[Scenario]:
    title = "ApiBalanceExhausted (warning)"
    empty = "insufficient_balance"
    alert = provider_alert(
        "ApiBalanceExhausted",
        "warning",
        "The provider refuses calls because the balance or a budget is used up.",
        f"1 responses of openai in 5m say that the balance or a budget is used up {SEEN_BY}.",
        provider="openai",
    )
    one = [OK, Calls("openai", empty, during(19, 20, 1)), Calls("pipellm", "ok", 100)]
    yield scenario(
        f"{title} fires on a single refusal in a storm of good answers, and clears",
        one,
        {20: 0, 53: 1, 57: 0},
        {22: [alert]},
        severity="warning",
    )
    yield scenario(
        f"{title} is silent about little fewer refusals than it is told to wait for",
        [OK, Calls("openai", empty, 1.8)],
        {25: 0, 40: 0},
        severity="warning",
        tokens={"balance_exhausted_count": 10},
    )
    yield scenario(
        f"{title} is silent while the series stands still",
        [OK, Calls("openai", empty, steps((0.5, 1), (1, 0)))],
        {10: 0, 40: 0},
        severity="warning",
        restarts={"a": 1},
    )
    yield scenario(
        f"{title} is silent about errors of other kinds",
        [OK, Calls("openai", "rate_limit_error", 100)],
        {10: 0, 40: 0},
        severity="warning",
    )
    yield scenario(
        f"{title} is mute while most records are late",
        [
            Calls("openai", "ok", during(29, 37, 13000, otherwise=100)),
            Calls("openai", empty, during(29, 37, 50)),
        ],
        dict.fromkeys(range(30, 51, 5), 0),
        severity="warning",
        late=during(29, 37, 0.6),
        step=0.25,
    )
    yield scenario(
        f"{title} fires while many records are late",
        [OK, Calls("openai", empty, 5)],
        {20: 1},
        severity="warning",
        late=0.45,
    )
    for sentence, late_of, fires in (
        ("is mute while most of the provider's own records are late", "openai", 0),
        ("fires while most records of another provider are late", "pipellm", 1),
    ):
        yield scenario(
            f"{title} {sentence}",
            [OK, Calls("openai", empty, 5), Calls("pipellm", "ok", 2000)],
            {15: fires, 25: fires},
            severity="warning",
            late=0.6,
            late_of=late_of,
        )


def _latency() -> Iterator[Scenario]:
    name = "ApiLatencyHigh"

    def calls(slow: float, rate: Rate = 100, type_: str = "ok") -> list[Calls]:
        return [
            Calls("openai", type_, lambda minute: slow * at(minute, rate), path="/v1/responses", seconds=40),
            Calls("openai", type_, lambda minute: (1 - slow) * at(minute, rate), seconds=1),
        ]

    alert = provider_alert(
        name,
        "warning",
        "Successful calls to the provider take long.",
        f"The slowest successful calls to openai (quantile 0.95) take 37.5s {SEEN_BY}.",
        provider="openai",
    )
    yield scenario(
        f"{name} fires when a tenth of the calls take long, and after its wait",
        calls(0.1),
        {5: 0},
        {6: [alert]},
    )
    yield scenario(f"{name} is silent when too few calls take long", calls(0.045), {10: 0, 40: 0})
    yield scenario(f"{name} fires at a slightly higher quantile than that", calls(0.055), {40: 1})
    yield scenario(
        f"{name} is silent about failed calls", [OK, *calls(0.5, 100, "timeout_error")], {10: 0, 40: 0}
    )
    yield scenario(
        f"{name} is silent about failed calls among quick ones",
        [*calls(0, 50), *calls(0.5, 100, "timeout_error")],
        {10: 0, 40: 0},
    )
    yield scenario(f"{name} is silent just below its count", calls(0.5, 9), {10: 0, 40: 0})
    yield scenario(
        f"{name} is silent just below its count when others fail",
        [*calls(0.5, 9), *calls(0.5, 100, "timeout_error")],
        {10: 0, 40: 0},
    )
    yield scenario(f"{name} fires just above its count", calls(0.5, 11), {40: 1})
    yield scenario(
        f"{name} is silent at 29 seconds",
        [Calls("openai", "ok", 100, seconds=20), Calls("openai", "ok", 100, seconds=30, path="/x")],
        {10: 0, 40: 0},
    )
    yield scenario(f"{name} is silent when one of sixteen of few is slow", calls(0.0625, 35), {10: 0, 40: 0})
    yield scenario(f"{name} fires when one of nine of few is slow", calls(0.11, 35), {40: 1})
    yield scenario(
        f"{name} fires when one of sixteen is slow, and they are just not few", calls(0.0625, 45), {40: 1}
    )
    yield scenario(
        f"{name} is silent when one of sixteen of few is slow, and many fail",
        [*calls(0.0625, 35), *calls(0.5, 100, "timeout_error")],
        {10: 0, 40: 0},
    )
    yield scenario(
        f"{name} is one alert for ten replicas", calls(0.1), {}, {20: [alert]}, instances=tuple("abcdefghij")
    )
    yield scenario(
        f"{name} holds for ten minutes when all ends, and clears",
        calls(0.1, during(-1, 20, 100)),
        {37: 1, 42: 0},
    )
    yield scenario(
        f"{name} is mute while most records are late, and while they are in its window",
        [*calls(0, 100), *(Calls("openai", "ok", during(29, 40, 1000), path="/v1/embeddings", seconds=60),)],
        dict.fromkeys(range(30, 61, 5), 0),
        late=during(29, 40, 0.6),
        step=0.25,
    )
    yield scenario(f"{name} fires while many records are late", calls(0.5), {20: 1}, late=0.45)


def _first_token() -> Iterator[Scenario]:
    """Bounds of the buckets are what the quantile can be: calls are put on both sides of one."""
    name = "ApiFirstTokenSlow"

    def calls(slow: Rate, usual: float = 0.75, late: float = 5, rate: float = 100) -> list[Calls]:
        """*slow* is the share of calls that take *late* seconds until their first token."""
        return [
            Calls("openai", "ok", lambda minute: rate * (1 - at(minute, slow)), first_token=usual),
            Calls("openai", "ok", lambda minute: rate * at(minute, slow), "/v1/responses", first_token=late),
        ]

    def began(slow: float, minute: float = 90) -> Rate:
        return steps((minute, 0.01), (1, slow))

    alert = provider_alert(
        name,
        "warning",
        "The provider takes several times as long as usual until it begins to answer.",
        "The slowest answers of openai (quantile 0.95) begin after 4.75s, more than 3 times as late as "
        f"usual {SEEN_BY}.",
        provider="openai",
    )
    yield scenario(
        f"{name} fires when half of the answers begin late, and after its wait",
        [*calls(began(0.5)), Calls("pipellm", "ok", 100, first_token=20)],
        {91: 0, 94: 0, 99: 1},
        {110: [alert]},
    )
    yield scenario(f"{name} is silent where answers always begin late", calls(0.5), {60: 0, 100: 0, 130: 0})
    yield scenario(f"{name} is silent about a provider without a past", calls(0.5), {20: 0, 59: 0})
    yield scenario(
        f"{name} is silent when too few answers begin late", calls(began(0.045), late=60), {110: 0, 130: 0}
    )
    yield scenario(f"{name} fires when little more of them do", calls(began(0.055), late=60), {110: 1})
    yield scenario(
        f"{name} is silent at little less than three times the usual",
        calls(began(0.125), late=2.3),
        {110: 0, 130: 0},
    )
    yield scenario(
        f"{name} is silent below two seconds, however quick it was before",
        calls(began(0.0714), usual=0.3, late=2),
        {110: 0, 130: 0},
    )
    yield scenario(
        f"{name} fires at little more than three times the usual",
        calls(began(1), late=2.5),
        {110: 1},
    )
    few = calls(began(0.5), rate=9)
    yield scenario(f"{name} is silent just below its count", few, {110: 0, 130: 0})
    yield scenario(f"{name} fires just above its count", calls(began(0.5), rate=11), {115: 1})
    for sentence, slow, rate, fires in (
        ("is silent when one of sixteen of few begins late", 0.0625, 35, 0),
        ("fires when one of nine of few begins late", 0.11, 35, 1),
        ("fires when one of sixteen begins late, and they are just not few", 0.0625, 45, 1),
    ):
        yield scenario(f"{name} {sentence}", calls(began(slow), late=60, rate=rate), {115: fires, 130: fires})
    yield scenario(
        f"{name} is one alert for ten replicas",
        calls(began(0.5)),
        {},
        {110: [alert]},
        instances=tuple("abcdefghij"),
    )
    yield scenario(
        f"{name} holds for ten minutes when answers are quick again, and clears",
        calls(steps((90, 0.01), (20, 0.5), (1, 0.0))),
        {110: 1, 125: 1, 135: 0},
    )
    yield scenario(
        f"{name} is mute while most records are late, and while they are in its window",
        [*calls(0.01), Calls("openai", "ok", during(89, 100, 1000), path="/v1/x", first_token=60)],
        dict.fromkeys(range(90, 121, 5), 0),
        late=during(89, 100, 0.6),
        step=0.25,
    )
    yield scenario(f"{name} fires while many records are late", calls(began(0.5)), {110: 1}, late=0.45)


def _hang_ups() -> Iterator[Scenario]:
    name = "ApiCallersHangUp"
    left = "client_closed_request"

    def calls(share: Rate, total: float = 1000) -> list[Calls]:
        return [
            Calls("openai", "ok", lambda minute: total * (1 - at(minute, share))),
            Calls("openai", left, lambda minute: total * at(minute, share)),
        ]

    def jump(to: float, before: float = 0.015) -> Rate:
        return steps((90, before), (1, to))

    alert = provider_alert(
        name,
        "warning",
        "Many more callers than usual hang up before the provider has answered.",
        f"The callers of openai hung up on 5.5% of its responses, more than 3 times as often as usual "
        f"{SEEN_BY}.",
        provider="openai",
    )
    yield scenario(
        f"{name} fires when its share jumps above the limit, and after its wait",
        [*calls(jump(0.055)), *(Calls("pipellm", type_, 100) for type_ in ("ok", "api_error"))],
        {91: 0, 98: 0},
        {110: [alert]},
    )
    yield scenario(f"{name} is silent just below its share", calls(jump(0.045, 0.005)), {110: 0, 130: 0})
    yield scenario(f"{name} is silent when two of a hundred leave all day", calls(0.02), {60: 0, 130: 0})
    yield scenario(f"{name} is silent where many always leave", calls(0.4), {30: 0, 80: 0, 130: 0})
    yield scenario(
        f"{name} is silent at little less than three times the usual",
        calls(jump(0.28, 0.1)),
        {110: 0, 130: 0},
    )
    yield scenario(
        f"{name} fires at little more than three times the usual", calls(jump(0.32, 0.1)), {110: 1}
    )
    yield scenario(f"{name} fires where nobody had left before", calls(jump(0.1, 0)), {110: 1})
    yield scenario(f"{name} is silent about a provider without a past", calls(0.2), {20: 0, 59: 0})
    yield scenario(f"{name} is silent just below its count", calls(jump(0.9, 0), 4), {110: 0, 130: 0})
    yield scenario(f"{name} fires just above its count", calls(jump(1, 0), 4.4), {110: 1})
    yield scenario(
        f"{name} is silent about failures of the provider's own",
        [*calls(0), Calls("openai", "api_error", during(90, 200, 1000))],
        {110: 0, 130: 0},
    )
    yield scenario(
        f"{name} is one alert for ten replicas",
        calls(jump(0.055)),
        {},
        {110: [alert]},
        instances=tuple("abcdefghij"),
    )
    yield scenario(
        f"{name} holds for ten minutes when callers stay again, and clears",
        calls(during(90, 110, 0.5, otherwise=0.01)),
        {110: 1, 120: 1, 130: 0},
    )
    yield scenario(
        f"{name} is mute while most records are late",
        calls(during(90, 105, 0.9, otherwise=0.01)),
        dict.fromkeys(range(90, 126, 5), 0),
        late=during(89, 106, 0.6),
        step=0.5,
    )
    yield scenario(
        f"{name} is mute when the late records alone explain the share",
        calls(during(90, 105, 0.4, otherwise=0.01)),
        dict.fromkeys(range(90, 126, 5), 0),
        late=during(89, 106, 0.45),
        step=0.5,
    )
    yield scenario(f"{name} fires while many records are late", calls(jump(0.6)), {110: 1}, late=0.45)
    for whose, fires in (("openai", 0), ("groq", 1)):
        yield scenario(
            f"{name} {'fires' if fires else 'is mute'} while most records of {whose} are late",
            [*calls(jump(0.9)), Calls("groq", "ok", 20000)],
            {110: fires, 125: fires},
            late=0.6,
            late_of=whose,
        )
    yield scenario(
        f"{name} waits for five minutes when half of the callers leave", calls(jump(0.5)), {95: 0, 99: 1}
    )


def _unclassified() -> Iterator[Scenario]:
    name = "ApiErrorsUnclassified"

    def calls(share: float, errors: float = 100) -> list[Calls]:
        return [
            Calls("openai", "ok", 1000),
            Calls("openai", "unknown", share * errors),
            Calls("openai", "api_error", (1 - share) * errors),
        ]

    alert = provider_alert(
        name,
        "warning",
        "The provider sends errors whose meaning the agent does not know.",
        f"5.5% of the errors of openai are of type unknown {SEEN_BY}.",
        provider="openai",
    )
    yield scenario(
        f"{name} fires just above its share of the errors",
        [*calls(0.055), Calls("pipellm", "api_error", 100)],
        {5: 0},
        {20: [alert]},
    )
    yield scenario(
        f"{name} fires just above its share, however many callers hang up",
        [*calls(0.055), Calls("openai", "client_closed_request", 1000)],
        {20: 1},
    )
    yield scenario(f"{name} is silent just below its share", calls(0.045), {20: 0, 70: 0})
    yield scenario(f"{name} is silent just below its count", calls(1, 18 / 60), {20: 0, 70: 0, 100: 0})
    yield scenario(f"{name} fires just above its count", calls(1, 22 / 60), {100: 1})
    yield scenario(f"{name} waits for five minutes", calls(0.5), {5: 0, 6: 1})
    ended = [Calls("openai", "unknown", during(-1, 10, 100)), Calls("openai", "ok", 100)]
    yield scenario(f"{name} holds for ten minutes when it left the window, and clears", ended, {77: 1, 82: 0})


def _traffic() -> Iterator[Scenario]:
    name = "ApiTrafficStopped"
    alert = {
        "exp_labels": {"severity": "critical", "namespace": "prod", "job": JOB},
        "exp_annotations": {
            "summary": "No API response has been seen for a while, although the agent reads the topic.",
            "description": f"There were 1.667 responses a second, and none in the last 15m {SEEN_BY}.",
        },
    }
    stopped = [Calls("openai", "ok", during(-1, 100, 100))]
    lag = f'api_error_agent_lag_records{{namespace="prod",job="{JOB}",instance="a",topic="t",partition="a"}}'
    waiting = f'api_error_agent_oldest_waiting_timestamp_seconds{{namespace="prod",job="{JOB}",instance="a"}}'
    yield scenario(
        f"{name} fires twenty minutes after the last response",
        stopped,
        {112: 0, 118: 0, 122: 1},
        {125: [alert]},
    )
    yield scenario(
        f"{name} is silent while a little still comes",
        [Calls("openai", "ok", steps((100, 100), (50, 0.1)))],
        {125: 0, 140: 0},
    )
    yield scenario(
        f"{name} fires when agents are new that never saw a response",
        stopped,
        {118: 0, 122: 1, 140: 1},
        restarts={"a": 108},
    )
    low = [Calls("openai", "ok", during(-1, 100, 5.4))]
    yield scenario(f"{name} is silent if there was little before", low, {125: 0, 140: 0})
    yield scenario(
        f"{name} fires if there was a little more before",
        [Calls("openai", "ok", during(-1, 100, 6.6))],
        {125: 1},
    )
    yield scenario(
        f"{name} is silent on a topic that carries errors only",
        [Calls("openai", "api_error", during(-1, 100, 100))],
        {125: 0, 140: 0},
    )
    yield scenario(
        f"{name} is silent while records wait to be counted", stopped, {125: 0, 140: 0}, more={lag: "5x200"}
    )
    yield scenario(
        f"{name} is silent while the agent cannot commit",
        stopped,
        {125: 0, 140: 0},
        more={waiting: " ".join(["_"] * 95 + ["5700"] * 80)},
    )
    yield scenario(
        f"{name} fires while a record has just been counted",
        stopped,
        {125: 1},
        more={waiting: " ".join(["_"] * 95 + [f"{(95 + number) * 60 - 270}" for number in range(80)])},
    )
    yield scenario(
        f"{name} is silent while one waits too long, however little",
        stopped,
        {125: 0, 140: 0},
        more={waiting: " ".join(["_"] * 95 + [f"{(95 + number) * 60 - 330}" for number in range(80)])},
    )
    yield scenario(f"{name} is silent while the agent is gone", stopped, {125: 0, 140: 0}, outage=(95, 141))
    yield scenario(
        f"{name} holds for five minutes when traffic is back, and clears",
        [Calls("openai", "ok", lambda minute: 100 * (minute <= 100 or minute > 130))],
        {134: 1, 138: 0},
    )
    nightly = [Calls("openai", "ok", lambda minute: 100.0 * (600 < minute % 1440 <= 720))]
    yield scenario(
        f"{name} is silent when the job ended at that hour yesterday too",
        nightly,
        dict.fromkeys(range(2170, 2310, 20), 0),
        evaluation="10m",
    )
    yield scenario(
        f"{name} is silent when it stopped on that day of last week",
        [Calls("openai", "ok", lambda minute: 100.0 * (minute % (7 * 1440) < 4 * 1440))],
        dict.fromkeys(range(11 * 1440, 11 * 1440 + 120, 20), 0),
        evaluation="10m",
        step=5.0,
        tokens={"traffic_stopped_window": "30m"},
    )
    yield scenario(
        f"{name} fires when it stopped neither yesterday nor on that day of last week",
        [Calls("openai", "ok", during(-1, 11800, 100))],
        {11860: 1, 11870: 1},
        evaluation="10m",
        step=5.0,
        tokens={"traffic_stopped_window": "30m"},
    )
    yield scenario(
        f"{name} fires when it did not stop yesterday",
        [Calls("openai", "ok", during(-1, 1640, 100))],
        {1670: 1},
        evaluation="10m",
    )


PAIRS = {
    "critical": {"page": (5, 14.4), "slow_page": (30, 6)},
    "warning": {
        "soon_ticket": (15, 4),
        "shift_ticket": (60, 2.5),
        "ticket": (120, 3),
        "slow_ticket": (360, 1.75),
    },
}
"""Of the error budget: minutes of the short window, and the pace."""


def _budget(severity: str) -> Iterator[Scenario]:
    """Of 1 % that may fail. Traffic is well at first, or the long windows would have no past."""
    page = severity == "critical"
    wait, hold = (2, 5) if page else (15, 60)
    summary = (
        "The error budget of the provider burns so fast that little of it will be left in days."
        if page
        else "The error budget of the provider will not last for its month."
    )
    alert = provider_alert(
        "ApiErrorBudgetBurn",
        severity,
        summary,
        f"50% of the responses of openai are its own faults; the objective is 0.99 {SEEN_BY}.",
        provider="openai",
    )

    def burn(
        sentence: str,
        share: Rate,
        firing: Mapping[float, int],
        whole: Mapping[float, list[Alert]] | None = None,
        total: Rate = 100,
        kinds: int = 3,
        ok: float = 1,
        beside: tuple[Calls, ...] = (),
        **more: object,
    ) -> Scenario:
        calls = [
            Calls("openai", "ok", lambda minute: ok * at(minute, total) * (1 - at(minute, share))),
            *(
                Calls("openai", kind, lambda minute: at(minute, total) * at(minute, share) / kinds)
                for kind in FAULTS[:kinds]
            ),
            *beside,
        ]
        options: dict[str, object] = {"evaluation": "1m" if page else "5m"} | more
        name = f"ApiErrorBudgetBurn ({severity}) {sentence}"
        return scenario(name, calls, firing, whole, severity=severity, **options)  # type: ignore[arg-type]

    lowest = min(factor for _, factor in PAIRS[severity].values()) / 100
    yield burn("is off with an objective of 0", 1, {60: 0}, tokens={"error_budget_objective": 0})
    yield burn("is silent just below every pace", 0.9 * lowest, {600: 0}, evaluation="5m")
    yield burn("fires for one kind of fault", 0.5, {60: 1}, kinds=1)
    yield burn("is silent while calls are few", 0.5, {60: 0}, total=3.6)
    yield burn("fires when calls are just not few", 0.5, {60: 1}, total=4.4)
    yield burn("is silent where there are errors only", 0.5, {60: 0}, ok=0)
    yield burn("fires with all its labels", 0.5, {}, {60: [alert]})
    for name, (short, factor) in PAIRS[severity].items():
        yield from _pair(burn, severity, name, short, factor / 100, wait, hold)


def _pair(
    burn: Callable[..., Scenario],
    severity: str,
    name: str,
    short: int,
    pace: float,
    wait: int,
    hold: int,
) -> Iterator[Scenario]:
    """One pair of windows, with the others put out of reach."""
    tokens: dict[str, object] = {f"error_budget_{other}_factor": 99 for other in PAIRS[severity]}
    del tokens[f"error_budget_{name}_factor"]
    past = short
    if name == "slow_ticket":
        past = short + 30
        tokens |= {"error_budget_slow_ticket_past": f"{past}m"}
    options: dict[str, object] = {"tokens": tokens, "evaluation": "1m" if short < 60 else "5m"}
    said, now = name.replace("_", " "), severity == "critical"
    ready = float(past + wait + 15)
    yield burn(f"fires just above the pace ({said})", 1.1 * pace, {ready: 1}, **options)
    yield burn(f"is silent just below the pace ({said})", 0.9 * pace, {ready: 0, ready + 60: 0}, **options)
    yield burn(
        f"is silent about who has no past, and fires after its wait ({said})",
        0.9,
        {float(wait + 4): 0, float(past + wait - 1): 0, float(past + wait + (2 if now else 6)): 1},
        **options,
    )
    ends = float(2 * short + 10)
    yield burn(
        f"clears when the short window has recovered ({said})",
        during(-1, ends, 0.99, otherwise=0.6 * pace),
        {ends: 1, ends + short + hold - (1 if now else 5): 1, ends + short + hold + 20: 0},
        **options,
    )
    if now:
        yield burn(
            f"clears soon when the incident is over ({said})",
            during(-1, ends, 0.99, otherwise=0.45 * pace),
            {ends: 1, ends + 11: 0},
            **options,
        )
    yield burn(
        f"is silent while the long window is well ({said})",
        during(4 * short, 6 * short, 3 * pace),
        {(5.8 if name == "soon_ticket" else 5.4) * short: 0},  # its wait is as long as its short window
        **options,
    )
    heavy = during(short, short + 40, 10000, otherwise=100)
    yield burn(
        f"is mute while most records are late ({said})",
        during(short, short + 40, 0.9),
        {float(minute): 0 for minute in range(short, 2 * short + 30, 5)},
        total=heavy,
        late=during(short, short + 40, 0.6),
        **options,
    )
    yield burn(f"fires while many records are late ({said})", 0.9, {ready: 1}, late=0.45, **options)
    beside = (Calls("groq", "ok", 10000),)
    for whose, fires in (("openai", 0), ("groq", 1)):
        sentence = f"{'fires' if fires else 'is mute'} while most records of {whose} are late ({said})"
        yield burn(sentence, 0.9, {ready: fires}, beside=beside, late=0.6, late_of=whose, **options)
    if name in ("soon_ticket", "shift_ticket"):
        yield burn(f"fires for just enough failures ({said})", 0.1, {90: 1}, total=4.4, **options)
        yield burn(f"is silent about too few ({said})", 0.08, {90: 0}, total=4.4, **options)
