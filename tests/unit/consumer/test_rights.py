"""The question whether we may commit: asked of the right broker and as nobody, so that nothing moves."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    GroupLoadInProgressError,
    NotCoordinatorForGroupError,
    TopicAuthorizationFailedError,
    for_code,
)
from aiokafka.structs import OffsetAndMetadata

from agent.consumer.rights import ask_to_commit, coordinator_of

COMMITTED = {
    TopicPartition("a", 0): OffsetAndMetadata(7, "by us"),
    TopicPartition("a", 1): OffsetAndMetadata(-1, ""),
    TopicPartition("b", 0): OffsetAndMetadata(3, ""),
}


class Admin:
    """Answers as told: the errors of find_coordinator in turn, and one code for each partition."""

    def __init__(self, *errors: Exception, codes: tuple[int, ...] = (25, 25)) -> None:
        self._errors, self._codes = list(errors), codes
        self.asked: list[Any] = []
        self.of: list[int] = []

    async def find_coordinator(self, group: str) -> int:
        assert group == "g"
        if self._errors:
            raise self._errors.pop(0)
        return 3

    async def _send_request(self, request: Any, node: int) -> SimpleNamespace:
        self.asked.append(request)
        self.of.append(node)
        return SimpleNamespace(topics=[("a", list(enumerate(self._codes))), ("b", [(0, 25)])])


async def test_a_young_cluster_is_asked_again_until_it_names_a_coordinator(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("agent.consumer.rights._RETRY_AFTER", 0.0)
    admin = Admin(
        GroupCoordinatorNotAvailableError(), NotCoordinatorForGroupError(), GroupLoadInProgressError()
    )

    assert await coordinator_of(admin, "g") == 3


async def test_who_may_not_ask_for_the_coordinator_is_told() -> None:
    with pytest.raises(GroupAuthorizationFailedError):
        await coordinator_of(Admin(GroupAuthorizationFailedError()), "g")


async def test_the_question_names_what_is_committed_already_and_comes_from_nobody() -> None:
    admin = Admin()
    await ask_to_commit(admin, 3, "g", COMMITTED)
    (struct,) = [request.prepare({8: (2, 2)}) for request in admin.asked]
    said = struct.to_object()

    assert admin.of == [3]
    assert said["consumer_group"] == "g"
    assert "api-error-agent" in said["consumer_id"]
    assert [
        (topic["topic"], [tuple(partition.values()) for partition in topic["partitions"]])
        for topic in said["topics"]
    ] == [("a", [(0, 7, "by us"), (1, -1, "")]), ("b", [(0, 3, "")])]


@pytest.mark.parametrize("code", [0, 22, 25, 27])
async def test_a_broker_that_refuses_the_stranger_only_would_take_commits_of_ours(code: int) -> None:
    await ask_to_commit(Admin(codes=(code, code)), 3, "g", COMMITTED)


@pytest.mark.parametrize(
    ("codes", "error", "place"),
    [
        ((30, 30), GroupAuthorizationFailedError, "a-0"),
        ((25, 29), TopicAuthorizationFailedError, "a-1"),
        ((16, 25), for_code(16), "a-0"),
    ],
)
async def test_any_other_refusal_is_told_with_its_partition(
    codes: tuple[int, int], error: type[Exception], place: str
) -> None:
    with pytest.raises(error, match=place):
        await ask_to_commit(Admin(codes=codes), 3, "g", COMMITTED)
