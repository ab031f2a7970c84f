"""What the group gives and takes, and which answers to a commit the books are told."""

import asyncio
from types import SimpleNamespace

import pytest
from aiokafka import TopicPartition
from aiokafka.errors import RequestTimedOutError, UnknownMemberIdError
from structlog.testing import capture_logs

from agent.consumer.commits import CommitResult, Commits
from agent.consumer.identity import Identity
from agent.consumer.lag import Lag
from agent.consumer.membership import COMMIT_WITHIN, WAIT_WITHIN, Membership
from agent.consumer.positions import Positions
from agent.consumer.topics import KnownTopics
from tests.kafka.recorder import Recorder, settings
from tests.unit.consumer.test_commits import Consumer, Coordinator

ZERO, ONE, FOREIGN = ("t", 0), ("t", 1), ("t", 9)


class Group:
    """A member of a group whose coordinator is ours to move.

    Attributes:
        answers: What the coordinator answers, once it is let go.
    """

    def __init__(self) -> None:
        self.coordinator = Slow()
        client = SimpleNamespace(consumer=SimpleNamespace(assignment=frozenset))
        commits = Commits(Consumer(self.coordinator))
        self.books = Recorder()
        kafka = settings("localhost:1", "t", group_instance_id="one")
        self.positions = Positions(client, commits, self.books, KnownTopics(), kafka)  # type: ignore[arg-type]
        self.identity = Identity(kafka)
        self.member = Membership(
            client,  # type: ignore[arg-type]
            commits,
            self.positions,
            self.books,
            self.identity,
            self.books.under_way,
        )

    def assign(self, *started: tuple[str, int]) -> None:
        self.member.on_partitions_assigned([TopicPartition("t", 0), TopicPartition("t", 1)])
        self.positions.pending -= set(started)
        for partition in started:
            self.books.started(partition, 5, "")
            self.positions.lags[partition] = Lag(5)

    async def revoke(self) -> None:
        await self.member.on_partitions_revoked([TopicPartition("t", 0)])


class Slow(Coordinator):
    """Answers when it may.

    Attributes:
        offsets: What each commit said, by partition.
    """

    def __init__(self) -> None:
        super().__init__()
        self.may_answer = asyncio.Event()
        self.may_answer.set()
        self.error: Exception | None = None
        self.offsets: list[dict[int, int]] = []

    async def _do_commit_offsets(self, _: None, offsets: object) -> None:
        assert isinstance(offsets, dict)
        self.offsets.append({tp.partition: it.offset for tp, it in offsets.items()})
        await self.may_answer.wait()
        if self.error:
            raise self.error


@pytest.fixture
async def group() -> Group:
    return Group()


async def test_an_answer_is_told_while_the_partitions_are_ours(group: Group) -> None:
    group.assign(ZERO, ONE)

    assert await group.member.commit({ZERO: 7, ONE: 8}, 1) is CommitResult.ACCEPTED
    assert group.books.accepted == {ZERO: 7, ONE: 8}


async def test_an_answer_that_comes_after_letting_go_is_not_told(group: Group) -> None:
    told: list[object] = []
    group.books.committed = told.append  # type: ignore[assignment,method-assign]
    group.assign(ZERO, ONE)
    group.coordinator.may_answer.clear()
    late = asyncio.create_task(group.member.commit({ZERO: 99}, 5))
    await asyncio.sleep(0)
    letting_go = asyncio.create_task(group.revoke())
    await asyncio.sleep(0.05)
    group.coordinator.may_answer.set()
    await letting_go

    assert await late is CommitResult.ACCEPTED
    assert told == [{ZERO: 5, ONE: 5}]


async def test_a_partition_of_somebody_else_is_refused_and_nothing_is_sent(group: Group) -> None:
    group.assign(ZERO, ONE)

    assert await group.member.commit({ZERO: 7, FOREIGN: 1}, 1) is CommitResult.REFUSED
    assert (group.books.refusals, group.coordinator.offsets) == (2, [])


async def test_what_has_no_start_yet_is_left_out(group: Group) -> None:
    group.assign(ONE)

    assert await group.member.commit({ZERO: 7}, 1) is CommitResult.NOT_SENT
    assert await group.member.commit({ZERO: 7, ONE: 8}, 1) is CommitResult.ACCEPTED
    assert group.coordinator.offsets == [{1: 8}]


