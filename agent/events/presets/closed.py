"""A caller who left: 499, nginx's word for it, and the 0 or 000 where a gateway sent no status at all."""

from agent.events import rules
from agent.events.presets.words import word
from agent.events.response import CLOSED_REQUEST, Ending

_NO_ANSWER = frozenset({"499", "0", "000"})


def has_left(value: object) -> bool:
    """Whether a logged status says that nobody waited for the answer."""
    return word(value) in _NO_ANSWER


def status(value: object) -> int:
    """An HTTP status; 0 and 000 say that none was sent as the caller had left: 499."""
    return CLOSED_REQUEST if has_left(value) else rules.status(value)


def ending(value: object) -> Ending | None:
    """499, 0 and 000 say that the caller left."""
    return Ending.CLIENT_CLOSED if has_left(value) else None
