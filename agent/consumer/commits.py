"""Commits go out one at a time, and only as the member of the group that was given the partitions.

aiokafka reads generation and member anew at each try. A member that was thrown out has none, and a broker
takes a commit of nobody while the group is empty: offsets went back by that. Hence the check right before
each try; and nothing runs between the check and the bytes on the wire, as the connection is made before.
"""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from enum import StrEnum
from typing import NamedTuple

from aiokafka import AIOKafkaConsumer, TopicPartition
from aiokafka.client import ConnectionGroup
from aiokafka.errors import (
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)
from aiokafka.structs import OffsetAndMetadata

from agent import logs

_RETRY_AFTER = 0.1
_REFUSALS = (UnknownMemberIdError, IllegalGenerationError, RebalanceInProgressError)

log = logs.get_logger()


class CommitResult(StrEnum):
    """What became of a commit."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNANSWERED = "unanswered"
    NOT_SENT = "not_sent"


class NotCommittedError(KafkaError):  # type: ignore[misc]
    """The group does not take the positions at which we would start, and not because it shares out anew."""


class Member(NamedTuple):
    """Who we are in the group."""

    generation: int
    id: str


class Commits:
    """The commits of one client.

    Attributes:
        failure: Why the last commit was not taken; empty if it was, and if nobody answered.
    """

    def __init__(self, consumer: AIOKafkaConsumer) -> None:
        # There is no public way to see the generation, nor to commit as one and no other.
        self._coordinator = consumer._coordinator  # noqa: SLF001
        self._client = consumer._client  # noqa: SLF001
        self._lock = asyncio.Lock()
        self._member: Member | None = None
        self.failure = ""

    def begin(self) -> bool:
        """Commit as the member that we are from now on; False when the group does not know us any more."""
        now = self._now()
        self._member = now if now.generation > 0 and now.id else None
        return self._member is not None

    def end(self) -> None:
        """Commit nothing until begin()."""
        self._member = None

    @property
    def is_member(self) -> bool:
        """Whether the group knows us as the member that was given what is ours."""
        return self._member is not None and self._member == self._now()

    @property
    def is_forgotten(self) -> bool:
        """Whether the group does not know that member any more."""
        return self._member is not None and self._member != self._now()

    async def send(self, offsets: Mapping[TopicPartition, OffsetAndMetadata], within: float) -> CommitResult:
        """Commit within *within* seconds, waiting for the commit before this one among them."""
        result, self.failure = CommitResult.NOT_SENT, ""
        with suppress(TimeoutError):
            async with asyncio.timeout(within), self._lock:
                if self.is_member:
                    result = CommitResult.UNANSWERED
                    result = await self._try_until_answered(offsets)
        return result

    async def _try_until_answered(self, offsets: Mapping[TopicPartition, OffsetAndMetadata]) -> CommitResult:
        without_answer = CommitResult.NOT_SENT
        while True:
            try:
                await self._connect()
                if not self.is_member:
                    return without_answer
                without_answer = CommitResult.UNANSWERED
                await self._coordinator._do_commit_offsets(None, offsets)  # noqa: SLF001
            except _REFUSALS as error:
                self.failure = repr(error)
                log.warning("commit.refused", error=repr(error), partitions=len(offsets))
                return CommitResult.REFUSED
            except Exception as error:  # noqa: BLE001 - what opens connections may fail in ways of its own
                self.failure = repr(error)
                if not getattr(error, "retriable", False):
                    log.warning("commit.failed", error=repr(error), partitions=len(offsets))
                    return CommitResult.UNANSWERED
                await asyncio.sleep(_RETRY_AFTER)
            else:
                self.failure = ""  # of a try before
                return CommitResult.ACCEPTED

    async def _connect(self) -> None:
        coordinator = self._coordinator
        await coordinator.ensure_coordinator_known()
        await self._client.ready(coordinator.coordinator_id, group=ConnectionGroup.COORDINATION)

    def _now(self) -> Member:
        return Member(self._coordinator.generation, self._coordinator.member_id)
