"""Takes model calls out of OTLP: traces and logs as the Collector's Kafka exporter writes them.

Sources: github.com/open-telemetry/opentelemetry-proto (trace, logs and common v1, and the JSON encoding in
docs/specification.md), github.com/open-telemetry/semantic-conventions (gen-ai, http, exceptions), OpenLLMetry
(llm.request.type, traceloop.span.kind), OpenInference (openinference.span.kind).
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import chain

from agent.events.hosts import host_of, provider_at

Attributes = dict[str, object]
Object = Mapping[str, object]

_DEEPEST = 8
_INT64 = re.compile(r"-?[0-9]{1,19}")  # JSON has them as text
_SIGNALS = (
    ("resourceSpans", ("scopeSpans", "instrumentationLibrarySpans"), "spans"),
    ("resourceLogs", ("scopeLogs", "instrumentationLibraryLogs"), "logRecords"),
)
_METRICS = "resourceMetrics"
_CALL_KINDS = frozenset({"llm", "embedding", "reranker"})
_OTHER_OPERATIONS = ("agent", "tool", "workflow", "task", "retriev", "memory", "plan", "handoff", "guardrail")
_NAMES_A_CALL = (
    "gen_ai.system",
    "gen_ai.provider.name",
    "gen_ai.request.model",
    "llm.request.type",
    "llm.model_name",
)
_KINDS = ("openinference.span.kind", "traceloop.span.kind")
_NAMED_IN_TRACE = "namedInTrace"
_HOSTS = ("server.address", "url.full", "http.url", "net.peer.name", "http.host", "peer.service")


def entries(event: Object) -> Iterable[object] | None:
    """The spans and log records of an export request, each with its resource's attributes among its own.

    A request of metrics holds none. Spans of a trace in which a span names a model call are marked: the HTTP
    request that carried it is no second call.
    """
    found = [_entries(event[name], scopes, items) for name, scopes, items in _SIGNALS if name in event]
    if not found:
        return () if _METRICS in event else None
    read = list(chain.from_iterable(found))
    traces = {_trace(item) for item in read if isinstance(item, dict) and _names_a_call(_attributes(item))}
    for item in read:
        if isinstance(item, dict) and _trace(item) and _trace(item) in traces:
            item[_NAMED_IN_TRACE] = True
    return read


def _trace(item: Object) -> str:
    found = item.get("traceId")
    return found if type(found) is str else ""


def _entries(resources: object, scope_names: tuple[str, ...], item_name: str) -> Iterator[object]:
    for resource in _objects(resources):
        described = resource.get("resource")
        shared = flat(described.get("attributes")) if isinstance(described, Mapping) else {}
        for scope in chain.from_iterable(_objects(resource.get(name)) for name in scope_names):
            items = scope.get(item_name)
            for item in items if isinstance(items, list) else ():
                yield _opened(item, shared) if isinstance(item, Mapping) else item


def _objects(value: object) -> Iterator[Mapping[str, object]]:
    return (item for item in value if isinstance(item, Mapping)) if isinstance(value, list) else iter(())


def opened(event: Object) -> Object:
    """A span or log record with its attributes as an object."""
    return _opened(event, {}) if isinstance(event.get("attributes"), list) else event


def _opened(item: Mapping[str, object], shared: Attributes) -> Attributes:
    body = item.get("body")
    return {
        **item,
        "attributes": {**shared, **flat(item.get("attributes"))},
        "exception": _exception(item.get("events")),
        "body": value_of(body) if isinstance(body, Mapping) else body,
    }


def _exception(events: object) -> Attributes:
    """The attributes of the last exception among a span's events."""
    found: Attributes = {}
    for event in _objects(events):
        if "exception" in str(event.get("name")).rpartition(".")[2]:
            found = flat(event.get("attributes"))
    return found


def flat(attributes: object) -> Attributes:
    """[{key, value: {stringValue}}] as an object; one that is an object already stays as it is."""
    if isinstance(attributes, dict):
        return attributes
    return {
        key: value_of(pair.get("value"))
        for pair in _objects(attributes)
        if type(key := pair.get("key")) is str
    }


def value_of(value: object, depth: int = 0) -> object:
    """What an AnyValue holds: a text, a number, a truth value, a list or an object."""
    if not isinstance(value, Mapping) or depth > _DEEPEST:
        return None
    kind, held = next(iter(value.items()), ("", None))
    if kind == "intValue":
        return int(held) if type(held) is str and _INT64.fullmatch(held) else held
    if kind == "arrayValue" and isinstance(held, Mapping):
        return [value_of(item, depth + 1) for item in _objects(held.get("values"))]
    if kind == "kvlistValue" and isinstance(held, Mapping):
        pairs = _objects(held.get("values"))
        return {str(pair.get("key")): value_of(pair.get("value"), depth + 1) for pair in pairs}
    return held


def is_span(event: Object) -> bool:
    return "startTimeUnixNano" in event


def is_call(event: Object) -> bool | None:
    """Whether a span or log record is a call of a model; None of a log record that does not say.

    A call names a model or a provider, and no agent, tool or workflow; or it is an HTTP request to a known
    provider in a trace without such a span.
    """
    attributes = _attributes(event)
    if _is_part(event, attributes):
        return False
    if _names_a_call(attributes):
        return True
    if not is_span(event):
        return None
    return not event.get(_NAMED_IN_TRACE) and _provider_called(event, attributes) is not None


def _attributes(event: Object) -> Attributes:
    return flat(event.get("attributes"))


def _is_part(event: Object, attributes: Attributes) -> bool:
    """A message of a call, logged by itself, beside the span of the call."""
    name = str(event.get("eventName") or attributes.get("event.name") or "")
    return name.startswith("gen_ai.") and not name.endswith(("operation.details", "exception"))


def _names_a_call(attributes: Attributes) -> bool:
    kind = next((str(attributes[name]).lower() for name in _KINDS if name in attributes), None)
    if kind is not None and kind not in _CALL_KINDS:
        return False
    operation = str(attributes.get("gen_ai.operation.name", "")).lower()
    if any(word in operation for word in _OTHER_OPERATIONS) or "db.system" in attributes:
        return False
    return kind is not None or any(name in attributes for name in _NAMES_A_CALL)


def _provider_called(event: Object, attributes: Attributes) -> str | None:
    if str(event.get("kind")) not in {"3", "SPAN_KIND_CLIENT"}:
        return None
    hosts = (host_of(host) for name in _HOSTS if type(host := attributes.get(name)) is str)
    return next(filter(None, map(provider_at, hosts)), None)
