"""Where the id of a trace stands in an event, whatever its wire shape.

Sources: the W3C's Trace Context (traceparent), openzipkin/b3-propagation, OTLP's and ECS's own names, and the
names by which the instrumentations of OpenTelemetry and Datadog put it into logs.
"""

import re
from base64 import b64decode

from agent.events.sources import Source, Sources

TRACE_ID = "trace_id"

_TRACEPARENT = re.compile(r"[0-9a-f]{2}-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}(?:-.*)?", re.IGNORECASE)
_BASE64 = re.compile(r"[0-9A-Za-z+/]{22}==")


def trace_id(value: object) -> str | None:
    """The id of a traceparent; what is in base64, as OTLP in protobuf, in hexadecimal; any other as it is."""
    text = str(value).strip() if type(value) in (str, int) else ""
    parent = _TRACEPARENT.fullmatch(text)
    if parent:
        text = parent[1].lower()
    elif _BASE64.fullmatch(text):
        text = b64decode(text).hex()
    return text if text.strip("0") else None


SOURCES: Sources = tuple(
    Source(path, trace_id)
    for path in (
        *("trace_id", "traceId", "traceID", "TraceId", "trace.id", '"trace.id"', "otelTraceID"),
        *('"otel.trace_id"', '"dd.trace_id"', "dd.trace_id", "x_trace_id", '"x-trace-id"'),
        *("traceparent", "headers.traceparent", "request_headers.traceparent", "request.headers.traceparent"),
        *('"x-b3-traceid"', 'headers."x-b3-traceid"', 'request_headers."x-b3-traceid"'),
        *("context.trace_id", "span_context.trace_id", "attributes.trace_id", "resource.trace_id"),
        "header:traceparent",
    )
)
