"""Whether this user may use a group and commit for it, asked so that nothing can move.

The question is a commit by a member that no group has: a broker looks at the rights first and then
refuses the stranger. It names the offsets that the group has committed already (-1 where it has none), so
that even a broker that does not look at members moves nothing.
"""

import asyncio
from collections import defaultdict
from collections.abc import Mapping

from aiokafka import TopicPartition
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import (
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    IllegalGenerationError,
    NoError,
    NotCoordinatorForGroupError,
    RebalanceInProgressError,
    UnknownMemberIdError,
    for_code,
)
from aiokafka.protocol.commit import OffsetCommitRequest
from aiokafka.structs import OffsetAndMetadata

_STRANGER, _GENERATION = "api-error-agent-check-config", 0
_ALLOWED = (NoError, UnknownMemberIdError, IllegalGenerationError, RebalanceInProgressError)
_NOT_YET = (GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError, GroupLoadInProgressError)
_RETRY_AFTER = 0.3

Committed = Mapping[TopicPartition, OffsetAndMetadata]


async def coordinator_of(admin: AIOKafkaAdminClient, group: str) -> int:
    """The broker that keeps the group; a young cluster needs a moment to name one.

    Raises:
        KafkaError: If this user may not ask.
    """
    while True:
        try:
            return int(await admin.find_coordinator(group))
        except _NOT_YET:
            await asyncio.sleep(_RETRY_AFTER)


async def ask_to_commit(
    admin: AIOKafkaAdminClient, coordinator: int, group: str, committed: Committed
) -> None:
    """Ask whether *group* would take commits from this user.

    Raises:
        KafkaError: If it would not.
    """
    topics: defaultdict[str, list[tuple[int, int, str]]] = defaultdict(list)
    for tp, (offset, metadata) in committed.items():
        topics[tp.topic].append((tp.partition, offset, metadata))
    request = OffsetCommitRequest(
        group, _GENERATION, _STRANGER, OffsetCommitRequest.DEFAULT_RETENTION_TIME, list(topics.items())
    )
    # The consumer commits as the member that it is, and there is no public way to be nobody.
    answer = await admin._send_request(request, coordinator)  # noqa: SLF001
    for topic, partitions in answer.topics:
        for number, code in partitions:
            refusal = for_code(code)
            if refusal not in _ALLOWED:
                raise refusal(f"{topic}-{number}")
