"""What goes wrong once a minute while an agent is watched. It stays the same process."""

import socket
import time
from collections.abc import Callable, Mapping
from typing import NamedTuple

from bench.candidates import Agents, Watched
from bench.events import GARBAGE
from bench.load import Load
from bench.looking import OK
from tests.tools.kafka import Kafka
from tests.tools.process import until

SHORT, LONG = 3.0, 8.0  # seconds: within the session of the group, and beyond it
JOINED_WITHIN = 50.0  # seconds
HANGING_UP = 20  # scrapers


class Place(NamedTuple):
    """Who may be hit."""

    broker: Kafka
    agent: Watched
    load: Load
    topic: str
    group: str


def broker_stalls(place: Place) -> None:
    """Nothing answers for a moment."""
    place.broker.pause()
    time.sleep(SHORT)
    place.broker.resume()


def broker_crashes(place: Place) -> None:
    place.broker.kill()
    place.broker.start()


def agent_stalls(place: Place) -> None:
    """The group gives its partitions up for lost."""
    place.agent.pause()
    time.sleep(LONG)
    place.agent.resume()


def another_joins(place: Place) -> None:
    """Half of the partitions go to another agent, and come back."""
    with Agents(place.broker.bootstrap, place.topic, place.group, {"kafka": SESSION}) as other:
        until(lambda: other.status("/readyz") == OK, JOINED_WITHIN, "the other agent does not join")
        time.sleep(SHORT)


def scrapers_hang_up(place: Place) -> None:
    """They ask, and do not wait for the page."""
    host, _, port = place.agent.address.partition(":")
    for _ in range(HANGING_UP):
        with socket.create_connection((host, int(port)), 5) as caller:
            caller.sendall(f"GET /metrics HTTP/1.1\r\nhost: {host}\r\n\r\n".encode())


def garbage_comes(place: Place) -> None:
    for value in GARBAGE * 500:
        place.load.send(value)


SESSION = {"session_timeout_seconds": 6, "request_timeout_seconds": 10}

FAULTS: Mapping[str, Callable[[Place], None]] = {
    "the broker stalls": broker_stalls,
    "scrapers hang up": scrapers_hang_up,
    "another agent joins and leaves": another_joins,
    "garbage comes": garbage_comes,
    "the agent stalls": agent_stalls,
    "the broker crashes": broker_crashes,
}
