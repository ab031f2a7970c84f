"""Scenarios of the alerts about the agent itself."""

from collections.abc import Iterator, Mapping

from tests.rules.expected import SEEN_BY, agent_alert
from tests.rules.recording import JOB, Calls, Recording, Values, during
from tests.rules.scenarios import Alert, Scenario

OK = (Calls("openai", "ok", 100),)
TARGET = f'namespace="prod",job="{JOB}"'


def scenarios() -> Iterator[Scenario]:
    yield from _down()
    yield from _records_late()
    yield from _lagging(
        "warning",
        120,
        "The agent counts late; alerts about providers come late, or not at all while most of what it counts "
        "is old.",
    )
    yield from _lagging("critical", 300, "The agent counts so late that alerts about providers are muted.")
    yield from _stuck()
    yield from _unread()
    yield from _invalid()
    yield from _all_ignored()
    yield from _lost(
        "ApiErrorAgentSkippingRecords",
        "skipped",
        "Records could not be read and were skipped.",
        "skipped",
    )
    yield from _lost(
        "ApiErrorAgentOffsetGap",
        "offset_gap",
        "Kafka deleted records before the agent could count them.",
        "deleted uncounted",
    )
    yield from _folded()
    yield from _restarting()
    yield from _certificate("warning", 14, "A certificate that the agent uses ends soon.")
    yield from _certificate("critical", 3, "A certificate that the agent uses is about to end, or has ended.")


def scenario(
    sentence: str,
    firing: Mapping[float, int],
    alerts: Mapping[float, list[Alert]] | None = None,
    *,
    severity: str = "",
    minutes: int = 60,
    more: Mapping[str, Values] | None = None,
    instances: tuple[str, ...] = ("a",),
    **happened: object,
) -> Scenario:
    minutes = max(minutes, *(int(minute) for minute in [*firing, *(alerts or {})]))
    recording = Recording(
        OK,
        minutes=minutes,
        instances=instances,
        more=more or {},
        **happened,  # type: ignore[arg-type]
    )
    return Scenario(sentence, [recording], firing, alerts or {}, severity)


def series(metric: str, labels: str = "", instance: str = "a") -> str:
    return f'{metric}{{{TARGET},instance="{instance}"{"," * bool(labels)}{labels}}}'


def own(metric: str, labels: str = "", instance: str = "a") -> str:
    return series(f"api_error_agent_{metric}", labels, instance)


def _down() -> Iterator[Scenario]:
    name = "ApiErrorAgentDown"
    summary = "No instance of the agent can be scraped, so no other alert about API errors can fire."
    down = agent_alert(
        name, "critical", summary, f"Prometheus reaches no instance of {JOB} in prod: every target is down."
    )
    gone = agent_alert(
        name,
        "critical",
        summary,
        f"Prometheus reaches no instance of {JOB} in prod: it has no target at all.",
    )
    never = agent_alert(
        name,
        "critical",
        summary,
        f"Prometheus reaches no instance of {JOB}: it has no target at all.",
        namespace="",
    )
    yield scenario(
        f"{name} fires when every target is down for five minutes",
        {14: 0},
        {15: [down]},
        more={series("up", "", each): "1x9 0x60" for each in "ab"},
    )
    yield scenario(
        f"{name} fires when the targets vanish", {14: 0}, {15: [gone]}, more={series("up"): "1x9 stale"}
    )
    yield Scenario(
        f"{name} fires when there never was a target", [Recording(OK, job="another")], {4: 0}, {6: [never]}
    )
    yield Scenario(
        f"{name} fires for the one of two clusters that went dark",
        [Recording(OK, minutes=90, cluster="eu"), Recording(OK, minutes=30, cluster="us")],
        {34: 0, 42: 1, 90: 1},
    )
    yield scenario(
        f"{name} is silent while one of two instances is up",
        {20: 0, 50: 0},
        more={series("up"): "0x60", series("up", "", "b"): "1x60"},
    )
    yield scenario(f"{name} is silent when a restart takes four minutes", {14: 0, 20: 0}, outage=(10, 14))
    yield scenario(
        f"{name} holds for five minutes when it is back, and clears",
        {24: 1, 26: 0},
        more={series("up"): "1x4 0x14 1x60"},
    )


