"""Whether records are read, and if not, why: for /readyz, for the gauges, for whoever is woken."""

from typing import NamedTuple

from agent.consumer.causes import Problem, hint, problem


class Connection(NamedTuple):
    """What keeps us from reading, if anything does.

    Attributes:
        words: The same for people; empty when nothing does.
    """

    problem: Problem | None = None
    words: str = ""


CONNECTED = Connection()
STARTING = Connection(Problem.STARTING, "the first connection to the brokers is being made")


def failed(complaint: str, servers: list[str]) -> Connection:
    """What it means that a connection failed with this complaint."""
    words = hint(complaint) or f"the log says why: {complaint}"
    return Connection(problem(complaint), f"no connection to {', '.join(servers)}: {words}")


def silent(seconds: float) -> Connection:
    """No broker has answered for so long."""
    return Connection(Problem.UNREACHABLE, f"no broker has answered for {seconds:.0f} s")


def missing(topics: list[str]) -> Connection:
    """Topics are not there, or are hidden from us."""
    return Connection(
        Problem.MISSING_TOPIC,
        f"{', '.join(topics)} is not there, or this user may not DESCRIBE it; the agent creates no topic",
    )


def joining(complaint: str) -> Connection:
    """The group has not given us anything to read yet."""
    if problem(complaint) is Problem.NOT_AUTHORIZED:
        return Connection(Problem.NOT_AUTHORIZED, hint(complaint))
    return Connection(Problem.JOINING, "waiting for the consumer group to give out its partitions")


def refused(complaint: str) -> Connection:
    """Polls fail one after the other."""
    return Connection(problem(complaint), hint(complaint) or f"polls fail: {complaint}")
