"""What aiohttp logs holds what was sent to it, headers and passwords too: here it is said without that."""

import logging
import traceback

from aiohttp.http_exceptions import HttpProcessingError
from aiohttp.web import RequestPayloadError

from agent import logs
from agent.web.seldom import Seldom

log = logs.get_logger()


class AiohttpLog(logging.Handler):
    """Says that a request was malformed, or that answering one failed; never what was in it."""

    def __init__(self) -> None:
        super().__init__(logging.DEBUG)
        self._seldom = Seldom()

    def listen(self) -> None:
        """Take over the loggers of aiohttp: each passes its records up to this one."""
        logger = logging.getLogger("aiohttp")
        logger.setLevel(logging.DEBUG)  # where it says that what came first is not HTTP at all, such as TLS
        logger.propagate = False
        logger.handlers = [self]

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        kind = type(error).__name__
        if record.levelno < logging.WARNING and not isinstance(error, HttpProcessingError):
            return
        if isinstance(error, HttpProcessingError | RequestPayloadError):
            if times := self._seldom.due("malformed"):
                peer = record.args[0] if isinstance(record.args, tuple) and record.args else None
                log.info("request.malformed", error=kind, peer=peer, requests=times)
        elif times := self._seldom.due(kind):
            log.error("request.failed", error=kind, where=_where(error), requests=times)


def _where(error: BaseException | None) -> list[str]:
    """The calls that led to an error, innermost last; its own words may repeat what the client has sent."""
    frames = traceback.extract_tb(error.__traceback__) if error is not None else []
    return [f"{frame.filename}:{frame.lineno} {frame.name}" for frame in frames]
