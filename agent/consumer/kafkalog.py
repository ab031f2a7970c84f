"""aiokafka says why a connection failed only in its log: this listens, and says it once in a while."""

import logging
import time

from agent import logs
from agent.consumer.causes import hint

_EVERY = 10.0  # seconds between two lines of the same text

log = logs.get_logger()


class KafkaLog(logging.Handler):
    """Remembers the last complaint of aiokafka and passes complaints on, rate-limited.

    Attributes:
        reason: The last complaint; empty when there was none since forget().
    """

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.reason = ""
        self._complained_at = -_EVERY
        self._said: dict[str, float] = {}
        self._suppressed = 0

    def listen(self) -> None:
        """Take aiokafka's log over. Below INFO it would log whole requests, passwords among them."""
        logger = logging.getLogger("aiokafka")
        logger.setLevel(logging.INFO)
        logger.propagate = False
        logger.handlers = [self]

    def forget(self) -> None:
        self.reason = ""

    @property
    def recent(self) -> str:
        """The last complaint, if it may still hold: what goes on is complained of again and again."""
        return self.reason if time.monotonic() - self._complained_at < _EVERY else ""

    def emit(self, record: logging.LogRecord) -> None:
        """Note one line. Whatever it holds, logging must not fail because of it."""
        self.reason = message = _text(record)
        now = self._complained_at = time.monotonic()
        if now - self._said.get(str(record.msg), -_EVERY) < _EVERY:
            self._suppressed += 1
            return
        self._said[str(record.msg)] = now
        log.warning("kafka.complained", message=message, hint=hint(message), suppressed=self._suppressed)
        self._suppressed = 0


def _text(record: logging.LogRecord) -> str:
    """The line with its errors named by their class: some say nothing else."""
    arguments = record.args if isinstance(record.args, tuple) else ()
    named = tuple(repr(it) if isinstance(it, BaseException) else it for it in arguments)
    try:
        message = str(record.msg) % named if named else record.getMessage()
    except (TypeError, ValueError):
        message = str(record.msg)
    if record.exc_info and record.exc_info[1]:
        message = f"{message}: {record.exc_info[1]!r}"
    return message
