"""One connection to Kafka: a consumer and an admin client, started together, stopped within bounds."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import NamedTuple, TypeVar

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor

from agent import logs
from agent.consumer import guards, topics
from agent.consumer.security import Tls, arguments
from agent.consumer.start import Committed
from agent.settings import KafkaSettings

HEARTBEATS = 15
"""Heartbeats per session: 3 s at the default session of 45 s."""

LONGEST_REBALANCE_MS = 30_000
"""How long the group waits for members to let go and join again."""

MAX_RECORDS = 1000
"""Records of one poll. They are counted in one go, and the event loop waits for it."""

FETCH_WAIT_MS = 500
"""How long a broker holds a fetch until there is something to send."""

_LOOK_WAIT_MS = 50  # who only looks does not wait for what may come
_STOP_WITHIN, _CLOSE_WITHIN = 3.0, 1.0
_FETCH_BYTES = 16 * 1024 * 1024

log = logs.get_logger()

T = TypeVar("T")


class Fetched(NamedTuple):
    """How far a partition has been fetched.

    Attributes:
        position: Offset at which the next poll goes on; beyond the last record by what is none.

        end: Offset after the last record of the log, as the last fetch said; None before the first.

        at: When it said so, in unix seconds.

        is_waiting: Whether something is fetched that no poll has taken yet.

        is_readable: Whether records can be had now, fetched or not; those of open transactions cannot.
    """

    position: int
    end: int | None
    at: float
    is_waiting: bool
    is_readable: bool


class Client:
    """A started consumer that is subscribed to nothing, and the admin client beside it.

    Attributes:
        refused: Partitions for which a broker has answered a fetch with an error of its own.

    Args:
        in_group: Whether the consumer can join the group and commit for it.

    Raises:
        OSError: If a file that the settings name cannot be used.
    """

    def __init__(self, settings: KafkaSettings, *, in_group: bool = True) -> None:
        self._settings = settings
        guards.install()
        guards.bound(settings.max_batch_bytes)
        session_ms = int(settings.session_timeout_seconds * 1000)
        request_ms = int(settings.request_timeout_seconds * 1000)
        # The broker may hold a join that long, and the request must not end before it.
        rebalance_ms = min(LONGEST_REBALANCE_MS, request_ms * 3 // 4)
        self.tls = Tls(settings.tls) if settings.security_protocol.endswith("SSL") else None
        common = {
            "bootstrap_servers": settings.bootstrap_servers,
            "request_timeout_ms": request_ms,
            **arguments(settings, self.tls),
        }
        self.admin = AIOKafkaAdminClient(client_id=f"{settings.client_id}-admin", **common)
        self.consumer = AIOKafkaConsumer(
            client_id=settings.client_id,
            group_id=settings.group_id if in_group else None,
            group_instance_id=settings.group_instance_id if in_group else None,
            enable_auto_commit=False,  # it commits what was fetched, not counted, and hangs in stop()
            auto_offset_reset="none",  # both other values lose or repeat records without a word
            isolation_level="read_committed",
            check_crcs=True,
            client_rack=settings.client_rack,
            partition_assignment_strategy=(_assignor(),),  # two would cost two rounds of joining
            session_timeout_ms=session_ms,
            # Only a heartbeat tells us that the group waits for us to let go.
            heartbeat_interval_ms=min(session_ms // HEARTBEATS, rebalance_ms // 5),
            rebalance_timeout_ms=rebalance_ms,
            # aiokafka's own measure of idleness breaks after an exception; ours is the stall check.
            max_poll_interval_ms=3_600_000,
            metadata_max_age_ms=int(settings.metadata_max_age_seconds * 1000),
            fetch_max_wait_ms=FETCH_WAIT_MS if in_group else _LOOK_WAIT_MS,
            fetch_max_bytes=_FETCH_BYTES,
            **common,
        )
        self.refused: set[tuple[str, int]] = set()
        guards.watch(self.consumer, self.refused.add)

    async def start(self) -> None:
        """Connect.

        Raises:
            KafkaError: If no broker can be reached; aiokafka's log says why.
        """
        try:
            await self.admin.start()
            await self.consumer.start()
        except BaseException:
            await self.stop()
            raise

    async def stop(self) -> None:
        """Leave the group and close the connections, whatever the broker does."""
        for client in (self.consumer._client, self.admin._client):  # noqa: SLF001
            if client._sync_task is not None and client._sync_task.done():  # noqa: SLF001
                client._sync_task = None  # noqa: SLF001 - close() would fail on it and leave connections open
        await _bounded(self.consumer.stop(), _STOP_WITHIN)
        # stop() ends at the first error of a dead task and leaves the connections open.
        leftovers = (self.consumer._client.close(), self.admin.close())  # noqa: SLF001
        await asyncio.gather(*(_bounded(ending, _CLOSE_WITHIN) for ending in leftovers))

    async def topics(self) -> set[str]:
        """Names of the topics there are. A consumer's own question for one would create it."""
        return set(await self.admin.list_topics())

    async def topic_ids(self, names: Iterable[str]) -> dict[str, str]:
        """The id of each of these topics that is there."""
        return await topics.ids_of(self.admin, names)

    async def committed(self, names: Iterable[str]) -> dict[tuple[str, int], Committed]:
        """What the group has committed, for every partition of these topics."""
        partitions = [TopicPartition(topic, number) for topic in names for number in self.partitions(topic)]
        found = await self.admin.list_consumer_group_offsets(self._settings.group_id, partitions=partitions)
        return {partition: Committed(it.offset, it.metadata) for partition, it in found.items()}

    def partitions(self, topic: str) -> set[int]:
        return set(self.consumer.partitions_for_topic(topic) or ())

    # --- what aiokafka does not say in public -------------------------------------------------------

    def fetched(self, tp: TopicPartition) -> Fetched | None:
        """How far a partition has been fetched; None for one that is not ours, or has no position yet."""
        subscription = self.consumer._subscription.subscription  # noqa: SLF001
        assignment = subscription and subscription.assignment
        state = assignment and assignment.state_value(tp)
        if not state or not state.has_valid_position:
            return None
        is_waiting = tp in self.consumer._fetcher._records  # noqa: SLF001
        stable = state.highwater if state.lso is None else state.lso
        is_readable = is_waiting or (stable or 0) > state.position
        return Fetched(
            state.position, state.highwater, (state.timestamp or 0) / 1000, is_waiting, is_readable
        )

    def dead_tasks(self) -> Iterator[str]:
        """Those of aiokafka's own tasks that have ended, and why: the rest would wait for them for ever."""
        consumer = self.consumer
        coordinator = consumer._coordinator  # noqa: SLF001
        lasting = {
            "metadata": consumer._client._sync_task,  # noqa: SLF001
            "fetch": consumer._fetcher._fetch_task,  # noqa: SLF001
            "coordination": coordinator._coordination_task,  # noqa: SLF001
            "admin metadata": self.admin._client._sync_task,  # noqa: SLF001
        }
        # These end and begin again with each assignment; one that has failed is kept, and fails every poll.
        passing = {
            "heartbeat": coordinator._heartbeat_task,  # noqa: SLF001
            "committed offsets": coordinator._commit_refresh_task,  # noqa: SLF001
        }
        for name, task in (lasting | passing).items():
            error = _failure(task)
            if error is not None or (name in lasting and task.done()):
                yield f"{name}: {(error and error.__cause__) or error!r}"

    def on_metadata(self, changed: Callable[[], None]) -> None:
        """Have *changed* called whenever brokers have said what topics there are."""
        self.consumer._client.cluster.add_listener(lambda _: changed())  # noqa: SLF001


def _failure(task: "asyncio.Task[None] | None") -> BaseException | None:
    return task.exception() if task is not None and task.done() and not task.cancelled() else None


def _assignor() -> type[StickyPartitionAssignor]:
    """A sticky assignor of our own: aiokafka keeps what a member owned on the class, for all clients."""
    return type("Sticky", (StickyPartitionAssignor,), {})


async def _bounded(ending: Awaitable[T], seconds: float) -> None:
    """Wait for *ending*. Its own failure does not matter any more; a cancellation of ours does."""
    task = asyncio.ensure_future(ending)
    _, pending = await asyncio.wait((task,), timeout=seconds)
    for late in pending:
        late.cancel()
    error = task.exception() if task.done() and not task.cancelled() else None
    if error is not None:
        log.info("client.not_closed", error=repr(error))
