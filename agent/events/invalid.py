"""The words for what is wrong with a record: closed sets, used as label values."""

from enum import StrEnum


class InvalidReason(StrEnum):
    """Why the value of a record is not an event."""

    TOMBSTONE = "tombstone"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    JSON = "json"
    NOT_OBJECT = "not_object"
    NO_STATUS = "no_status"


WHY = {
    InvalidReason.TOMBSTONE: "the record has no value",
    InvalidReason.EMPTY: "the value is empty or blank",
    InvalidReason.TOO_LARGE: "the value is longer than `events.max_bytes`",
    InvalidReason.ENCODING: "the value is not UTF-8",
    InvalidReason.JSON: "the value is not JSON",
    InvalidReason.NOT_OBJECT: "the value is JSON, but not an object",
    InvalidReason.NO_STATUS: "the object has neither a usable status nor a recognisable error body",
}


class Field(StrEnum):
    """The fields of an event that can be unusable while the event still counts."""

    STATUS = "status"
    PROVIDER = "provider"
    METHOD = "method"
    PATH = "path"
    DURATION = "duration"
    TIMESTAMP = "timestamp"
    REQUEST_ID = "request_id"
    HEADERS = "headers"
    ATTRIBUTES = "attributes"


class InvalidEventError(ValueError):
    """The value of a record is not an event.

    Attributes:
        reason: The word under which it is counted.
    """

    def __init__(self, reason: InvalidReason) -> None:
        super().__init__(reason)
        self.reason = reason
