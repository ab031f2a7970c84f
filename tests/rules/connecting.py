"""Scenarios of the alerts about an agent that is up and reads nothing: never connected, away, back."""

from collections.abc import Iterator

from tests.rules.expected import SEEN_BY, agent_alert
from tests.rules.own import own, scenario
from tests.rules.recording import Values
from tests.rules.scenarios import Alert, Scenario

NAME = "ApiErrorAgentNotConnected"
TEN = tuple("abcdefghij")


def scenarios() -> Iterator[Scenario]:
    yield from _nobody()
    yield from _one_of_several()
    yield from _unread()


def connected(*texts: str) -> dict[str, Values]:
    """Whether each instance is connected, minute by minute."""
    return {own("connected", "", each): text for each, text in zip(TEN, texts, strict=False)}


def why(problem: str, text: str, instance: str = "a") -> dict[str, Values]:
    return {own("connection_problem", f'problem="{problem}"', instance): text}


def never() -> dict[str, Values]:
    """What an agent shows that has not connected since its start."""
    nothing_read = {
        own("assigned_partitions", 'topic="t"'): "0x90",
        own("topic_partitions", 'topic="t"'): "_x90",
    }
    return connected("0x90") | why("unreachable", "1x90") | why("credentials", "0x90") | nothing_read


def away(start: int, end: int = 90) -> dict[str, Values]:
    """What an agent shows that was connected until a broker's end, with what its page lacks from then on."""
    then = f"x{start - 1}"
    back = f"x{90 - end}"
    return {
        **connected(f"1{then} 0x{end - start - 1} 1{back}"),
        **why("unreachable", f"0{then} 1x{end - start - 1} 0{back}"),
        own("assigned_partitions", 'topic="t"'): f"1{then} 0x{end - start - 1} 1{back}",
        own("topic_partitions", 'topic="t"'): f"1{then} stale _x{end - start - 2} 1{back}",
    }


def _nobody() -> Iterator[Scenario]:
    title = f"{NAME} (critical)"

    def alert(reason: str, instances: int = 1) -> Alert:
        return agent_alert(
            NAME,
            "critical",
            "The agent is up, but reads nothing from Kafka, so no other alert about API errors can fire.",
            f"Instances that are up: {instances}. None of them reads anything from Kafka; "
            f"{reason} {SEEN_BY}.",
        )

    unreachable = alert("the problem: unreachable")
    yield scenario(
        f"{title} fires for an agent that has not connected since its start, and names its problem",
        {4: 0},
        {5: [unreachable], 60: [unreachable]},
        severity="critical",
        more=never(),
    )
    yield scenario(
        f"{title} fires when the brokers go away, after its wait",
        {24: 0},
        {25: [unreachable]},
        severity="critical",
        more=away(20),
    )
    yield scenario(
        f"{title} fires on when the agent is restarted while they are away, under another name",
        {20: 1, 21: 1, 22: 1, 23: 1, 28: 1},
        {60: [unreachable]},
        severity="critical",
        more={
            **connected("1x4 0x15 stale", "_x23 0x60"),
            **why("unreachable", "0x4 1x15 stale"),
            **why("unreachable", "_x23 1x60", "b"),
        },
    )
    yield scenario(
        f"{title} fires though the agent is restarted before its wait is over",
        {12: 0, 14: 0, 19: 0},
        {20: [unreachable]},
        severity="critical",
        more={
            **connected("1x8 0x3 stale", "_x15 0x60"),
            **why("unreachable", "0x8 1x3 stale"),
            **why("unreachable", "_x15 1x60", "b"),
        },
    )
    yield scenario(
        f"{title} holds for five minutes when the agent is back, and clears",
        {44: 1, 46: 0, 80: 0},
        severity="critical",
        more=away(20, 40),
    )
    yield scenario(
        f"{title} fires for an agent that does not say why, and says where it is said",
        {4: 0},
        {5: [alert("the /readyz of each says why")]},
        severity="critical",
        more=connected("0x90"),
    )
    yield scenario(
        f"{title} is one alert for ten replicas",
        {},
        {10: [alert("the problem: credentials", 10)]},
        severity="critical",
        more={
            **connected(*["0x90"] * 10),
            **{key: text for each in TEN for key, text in why("credentials", "1x90", each).items()},
        },
    )
    yield scenario(
        f"{title} is silent while one of two instances is connected",
        {20: 0, 50: 0},
        severity="critical",
        more=connected("0x90", "1x90"),
    )
    yield scenario(
        f"{title} is silent through a calm rolling update of the only instance",
        {25: 0, 30: 0, 50: 0},
        severity="critical",
        more=connected("1x20 stale", "_x22 0x1 1x60"),
    )
    yield scenario(
        f"{title} is silent while the agent is gone", {20: 0, 40: 0}, severity="critical", outage=(10, 50)
    )


def rolling(instance: int) -> str:
    """Ten instances are replaced one after the other; each takes two minutes to connect."""
    starts = 10 + 3 * instance
    return f"1x{starts - 1} stale 0x1 1x{90 - starts}"


def _one_of_several() -> Iterator[Scenario]:
    title = f"{NAME} (warning)"
    summary = "An instance of the agent is up, but reads nothing from Kafka; others do."

    def alert(reason: str) -> Alert:
        description = f"a reads nothing from Kafka, while 2 of the instances do; {reason} {SEEN_BY}."
        return agent_alert(NAME, "warning", summary, description, instance="a")

    yield scenario(
        f"{title} fires for the one of three instances that is not connected, and names its problem",
        {14: 0},
        {15: [alert("its problem: tls")]},
        severity="warning",
        more=connected("0x90", "1x90", "1x90") | why("tls", "1x90") | why("unreachable", "0x90", "b"),
    )
    yield scenario(
        f"{title} fires for one that does not say why",
        {14: 0},
        {15: [alert("its /readyz says why")]},
        severity="warning",
        more=connected("0x90", "1x90", "1x90"),
    )
    yield scenario(
        f"{title} is silent when no instance is connected, which is another alert",
        {20: 0, 50: 0},
        severity="warning",
        more=connected("0x90", "0x90"),
    )
    yield scenario(
        f"{title} is silent through a calm rolling update of ten instances",
        {15: 0, 25: 0, 35: 0, 45: 0},
        severity="warning",
        more=connected(*[rolling(number) for number in range(10)]),
    )
    yield scenario(
        f"{title} holds for five minutes when the instance is back, and clears",
        {44: 1, 46: 0},
        severity="warning",
        more=connected("0x39 1x60", "1x90"),
    )


def _unread() -> Iterator[Scenario]:
    """What the alert about partitions says of the same."""
    name = "ApiErrorAgentPartitionUnread"
    yield scenario(f"{name} is silent while no instance has connected", {20: 0, 60: 0}, more=never())
    yield scenario(
        f"{name} is silent while the brokers are away, and when they are back",
        {30: 0, 45: 0, 60: 0},
        more=away(20, 40),
    )
