"""nginx's access log."""

from collections.abc import Mapping

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at, logged

_HEADERS = ("sent_http_", "upstream_http_")


def _request_method(value: object) -> str | None:
    """The first word of the request line."""
    line = rules.text(value).split(" ")
    return rules.method(line[0]) if len(line) == 3 else None  # noqa: PLR2004 - method, target, protocol


def _request_path(value: object) -> str | None:
    """The second word of the request line."""
    line = rules.text(value).split(" ")
    return line[1] if len(line) == 3 else None  # noqa: PLR2004


def _headers(event: object) -> dict[str, str] | None:
    """The variables `sent_http_*` and `upstream_http_*`, `_` being `-`."""
    assert isinstance(event, Mapping)  # noqa: S101 - the whole event
    found = {
        name.removeprefix(prefix).replace("_", "-"): value
        for prefix in _HEADERS
        for name, value in event.items()
        if name.startswith(prefix) and value not in ("", "-")
    }
    return rules.headers(found) or None


# nginx has no JSON format of its own: the names are those of its variables.
NGINX = Preset(
    "nginx's access log as JSON: keys named like the variables they hold",
    "nginx.org, ngx_http_log_module (escape=json), Alphabetical index of variables",
    {
        Field.STATUS: logged(rules.status, "status"),
        Field.PROVIDER: logged(rules.host, "proxy_host", "host"),
        Field.METHOD: (
            *logged(rules.method, "request_method", "method"),
            *logged(_request_method, "request"),
        ),
        Field.PATH: (
            *logged(rules.text, "request_uri", "uri", "path"),
            *logged(_request_path, "request"),
        ),
        Field.DURATION: logged(rules.seconds, "request_time"),
        Field.TIMESTAMP: logged(rules.timestamp, "msec", "time_iso8601", "time", "@timestamp"),
        Field.REQUEST_ID: logged(rules.identifier, "request_id", "req_id"),
        Field.HEADERS: at(_headers, "*"),
    },
)
