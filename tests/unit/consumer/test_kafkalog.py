"""What aiokafka complains of: said once in a while, remembered, and forgotten when it has stopped."""

import logging
from collections.abc import Iterator
from typing import Any

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


@pytest.fixture
def aiokafkas() -> Iterator[logging.Logger]:
    """aiokafka's logger, which is as it was before when the test is over."""
    logger = logging.getLogger("aiokafka")
    before = logger.level, logger.propagate, logger.handlers
    logger.setLevel(logging.DEBUG)
    logger.propagate = True
    yield logger
    logger.level, logger.propagate, logger.handlers = before


def test_of_aiokafkas_log_complaints_are_heard_and_nobody_else_hears_them(
    aiokafkas: logging.Logger, caplog: pytest.LogCaptureFixture
) -> None:
    log = KafkaLog()
    log.listen()
    with capture_logs() as lines:
        for level in (logging.DEBUG, logging.INFO, logging.WARNING, logging.ERROR):
            logging.getLogger("aiokafka.conn").log(level, "level %d", level)

    assert [line["message"] for line in lines] == ["level 30"]  # the same line a second time is suppressed
    assert log.reason == "level 40"
    assert caplog.records == []
    assert not aiokafkas.isEnabledFor(logging.DEBUG)  # it would write passwords


def test_a_complaint_can_be_forgotten() -> None:
    log = KafkaLog()
    complain(log)
    log.forget()

    assert (log.reason, log.recent) == ("", "")


def raised(error: Exception) -> Any:
    return (type(error), error, None)


@pytest.mark.parametrize(
    ("message", "arguments", "error", "said"),
    [
        ("Failed: %s", (KeyError("x"),), None, "Failed: KeyError('x')"),
        ("%s and %d", ("text", 7), None, "text and 7"),
        ("of %(node)s", ({"node": 1},), None, "of 1"),
        ("100 % sure", (), None, "100 % sure"),
        ("too few %s %s", ("x",), None, "too few %s %s"),
        ("no number %d", ("x",), None, "no number %d"),
        ("Unexpected", (), raised(ValueError("y")), "Unexpected: ValueError('y')"),
        ("Unexpected", (), (None, None, None), "Unexpected"),
    ],
)
def test_a_complaint_names_its_errors_by_their_class(
    message: str, arguments: tuple[object, ...], error: Any, said: str
) -> None:
    log = KafkaLog()
    log.emit(logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, arguments, error))

    assert log.reason == said


def test_two_complaints_are_told_apart_by_what_does_not_vary_in_them(clock: Clock) -> None:
    log = KafkaLog()
    with capture_logs() as lines:
        for message, number in (("one %d", 1), ("one %d", 2), ("two %d", 3)):
            log.emit(logging.LogRecord("aiokafka", logging.ERROR, "", 0, message, (number,), None))
        clock.now += 10
        log.emit(logging.LogRecord("aiokafka", logging.ERROR, "", 0, "one %d", (4,), None))

    assert [(line["message"], line["suppressed"]) for line in lines] == [
        ("one 1", 0),
        ("two 3", 1),
        ("one 4", 0),
    ]
