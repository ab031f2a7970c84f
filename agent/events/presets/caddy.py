"""Caddy's access log."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed
from agent.events.presets.preset import JsonObject, Preset, at, logged

_ACCESS = "http.log.access"


def _is_other(event: JsonObject) -> bool:
    """A line of another logger than that of the calls."""
    logger = event.get("logger")
    return isinstance(logger, str) and not logger.startswith(_ACCESS)


CADDY = Preset(
    "Caddy's access log",
    "caddyserver.com, How Logging Works; github.com/caddyserver/caddy, modules/caddyhttp/server.go",
    {
        Field.STATUS: logged(closed.status, "status"),
        Field.PROVIDER: logged(backends.host, "request.host", "request.headers.Host.0"),
        Field.METHOD: logged(rules.method, "request.method"),
        Field.PATH: logged(rules.text, "request.uri"),
        Field.DURATION: logged(rules.seconds, "duration"),
        Field.TIMESTAMP: logged(rules.timestamp, "ts"),
        Field.REQUEST_ID: logged(
            rules.identifier, "uuid", "resp_headers.X-Request-Id.0", "request.headers.X-Request-Id.0"
        ),
        Field.HEADERS: at(rules.headers, "resp_headers"),
        Field.ENDING: logged(closed.ending, "status"),
    },
    is_other=_is_other,
)
