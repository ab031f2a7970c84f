"""What aiokafka complains of: said once in a while, remembered, and forgotten when it has stopped."""

import logging

import pytest
from structlog.testing import capture_logs

from agent.consumer.kafkalog import KafkaLog

COMPLAINT = "Group Coordinator Request failed: GroupCoordinatorNotAvailableError()"


class Clock:
    """A clock that is ours to move."""

    def __init__(self) -> None:
        self.now = 1000.0

    def monotonic(self) -> float:
        return self.now


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    found = Clock()
    monkeypatch.setattr("agent.consumer.kafkalog.time", found)
    return found


def complain(log: KafkaLog) -> None:
    log.emit(logging.LogRecord("aiokafka", logging.ERROR, "", 0, COMPLAINT, None, None))


def test_a_complaint_holds_while_it_is_made_again_and_again_and_a_moment_longer(clock: Clock) -> None:
    log = KafkaLog()
    assert log.recent == ""
    for _ in range(5):
        complain(log)
        clock.now += 9.9
        assert log.recent == COMPLAINT

    clock.now += 0.2
    assert (log.recent, log.reason) == ("", COMPLAINT)


def test_a_complaint_is_said_once_in_ten_seconds_with_a_hint_and_how_often_it_was_not(clock: Clock) -> None:
    log = KafkaLog()
    with capture_logs() as lines:
        for _ in range(31):
            complain(log)
            clock.now += 1

    assert [line["suppressed"] for line in lines] == [0, 9, 9, 9]
    assert all(line["hint"] for line in lines)
