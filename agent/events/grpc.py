"""What a gRPC status says of how a call ended.

Source: github.com/grpc/grpc, doc/statuscodes.md. HTTP carries gRPC under 200 whatever became of the call.
"""

from agent.events.response import Ending

_ENDINGS = (
    ("OK", None),
    ("CANCELLED", Ending.CLIENT_CLOSED),
    ("UNKNOWN", Ending.FAILED),
    ("INVALID_ARGUMENT", Ending.INVALID_REQUEST),
    ("DEADLINE_EXCEEDED", Ending.UPSTREAM_TIMEOUT),
    ("NOT_FOUND", Ending.NO_ROUTE),
    ("ALREADY_EXISTS", Ending.INVALID_REQUEST),
    ("PERMISSION_DENIED", Ending.PERMISSION_DENIED),
    ("RESOURCE_EXHAUSTED", Ending.RATE_LIMITED),
    ("FAILED_PRECONDITION", Ending.INVALID_REQUEST),
    ("ABORTED", Ending.FAILED),
    ("OUT_OF_RANGE", Ending.INVALID_REQUEST),
    ("UNIMPLEMENTED", Ending.NO_ROUTE),
    ("INTERNAL", Ending.FAILED),
    ("UNAVAILABLE", Ending.UNAVAILABLE),
    ("DATA_LOSS", Ending.FAILED),
    ("UNAUTHENTICATED", Ending.UNAUTHENTICATED),
)
_BY_NUMBER = {str(number): ending for number, (_, ending) in enumerate(_ENDINGS)}
_BY_WORD = {word.replace("_", ""): ending for word, ending in _ENDINGS} | {"CANCELED": Ending.CLIENT_CLOSED}


def ending(value: object) -> Ending | None:
    """The ending of 8, "8", "ResourceExhausted" or "RESOURCE_EXHAUSTED"; None for OK and other words."""
    word = str(value).strip()
    return _BY_NUMBER.get(word) or _BY_WORD.get(word.replace("_", "").upper())
