"""Envoy's access log, as Envoy Gateway, Istio, Envoy AI Gateway, Higress and many others write it."""

from collections.abc import Mapping

from agent.events import envoy, grpc, rules
from agent.events.invalid import Field
from agent.events.presets import backends, upstreams
from agent.events.presets.keys import headers_among, respelled, written
from agent.events.presets.preset import Preset, at, logged
from agent.events.presets.words import is_blank, number, said
from agent.events.response import FIRST_SERVER_ERROR, Ending

NAME = "envoy"

_CODES = ("response_code", "response_status", "response_status_code", "status_code", "http_status", "status")
_METHODS = ("method", "request_method", "http_method", "req_method")
_PATHS = ("x_envoy_origin_path", "x_envoy_original_path", "original_path", "path", "request_path", "req_path")
_HOSTS = ("authority", "requested_server_name", "host", "request_authority", "req_authority", "upstream_host")
_UPSTREAM_HOSTS = ("upstream_host", "upstream_remote_address")
_FLAGS = ("response_flags", "response_flags_long", "flags", "response_flag")
_DETAILS = ("response_code_details", "response_details", "details")
_FAILURE = ("upstream_transport_failure_reason", "upstream_failure_reason")
_GRPC = ("grpc_status", "grpc_status_number", "response_grpc_status")
_FIRST_STATUS = 100


def _code(value: object) -> int | None:
    """0 says that no response was begun."""
    return None if value in (0, "0", "000") else rules.status(value)


def _status(event: object) -> int | None:
    """The code that stands for the flag or the details; 499 for a caller who left."""
    return next((meaning.status for meaning in _meanings(event) if meaning.status), None)


def _ending(event: object) -> Ending | None:
    """The flags, else the details, else a failed connection, else the gRPC status."""
    told = next((meaning.ending for meaning in _meanings(event) if meaning.ending), None)
    if told is None and said(event, *_FAILURE) and not _is_answer(event):
        return Ending.CONNECTION_FAILED
    return told or grpc.ending(said(event, *_GRPC))


def _own(event: object) -> str | None:
    """`envoy` where it refused the call itself."""
    meanings = _meanings(event)
    if any(meaning.ending is Ending.CLIENT_CLOSED for meaning in meanings):
        return None
    was_asked = said(event, *_UPSTREAM_HOSTS) != ""
    if any(meaning.is_own and not (was_asked and meaning is envoy.DELAYED) for meaning in meanings):
        return NAME
    had_no_upstream = is_blank(event, *_UPSTREAM_HOSTS) and not said(event, *_DETAILS)
    return NAME if had_no_upstream and _is_answer(event) else None


def _meanings(event: object) -> tuple[envoy.Meaning, ...]:
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    flags = next((event[name] for name in _FLAGS if event.get(name)), "")
    return envoy.meanings(flags, said(event, *_DETAILS))


def _written(event: object) -> int:
    return number(said(event, *_CODES))


def _is_answer(event: object) -> bool:
    """Whether the code is neither missing nor one that a failed connection gets."""
    return _FIRST_STATUS <= _written(event) < FIRST_SERVER_ERROR


def _attempts(value: object) -> tuple[int, ...] | None:
    """The number of attempts, of which the last one counted."""
    return upstreams.hidden(number(value) - 1)


def _headers(event: object) -> dict[str, str] | None:
    """Keys that begin with `resp_` or name a wait or a rate limit."""
    return headers_among(
        event, "response_headers_", "response_header_", "resp_headers_", "resp_header_", "resp_"
    )


# Envoy has no JSON format of its own: the names are those of Envoy Gateway's, Istio's, Envoy AI Gateway's and
# Higress's defaults, and of Envoy's own command operators.
ENVOY = Preset(
    "Envoy's access log as JSON, as Envoy Gateway, Istio, Envoy AI Gateway and Higress write it",
    "envoyproxy.io, Access logging and Response code details; gateway.envoyproxy.io, Proxy Access Logs; "
    "github.com/envoyproxy/ai-gateway, examples/access-log; higress.ai, ai-statistics",
    {
        Field.STATUS: (*written(_code, *_CODES), *at(_status, "*")),
        Field.PROVIDER: (
            *written(backends.backend, "gen_ai_provider_name", "gen_ai_system", "backend_name"),
            *written(backends.host, *_HOSTS, "upstream_cluster"),
            *written(backends.named, "upstream_cluster", "route_name"),
        ),
        Field.METHOD: written(rules.method, *_METHODS),
        Field.PATH: written(rules.text, *_PATHS),
        Field.DURATION: written(rules.milliseconds, "duration", "duration_ms", "total_duration", "latency"),
        Field.TIME_TO_FIRST_TOKEN: written(
            rules.milliseconds,
            "token_latency_ttft",
            "time_to_first_token",
            "time_to_first_token_ms",
            "ai_log.llm_first_token_duration",
        ),
        Field.TIMESTAMP: written(rules.timestamp, "start_time", "timestamp", "time"),
        Field.REQUEST_ID: written(rules.identifier, "x_request_id", "request_id", "req_id"),
        Field.HEADERS: (*at(rules.headers, "response_headers"), *at(_headers, "*")),
        Field.ENDING: at(_ending, "*"),
        Field.ATTEMPTS: written(
            _attempts,
            "upstream_request_attempt_count",
            "request_attempt_count",
            "attempt_count",
            "x_envoy_attempt_count",
        ),
    },
    logged(rules.body, "response_body"),
    attributes={
        "model": written(
            rules.attribute,
            "gen_ai_request_model",
            "gen_ai_response_model",
            "ai_log.model",
            "x_ai_eg_model",
            "model",
        )
    },
    opened=respelled,
    own=at(_own, "*"),
)
