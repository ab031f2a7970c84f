"""Two agents with one group_instance_id are told from an agent that was silent for too long."""

import pytest

from agent.consumer.identity import Identity
from tests.kafka.recorder import settings


class Member:
    """Our place in the group, and a clock that is ours to move."""

    def __init__(self, name: str | None = "one", session: float = 45) -> None:
        self.now = 1000.0
        kafka = settings("localhost:1", "t", group_instance_id=name, session_timeout_seconds=session)
        self.identity = Identity(kafka, lambda: self.now)

    def forgotten_after(self, seconds: float) -> bool:
        self.identity.assigned()
        self.now += seconds
        self.identity.forgotten()
        return self.identity.is_shared


def test_who_loses_its_place_at_once_shares_it() -> None:
    assert Member().forgotten_after(3)


@pytest.mark.parametrize("seconds", [45, 46, 3600])
def test_who_may_have_been_silent_for_a_session_shares_nothing(seconds: float) -> None:
    assert not Member().forgotten_after(seconds)


def test_without_a_place_of_its_own_a_member_shares_none() -> None:
    assert not Member(name=None).forgotten_after(3)


def test_before_anything_happened_nothing_is_shared() -> None:
    assert not Member().identity.is_shared


@pytest.mark.parametrize(("session", "over"), [(6, 6), (45, 45), (1800, 60)])
def test_the_place_is_ours_again_when_nobody_takes_it_for_a_while(session: float, over: float) -> None:
    member = Member(session=session)
    assert member.forgotten_after(1)

    member.now += over - 0.1
    assert member.identity.is_shared
    member.now += 0.2
    assert not member.identity.is_shared


def test_it_stays_shared_for_as_long_as_it_is_taken_again_and_again() -> None:
    member = Member()
    for _ in range(100):
        assert member.forgotten_after(6)
