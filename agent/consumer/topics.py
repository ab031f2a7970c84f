"""Which of our topics there are, by name and by id, asked so that no broker creates one.

aiokafka speaks versions of the metadata request that carry no topic ids. Without the id nobody could tell
a topic from one of the same name that was deleted before it.
"""

from base64 import urlsafe_b64encode
from collections.abc import Iterable, Mapping
from io import BytesIO
from typing import ClassVar, NamedTuple

import aiokafka.client
from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import LeaderNotAvailableError, NoError, for_code
from aiokafka.protocol.abstract import AbstractType
from aiokafka.protocol.api import Request, RequestStruct, Response
from aiokafka.protocol.metadata import MetadataRequest
from aiokafka.protocol.types import (
    Boolean,
    CompactArray,
    CompactString,
    Int16,
    Int32,
    Schema,
    TaggedFields,
)

_NO_ID = bytes(16)
_THERE = (NoError, LeaderNotAvailableError)


class _AskingMetadataRequest(MetadataRequest):  # type: ignore[misc]
    """As aiokafka's, which would have brokers create a topic that was deleted under its subscribers."""

    def __init__(self, topics: list[str] | None = None) -> None:
        super().__init__(topics, allow_auto_topic_creation=False)


aiokafka.client.MetadataRequest = _AskingMetadataRequest  # for all clients of this process


class Uuid(AbstractType[bytes]):  # type: ignore[misc]
    """A type of Kafka's protocol that aiokafka does not have."""

    @classmethod
    def encode(cls, value: bytes) -> bytes:
        return value

    @classmethod
    def decode(cls, data: BytesIO) -> bytes:
        return data.read(16)


_TAGS = ("tags", TaggedFields)
_BROKER = (("id", Int32), ("host", CompactString()), ("port", Int32), ("rack", CompactString()), _TAGS)
_PARTITION = (
    *(("error_code", Int16), ("number", Int32), ("leader", Int32), ("leader_epoch", Int32)),
    *((name, CompactArray(Int32)) for name in ("replicas", "in_sync", "offline")),
    _TAGS,
)
_TOPIC = (
    *(("error_code", Int16), ("name", CompactString()), ("id", Uuid), ("is_internal", Boolean)),
    *(("partitions", CompactArray(*_PARTITION)), ("operations", Int32), _TAGS),
)


class TopicsResponse(Response):  # type: ignore[misc]
    """A metadata response of version 10."""

    API_KEY = 3
    API_VERSION = 10
    SCHEMA = Schema(
        ("throttle_time_ms", Int32),
        ("brokers", CompactArray(*_BROKER)),
        ("cluster_id", CompactString()),
        ("controller", Int32),
        ("topics", CompactArray(*_TOPIC)),
        ("operations", Int32),
        _TAGS,
    )


class TopicsStruct(RequestStruct):  # type: ignore[misc]
    """A metadata request of version 10, the first with topic ids (Kafka 2.8)."""

    FLEXIBLE_VERSION = True
    API_KEY = 3
    API_VERSION = 10
    RESPONSE_TYPE = TopicsResponse
    SCHEMA = Schema(
        ("topics", CompactArray(("id", Uuid), ("name", CompactString()), _TAGS)),
        ("may_create", Boolean),
        ("cluster_operations", Boolean),
        ("topic_operations", Boolean),
        _TAGS,
    )


class TopicsRequest(Request[TopicsStruct]):  # type: ignore[misc]
    """Asks for topics by name."""

    API_KEY: ClassVar[int] = 3

    def __init__(self, names: Iterable[str]) -> None:
        self._names = sorted(names)

    def build(self, struct: type[TopicsStruct]) -> TopicsStruct:
        return struct([(_NO_ID, name, {}) for name in self._names], False, False, False, {})  # noqa: FBT003


async def ids_of(admin: AIOKafkaAdminClient, names: Iterable[str]) -> dict[str, str]:
    """The id of each of these topics that is there, as Kafka's tools print it.

    Ids are empty where the brokers are too old to have them.

    Raises:
        KafkaError: If no broker gives an answer.
    """
    names = set(names)
    try:
        # There is no public way to send a request of one's own.
        answer = await admin._send_request(TopicsRequest(names))  # noqa: SLF001
    except NotImplementedError:
        return dict.fromkeys(names.intersection(await admin.list_topics()), "")
    return {name: _text(id_) for code, name, id_, *_ in answer.topics if for_code(code) in _THERE}


def _text(id_: bytes) -> str:
    return "" if id_ == _NO_ID else urlsafe_b64encode(id_).decode().rstrip("=")


class Change(NamedTuple):
    """A topic was deleted and made again."""

    topic: str
    before: str
    now: str


class KnownTopics:
    """The topics as this process has seen them, over all clients.

    Attributes:
        missing_said_at: When the log last said that some are missing, in monotonic seconds.
    """

    def __init__(self) -> None:
        self.missing_said_at = float("-inf")
        self._ids: dict[str, str] = {}
        self._remade: set[str] = set()

    def learn(self, ids: Mapping[str, str]) -> list[Change]:
        """Take over what was found; the answer are the topics that are not those of before."""
        found = {topic: id_ for topic, id_ in ids.items() if id_}
        changes = [
            Change(topic, before, now)
            for topic, now in found.items()
            if (before := self._ids.get(topic, now)) != now
        ]
        self._ids |= found
        self._remade.update(change.topic for change in changes)
        return changes

    def id(self, topic: str) -> str:
        return self._ids.get(topic, "")

    def is_remade(self, topic: str) -> bool:
        """Whether this process has seen another topic of this name before."""
        return topic in self._remade
