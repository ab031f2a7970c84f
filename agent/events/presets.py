"""Wire shapes by name: where each field stands. The first source with a value gives the field."""

from collections.abc import Callable, Mapping
from typing import NamedTuple

from agent.events import cloudevents, gateways, rules
from agent.events.gateways import logged
from agent.events.invalid import Field
from agent.events.sources import Rule, Source, Sources

JsonObject = Mapping[str, object]


class Preset(NamedTuple):
    """One wire shape.

    Attributes:
        title: What it is, for people.

        origin: The documentation page that shows it.

        body: Sources of the response's body; none when the shape has none.

        attributes: Sources of extra labels that do not stand under their own name.

        under: What stands before the name of an extra label.

        opened: Brings an event into the shape that the sources expect.
    """

    title: str
    origin: str
    fields: Mapping[Field, Sources]
    body: Sources = ()
    attributes: Mapping[str, Sources] = {}
    under: str = ""
    opened: Callable[[JsonObject], JsonObject] | None = None


def _from(rule: Rule, *paths: str) -> Sources:
    return tuple(Source(path, rule) for path in paths)


def _logged(rule: Rule, *paths: str) -> Sources:
    return _from(logged(rule), *paths)


# The names after the first are those of the two bare error bodies that are events by themselves, and the
# second unit of a duration.
NATIVE = Preset(
    "The agent's own envelope",
    "this page",
    {
        Field.STATUS: _from(rules.status, "status", "statusCode"),
        Field.PROVIDER: (*_from(rules.provider, "provider"), *_from(rules.host, "host", "url")),
        Field.METHOD: _from(rules.method, "method"),
        Field.PATH: _from(rules.text, "path", "url"),
        Field.DURATION: (
            *_from(rules.seconds, "duration_seconds"),
            *_from(rules.milliseconds, "duration_ms"),
        ),
        Field.TIMESTAMP: _from(rules.timestamp, "timestamp"),
        Field.REQUEST_ID: _from(rules.identifier, "request_id", "requestId"),
        Field.HEADERS: _from(rules.headers, "headers"),
    },
    _from(rules.body, "body"),
)


def _in_data(sources: Sources) -> Sources:
    return tuple(Source(f"data.{path}", rule) for path, rule in sources)


CLOUDEVENTS = Preset(
    "CloudEvents 1.0, structured or binary, around the native envelope",
    "github.com/cloudevents/spec, JSON event format and Kafka protocol binding",
    {
        **{field: _in_data(sources) for field, sources in NATIVE.fields.items()},
        Field.PROVIDER: (
            *_in_data(NATIVE.fields[Field.PROVIDER]),
            *_logged(rules.host, "source", "header:ce_source"),
        ),
        Field.TIMESTAMP: (
            *_in_data(NATIVE.fields[Field.TIMESTAMP]),
            *_logged(rules.timestamp, "time", "header:ce_time"),
        ),
    },
    _in_data(NATIVE.body),
    under="data.",
    opened=cloudevents.opened,
)

# Envoy has no JSON format of its own: the names are those of Envoy Gateway's and Istio's defaults.
ENVOY = Preset(
    "Envoy's access log as JSON, as Envoy Gateway and Istio write it",
    "envoyproxy.io, Access logging; gateway.envoyproxy.io, Proxy Access Logs",
    {
        Field.STATUS: (
            *_logged(gateways.envoy_code, "response_code"),
            *_logged(gateways.envoy_flags, "response_flags"),
        ),
        Field.PROVIDER: _logged(
            rules.host, '":authority"', "authority", "requested_server_name", "upstream_cluster"
        ),
        Field.METHOD: _logged(rules.method, "method"),
        Field.PATH: _logged(rules.text, "x-envoy-origin-path", "path"),
        Field.DURATION: _logged(rules.milliseconds, "duration"),
        Field.TIMESTAMP: _logged(rules.timestamp, "start_time"),
        Field.REQUEST_ID: _logged(rules.identifier, "x-request-id", "request_id"),
        Field.HEADERS: _from(rules.headers, "response_headers"),
    },
)

