"""OTLP in protobuf, the encoding that the Collector's Kafka exporter writes when nobody asks for another.

It needs the package opentelemetry-proto: the extra `otlp`.
"""

from typing import Any

from agent.events.invalid import InvalidEventError, InvalidReason

try:
    from google.protobuf.json_format import MessageToDict
    from google.protobuf.message import DecodeError
    from opentelemetry.proto.collector.logs.v1.logs_service_pb2 import ExportLogsServiceRequest
    from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
except ImportError:
    IS_INSTALLED = False
else:
    IS_INSTALLED = True

_FIRST = b"\x0a"  # field 1, of a length: the resources of every signal
_TRACE_ID = 16


def read(value: bytes) -> object:
    """The request in *value* as OTLP's JSON has it, apart from ids, which are in base64.

    Raises:
        InvalidEventError: If it is no protobuf of OTLP, or may be, and the package is missing.
    """
    if value[:1] != _FIRST:
        raise InvalidEventError(InvalidReason.ENCODING)
    if not IS_INSTALLED:
        raise InvalidEventError(InvalidReason.PROTOBUF)
    try:
        return MessageToDict(_traces(value) or ExportLogsServiceRequest.FromString(value))
    except (DecodeError, ValueError):  # ValueError: what JSON does not have
        raise InvalidEventError(InvalidReason.ENCODING) from None


def _traces(value: bytes) -> Any:
    """The traces in *value*; None where it holds another signal.

    The signals share their outer fields. A span begins with a trace's id, others with a text or a time.
    """
    try:
        request: Any = ExportTraceServiceRequest.FromString(value)
    except DecodeError:  # a log record's body stands where a span has its name
        return None
    return request if _begins_with_a_span(request) else None


def _begins_with_a_span(request: Any) -> bool:
    scopes = (scope for resource in request.resource_spans for scope in resource.scope_spans)
    first = next((span for scope in scopes for span in scope.spans), None)
    return first is not None and len(first.trace_id) == _TRACE_ID
