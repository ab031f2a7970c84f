"""Scenarios of the provider alerts that are a count and a share: one table, and what each of them must do."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

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

        model: The calls are of this model.

        quiet: It has a second half for quiet providers.

        over: It knows when a burst is over.

        few, lasting, answered: As in grafana.src.alerts.share.

        slow: Such a share is enough, if it lasts, of the kinds in *slow_kinds*.
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
    model: str = ""
    quiet: bool = False
    over: bool = False
    few: bool = False
    slow: float = 0
    slow_kinds: tuple[tuple[str, str], ...] = ()
    lasting: bool = False
    answered: bool = False

    @property
    def title(self) -> str:
        return f"{self.name} ({self.severity})" if self.name in TWICE else self.name

    def erring(self, rate: Rate, provider: str = "pipellm") -> list[Calls]:
        """*rate* responses a minute that count, evenly of all kinds."""
        part = len(self.kinds)
        return [
            Calls(provider, type_, lambda minute: at(minute, rate) / part, reason=reason, model=self.model)
            for type_, reason in self.kinds
        ]

    def well(self, rate: Rate) -> Calls:
        return Calls("pipellm", "ok", rate, model=self.model)

    def mixed(self, share: Rate, total: float = TOTAL) -> list[Calls]:
        return [
            self.well(lambda minute: total * (1 - at(minute, share))),
            *self.erring(lambda minute: total * at(minute, share)),
        ]

    def counting(self, rate: Rate) -> list[Calls]:
        """*rate* responses a minute that count, where their number alone decides."""
        if not self.answered:
            return self.erring(rate)
        others = 1 / min(1.5 * self.share, 1) - 1
        return [self.well(lambda minute: others * at(minute, rate)), *self.erring(rate)]

    def alert(self, share: str) -> Alert:
        parts = {"path": self.path, "model": self.model}
        labels = {"provider": "pipellm"} | {name: value for name, value in parts.items() if value}
        description = f"{share} of the responses {self.said} {SEEN_BY}."
        return provider_alert(self.name, self.severity, self.summary, description, **labels)


FAULTS = (("api_error", ""), ("timeout_error", ""), ("overloaded_error", ""))
OVERLOADS = (
    ("overloaded_error", "capacity"),
    ("api_error", "service_unavailable"),
    ("api_error", "no_healthy_upstream"),
)
LIMITS = (("rate_limit_error", ""),)
REFUSALS = tuple(
    (kind, "")
    for kind in ("invalid_request_error", "not_found_error", "permission_error", "request_too_large")
)
SHUT_OUT = ("authentication_error", "permission_error", "not_found_error")

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
        lasting=True,
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
        15,
        2,
        10,
        "The provider fails to answer most calls.",
        "of pipellm are its own faults: errors, timeouts, overload",
        over=True,
        few=True,
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
        f"on {PATH} of pipellm are rate limits, refusals or the provider's own faults",
        path=PATH,
        quiet=True,
    ),
    Share(
        "ApiModelFailing",
        "warning",
        "model_failing",
        (*LIMITS, *FAULTS),
        0.5,
        20,
        2,
        10,
        "Most calls to one model of the provider fail.",
        "to m1 of pipellm are rate limits, refusals or the provider's own faults",
        model="m1",
        quiet=True,
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
        slow=0.01,
        slow_kinds=(("authentication_error", ""),),
    ),
    Share(
        "ApiAuthenticationFailing",
        "critical",
        "authentication_failing_critical",
        (("authentication_error", ""),),
        0.5,
        15,
        2,
        10,
        "The provider does not accept our API key for most calls.",
        "of pipellm refuse the API key",
        few=True,
    ),
    Share(
        "ApiRequestsRefused",
        "warning",
        "requests_refused",
        REFUSALS,
        0.2,
        20,
        5,
        10,
        "The provider refuses our calls because they are wrong.",
        "of pipellm say that the call was wrong",
        quiet=True,
        slow=0.05,
        slow_kinds=(("not_found_error", ""), ("permission_error", "")),
        answered=True,
    ),
    Share(
        "ApiRequestsRefused",
        "critical",
        "requests_refused_critical",
        REFUSALS,
        0.5,
        50,
        2,
        10,
        "The provider refuses most of our calls because they are wrong.",
        "of pipellm say that the call was wrong",
        over=True,
        answered=True,
    ),
)
TWICE = {"ApiProviderFailing", "ApiBalanceExhausted", "ApiAuthenticationFailing", "ApiRequestsRefused"}
EVERY_TYPE = {
    "rate_limit_error",
    "insufficient_balance",
    "authentication_error",
    "overloaded_error",
    "timeout_error",
    "api_error",
    "client_closed_request",
    "unknown",
    *(kind for kind, _ in REFUSALS),
}


def scenarios() -> Iterator[Scenario]:
    for each in SHARES:
        yield from _limits(each)
        yield from _in_time(each)
        yield from _agents(each)
        yield from _backlogs(each)
        yield from _stays(each)
        for has, more in (
            (each.quiet, _quiet),
            (each.over, _bursts),
            (each.few, _few),
            (each.slow, _slow),
            (len(each.kinds) > len(each.slow_kinds) > 0, _gone),
            (each.lasting, _lasting),
            (each.answered, _answered),
            (each.path or each.model, _shut_out),
        ):
            if has:
                yield from more(each)


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
    if tokens is None and each.slow:
        tokens = {f"{each.tokens}_slow_count": 1000000}  # which other scenarios are about
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
        "is silent just below its count, where the count alone decides",
        each.counting(0.9 * each.count / 5),
        SILENT,
    )
    yield _scenario(
        each,
        "fires just above its count, where the count alone decides",
        each.counting(1.1 * each.count / 5),
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
    if each.model:
        calls.append(Calls("pipellm", "ok", 1, model="m2"))
    alert = each.alert(_percent(share))
    yield _scenario(
        each,
        "fires for the one provider just above its share, and after its wait",
        calls,
        {float(each.wait): 0} if each.wait else {},
        {each.wait + 1: [alert]},
    )
    ending = [
        Calls("pipellm", "ok", during(-1, 20, TOTAL * (1 - share)), model=each.model),
        *each.erring(during(-1, 20, TOTAL * share)),
    ]
    yield _scenario(
        each,
        "holds for its time when all ends, and clears",
        ending,
        {25 + each.hold + (30 if each.path or each.model else 0): 0},  # then it is quiet, and was bad
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
        calls = [each.well(ok), *each.erring(during(29, 37, 13000 * share))]
        silent = {float(minute): 0 for minute in range(30, 56, 5)}
        return _scenario(
            each, sentence, calls, silent, tokens=tokens or None, late=during(29, 37, late), step=0.25
        )

    yield eaten("is mute while most records are late, however large the share", 0.75, 0.6)
    lower: dict[str, object] = {f"{each.tokens}_share": 0.3} if each.share >= 0.4 else {}
    yield eaten("is mute when the late records alone explain the share", 0.4, 0.45, **lower)
    yield _scenario(
        each, "still fires in a storm while many records are late", each.mixed(0.6), {15: 1}, late=0.45
    )
    for sentence, late_of, fires in (
        ("is mute while most of the provider's own records are late", "pipellm", 0),
        ("fires while most records of another provider are late", "openai", 1),
    ):
        calls = [*each.mixed(0.75), Calls("openai", "ok", 20 * TOTAL)]
        yield _scenario(each, sentence, calls, {15: fires, 25: fires}, late=0.6, late_of=late_of)
    if each.quiet:
        calls = [Calls("openai", "ok", TOTAL), each.well(0.2), *each.erring(1)]
        for sentence, late_of, fires in (
            ("is mute while most of a quiet provider's own records are late", "pipellm", 0),
            ("is mute about a quiet provider while most records of anybody are late", "", 0),
            ("fires for a quiet provider while most records of another one are late", "openai", 1),
        ):
            yield _scenario(each, sentence, calls, {48: fires, 60: fires}, late=0.6, late_of=late_of)
    if each.few:
        calls = [Calls("openai", "ok", TOTAL), *each.erring(1)]
        for sentence, late_of, fires in (
            ("is mute while few call, and their records are late", "pipellm", 0),
            ("fires when few call, while most records of another provider are late", "openai", 1),
        ):
            yield _scenario(each, sentence, calls, {22: fires, 40: fires}, late=0.6, late_of=late_of)


def _bursts(each: Share) -> Iterator[Scenario]:
    for step in (0.25, 1.0):
        yield from _bursts_seen(each, step)


def _bursts_seen(each: Share, step: float) -> Iterator[Scenario]:
    """A burst that ends a minute before the alert would fire; who is refused calls ten times as often."""
    seen = f"seen by scrapes each {60 * step:.0f} s"
    wait = each.wait if step < 1 else 2

    def burst(sentence: str, left: float, firing: Mapping[float, int]) -> Scenario:
        usual = left / (1 - left)
        errors = steps((20, usual), (wait - 1, 10), (1, usual))
        calls = [
            Calls("pipellm", "ok", TOTAL / 2),
            Calls("pipellm", "unknown", TOTAL / 2),
            *each.erring(lambda minute: TOTAL * at(minute, errors)),
        ]
        tokens = {f"{each.tokens}_for": f"{wait}m"}
        return _scenario(each, f"{sentence}, {seen}", calls, firing, step=step, tokens=tokens)

    silent: Mapping[float, int] = {float(minute): 0 for minute in range(20, 40)}
    after = 22.0 + wait
    yield burst("is silent about a burst that ends in time", 0.01, silent)
    yield burst("is silent about a burst upon just less than half its share", 0.45 * each.share, silent)
    yield burst(
        "fires for a burst upon just more than half its share, which goes on", 0.55 * each.share, {after: 1}
    )
    if step < 1:
        flapping = [
            each.well(TOTAL),
            *each.erring(lambda minute: TOTAL * (3 if minute > 20 and 0 < minute % 3 <= 1.5 else 0.01)),
        ]
        yield _scenario(
            each,
            "fires when bursts of ninety seconds come every three minutes",
            flapping,
            {20: 0, **{float(minute): 1 for minute in range(36, 61)}},
            step=step,
        )


def _stays(each: Share) -> Iterator[Scenario]:
    """It has fired for a while when less than its limit is left."""
    until, gone = 24.0, 33.0 + each.hold

    def left(part: float, high: float) -> Rate:
        return during(-1, until, 1.1 * high, otherwise=part * high)

    share, count = min(each.share, 0.9), each.count / 5
    yield _scenario(each, "stays at just more than half its share", each.mixed(left(0.55, share)), {gone: 1})
    yield _scenario(
        each, "clears at just less than half its share", each.mixed(left(0.45, share)), {20: 1, gone: 0}
    )
    yield _scenario(
        each, "stays at just more than half its count", each.counting(left(0.55, count)), {gone: 1}
    )
    yield _scenario(
        each,
        "clears at just less than half its count",
        each.counting(left(0.45, count)),
        {20: 1, gone: 0},
    )
    yield _scenario(
        each,
        "clears when what is left is a backlog",
        each.mixed(left(0.6, share)),
        {20: 1, gone: 0},
        late=during(until, 99, 0.6),
    )
    if each.answered:
        once = [
            Calls("openai", "ok", during(-1, 4, 1)),
            *each.erring(during(-1, 24, each.count, each.count * 0.15)),
        ]
        yield _scenario(
            each,
            "clears when the topic has become one of errors only",
            once,
            {20: 1, 110: 0},
            tokens={"ok_window": "1h"},
            restarts={"a": 26},
        )


def _lasting(each: Share) -> Iterator[Scenario]:
    yield _scenario(
        each,
        "is silent about a wave of a minute",
        each.mixed(during(30, 31, 0.6)),
        dict.fromkeys(range(31, 45), 0),
    )
    yield _scenario(
        each,
        "clears when a wave is over, though it was large",
        each.mixed(during(20, 24, 0.6, otherwise=0.24 * each.share)),
        {30: 1, 43: 0},
    )


def _answered(each: Share) -> Iterator[Scenario]:
    yield _scenario(
        each, "is silent on a topic that carries errors only", each.erring(10 * each.count), SILENT
    )


def _few(each: Share) -> Iterator[Scenario]:
    well = Calls("openai", "ok", 1)
    late = 17.0 + each.wait
    yield _scenario(
        each, "fires when few call, and enough of them fail", [well, *each.erring(8.8 / 15)], {late: 1, 40: 1}
    )
    yield _scenario(
        each, "is silent when few call, and not enough of them fail", [well, *each.erring(7.2 / 15)], SILENT
    )
    yield _scenario(each, "fires when few call, and nearly all fail", [well, *each.mixed(0.95, 2)], {late: 1})
    yield _scenario(each, "is silent when few call, and most fail", [well, *each.mixed(0.85, 2)], SILENT)
    yield _scenario(each, "is silent when few call, and only errors are told", each.erring(1), SILENT)
    broken = during(-1, 24, 10)
    for sentence, rate, firing in (
        ("stays when hardly anybody calls, and they fail", 3.5, 1),
        ("clears when nearly nobody calls", 2.6, 0),
    ):
        calls = [well, *each.erring(lambda minute, rate=rate: at(minute, broken) or rate / 15)]  # type: ignore[misc]
        yield _scenario(each, sentence, calls, {20: 1, 58: firing, 62: firing})
    yield _scenario(
        each,
        "clears when hardly anybody calls, and one of five is well",
        [well, *each.mixed(lambda minute: 1.0 if minute <= 24 else 0.8, 1), *each.erring(during(-1, 24, 10))],
        {20: 1, 62: 0},
    )
    yield _scenario(
        each,
        "clears when hardly anybody calls any more, and only errors are told",
        [Calls("openai", "ok", during(-1, 4, 1)), *each.erring(lambda minute: at(minute, broken) or 0.4)],
        {20: 1, 110: 0},
        tokens={"ok_window": "1h"},
        restarts={"a": 26},
    )
    yield _scenario(
        each,
        "is mute when few call, and their errors were a backlog",
        [well, *each.erring(during(29, 30, 60))],
        {33: 0, 38: 0, 42: 0},
        late=during(29, 30, 0.98),
    )


def _slow(each: Share) -> Iterator[Scenario]:
    each = replace(each, kinds=each.slow_kinds)

    def slowly(sentence: str, calls: list[Calls], firing: Mapping[float, int], **more: object) -> Scenario:
        options: dict[str, object] = {"tokens": {}} | more
        return _scenario(each, sentence, calls, firing, **options)  # type: ignore[arg-type]

    share, part = each.slow, 0.01 / each.slow
    yield slowly("fires for a small share that lasts", each.mixed(1.15 * share, 100), {40: 1})
    yield slowly("is silent about a smaller one", each.mixed(0.9 * share, 100), {20: 0, 40: 0})
    few = 20 * part
    yield slowly("fires for a small share of just enough", each.mixed(16.5 / 30 / few, few), {40: 1})
    yield slowly("is silent about a small share of too few", each.mixed(13.5 / 30 / few, few), {40: 0})
    over = each.mixed(during(-1, 15, 3.5 * share), 100)
    yield slowly("clears when a small share is over", over, {14: 1, 36: 0})
    yield slowly(
        "is silent about a small share of some minutes",
        each.mixed(during(30, 34, 3 * share), 200),
        dict.fromkeys((36, 39, 41, 44), 0),
    )
    only = [*each.erring(0.8 / part), *_others()]
    yield slowly("is silent about a small share where there are errors only", only, {40: 0})
    yield slowly(
        "is mute while a small share is a backlog",
        [each.well(10 * part), *each.erring(during(29, 30, 20)), *each.erring(0.2)],
        {33: 0, 40: 0, 50: 0},
        late=during(29, 30, 1),
        tokens={"late_share": 0.05},
    )


def _gone(each: Share) -> Iterator[Scenario]:
    """A small share is enough of some kinds only, and on paths that are paths."""
    well, share = each.well(100), 250 * each.slow
    for kind, reason in [found for found in each.kinds if found not in each.slow_kinds]:
        calls = [well, Calls("pipellm", kind, share, reason=reason)]
        yield _scenario(each, f"is silent about a small share of {kind}", calls, {40: 0}, tokens={})
    stranger = [well, Calls("pipellm", each.slow_kinds[0][0], share, path="other")]
    yield _scenario(
        each, "is silent about a small share of what a stranger asks for", stranger, {40: 0}, tokens={}
    )
    own, some = replace(each, kinds=each.slow_kinds), [well, replace(stranger[1], rate=120 * each.slow)]
    yield _scenario(
        each,
        "is silent about a stranger while some own calls fail",
        [*stranger, *own.erring(during(30, 35, 16))],
        dict.fromkeys((36, 39, 41, 44), 0),
        tokens={},
    )
    yield _scenario(
        each,
        "clears when a small share is over, though a stranger goes on",
        [*some, *own.erring(during(-1, 15, 350 * each.slow))],
        {14: 1, 36: 0},
        tokens={},
    )


def _others() -> list[Calls]:
    return [Calls("pipellm", "client_closed_request", 40)]


def _shut_out(each: Share) -> Iterator[Scenario]:
    """One part of many that lets nobody in."""
    label = "path" if each.path else "model"
    usual = Calls("pipellm", "ok", TOTAL, path="/v1/usual", model="usual" if each.model else "")

    def refused(kind: str, rate: Rate, name: str = "/v1/gone") -> Calls:
        call = Calls("pipellm", kind, rate)
        return replace(call, path=name) if each.path else replace(call, model=name)

    for kind in SHUT_OUT:
        yield _scenario(each, f"fires for one {label} with {kind}", [usual, refused(kind, 5)], {10: 1})
        yield _scenario(
            each, f"fires for one quiet {label} with {kind}", [usual, refused(kind, 1)], {5: 0, 46: 1}
        )
        yield _scenario(
            each,
            f"is silent about {kind} where there are errors only",
            [refused(kind, 5), Calls("pipellm", "unknown", 100, model=usual.model)],
            SILENT,
        )
    yield _scenario(
        each,
        f"is silent about what is no {label} of its own",
        [usual, refused("not_found_error", 5, "other")],
        SILENT,
    )
    yield _scenario(
        each,
        f"is silent about what is no quiet {label} of its own",
        [usual, refused("not_found_error", 1, "other")],
        QUIET_SILENT,
    )
    recovering = each.mixed(during(-1, 20, 1.1 * each.share))
    yield _scenario(
        each,
        "holds for its time when all is well again, and clears",
        recovering,
        {20: 1, 20 + each.hold: 1, 28 + each.hold: 0},
    )
    yield from _stays_shut(each, label, usual, refused)
    if each.model:
        nameless = [Calls("pipellm", "ok", TOTAL / 10), Calls("pipellm", "api_error", TOTAL)]
        yield _scenario(each, "is silent where models are no label", nameless, SILENT)


def _stays_shut(each: Share, label: str, usual: Calls, refused: Callable[..., Calls]) -> Iterator[Scenario]:
    """It has fired for a while when fewer are refused, of more than a few calls."""
    gone = 33.0 + each.hold
    for kind in SHUT_OUT:
        some = [refused("ok", during(-1, 24, 4, otherwise=6.5)), refused(kind, during(-1, 24, 6, 3.5))]
        yield _scenario(each, f"stays for one {label} with less {kind}", [usual, *some], {20: 1, gone: 1})
    stranger = [
        refused("api_error", during(-1, 24, 5), "other"),
        refused("not_found_error", during(24, 99, 5), "other"),
    ]
    yield _scenario(
        each, f"clears when what is left is no {label} of its own", [usual, *stranger], {20: 1, gone: 0}
    )
    yield _scenario(
        each,
        f"clears when refusals for one {label} are all that the topic carries any more",
        [Calls("openai", "ok", during(-1, 4, 1)), refused(SHUT_OUT[0], 5)],
        {20: 1, 110: 0},
        tokens={"ok_window": "1h"},
        restarts={"a": 26},
    )


def _quiet(each: Share) -> Iterator[Scenario]:
    seen = each.well(steps((2, 1), (1, 0)))
    alert = each.alert("100%")
    yield _scenario(
        each,
        "fires for a quiet provider that fails every call",
        [each.well(steps((30, 1), (1, 0))), *each.erring(steps((30, 0), (1, 1)))],
        {40: 0},
        {68: [alert]},
    )
    yield _scenario(
        each,
        "stays for a quiet provider that fails every call, when agents are new that never saw it answer",
        [each.well(steps((30, 1), (1, 0))), *each.erring(steps((30, 0), (1, 1)))],
        {60: 1, 70: 1, 80: 1, 110: 1},
        restarts={"a": 66},
    )
    yield _scenario(
        each,
        "fires for a quiet provider that never worked, beside one that does",
        [Calls("openai", "ok", 1), *each.erring(1)],
        {46: 1},
    )
    yield _scenario(
        each, "is silent about a few errors where there are errors only", each.erring(1), QUIET_SILENT
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
        [seen, Calls("pipellm", "client_closed_request", 2, model=each.model), *each.erring(0)],
        QUIET_SILENT,
    )
    yield _scenario(
        each, "fires for a provider that is just quiet enough", each.mixed(1.9 / 3.6, 3.6), {46: 1}
    )
    bad = 10 if each.answered else 5
    yield _scenario(
        each,
        "clears at once when a provider that is not quiet recovers",
        [each.well(steps((bad, float(each.answered)), (1, 4.4))), *each.erring(steps((bad, 100), (1, 0)))],
        {bad + 4: 1, bad + 20: 0, bad + 25: 0},
    )
    yield _scenario(
        each,
        "is mute for a quiet provider whose errors were a backlog",
        [each.well(1), *each.erring(during(29, 30, 60))],
        {33: 0, 38: 0, 45: 0, 55: 0},
        late=during(29, 30, 0.98),
    )


def _percent(share: float) -> str:
    return f"{100 * share:.4g}%"
