"""Whether records are read, and if not, why: for /readyz, for the gauges, for whoever is woken."""

from typing import NamedTuple

from agent.consumer.causes import FENCED_HINT, Problem, problem, words


class Connection(NamedTuple):
    """What keeps us from reading, if anything does.

    Attributes:
        words: The same for people; empty when nothing does.

        is_made: Whether we read, if not all that we should.
    """

    problem: Problem | None = None
    words: str = ""
    is_made: bool = False


CONNECTED = Connection(is_made=True)
STARTING = Connection(Problem.STARTING, "the first connection to the brokers is being made")


def failed(complaint: str, servers: list[str]) -> Connection:
    """What it means that a connection failed with this complaint."""
    said = f"no connection to {', '.join(servers)}: {words(complaint)}"
    return Connection(problem(complaint, Problem.UNREACHABLE), said)


def silent(seconds: float) -> Connection:
    """No broker has answered for so long."""
    return Connection(Problem.UNREACHABLE, f"no broker has answered for {seconds:.0f} s")


def missing(topics: list[str], *, reads_others: bool) -> Connection:
    """Topics are not there, or are hidden from us."""
    return Connection(
        Problem.MISSING_TOPIC,
        f"{', '.join(topics)} is not there, or this user may not DESCRIBE it; the agent creates no topic",
        is_made=reads_others,
    )


def joining(complaint: str) -> Connection:
    """The group has not given us anything to read yet; *complaint* is what the client said of late."""
    why = f"; {words(complaint)}" if complaint else ""
    return Connection(Problem.JOINING, f"waiting for the consumer group to give out its partitions{why}")


def refused(complaint: str) -> Connection:
    """Polls fail one after the other."""
    return Connection(problem(complaint, Problem.FAILED), words(complaint))


def fenced(instance_id: str | None) -> Connection:
    """Another member takes our place in the group whenever we have it."""
    return Connection(Problem.FENCED, f"{FENCED_HINT} (ours is {instance_id!r})")


def broken(why: str) -> Connection:
    """The client did not get on and is built anew."""
    return Connection(Problem.FAILED, f"the Kafka client is built anew: {why}")