def _records_late() -> Iterator[Scenario]:
    name = "ApiErrorAgentRecordsLate"
    alert = agent_alert(
        name,
        "warning",
        "Most of what the agent counts for a provider is old, so alerts about the provider are muted.",
        "60% of the responses of openai are counted long after the time of their records in Kafka. Alerts "
        f"about it are muted meanwhile {SEEN_BY}.",
        provider="openai",
    )
    yield scenario(
        f"{name} fires while most records are late, and after its wait", {9: 0}, {20: [alert]}, late=0.6
    )
    yield scenario(f"{name} fires where the agent says whose they are", {20: 1}, late=0.6, late_of="openai")
    yield Scenario(
        f"{name} is silent about a provider whose records are in time",
        [Recording([*OK, Calls("groq", "ok", 1000)], minutes=25, late=0.9, late_of="groq")],
        {20: 1},
    )
    yield scenario(f"{name} is silent while many records are late", {20: 0, 50: 0}, late=0.45)
    yield scenario(f"{name} fires when little more of them are", {20: 1}, late=0.55)
    yield scenario(
        f"{name} is silent about a backlog that is read at once", {12: 0, 15: 0, 20: 0}, late=during(9, 10, 1)
    )
    yield scenario(
        f"{name} holds for five minutes when they are no longer, and clears",
        {31: 1, 35: 0},
        late=during(-1, 25, 0.9),
    )


def _lagging(severity: str, limit: int, summary: str) -> Iterator[Scenario]:
    name = "ApiErrorAgentLagging"
    title = f"{name} ({severity})"

    def alert(behind: str, topic: str = "t") -> Alert:
        description = (
            f"Counting of topic {topic} is {behind} behind. Alerts about providers are muted while most of "
            f"the newly counted records are late {SEEN_BY}."
        )
        return agent_alert(name, severity, summary, description, topic=topic)

    def lag(**partitions: str) -> dict[str, Values]:
        return {
            own("lag_seconds", f'topic="t",partition="{each}"'): text for each, text in partitions.items()
        }

    over, under = f"{limit * 1.1:.0f}", f"{limit * 0.9:.0f}"
    behind = {120: "2m 12s", 300: "5m 30s"}[limit]
    yield scenario(
        f"{title} fires when one of two partitions is behind, and says that provider alerts are muted",
        {1: 0},
        {2: [alert(behind)]},
        severity=severity,
        more=lag(a=f"{over}x60", b="0x60"),
    )
    yield scenario(
        f"{title} is silent just below its limit",
        {10: 0, 50: 0},
        severity=severity,
        more=lag(a=f"{under}x60"),
    )
    yield scenario(
        f"{title} holds for five minutes, and clears",
        {24: 1, 26: 0},
        severity=severity,
        more=lag(a=f"{over}x19 0x60"),
    )
    yield scenario(
        f"{title} tells two topics apart",
        {10: 2},
        severity=severity,
        more=lag(a=f"{over}x60") | {own("lag_seconds", 'topic="u",partition="0"'): f"{over}x60"},
    )
    yield scenario(
        f"{title} fires while most records are late, for it is never muted",
        {10: 1},
        severity=severity,
        more=lag(a=f"{over}x60"),
        late=0.9,
    )
    yield scenario(
        f"{title} is one alert for ten replicas",
        {10: 1},
        severity=severity,
        instances=tuple("abcdefghij"),
        more={
            own("lag_seconds", f'topic="t",partition="{each}"', each): f"{over}x60" for each in "abcdefghij"
        },
    )


