"""APISIX's loggers."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed, upstreams
from agent.events.presets.keys import headers_among, respelled, written
from agent.events.presets.lines import request_method, request_path
from agent.events.presets.nginx import ending
from agent.events.presets.preset import Preset, at, logged
from agent.events.presets.words import said

NAME = "apisix"

_CODES = ("response_status", "status", "status_code", "response_code", "http_status")
_FIRST_TOKEN = ("llm_summary_duration", "llm_time_to_first_token")
_UPSTREAM = (
    "upstream",
    "upstream_addr",
    "upstream_latency",
    "upstream_status",
    "upstream_response_time",
    "llm_summary_upstream_response_time",
    "apisix_upstream_response_time",
    *_FIRST_TOKEN,
)
_STREAM = ("llm_summary_stream", "llm_stream", "llm_request_stream")
_NONE = frozenset({"", "0"})
_FIRST_ERROR = "400"


def _own(event: object) -> str | None:
    """`apisix` for an error without an upstream's latency or address."""
    code = said(event, *_CODES)
    is_refusal = code >= _FIRST_ERROR and not closed.has_left(code)
    return NAME if is_refusal and all(said(event, name) in _NONE for name in _UPSTREAM) else None


def _last_host(value: object) -> str | None:
    """The last of several addresses, if a known provider answers there."""
    addresses = upstreams.each(value)
    return backends.host(addresses[-1]) if addresses else None


def _time_to_first_token(event: object) -> float | None:
    """`llm_summary.duration` or `llm_time_to_first_token` in ms, of a streamed success."""
    value = said(event, *_FIRST_TOKEN)
    is_whole = said(event, *_STREAM) == "false" or said(event, "request_type") == "ai_chat"
    if value in _NONE or is_whole or said(event, *_CODES) >= _FIRST_ERROR:
        return None
    return rules.milliseconds(value)


def _headers(event: object) -> dict[str, str] | None:
    """The variables `upstream_http_*` and `sent_http_*`, `_` being `-`."""
    return headers_among(event, "upstream_http_", "sent_http_")


APISIX = Preset(
    "APISIX's kafka-logger and http-logger, in their default format or with keys named like its variables",
    "apisix.apache.org, kafka-logger, meta_format default and log_format; ai-proxy, logging; "
    "github.com/apache/apisix, apisix/utils/log-util.lua",
    {
        Field.STATUS: written(closed.status, *_CODES),
        Field.PROVIDER: (
            *written(_last_host, "upstream", "upstream_addr"),
            *written(backends.host, "upstream_host", "request_url", "host", "http_host"),
            *written(backends.named, "upstream", "service_name", "route_name", "service_id", "route_id"),
        ),
        Field.METHOD: (
            *written(rules.method, "request_method", "method"),
            *written(request_method, "request"),
        ),
        Field.PATH: (
            *written(rules.text, "request_uri", "uri", "path"),
            *written(request_path, "request"),
        ),
        Field.DURATION: (
            *written(rules.milliseconds, "latency"),
            *written(rules.seconds, "request_time"),
        ),
        Field.TIME_TO_FIRST_TOKEN: at(_time_to_first_token, "*"),
        Field.TIMESTAMP: written(
            rules.timestamp, "start_time", "msec", "time_iso8601", "time_local", "timestamp", "time"
        ),
        Field.REQUEST_ID: written(
            rules.identifier,
            "response_headers_x_request_id",
            "response_headers_apisix_request_id",
            "apisix_request_id",
            "request_id",
        ),
        Field.HEADERS: (*at(rules.headers, "response_headers"), *at(_headers, "*")),
        Field.ENDING: at(ending, "*"),
        Field.ATTEMPTS: (
            *written(upstreams.attempts, "upstream_status"),
            *written(upstreams.addresses, "upstream", "upstream_addr"),
        ),
    },
    logged(rules.body, "response_body", "resp_body"),
    attributes={
        "model": written(
            rules.attribute,
            "llm_summary_request_model",
            "llm_summary_model",
            "request_llm_model",
            "llm_model",
            "model",
        )
    },
    opened=respelled,
    own=at(_own, "*"),
)