async def test_before_the_first_assignment_and_after_letting_go_nothing_is_sent(group: Group) -> None:
    assert await group.member.commit({ZERO: 7}, 1) is CommitResult.NOT_SENT
    group.assign(ZERO, ONE)
    await group.revoke()

    assert await group.member.commit({ZERO: 7}, 1) is CommitResult.NOT_SENT


async def test_trap_who_was_thrown_out_while_it_is_assigned_owns_nothing(group: Group) -> None:
    group.coordinator.throw_out()
    group.assign()

    assert group.books.owned == set()
    assert not group.member.joined
    assert not group.positions.pending


async def test_trap_who_leaves_takes_nothing_on_any_more(group: Group) -> None:
    group.assign(ZERO, ONE)
    await group.member.leave(leaving=True)
    group.assign()

    assert group.books.owned == set()
    assert group.books.left == [True]


async def test_trap_a_process_told_to_end_while_it_lets_go_lets_go_in_order(group: Group) -> None:
    group.assign(ZERO, ONE)
    group.coordinator.may_answer.clear()
    letting_go = asyncio.create_task(group.revoke())
    await asyncio.sleep(0.05)
    leaving = asyncio.create_task(group.member.leave(leaving=True))
    await asyncio.sleep(0.05)
    told_before = list(group.books.left)
    group.coordinator.may_answer.set()
    await asyncio.gather(letting_go, leaving)

    assert (told_before, group.books.left) == ([False], [False, True])
    assert group.books.accepted == {ZERO: 5, ONE: 5}


@pytest.mark.parametrize(
    ("error", "unknown", "refused"), [(UnknownMemberIdError(), 0, 2), (RequestTimedOutError(), 2, 0)]
)
async def test_letting_go_tells_what_became_of_the_last_commit(
    group: Group, error: Exception, unknown: int, refused: int
) -> None:
    group.assign(ZERO, ONE)
    group.coordinator.error = error
    await group.revoke()

    assert (group.books.unknown, group.books.refusals) == (unknown, refused)


async def test_what_could_not_be_sent_as_we_were_thrown_out_counts_as_refused(group: Group) -> None:
    group.assign(ZERO, ONE)
    group.coordinator.throw_out()
    await group.revoke()

    assert (group.coordinator.offsets, group.books.refusals) == ([], 2)


async def test_what_could_not_be_sent_for_want_of_time_is_unanswered(group: Group) -> None:
    group.assign(ZERO, ONE)
    group.coordinator.may_answer.clear()
    stuck = asyncio.create_task(group.member.commit({ZERO: 7}, 3))
    await asyncio.sleep(0)
    await group.revoke()

    assert (group.books.unknown, group.books.refusals) == (2, 0)
    await stuck


async def test_trap_16_what_fails_in_a_callback_is_known(group: Group) -> None:
    group.books.assigned = None  # type: ignore[assignment,method-assign]
    group.assign()

    assert isinstance(group.member.failure, TypeError)


async def test_a_place_that_is_taken_at_once_is_said_to_be_shared_once(group: Group) -> None:
    with capture_logs() as lines:
        for _ in range(3):
            group.assign(ZERO, ONE)
            group.coordinator.member_id = "another"
            await group.revoke()

    assert group.identity.is_shared
    assert [line["group_instance_id"] for line in lines if line["event"] == "member.fenced"] == ["one"]