KONG = Preset(
    "Kong's log plugins: http-log, kafka-log, file-log, tcp-log",
    "developer.konghq.com, HTTP Log, Log format; AI Gateway audit log reference",
    {
        Field.STATUS: _logged(rules.status, "response.status"),
        Field.PROVIDER: (
            *_logged(rules.provider, "ai.proxy.meta.provider_name", "ai.ai-proxy.meta.provider_name"),
            *_logged(rules.host, "service.host"),
        ),
        Field.METHOD: _logged(rules.method, "request.method"),
        Field.PATH: _logged(rules.text, "request.uri"),
        Field.DURATION: _logged(rules.milliseconds, "latencies.request"),
        Field.TIMESTAMP: _logged(rules.timestamp, "started_at"),
        Field.REQUEST_ID: _logged(rules.identifier, "request.id", "response.headers.x-kong-request-id"),
        Field.HEADERS: _from(rules.headers, "response.headers"),
    },
    attributes={
        "model": _logged(
            rules.attribute, "ai.proxy.meta.request_model", "ai.ai-proxy.meta.request_model", "model"
        )
    },
)

# nginx has no JSON format of its own: the names are those of its variables.
NGINX = Preset(
    "nginx's access log as JSON: keys named like the variables they hold",
    "nginx.org, ngx_http_log_module (escape=json), Alphabetical index of variables",
    {
        Field.STATUS: _logged(rules.status, "status"),
        Field.PROVIDER: _logged(rules.host, "proxy_host", "host"),
        Field.METHOD: (
            *_logged(rules.method, "request_method", "method"),
            *_logged(gateways.request_method, "request"),
        ),
        Field.PATH: (
            *_logged(rules.text, "request_uri", "uri", "path"),
            *_logged(gateways.request_path, "request"),
        ),
        Field.DURATION: _logged(rules.seconds, "request_time"),
        Field.TIMESTAMP: _logged(rules.timestamp, "msec", "time_iso8601", "time", "@timestamp"),
        Field.REQUEST_ID: _logged(rules.identifier, "request_id", "req_id"),
        Field.HEADERS: _from(gateways.nginx_headers, "*"),
    },
)

LITELLM = Preset(
    "LiteLLM's StandardLoggingPayload",
    "docs.litellm.ai, StandardLoggingPayload Specification",
    {
        Field.STATUS: (
            *_from(gateways.litellm_status, "status"),
            *_from(gateways.litellm_code, "error_information.error_code"),
            *_from(gateways.litellm_class, "error_information.error_class"),
        ),
        Field.PROVIDER: (
            *_logged(rules.host, "api_base"),
            *_logged(gateways.litellm_provider, "custom_llm_provider", "error_information.llm_provider"),
        ),
        Field.PATH: _logged(rules.text, "metadata.user_api_key_request_route"),
        Field.DURATION: (
            *_from(gateways.litellm_duration, "*"),
            *_logged(rules.seconds, "response_time"),
        ),
        Field.TIMESTAMP: _logged(rules.timestamp, "endTime"),
        Field.REQUEST_ID: _logged(rules.identifier, "id"),
        Field.HEADERS: _from(gateways.litellm_headers, "hidden_params.additional_headers"),
    },
    _logged(rules.body, "error_information.error_message", "error_str"),
)

APISIX = Preset(
    "APISIX's kafka-logger and http-logger in their default format",
    "apisix.apache.org, kafka-logger, meta_format default",
    {
        Field.STATUS: _logged(rules.status, "response.status"),
        Field.PROVIDER: _logged(rules.host, "request.url"),
        Field.METHOD: _logged(rules.method, "request.method"),
        Field.PATH: _logged(rules.text, "request.uri"),
        Field.DURATION: _logged(rules.milliseconds, "latency"),
        Field.TIMESTAMP: _logged(rules.timestamp, "start_time"),
        Field.REQUEST_ID: _logged(rules.identifier, "response.headers.x-request-id"),
        Field.HEADERS: _from(rules.headers, "response.headers"),
    },
    _logged(rules.body, "response.body"),
)

DEFAULT = "native"
PRESETS: Mapping[str, Preset] = {
    DEFAULT: NATIVE,
    "cloudevents": CLOUDEVENTS,
    "envoy": ENVOY,
    "kong": KONG,
    "nginx": NGINX,
    "litellm": LITELLM,
    "apisix": APISIX,
}