def _stuck() -> Iterator[Scenario]:
    name = "ApiErrorAgentStuck"
    partition = 'topic="t",partition="b"'
    alert = agent_alert(
        name,
        "critical",
        "Records wait in a partition and the agent counts none of them.",
        f"Partition b of topic t has 7 records waiting, and a counts none of them {SEEN_BY}.",
        instance="a",
        topic="t",
        partition="b",
    )

    def waiting(lag: str, records: str) -> dict[str, Values]:
        return {own("lag_records", partition): lag, own("records_total", partition): records}

    yield scenario(
        f"{name} fires for a partition that never moved, beside one that does",
        {4: 0},
        {5: [alert]},
        more=waiting("7x60", "0x60"),
    )
    yield scenario(
        f"{name} fires for a partition that stands still",
        {24: 0},
        {38: [alert]},
        more=waiting("7x60", "0+9x20 180x60"),
    )
    yield scenario(
        f"{name} is silent while records are counted, however many wait",
        {20: 0, 50: 0},
        more=waiting("700+90x60", "0+9x60"),
    )
    yield scenario(f"{name} is silent where nothing waits", {20: 0, 50: 0}, more=waiting("0x60", "0x60"))
    yield scenario(
        f"{name} is silent if nothing waited once in ten minutes",
        {20: 0, 50: 0},
        more=waiting("7x7 0 7x7 0 7x7 0 7x7 0 7x7 0 7x7", "0x60"),
    )
    yield scenario(
        f"{name} holds for five minutes, and clears", {24: 1, 26: 0}, more=waiting("7x19 0x60", "0x60")
    )


def _unread() -> Iterator[Scenario]:
    name = "ApiErrorAgentPartitionUnread"

    def alert(few: str, difference: int) -> Alert:
        return said(f"The instances read {few} partitions than topic t has; the difference is {difference}")

    def said(words: str) -> Alert:
        summary = "A partition is read by no instance of the agent, or by two."
        return agent_alert(name, "critical", summary, f"{words} {SEEN_BY}.", topic="t")

    def read(*texts: str, there: int = 3) -> dict[str, Values]:
        found: dict[str, Values] = {}
        for instance, text in zip("abc", texts, strict=False):
            found[own("assigned_partitions", 'topic="t"', instance)] = text
            found[own("topic_partitions", 'topic="t"', instance)] = f"{there}x90"
        return found

    yield scenario(
        f"{name} fires when nobody reads a partition",
        {4: 0},
        {5: [alert("fewer", -1)]},
        more=read("1x90", "1x90"),
    )
    yield scenario(
        f"{name} fires when two groups read all of them",
        {4: 0},
        {5: [alert("more", 3)]},
        more=read("3x90", "3x90"),
    )
    nobody = "No instance reads any partition of topic t, and none knows how many there are"
    yield scenario(
        f"{name} fires when a topic is gone beside others that are read",
        {14: 0},
        {15: [said(nobody)]},
        more={
            **read("3x9 0x90"),
            own("topic_partitions", 'topic="t"'): "3x9 stale",
        },
    )
    yield scenario(
        f"{name} fires when nobody reads any of those there are",
        {4: 0},
        {5: [alert("fewer", -3)]},
        more=read("0x90", "0x90"),
    )
    yield scenario(f"{name} is silent when each is read once", {30: 0}, more=read("2x90", "1x90", "0x90"))
    yield scenario(
        f"{name} is silent through a rebalance of four minutes",
        {20: 0, 30: 0},
        more=read("2x9 0x3 2x60", "1x90"),
    )
    yield scenario(
        f"{name} holds for five minutes, and clears", {24: 1, 26: 0}, more=read("1x19 2x60", "1x90")
    )
    yield scenario(f"{name} is silent while the agent is gone", {20: 0, 40: 0}, outage=(10, 50))


