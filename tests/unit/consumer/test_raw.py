"""Long batches are handed out in parts, none of them twice; and whether that works here is found out."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agent.consumer import raw
from agent.consumer.poison import Unreadable
from agent.consumer.raw import RawBatches, RawRecords, RawResult
from tests.kafka.damage import batch, checked, corrupt

TP = TopicPartition("t", 0)
MANY = 1300
"""More than are decoded at once, twice over."""


def many(base_offset: int = 0) -> bytes:
    return batch([b"event %05d" % number for number in range(MANY)], 0, base_offset)


def records(data: bytes, offset: int = 0) -> RawRecords:
    return RawRecords(TP, RawBatches(data), [], offset, None, None, True, 1)  # noqa: FBT003


def taken(found: RawRecords, most: int) -> list[Any]:
    parts = []
    while not found.is_spent:
        parts.append(found.take(most))
        assert len(parts[-1]) == most or found.is_spent
    return [it for part in parts for it in part]


@pytest.mark.parametrize("most", [1, 500, 512, 1000, 5000])
@pytest.mark.parametrize("start", [0, 1, 511, 512, 513, 1299])
def test_a_long_batch_is_handed_out_whole_and_in_order_from_where_it_was_asked_for(
    most: int, start: int
) -> None:
    found = records(many() + many(MANY), start)
    offsets = [it.offset for it in taken(found, most)]

    assert offsets == list(range(start, 2 * MANY))
    assert found.next_fetch_offset == 2 * MANY


def test_after_each_part_the_next_fetch_would_go_on_behind_it() -> None:
    found = records(many())
    places = []
    while not found.is_spent:
        found.take(500)
        places.append(found.next_fetch_offset)

    assert places == [500, 1000, MANY]


def test_what_was_decoded_before_a_break_is_handed_out() -> None:
    whole = bytearray(many())
    whole[whole.index(b"event 00700") - 2] = 0x7E
    found = taken(records(checked(bytes(whole)) + many(MANY)), 1000)

    assert [it.offset for it in found[:700]] == list(range(700))
    assert isinstance(found[700], Unreadable)
    assert (found[700].offset, found[700].next_offset) == (700, MANY)
    assert [it.offset for it in found[701:]] == list(range(MANY, 2 * MANY))


def test_they_can_be_had_one_by_one() -> None:
    found = records(corrupt(many()) + many(MANY))

    assert isinstance(next(found), Unreadable)
    assert [it.offset for it in list(found)] == list(range(MANY, 2 * MANY))
    with pytest.raises(StopIteration):
        next(found)


class Assignment:
    """What aiokafka knows of a partition."""

    def __init__(self, *, active: bool = True, paused: bool = False, position: int = 0) -> None:
        self.active = active
        self.state: SimpleNamespace = SimpleNamespace(
            paused=paused,
            position=position,
            consumed_to=self._consumed_to,
        )

    def _consumed_to(self, position: int) -> None:
        self.state.position = position

    def state_value(self, _: object) -> SimpleNamespace:
        return self.state


def result(assignment: Assignment, found: RawRecords | None) -> RawResult:
    return RawResult(TP, assignment=assignment, partition_records=found, backoff=0)


def test_a_poll_gets_as_many_as_it_asks_for_and_moves_the_position() -> None:
    assignment = Assignment()
    answer = result(assignment, records(many()))

    seen = [(len(answer.getall(500)), assignment.state.position, answer.has_more()) for _ in range(4)]

    assert seen == [(500, 500, True), (500, 1000, True), (300, MANY, False), (0, MANY, False)]


@pytest.mark.parametrize(
    "assignment", [Assignment(active=False), Assignment(paused=True), Assignment(position=7)]
)
def test_what_is_not_wanted_any_more_is_not_handed_out(assignment: Assignment) -> None:
    before = assignment.state.position

    assert result(assignment, records(many())).getall(500) == []
    assert assignment.state.position == before


# --- whether it works here ------------------------------------------------------------------------------


def works() -> bool:
    return raw.works.__wrapped__()


def test_it_works_with_this_aiokafka() -> None:
    assert works()


def no_position(self: RawResult) -> None:
    self._assignment.state_value(TP).position = 1


def wrong_position(self: RawResult) -> None:
    self._assignment.state_value(TP).position += 2


def one_too_few(self: RawRecords, most: int) -> list[Any]:
    return TAKE(self, most)[:1]


def without_times(self: RawRecords, most: int) -> list[Any]:
    return [
        SimpleNamespace(offset=it.offset, timestamp=0, value=it.value, headers=()) for it in TAKE(self, most)
    ]


def none_is_spent(_: RawRecords) -> bool:
    return False


TAKE = RawRecords.take


@pytest.mark.parametrize(
    ("owner", "name", "instead"),
    [
        (RawResult, "_update_position", no_position),
        (RawResult, "_update_position", wrong_position),
        (RawResult, "_update_position", None),
        (RawRecords, "take", one_too_few),
        (RawRecords, "take", without_times),
        (RawRecords, "is_spent", property(none_is_spent)),
    ],
)
def test_an_aiokafka_that_does_something_otherwise_is_found_out(
    monkeypatch: pytest.MonkeyPatch, owner: type, name: str, instead: object
) -> None:
    monkeypatch.setattr(owner, name, instead)

    assert not works()
