"""The supervisor: connects, reads, and builds the client anew when nothing moves any more."""

import asyncio
import gc
from collections.abc import Awaitable, Callable

from agent import logs
from agent.consumer import codecs, connection, raw
from agent.consumer.backoff import Backoff
from agent.consumer.books import Books, Offsets, Partition
from agent.consumer.causes import Problem, hint
from agent.consumer.client import Client
from agent.consumer.commits import CommitResult
from agent.consumer.connection import Connection
from agent.consumer.identity import Identity
from agent.consumer.kafkalog import KafkaLog
from agent.consumer.lag import Lag
from agent.consumer.reader import StalledError
from agent.consumer.session import SILENT_AFTER, Session
from agent.consumer.topics import KnownTopics
from agent.settings import KafkaSettings

_FIRST_PAUSE, _LONGEST_PAUSE = 0.2, 15.0
_SAY_AFTER = 5.0  # seconds without an answer to the first question
_CERTIFICATES_EVERY = 1.0

log = logs.get_logger()


class Consumer:
    """Reads topics through a consumer group, for as long as run() runs.

    Attributes:
        rebuilds: Clients thrown away because nothing moved.

        certificates: Unix time at which our own certificate ends, by its file, also while no broker takes it.

    Args:
        before_revoke: Awaited for a moment before partitions are let go: what is under way may end first.
    """

    def __init__(
        self, settings: KafkaSettings, books: Books, before_revoke: Callable[[], Awaitable[None]]
    ) -> None:
        self._settings = settings
        self._books = books
        self._before_revoke = before_revoke
        self._log = KafkaLog()
        self._known_topics = KnownTopics()
        self._identity = Identity(settings)
        self._backoff = Backoff(_FIRST_PAUSE, _LONGEST_PAUSE)
        self._session: Session | None = None
        self._not_connected = connection.STARTING
        self._earlier_assignments = 0
        self.rebuilds = 0
        self.certificates: dict[str, float] = {}

    async def run(self) -> None:
        """Read until cancelled; then leave the group within bounds."""
        self._log.listen()
        _check_installation()
        while True:
            client = await self._connect()
            try:
                await self._work_with(client)
            except StalledError as stall:
                log.warning("consumer.stalled", why=str(stall), reason=self._log.recent)
            except Exception as error:
                # Whatever it is, a client built anew gets on, and the process stays observable.
                self._not_connected = connection.broken(repr(error))
                log.exception("consumer.failed")
            del client
            gc.collect()  # it hangs in circles, and all that it has fetched hangs on it
            self.rebuilds += 1
            pause = self._backoff.pause()
            log.info("consumer.rebuilding", rebuilds=self.rebuilds, in_seconds=round(pause, 1))
            await asyncio.sleep(pause)

    async def commit(self, offsets: Offsets, within: float) -> CommitResult:
        """Commit within *within* seconds; one at a time, and only as the member that owns the partitions."""
        if self._session is None or not offsets:
            return CommitResult.NOT_SENT
        return await self._session.membership.commit(offsets, within)

    # --- looking ----------------------------------------------------------------------------------

    @property
    def connection(self) -> Connection:
        """Whether records are read, and if not, why."""
        if self._session is None:
            return self._not_connected
        return self._session.connection(self._log.recent)

    @property
    def is_ready(self) -> bool:
        """Whether the group has given us an assignment and nothing is wrong; owning nothing counts.

        Nothing is while the group shares out anew.
        """
        session, found = self._session, self.connection
        is_well = found.is_made or found.problem is Problem.JOINING
        return session is not None and session.membership.joined and is_well

    @property
    def assignments(self) -> int:
        """Assignments received from the group, over all clients."""
        now = 0 if self._session is None else self._session.membership.assignments
        return self._earlier_assignments + now

    @property
    def lags(self) -> dict[Partition, Lag]:
        """The lag of each partition of ours of which it is known. Nothing is while brokers are silent."""
        session = self._session
        lags = session.positions.lags if session and session.silent_for <= SILENT_AFTER else {}
        return {partition: lag for partition, lag in lags.items() if lag.end is not None}

    @property
    def polled_at(self) -> float | None:
        """Unix time of the last poll that returned."""
        return None if self._session is None else self._session.reader.polled_at

    @property
    def topic_partitions(self) -> dict[str, int]:
        """How many partitions each topic has that is there."""
        if self._session is None:
            return {}
        client = self._session.client
        return {topic: len(client.partitions(topic)) for topic in sorted(self._session.topics)}

    # --- inside -----------------------------------------------------------------------------------

    async def _connect(self) -> Client:
        """Try until it succeeds, ever more slowly, and say why it does not."""
        while True:
            self._log.forget()
            try:
                client = Client(self._settings)
                self._note_certificates(client)
                await self._start(client)
            except Exception as error:  # noqa: BLE001 - what opens connections may fail in ways of its own
                pause = self._backoff.pause()
                complaint = f"{self._log.reason} {str(error) or repr(error)}".strip()
                self._not_connected = connection.failed(complaint, self._settings.bootstrap_servers)
                log.warning(
                    "kafka.unreachable",
                    bootstrap_servers=self._settings.bootstrap_servers,
                    error=str(error) or repr(error),
                    reason=self._log.reason,
                    hint=hint(complaint),
                    retry_in_seconds=round(pause, 1),
                )
                await asyncio.sleep(pause)
            else:
                log.info("kafka.connected", bootstrap_servers=self._settings.bootstrap_servers)
                return client

    async def _start(self, client: Client) -> None:
        """Connect, and say it if brokers take long: a timeout would say it much later."""
        starting = asyncio.ensure_future(client.start())
        try:
            _, pending = await asyncio.wait((starting,), timeout=_SAY_AFTER)
            if pending:
                self._not_connected = connection.silent(_SAY_AFTER)
                servers = self._settings.bootstrap_servers
                log.warning("kafka.not_answering", bootstrap_servers=servers, hint=hint("timed out"))
                # Not awaited itself: aiokafka may forget a cancellation that is passed on to it.
                await asyncio.wait((starting,))
            starting.result()
        finally:
            starting.cancel()

    async def _work_with(self, client: Client) -> None:
        session = Session(
            client, self._books, self._known_topics, self._identity, self._before_revoke, self._settings
        )
        self._session = session
        certificates = asyncio.create_task(self._watch_certificates(client))
        is_leaving = False
        try:
            await session.run()
        except asyncio.CancelledError:
            is_leaving = True
            raise
        except StalledError as stall:
            found = session.connection(self._log.recent)
            self._not_connected = connection.broken(str(stall)) if found.is_made else found
            raise
        finally:
            certificates.cancel()
            await self._give_up(session, is_leaving=is_leaving)

    async def _give_up(self, session: Session, *, is_leaving: bool) -> None:
        if session.answered_at is not None:  # it had been working
            self._backoff.reset()
        try:
            await session.membership.leave(leaving=is_leaving)
        finally:
            self._session = None
            self._earlier_assignments += session.membership.assignments
            await session.client.stop()

    async def _watch_certificates(self, client: Client) -> None:
        while client.tls is not None:
            await asyncio.sleep(_CERTIFICATES_EVERY)
            try:
                if client.tls.refresh():
                    log.info("kafka_certificates.reloaded")
            except OSError as error:
                hint = "the previous files stay in use"
                log.error("kafka_certificates.refused", error=str(error), hint=hint)  # noqa: TRY400
            self._note_certificates(client)

    def _note_certificates(self, client: Client) -> None:
        self.certificates = {} if client.tls is None else client.tls.certificates


def _check_installation() -> None:
    if codecs.missing():
        log.error(
            "codec.missing", codecs=codecs.missing(), hint="pip install cramjam: such records are skipped"
        )
    if not codecs.is_compiled():
        log.warning("aiokafka.not_compiled", hint="install aiokafka from a wheel: reading is slow without it")
    if not raw.works():
        log.warning(
            "aiokafka.records_not_raw", hint="install aiokafka as the agent's package asks for: see pip check"
        )
