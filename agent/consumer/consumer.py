"""The supervisor: connects, reads, and builds the client anew when nothing moves any more."""

import asyncio
import random
import time
from collections.abc import Awaitable, Callable
from enum import StrEnum

from aiokafka.errors import KafkaError

from agent import logs
from agent.consumer import codecs
from agent.consumer.books import Books, Offsets, Partition
from agent.consumer.causes import hint
from agent.consumer.client import Client
from agent.consumer.kafkalog import KafkaLog
from agent.consumer.lag import Lag
from agent.consumer.reader import Reader, StalledError
from agent.settings import KafkaSettings

_LONGEST_PAUSE = 15.0
_HOUSEKEEPING_EVERY = 1.0

log = logs.get_logger()


class CommitResult(StrEnum):
    """What became of a commit."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    NOT_SENT = "not_sent"


_RESULTS = {True: CommitResult.ACCEPTED, False: CommitResult.REFUSED, None: CommitResult.UNANSWERED}


class Consumer:
    """Reads topics through a consumer group, for as long as run() runs.

    Attributes:
        rebuilds: Clients thrown away because nothing moved.

        certificates: Unix time at which our own certificate ends, by its file, also while no broker takes it.
    """

    def __init__(
        self, settings: KafkaSettings, books: Books, before_revoke: Callable[[], Awaitable[None]]
    ) -> None:
        self._before_revoke = before_revoke
        self._settings = settings
        self._books = books
        self._log = KafkaLog()
        self._reader: Reader | None = None
        self._client: Client | None = None
        self._topics: frozenset[str] = frozenset()
        self._commit_lock = asyncio.Lock()
        self.rebuilds = 0
        self.certificates: dict[str, float] = {}
        self._earlier_assignments = 0

    async def run(self) -> None:
        """Read until cancelled; then leave the group within bounds."""
        self._log.listen()
        _check_installation()
        while True:
            client = await self._connect()
            leaving = True
            try:
                await self._read(client)
            except StalledError as stall:
                leaving = False
                log.warning("consumer.stalled", why=str(stall), reason=self._log.reason)
            finally:
                await self._disconnect(client, leaving=leaving)
            self.rebuilds += 1
            log.info("consumer.rebuilding", rebuilds=self.rebuilds)

    async def commit(self, offsets: Offsets, within: float) -> CommitResult:
        """Commit within *within* seconds; one at a time, and only while the group is joined."""
        reader = self._reader
        if reader is None or not offsets:
            return CommitResult.NOT_SENT
        async with self._commit_lock:
            result = _RESULTS[await reader.positions.commit(offsets, within)]
        if result is CommitResult.ACCEPTED:
            self._books.committed(offsets)
        elif result is CommitResult.REFUSED:
            self._books.refused(offsets)
        elif result is CommitResult.UNANSWERED:
            self._books.unanswered(offsets)
        return result

    # --- looking ----------------------------------------------------------------------------------

    @property
    def is_ready(self) -> bool:
        """Whether the group has given us an assignment; owning nothing counts."""
        return self._reader is not None and self._reader.joined

    @property
    def assignments(self) -> int:
        """Assignments received from the group, over all clients."""
        return self._earlier_assignments + (0 if self._reader is None else self._reader.assignments)

    @property
    def lags(self) -> dict[Partition, Lag]:
        return {} if self._reader is None else self._reader.positions.lags

    @property
    def polled_at(self) -> float | None:
        """Unix time of the last poll that returned."""
        return None if self._reader is None else self._reader.polled_at

    @property
    def topic_partitions(self) -> dict[str, int]:
        """How many partitions each known topic has."""
        if self._client is None:
            return {}
        return {topic: len(self._client.partitions(topic)) for topic in sorted(self._topics)}

    # --- inside -----------------------------------------------------------------------------------

    async def _connect(self) -> Client:
        """Try until it succeeds, ever more slowly, and say why it does not."""
        pause = 0.2
        while True:
            self._log.forget()
            try:
                client = Client(self._settings)
                self._note_certificates(client)
                await client.start()
            except (KafkaError, OSError) as error:
                log.warning(
                    "kafka.unreachable",
                    bootstrap_servers=self._settings.bootstrap_servers,
                    error=str(error),
                    reason=self._log.reason,
                    hint=hint(f"{self._log.reason} {error}"),
                    retry_in_seconds=round(pause, 1),
                )
            else:
                log.info("kafka.connected", bootstrap_servers=self._settings.bootstrap_servers)
                return client
            await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, hides nothing
            pause = min(_LONGEST_PAUSE, pause * 2)

    async def _disconnect(self, client: Client, *, leaving: bool) -> None:
        reader, self._reader, self._client = self._reader, None, None
        if reader is not None:
            self._earlier_assignments += reader.assignments
            await reader.let_go(leaving=leaving)
        await client.stop()

    async def _read(self, client: Client) -> None:
        self._client = client
        self._reader = reader = Reader(client, self._books, self._settings, self._before_revoke)
        housekeeping = asyncio.create_task(self._housekeeping(client, reader))
        try:
            while not housekeeping.done():
                if self._topics:
                    await reader.turn()
                else:
                    await asyncio.wait((housekeeping,), timeout=_HOUSEKEEPING_EVERY)
            housekeeping.result()
        finally:
            housekeeping.cancel()
            self._topics = frozenset()

    async def _housekeeping(self, client: Client, reader: Reader) -> None:
        """Watch topics and progress, apart from polling, which may wait for a rebalance.

        Raises:
            StalledError: If no broker has answered for kafka.stall_seconds.
        """
        heard = asked = time.time()
        await self._look_for_topics(client, reader)
        while True:
            await asyncio.sleep(_HOUSEKEEPING_EVERY)
            now = time.time()
            reader.heard(now)
            self._refresh_certificates(client)
            heard = max(heard, reader.answered_at() or 0.0)
            is_missing = self._topics != set(self._settings.topics)
            if (
                is_missing
                or now - asked > self._settings.metadata_max_age_seconds
                or not reader.positions.lags
            ):
                asked = now
                if await self._look_for_topics(client, reader):
                    heard = max(heard, now) if not reader.positions.lags else heard
            if now - heard > self._settings.stall_seconds:
                raise StalledError(f"no broker has answered for {now - heard:.0f} s")

    def _refresh_certificates(self, client: Client) -> None:
        try:
            if client.tls is not None and client.tls.refresh():
                log.info("kafka_certificates.reloaded")
        except OSError as error:
            log.error("kafka_certificates.refused", error=str(error), hint="those before stay in force")  # noqa: TRY400
        self._note_certificates(client)

    def _note_certificates(self, client: Client) -> None:
        self.certificates = {} if client.tls is None else client.tls.certificates

    async def _look_for_topics(self, client: Client, reader: Reader) -> bool:
        """Subscribe to those of our topics that exist; whether a broker answered."""
        try:
            existing = await asyncio.wait_for(client.topics(), self._settings.request_timeout_seconds)
        except (TimeoutError, KafkaError, OSError):
            return False
        found = frozenset(self._settings.topics) & existing
        missing = sorted(set(self._settings.topics) - existing)
        if missing and (found != self._topics or not self._topics):
            log.warning(
                "topic.missing",
                topics=missing,
                hint="create it, or mend kafka.topics; the agent creates none and waits",
            )
        if found and found != self._topics:
            reader.subscribe(found)
        self._topics = found
        return True


def _check_installation() -> None:
    if codecs.missing():
        log.error(
            "codec.missing", codecs=codecs.missing(), hint="pip install cramjam: such records are skipped"
        )
    if not codecs.is_compiled():
        log.warning("aiokafka.not_compiled", hint="install aiokafka from a wheel: reading is slow without it")
