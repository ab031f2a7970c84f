"""nginx's access log, and that of ingress-nginx."""

from agent.events import grpc, rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed, upstreams
from agent.events.presets.keys import headers_among, respelled, written
from agent.events.presets.lines import request_method, request_path
from agent.events.presets.preset import Preset, at, logged
from agent.events.presets.words import is_blank, said
from agent.events.response import Ending

NAME = "nginx"

_CODES = ("status", "status_code", "response_status", "response_code", "http_status")
_HOSTS = (
    "proxy_host",
    "upstream_host",
    "host",
    "http_host",
    "vhost",
    "server_name",
    "domain",
    "request_host",
)
_UPSTREAM = ("upstream_status", "upstream_addr", "upstreamhost")  # times stand there for a rejected body, too
_GRPC = tuple(f"{where}grpc_status" for where in ("", "upstream_trailer_", "sent_trailer_", "upstream_http_"))


def ending(event: object) -> Ending | None:
    """499 and 000 say that the caller left, else the gRPC status."""
    return closed.ending(said(event, *_CODES)) or grpc.ending(said(event, *_GRPC))


def _own(event: object) -> str | None:
    """`nginx` where it asked no upstream."""
    return NAME if is_blank(event, *_UPSTREAM) and not closed.has_left(said(event, *_CODES)) else None


def _headers(event: object) -> dict[str, str] | None:
    """The variables `upstream_http_*` and `sent_http_*`, `_` being `-`."""
    return headers_among(event, "upstream_http_", "sent_http_")


# nginx has no JSON format of its own: the names are those of its variables and of ingress-nginx's example.
NGINX = Preset(
    "nginx's and ingress-nginx's access log as JSON: keys named like the variables they hold",
    "nginx.org, ngx_http_log_module (escape=json), Alphabetical index of variables; "
    "kubernetes.github.io/ingress-nginx, ConfigMap, log-format-upstream",
    {
        Field.STATUS: written(closed.status, *_CODES),
        Field.PROVIDER: (
            *written(backends.host, *_HOSTS),
            *written(backends.named, "proxy_host", "proxy_upstream_name", "upstream_name", "service_name"),
        ),
        Field.METHOD: (
            *written(rules.method, "request_method", "method", "http_method"),
            *written(request_method, "request"),
        ),
        Field.PATH: (
            *written(rules.text, "request_uri", "uri", "path", "request_path", "url"),
            *written(request_path, "request"),
        ),
        Field.DURATION: written(
            rules.seconds, "request_time", "duration", "response_time", "responsetime", "request_duration"
        ),
        Field.TIMESTAMP: written(
            rules.timestamp, "msec", "time_iso8601", "time_local", "time", "timestamp", "@timestamp"
        ),
        Field.REQUEST_ID: written(rules.identifier, "request_id", "req_id", "x_request_id"),
        Field.HEADERS: at(_headers, "*"),
        Field.ENDING: at(ending, "*"),
        Field.ATTEMPTS: (
            *written(upstreams.attempts, "upstream_status"),
            *written(upstreams.addresses, "upstream_addr"),
        ),
    },
    logged(rules.body, "response_body", "resp_body"),
    opened=respelled,
    own=at(_own, "*"),
)
