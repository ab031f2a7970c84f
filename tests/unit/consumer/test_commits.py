"""No commit goes out but as the member that was given the partitions."""

import asyncio
import time
from collections.abc import Callable

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import (
    GroupAuthorizationFailedError,
    GroupCoordinatorNotAvailableError,
    IllegalGenerationError,
    NotCoordinatorForGroupError,
    RebalanceInProgressError,
    RequestTimedOutError,
    UnknownMemberIdError,
)
from aiokafka.structs import OffsetAndMetadata
from structlog.testing import capture_logs

from agent.consumer.commits import CommitResult, Commits

OFFSETS = {TopicPartition("t", 0): OffsetAndMetadata(7, "")}


class Coordinator:
    """As much of aiokafka's as a commit meets; it is its client too.

    Attributes:
        answers: What the next tries meet, in turn: an error, or something that happens before success.

        sent: The generations with which a commit went out.
    """

    coordinator_id = 1

    def __init__(self, *answers: Exception | Callable[[], None]) -> None:
        self.generation = 5
        self.member_id = "we"
        self.answers = list(answers)
        self.sent: list[int] = []
        self.connecting: Callable[[], None] = lambda: None
        self.pause = 0.0

    async def ensure_coordinator_known(self) -> None: ...

    async def ready(self, _: int, *, group: object) -> bool:
        assert group is not None
        self.connecting()
        return True

    async def _do_commit_offsets(self, _: None, offsets: object) -> None:
        assert offsets is OFFSETS
        self.sent.append(self.generation)
        await asyncio.sleep(self.pause)
        if self.answers:
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise answer
            answer()

    def throw_out(self) -> None:
        self.generation, self.member_id = -1, ""


class Consumer:
    def __init__(self, coordinator: Coordinator) -> None:
        self._coordinator = self._client = coordinator


def commits(coordinator: Coordinator) -> Commits:
    found = Commits(Consumer(coordinator))
    assert found.begin()
    return found


async def test_what_the_group_takes_is_accepted() -> None:
    coordinator = Coordinator()

    assert await commits(coordinator).send(OFFSETS, 1) is CommitResult.ACCEPTED
    assert coordinator.sent == [5]


async def test_trap_17_nothing_is_committed_as_somebody_else() -> None:
    coordinator = Coordinator()
    ours = commits(coordinator)
    coordinator.throw_out()

    assert await ours.send(OFFSETS, 1) is CommitResult.NOT_SENT
    assert coordinator.sent == []


async def test_trap_17_a_static_member_that_was_replaced_commits_nothing_in_the_same_generation() -> None:
    coordinator = Coordinator()
    ours = commits(coordinator)
    coordinator.member_id = "our successor"

    assert await ours.send(OFFSETS, 1) is CommitResult.NOT_SENT


async def test_trap_17_every_retry_asks_anew_who_we_are() -> None:
    class Refusing(Coordinator):
        async def _do_commit_offsets(self, _: None, __: object) -> None:
            self.sent.append(self.generation)
            self.throw_out()
            raise RequestTimedOutError

    coordinator = Refusing()

    assert await commits(coordinator).send(OFFSETS, 1) is CommitResult.UNANSWERED
    assert coordinator.sent == [5]


async def test_trap_17_who_is_thrown_out_while_the_connection_is_made_commits_nothing() -> None:
    coordinator = Coordinator()
    coordinator.connecting = coordinator.throw_out

    assert await commits(coordinator).send(OFFSETS, 1) is CommitResult.NOT_SENT
    assert coordinator.sent == []


async def test_trap_nothing_is_committed_between_letting_go_and_the_next_assignment() -> None:
    coordinator = Coordinator()
    ours = commits(coordinator)
    ours.end()

    assert await ours.send(OFFSETS, 1) is CommitResult.NOT_SENT
    assert ours.begin()
    assert await ours.send(OFFSETS, 1) is CommitResult.ACCEPTED


@pytest.mark.parametrize(("generation", "member"), [(-1, ""), (0, "we"), (5, "")])
def test_trap_an_assignment_to_nobody_gives_nothing(generation: int, member: str) -> None:
    coordinator = Coordinator()
    coordinator.generation, coordinator.member_id = generation, member

    assert not Commits(Consumer(coordinator)).begin()