async def test_a_place_that_is_lost_after_a_long_silence_is_not_said_to_be_shared(
    group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = 1000.0
    monkeypatch.setattr(group.identity, "_clock", lambda: now)
    group.assign(ZERO, ONE)
    now += 3600
    group.coordinator.member_id = "another"
    with capture_logs() as lines:
        await group.revoke()

    assert not group.identity.is_shared
    assert [line for line in lines if line["event"] == "member.fenced"] == []


async def test_letting_go_for_a_rebalance_says_nothing_of_a_shared_place(group: Group) -> None:
    group.assign(ZERO, ONE)
    await group.revoke()

    assert not group.identity.is_shared


async def test_between_two_assignments_a_member_has_joined_but_has_none(group: Group) -> None:
    group.assign(ZERO, ONE)
    assert group.member.is_assigned
    await group.revoke()

    assert (group.member.joined, group.member.is_assigned) == (True, False)


async def test_each_assignment_counts(group: Group) -> None:
    for _ in range(3):
        group.assign(ZERO, ONE)
        await group.revoke()

    assert group.member.assignments == 3


async def test_the_topics_that_are_read_are_named_in_order_and_their_news_come_here(group: Group) -> None:
    asked: list[tuple[list[str], object]] = []
    group.member._client.consumer.subscribe = lambda topics, listener: asked.append((topics, listener))
    group.member.subscribe({"t", "a"})

    assert asked == [(["a", "t"], group.member)]


async def test_what_the_group_gives_and_takes_is_told(group: Group) -> None:
    with capture_logs() as lines:
        group.assign(ZERO, ONE)
        await group.member.on_partitions_revoked([TopicPartition("t", 0), TopicPartition("t", 1)])
        await group.member.on_partitions_revoked([])

    assert [(line["event"], line["partitions"]) for line in lines] == [
        ("partitions.assigned", ["t-0", "t-1"]),
        ("partitions.revoked", 2),
    ]


async def test_what_is_under_way_is_waited_for_before_anything_is_let_go(group: Group) -> None:
    seen: list[object] = []

    async def scrape() -> None:
        await asyncio.sleep(0)
        seen.append((set(group.books.owned), group.member.is_assigned))

    group.member._before_revoke = scrape
    group.assign(ZERO, ONE)
    await group.revoke()

    assert seen == [({ZERO, ONE}, True)]


@pytest.mark.parametrize("ending", ["hangs", "fails"])
async def test_what_is_under_way_and_does_not_end_is_told_and_not_waited_for(
    group: Group, monkeypatch: pytest.MonkeyPatch, ending: str
) -> None:
    async def scrape() -> None:
        if ending == "fails":
            raise ArithmeticError("a mistake of our own")
        await asyncio.Event().wait()

    monkeypatch.setattr("agent.consumer.membership.WAIT_WITHIN", 0.01)
    group.member._before_revoke = scrape
    group.assign(ZERO, ONE)
    with capture_logs() as lines:
        await asyncio.wait_for(group.revoke(), 10)

    (line,) = [line for line in lines if line["event"] == "revoke.not_awaited"]
    assert (line["log_level"], bool(line.get("exc_info"))) == (
        ("error", True) if ending == "fails" else ("warning", False)
    )
    assert group.books.accepted == {ZERO: 5, ONE: 5}


def test_letting_go_takes_less_than_a_heartbeat_of_the_default_session() -> None:
    assert 0 < COMMIT_WITHIN < WAIT_WITHIN
    assert COMMIT_WITHIN + WAIT_WITHIN <= 5


async def test_a_failure_while_letting_go_is_known_and_nothing_is_committed_any_more(group: Group) -> None:
    def fail(*, leaving: bool) -> dict[tuple[str, int], int]:
        raise ArithmeticError(leaving)

    group.assign(ZERO, ONE)
    group.books.revoked = fail  # type: ignore[method-assign]
    await group.revoke()

    assert isinstance(group.member.failure, ArithmeticError)
    assert await group.member.commit({ZERO: 7}, 1) is CommitResult.NOT_SENT


async def test_who_has_nothing_to_commit_commits_nothing_when_it_lets_go(group: Group) -> None:
    group.assign(ZERO, ONE)
    group.books.next.clear()
    await group.revoke()

    assert group.coordinator.offsets == []


async def test_a_commit_under_way_when_partitions_come_anew_is_not_told(group: Group) -> None:
    group.assign(ZERO, ONE)
    group.coordinator.may_answer.clear()
    late = asyncio.create_task(group.member.commit({ZERO: 99}, 5))
    await asyncio.sleep(0)
    group.assign(ZERO, ONE)
    group.coordinator.may_answer.set()

    assert await late is CommitResult.ACCEPTED
    assert group.books.accepted == {}


async def test_before_anything_a_member_has_not_joined(group: Group) -> None:
    assert (group.member.joined, group.member.is_assigned, group.member.assignments) == (False, False, 0)
    assert group.member.failure is None


async def test_who_has_let_go_has_no_position_any_more(group: Group) -> None:
    group.assign(ONE)
    await group.revoke()

    assert group.positions.lags == {}
    assert not any(group.positions.owns(partition) for partition in (ZERO, ONE))
