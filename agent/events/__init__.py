"""Wire shapes: the bytes of a record become one ApiResponse, or a reason why they cannot."""

from agent.events.decode import MAX_BYTES, decode
from agent.events.extractor import Event, Extractor
from agent.events.invalid import Field, InvalidEventError, InvalidReason
from agent.events.reader import Found, Reader
from agent.events.response import ApiResponse, Ending

__all__ = [
    "MAX_BYTES",
    "ApiResponse",
    "Ending",
    "Event",
    "Extractor",
    "Field",
    "Found",
    "InvalidEventError",
    "InvalidReason",
    "Reader",
    "decode",
]
