"""The words for what is wrong with a record: closed sets, used as label values."""

from enum import StrEnum


class InvalidReason(StrEnum):
    """Why the value of a record is not an event."""

    TOMBSTONE = "tombstone"
    EMPTY = "empty"
    TOO_LARGE = "too_large"
    ENCODING = "encoding"
    JSON = "json"
    PROTOBUF = "protobuf"
    NOT_OBJECT = "not_object"
    NO_STATUS = "no_status"


WHY = {
    InvalidReason.TOMBSTONE: "the record has no value",
    InvalidReason.EMPTY: "the value is empty or blank",
    InvalidReason.TOO_LARGE: "the value is longer than `events.max_bytes`, also when unpacked, or holds "
    "more than 10,000 events",
    InvalidReason.ENCODING: "the value is not UTF-8, or what was packed is damaged",
    InvalidReason.JSON: "the value is not JSON",
    InvalidReason.PROTOBUF: "the value is OTLP in protobuf, and the package that reads it is missing: "
    "`pip install 'api-error-agent[otlp]'`, or let the Collector write `encoding: otlp_json`",
    InvalidReason.NOT_OBJECT: "it is JSON, but no object",
    InvalidReason.NO_STATUS: "the event has neither a usable status nor a recognisable error body",
}


class Field(StrEnum):
    """The fields of an event that can be unusable while the event still counts."""

    STATUS = "status"
    PROVIDER = "provider"
    METHOD = "method"
    PATH = "path"
    DURATION = "duration"
    TIME_TO_FIRST_TOKEN = "time_to_first_token"  # noqa: S105 - no secret
    TIMESTAMP = "timestamp"
    REQUEST_ID = "request_id"
    HEADERS = "headers"
    ENDING = "ending"
    ATTEMPTS = "attempts"
    ATTRIBUTES = "attributes"


class InvalidEventError(ValueError):
    """The value of a record is not an event.

    Attributes:
        reason: The word under which it is counted.
    """

    def __init__(self, reason: InvalidReason) -> None:
        super().__init__(reason)
        self.reason = reason