def _invalid() -> Iterator[Scenario]:
    name = "ApiErrorAgentInvalidEvents"

    def invalid(
        rate: float, rate2: float = 0, *, records: float = 1000, until: int = 90
    ) -> dict[str, Values]:
        stop = f" {rate * until:g}x90"
        return {
            own("invalid_events_total", 'reason="json"'): f"0+{rate}x{until}" + stop,
            own("invalid_events_total", 'reason="no_status"'): f"0+{rate2}x90",
            own("events_total", 'topic="t",partition="a"'): f"0+{records}x180",
        }

    alert = agent_alert(
        name,
        "warning",
        "Events in the topic are no API responses, and are not counted.",
        f"1.1% of the events cannot be read {SEEN_BY}.",
    )
    yield scenario(
        f"{name} fires just above its share, over all reasons", {2: 0}, {5: [alert]}, more=invalid(6, 5)
    )
    yield scenario(f"{name} is silent just below its share", {30: 0}, more=invalid(9))
    yield scenario(f"{name} is silent just below its count", {10: 0, 30: 0}, more=invalid(1.8, records=1.8))
    yield scenario(f"{name} fires just above its count", {30: 1}, more=invalid(2.2, records=2.2))
    yield scenario(f"{name} waits for two minutes", {2: 0, 3: 1}, more=invalid(500))
    yield scenario(f"{name} holds for ten minutes, and clears", {33: 1, 37: 0}, more=invalid(500, until=20))


def _all_ignored() -> Iterator[Scenario]:
    name = "ApiErrorAgentAllIgnored"

    def ignored(rate: float, counted: float = 0, *, until: int = 90) -> dict[str, Values]:
        def rising(by: float) -> str:
            return f"0+{by}x{until} {by * until:g}x90"

        return {
            own("ignored_events_total", 'topic="t",partition="a"'): rising(rate),
            own("ignored_events_total", 'topic="t",partition="b"'): rising(0),
            own("events_total", 'topic="t",partition="a"'): rising(rate + counted),
            own("events_total", 'topic="t",partition="b"'): rising(counted),
        }

    alert = agent_alert(
        name,
        "warning",
        "All events of a topic are left out, so nothing of it is counted.",
        f"300 events of topic t were ignored in 30m, and none was counted {SEEN_BY}.",
        topic="t",
    )
    yield scenario(f"{name} fires where nothing else is read", {8: 0}, {45: [alert]}, more=ignored(10))
    yield scenario(f"{name} is silent where a few events are counted", {60: 0}, more=ignored(1000, 0.1))
    yield scenario(f"{name} is silent just below its count", {60: 0}, more=ignored(3.2))
    yield scenario(f"{name} fires just above its count", {60: 1}, more=ignored(3.5))
    yield scenario(f"{name} waits for five minutes", {4: 0, 7: 1}, more=ignored(1000))
    yield scenario(f"{name} is silent where nothing is read", {60: 0}, more=ignored(0))
    yield scenario(f"{name} clears when no more come", {20: 1, 60: 0}, more=ignored(1000, until=20))


def _lost(name: str, what: str, summary: str, became: str) -> Iterator[Scenario]:
    alert = agent_alert(
        name, "warning", summary, f"1 records of topic t were {became} in 15m {SEEN_BY}.", topic="t"
    )
    metric = f"{what}_records_total"
    one = {own(metric, 'topic="t",partition="a"'): "0x20 1x60"}
    yield scenario(
        f"{name} fires on one record, and clears after a quarter of an hour",
        {20: 0, 40: 0},
        {25: [alert]},
        more=one,
    )
    yield scenario(
        f"{name} is silent while there is none",
        {20: 0, 50: 0},
        more={own(metric, 'topic="t",partition="a"'): "3x90"},
    )
    yield scenario(
        f"{name} is silent through a restart",
        {35: 0},
        more={own(metric, 'topic="t",partition="a"'): "3x30 0x60"},
    )
    yield scenario(
        f"{name} is one alert for a topic of ten partitions",
        {25: 1},
        more={own(metric, f'topic="t",partition="{each}"'): "0x20 1x60" for each in range(10)},
    )


