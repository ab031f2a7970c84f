"""Our membership in the group: what it gives us, what it takes away, and what we commit as its member."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable

from aiokafka import ConsumerRebalanceListener, TopicPartition

from agent import logs
from agent.consumer.books import Books, Offsets
from agent.consumer.causes import FENCED_HINT
from agent.consumer.client import Client
from agent.consumer.commits import CommitResult, Commits
from agent.consumer.identity import Identity
from agent.consumer.positions import Positions

WAIT_WITHIN = 2.0
"""Seconds for what is under way when partitions are taken away."""

COMMIT_WITHIN = 1.0
"""Seconds for the commit before partitions are let go: the whole group waits for us."""

log = logs.get_logger()


class Membership(ConsumerRebalanceListener):  # type: ignore[misc]
    """One client's life in the group.

    aiokafka writes an exception of its callbacks to its log and goes on.

    Attributes:
        joined: Whether the group has given us an assignment, if an empty one.

        is_assigned: Whether it still holds.

        assignments: How many assignments the group has given.

        failure: An exception of a callback; what is ours is not certain any more.
    """

    def __init__(
        self,
        client: Client,
        commits: Commits,
        positions: Positions,
        books: Books,
        identity: Identity,
        before_revoke: Callable[[], Awaitable[None]],
    ) -> None:
        self._client = client
        self._commits = commits
        self._positions = positions
        self._books = books
        self._identity = identity
        self._before_revoke = before_revoke
        self._letting_go = asyncio.Lock()
        self._has_left = False
        self._epoch = 0  # of what is ours
        self.joined = self.is_assigned = False
        self.assignments = 0
        self.failure: Exception | None = None

    def subscribe(self, topics: Iterable[str]) -> None:
        """Read these topics and no others. The group then revokes what we have, and we commit for it."""
        self._client.consumer.subscribe(topics=sorted(topics), listener=self)

    # --- the group says -----------------------------------------------------------------------------

    async def on_partitions_revoked(self, revoked: Iterable[TopicPartition]) -> None:
        """Let go; runs before the group is joined again, so it must not take long."""
        if self._commits.is_forgotten:
            self._note_forgotten()
        try:
            await self._let_go(leaving=False)
        except Exception as error:  # noqa: BLE001 - see the class
            self.failure = error
        if revoked:
            log.info("partitions.revoked", partitions=len(list(revoked)))

    def _note_forgotten(self) -> None:
        was_shared = self._identity.is_shared
        self._identity.forgotten()
        if self._identity.is_shared and not was_shared:
            log.error("member.fenced", group_instance_id=self._identity.name, hint=FENCED_HINT)

    def on_partitions_assigned(self, assigned: Iterable[TopicPartition]) -> None:
        """Own first, synchronously; the positions are asked for by the loop, not in this callback."""
        partitions = {(tp.topic, tp.partition) for tp in assigned}
        try:
            self._own(partitions)
        except Exception as error:  # noqa: BLE001 - see the class
            self.failure = error
        log.info(
            "partitions.assigned", partitions=sorted(f"{topic}-{number}" for topic, number in partitions)
        )

    def _own(self, partitions: set[tuple[str, int]]) -> None:
        if self._has_left or not self._commits.begin():
            partitions = set()  # the group has thrown us out while it assigned: it will assign again
        else:
            self.joined = self.is_assigned = True
            self.assignments += 1
            self._identity.assigned()
        self._epoch += 1
        self._books.assigned(partitions)
        self._positions.own(partitions)

    # --- we say -------------------------------------------------------------------------------------

    async def leave(self, *, leaving: bool) -> None:
        """Let go for good, as the client is given up; *leaving*: and the process ends."""
        self._has_left = True
        await self._let_go(leaving=leaving)

    async def commit(self, offsets: Offsets, within: float) -> CommitResult:
        """Commit for partitions that are ours, and tell the books if they still are when it is answered."""
        if not self._commits.is_member:
            return CommitResult.NOT_SENT
        if any(not self._positions.owns(partition) for partition in offsets):
            self._tell(CommitResult.REFUSED, offsets)
            return CommitResult.REFUSED
        # What has no start yet has been forgotten: it was counted of a topic that is no more.
        started = {partition: at for partition, at in offsets.items() if partition in self._positions.lags}
        if not started:
            return CommitResult.NOT_SENT
        epoch = self._epoch
        result = await self._positions.commit(started, within)
        if epoch == self._epoch:
            self._tell(result, started)
        return result

    async def _let_go(self, *, leaving: bool) -> None:
        async with self._letting_go:  # a process may be told to end while the group takes partitions away
            await self._wait_for_what_is_under_way()
            await self._let_go_of_all(leaving=leaving)

    async def _let_go_of_all(self, *, leaving: bool) -> None:
        self.is_assigned = False
        self._epoch += 1
        self._positions.own(())
        try:
            offsets = self._books.revoked(leaving=leaving)
            if offsets:
                self._tell(await self._commit_at_last(offsets), offsets)
        finally:
            self._commits.end()

    async def _commit_at_last(self, offsets: Offsets) -> CommitResult:
        result = await self._positions.commit(offsets, COMMIT_WITHIN)
        if result is not CommitResult.NOT_SENT:
            return result
        # Not sent for want of time, or because the group has thrown us out?
        return CommitResult.UNANSWERED if self._commits.is_member else CommitResult.REFUSED

    async def _wait_for_what_is_under_way(self) -> None:
        try:
            await asyncio.wait_for(self._before_revoke(), WAIT_WITHIN)
        except TimeoutError:
            log.warning("revoke.not_awaited", seconds=WAIT_WITHIN)
        except Exception:  # letting go comes first
            log.exception("revoke.not_awaited")

    def _tell(self, result: CommitResult, offsets: Offsets) -> None:
        told = {
            CommitResult.ACCEPTED: self._books.committed,
            CommitResult.REFUSED: self._books.refused,
            CommitResult.UNANSWERED: self._books.unanswered,
        }
        if result in told:
            told[result](offsets)
