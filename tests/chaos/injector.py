"""Does what the plan says: one thread per target, so that what happens to one does not wait for another."""

import contextlib
import signal
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack
from typing import Self

from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient, NewPartitions

from tests.chaos.groups import Group
from tests.chaos.members import Member
from tests.chaos.plan import BROKER_KILL, BROKER_STALL, END, KILL, PARTITIONS, STALL, Fault
from tests.tools.kafka import Kafka

GROWN = 6  # partitions, after the increase
GROWN_WITHIN = 60.0  # seconds; the broker may be away
LATEST = 3.0
"""Seconds; a fault that is later is left out: on a slow machine a broker would else never be there."""

Say = Callable[[str], None]


class Injector:
    """Inflicts faults on the members of all groups alike, and on the broker.

    Attributes:
        done: Faults that have been inflicted.
    """

    def __init__(
        self, faults: Sequence[Fault], groups: Sequence[Group], broker: Kafka, topic: str, say: Say
    ) -> None:
        self.done: list[Fault] = []
        self.failures: list[str] = []
        self._groups, self._broker, self._topic, self._say = groups, broker, topic, say
        self._over = threading.Event()
        self._actions: dict[str, Callable[[Fault], None]] = {
            KILL: self._kill,
            STALL: self._stall,
            END: self._end,
            BROKER_KILL: self._kill_broker,
            BROKER_STALL: self._stall_broker,
            PARTITIONS: self._grow,
        }
        by_target = {
            target: [it for it in faults if it.target == target] for target in {it.target for it in faults}
        }
        self._threads = [
            threading.Thread(target=self._run, args=(mine,), name=f"faults of {target}", daemon=True)
            for target, mine in by_target.items()
        ]

    def __enter__(self) -> Self:
        self._begun = time.monotonic()
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Begin no more faults and cut short those under way."""
        self._over.set()
        for thread in self._threads:
            thread.join(30)

    def finish(self, within: float) -> None:
        """Wait until each fault is over and what it took away is back."""
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                self.failures.append(f"the {thread.name} are not over")
        self._revive_broker()

    def _run(self, faults: Sequence[Fault]) -> None:
        for fault in faults:
            if self._over.wait(max(0.0, self._begun + fault.at - time.monotonic())):
                return
            if time.monotonic() - self._begun - fault.at > LATEST and fault.kind != PARTITIONS:
                self._say(f"{fault} left out, as the one before took longer")
            else:
                self._inflict(fault)

    def _inflict(self, fault: Fault) -> None:
        self._say(str(fault))
        self.done.append(fault)
        try:
            self._actions[fault.kind](fault)
        except Exception as error:  # noqa: BLE001 - a fault that fails must not end those after it unsaid
            self.failures.append(f"{fault}: {error!r}")

    # --- members ------------------------------------------------------------------------------------------

    def _members(self, fault: Fault) -> list[Member]:
        return [group.members[fault.target] for group in self._groups]

    def _kill(self, fault: Fault) -> None:
        with _busy(self._members(fault)) as members:
            for member in members:
                member.kill()
                member.launch()

    def _end(self, fault: Fault) -> None:
        with _busy(self._members(fault)) as members:
            for member in members:
                member.child.signal(signal.SIGTERM)
            for member in members:
                member.wait_for_end()
                member.launch()

    def _stall(self, fault: Fault) -> None:
        with _busy(self._members(fault)) as members:
            for member in members:
                member.child.signal(signal.SIGSTOP)
            self._over.wait(fault.seconds)
            for member in members:
                member.child.signal(signal.SIGCONT)

    # --- the broker ---------------------------------------------------------------------------------------

    def _kill_broker(self, fault: Fault) -> None:
        self._broker.kill()
        self._over.wait(fault.seconds)
        self._broker.start()

    def _stall_broker(self, fault: Fault) -> None:
        self._revive_broker()
        self._broker.child.signal(signal.SIGSTOP)
        self._over.wait(fault.seconds)
        self._broker.resume()

    def _revive_broker(self) -> None:
        if not self._broker.running:
            self._say(f"the broker had ended by itself: {self._broker.child.tail(3)}")
            self._broker.start()

    def _grow(self, _: Fault) -> None:
        admin = AdminClient({"bootstrap.servers": self._broker.bootstrap, "log_level": 0})
        deadline = time.monotonic() + GROWN_WITHIN
        while not self._has_grown(admin) and time.monotonic() < deadline:
            with contextlib.suppress(KafkaException):
                asked = admin.create_partitions([NewPartitions(self._topic, GROWN)], request_timeout=5)
                asked[self._topic].result(10)

    def _has_grown(self, admin: AdminClient) -> bool:
        with contextlib.suppress(KafkaException):
            return len(admin.list_topics(self._topic, timeout=5).topics[self._topic].partitions) == GROWN
        return False


@contextlib.contextmanager
def _busy(members: Sequence[Member]) -> Iterator[Sequence[Member]]:
    """Keep others from reviving these members meanwhile."""
    with ExitStack() as stack:
        for member in members:
            stack.enter_context(member.busy)
        yield members