def _folded() -> Iterator[Scenario]:
    name = "ApiErrorAgentSeriesFolded"
    alert = agent_alert(
        name,
        "warning",
        'Values of a label are counted under "other", because its budget is used up or they look like '
        "secrets.",
        f'1.1% of the events have "other" as their path {SEEN_BY}.',
        label="path",
    )

    def folded(rate: float, records: float = 1000, until: int = 90) -> dict[str, Values]:
        return {
            own("folded_events_total", 'label="path"'): f"0+{rate}x{until} {rate * until:g}x90",
            own("folded_events_total", 'label="model"'): "0x90",
            own("events_total", 'topic="t",partition="a"'): f"0+{records}x180",
        }

    yield scenario(
        f"{name} fires just above its share, and after its wait", {15: 0}, {17: [alert]}, more=folded(11)
    )
    yield scenario(f"{name} is silent just below its share", {20: 0, 60: 0}, more=folded(9))
    yield scenario(
        f"{name} is silent just below its count in a quiet night", {40: 0, 60: 0}, more=folded(9 / 15, 5)
    )
    yield scenario(f"{name} fires just above its count", {60: 1}, more=folded(11 / 15, 5))
    yield scenario(f"{name} clears when it ends", {29: 1, 50: 0}, more=folded(500, until=30))


def _restarting() -> Iterator[Scenario]:
    name = "ApiErrorAgentRestarting"

    def starts(number: int, instance: str = "a") -> dict[str, Values]:
        text = " ".join(f"{each}x5" for each in range(1, number + 1)) + f" {number + 1}x90"
        return {series("process_start_time_seconds", "", instance): text}

    alert = agent_alert(
        name,
        "warning",
        "An instance of the agent restarts again and again.",
        f"a has restarted 4 times in 1h {SEEN_BY}.",
        instance="a",
    )
    yield scenario(
        f"{name} fires at four restarts in an hour, and clears an hour later",
        {20: 0, 95: 0},
        {30: [alert]},
        more=starts(4),
    )
    yield scenario(f"{name} is silent at three", {30: 0, 50: 0}, more=starts(3))
    yield scenario(
        f"{name} is silent when ten replicas restart once each",
        {30: 0, 50: 0},
        instances=tuple("abcdefghij"),
        more={key: value for each in "abcdefghij" for key, value in starts(1, each).items()},
    )


def _certificate(severity: str, days: int, summary: str) -> Iterator[Scenario]:
    name = "ApiErrorAgentCertificateExpiring"
    title = f"{name} ({severity})"

    def expiry(left: float, instance: str = "a") -> dict[str, Values]:
        ends = [60.0 * minute + left * 86400 for minute in range(91)]
        return {own("certificate_expiry_timestamp_seconds", 'file="tls.crt"', instance): ends}

    good = {14: "12d 14h 24m 0s", 3: "2d 16h 48m 0s"}[days]
    alert = agent_alert(
        name, severity, summary, f"The certificate tls.crt is good for {good} more {SEEN_BY}.", file="tls.crt"
    )
    yield scenario(
        f"{title} fires for the instance with the old file, after its wait",
        {14: 0},
        {15: [alert]},
        severity=severity,
        more=expiry(0.9 * days) | expiry(90, "b"),
    )
    yield scenario(
        f"{title} is silent as long as there is time",
        {20: 0, 50: 0},
        severity=severity,
        more=expiry(1.1 * days),
    )
    yield scenario(f"{title} is silent without certificates", {20: 0, 50: 0}, severity=severity)
    key = own("certificate_expiry_timestamp_seconds", 'file="tls.crt"')
    renewed = [60.0 * minute + (0.5 * days if minute < 40 else 90) * 86400 for minute in range(91)]
    yield scenario(
        f"{title} holds for five minutes when it is renewed, and clears",
        {44: 1, 46: 0},
        severity=severity,
        more={key: renewed},
    )
    ended = [60.0 * minute - 3600 for minute in range(91)]
    yield scenario(f"{title} fires for one that has ended", {30: 1}, severity=severity, more={key: ended})