@pytest.mark.parametrize("error", [UnknownMemberIdError, IllegalGenerationError, RebalanceInProgressError])
async def test_a_commit_that_somebody_else_may_make_is_refused(error: type[Exception]) -> None:
    assert await commits(Coordinator(error())).send(OFFSETS, 1) is CommitResult.REFUSED


@pytest.mark.parametrize(
    "error", [GroupCoordinatorNotAvailableError, NotCoordinatorForGroupError, RequestTimedOutError]
)
async def test_a_coordinator_that_moves_is_asked_again(error: type[Exception]) -> None:
    coordinator = Coordinator(error(), error())

    assert await commits(coordinator).send(OFFSETS, 2) is CommitResult.ACCEPTED
    assert len(coordinator.sent) == 3


async def test_a_coordinator_that_does_not_come_back_leaves_it_unanswered() -> None:
    coordinator = Coordinator(*[GroupCoordinatorNotAvailableError()] * 99)

    assert await commits(coordinator).send(OFFSETS, 0.3) is CommitResult.UNANSWERED


async def test_a_right_that_is_missing_says_nothing_about_who_owns_the_partitions() -> None:
    coordinator = Coordinator(GroupAuthorizationFailedError())

    assert await commits(coordinator).send(OFFSETS, 1) is CommitResult.UNANSWERED
    assert len(coordinator.sent) == 1


async def test_trap_3_commits_wait_for_each_other_and_no_longer_than_they_may() -> None:
    coordinator = Coordinator()
    coordinator.pause = 0.5
    ours = commits(coordinator)
    first = asyncio.create_task(ours.send(OFFSETS, 5))
    await asyncio.sleep(0)
    started = time.monotonic()

    assert await ours.send(OFFSETS, 0.1) is CommitResult.NOT_SENT
    assert time.monotonic() - started < 0.4
    assert await first is CommitResult.ACCEPTED
    assert coordinator.sent == [5]


# --- why a commit was not taken -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("error", "event", "words"),
    [
        (UnknownMemberIdError(), "commit.refused", "UnknownMemberIdError"),
        (GroupAuthorizationFailedError("g"), "commit.failed", "GroupAuthorizationFailedError"),
        (ArithmeticError("none of Kafka's"), "commit.failed", "none of Kafka's"),
    ],
)
async def test_a_commit_that_is_not_taken_is_told_once_with_its_reason(
    error: Exception, event: str, words: str
) -> None:
    coordinator = Coordinator(error)
    ours = commits(coordinator)
    assert ours.failure == ""
    with capture_logs() as lines:
        await ours.send(OFFSETS, 1)

    (line,) = lines
    assert (line["event"], line["partitions"], len(coordinator.sent)) == (event, 1, 1)
    assert words in line["error"]
    assert words in ours.failure
    await ours.send(OFFSETS, 1)
    assert ours.failure == ""


async def test_a_commit_that_is_taken_at_the_second_try_has_no_failure() -> None:
    ours = commits(Coordinator(RequestTimedOutError()))

    assert await ours.send(OFFSETS, 1) is CommitResult.ACCEPTED
    assert ours.failure == ""


async def test_a_commit_without_an_answer_has_the_failure_of_its_last_try() -> None:
    ours = commits(Coordinator(*[GroupCoordinatorNotAvailableError()] * 99))
    await ours.send(OFFSETS, 0.01)

    assert "GroupCoordinatorNotAvailable" in ours.failure


async def test_before_each_try_the_broker_that_keeps_the_group_is_looked_for() -> None:
    class Moved(Coordinator):
        looks = 0

        async def ensure_coordinator_known(self) -> None:
            self.looks += 1

    coordinator = Moved(NotCoordinatorForGroupError())
    await commits(coordinator).send(OFFSETS, 1)

    assert coordinator.looks == 2


def test_the_first_generation_of_a_group_commits() -> None:
    coordinator = Coordinator()
    coordinator.generation = 1

    assert Commits(Consumer(coordinator)).begin()
