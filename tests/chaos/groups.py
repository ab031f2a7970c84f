"""Consumer groups of agents, and of naive consumers."""

from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from typing import Any

from tests.chaos import journal
from tests.chaos.load import LABELS
from tests.chaos.members import Member, Naive
from tests.chaos.plan import SESSION
from tests.tools.agent import Agent

EXACT: Mapping[str, Any] = {"mode": "scrape"}
INTERVAL: Mapping[str, Any] = {"mode": "interval", "interval_seconds": 1}
"""Settings of the section commit."""


class Group:
    """Members that share the partitions of one topic."""

    def __init__(self, name: str, group_id: str, members: Sequence[Member], *, is_agent: bool = True) -> None:
        self.name, self.group_id, self.members, self.is_agent = name, group_id, members, is_agent

    @property
    def addresses(self) -> list[str]:
        return [member.address for member in self.members]

    def launch(self, **environ: str) -> None:
        for member in self.members:
            member.launch(**environ)

    def journal(self) -> list[journal.Life]:
        return [life for member in self.members for life in member.journal()]

    def disorderly(self) -> list[str]:
        """Ends that an agent should not have: by itself, too late, or with another exit code than 0."""
        return [
            f"{member.address}: {life.end}, exit code {life.exit_code}; it said\n{member.last_words(life)}"
            for member in self.members
            for life in member.lives
            if life.is_disorderly
        ]


def agents(
    stack: ExitStack,
    name: str,
    bootstrap: str,
    topic: str,
    commit: Mapping[str, Any],
    count: int = 2,
    **settings: Any,
) -> Group:
    """A group of agents, ended when *stack* is left. Further settings go over those of the chaos."""
    group_id = f"{name}-{topic}"
    members = []
    for number in range(count):
        kafka = {
            "bootstrap_servers": bootstrap.split(","),
            "group_id": group_id,
            "session_timeout_seconds": SESSION,
            **settings.get("kafka", {}),
        }
        sections: dict[str, Any] = {"commit": commit, "labels": LABELS, "log": {"level": "debug"}}
        sections |= settings | {"kafka": {key: _text(value, number) for key, value in kafka.items()}}
        agent = Agent(bootstrap, topic, **sections)
        stack.callback(agent.close)
        members.append(Member(agent))
    return Group(name, group_id, members)


def _text(value: Any, number: int) -> Any:
    """A setting of one member: {n} in a text stands for its number."""
    return value.replace("{n}", str(number)) if isinstance(value, str) else value


def naive(stack: ExitStack, bootstrap: str, topic: str, count: int = 2) -> Group:
    processes = [Naive(bootstrap, topic) for _ in range(count)]
    for process in processes:
        stack.callback(process.close)
    return Group("naive", f"naive-{topic}", [Member(process) for process in processes], is_agent=False)
