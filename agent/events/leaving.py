"""Tells from an exception, an error's type or a line of a log that the caller left before the end.

Sources: asyncio.CancelledError (docs.python.org), ClientDisconnect (Starlette), AbortError (WHATWG DOM),
APIUserAbortError (OpenAI's SDK for JavaScript), context.Canceled (Go), OperationCanceledException (.NET),
ClientAbortException (Tomcat), CANCELLED (gRPC), 499 (nginx).
"""

import re
from collections.abc import Mapping

from agent.events.response import CLOSED_REQUEST, Ending

_SAYS = re.compile(
    r"\b(?:asyncio\.)?Cancell?edError\b|\b(?:API)?(?:User)?AbortError\b|\bERR_CANCELED\b"
    r"|\bClient_?(?:Disconnect(?:ed)?|Abort|Closed)|\b(?:Operation|Task)Cancell?edException\b|\bCancellationException\b"
    r"|\bcontext cancell?ed\b|\b(?:StatusCode\.|code = )Cancell?ed\b"
    r"|\b(?:request|call|operation|stream)[ _](?:was |has been |is )?(?:cancell?ed|aborted)\b"
    r"|\b(?:client|caller|user|downstream)[ _-](?:has |was |is |side )?"
    r"(?:disconnect|clos(?:ed|ing)|cancell?ed|abort|hung up|gone away|left)",
    re.IGNORECASE,
)
_WORD = re.compile(r"(?:status_?)?cancell?ed|aborted by (?:the )?(?:client|user)", re.IGNORECASE)
# A deadline cancels what is under way, too; there it is the wait that ended the call, not a person.
_WAITED = re.compile(r"time[ds]?[ _-]?out|timeout|deadline", re.IGNORECASE)
_TRACEBACK = "Traceback (most recent call last)"
_RAISED = re.compile(r"^[A-Za-z_][\w.]*(?:: |$)", re.MULTILINE)
_READ = 512
_TOLD_BY = ("type", "name", "code", "class", "message", "msg", "exc_type", "exc_value", "Type", "Message")


def ending(value: object) -> Ending | None:
    """`CancelledError`, `client disconnected`, `context canceled` and the like: the caller left."""
    return Ending.CLIENT_CLOSED if type(value) is not int and _left(value) else None


def closed_request(value: object) -> int | None:
    """499, where an exception or a message says that the caller left."""
    return CLOSED_REQUEST if _left(value) else None


def raised(text: str) -> str:
    """The exception at the end of a Python traceback; any other text as it is."""
    if _TRACEBACK not in text[:_READ]:
        return text
    starts = [match.start() for match in _RAISED.finditer(text)]
    return text[starts[-1] :] if starts else text


def _left(value: object) -> bool:
    if isinstance(value, list) and value:
        value = value[0]
    if isinstance(value, Mapping):
        parts = (value.get(name) for name in _TOLD_BY)
        value = ": ".join(part for part in parts if type(part) is str)
    if type(value) is not str:
        return False
    words = raised(value)[:_READ]
    return bool(_SAYS.search(words) or _WORD.fullmatch(words.strip())) and not _WAITED.search(words)
