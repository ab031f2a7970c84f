"""Traefik's access log."""

from collections.abc import Mapping

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed, upstreams
from agent.events.presets.keys import headers_among
from agent.events.presets.preset import JsonObject, Preset, at, logged
from agent.events.presets.words import said
from agent.events.response import Ending

NAME = "traefik"

_STATUS, _ORIGIN, _SERVICE = "DownstreamStatus", "OriginStatus", ("ServiceName", "ServiceURL", "ServiceAddr")
_FIRST_ERROR, _FIRST_SERVER_ERROR = "400", "500"
_INTERNAL = "@internal"
_in_nanoseconds = rules.duration_in("ns")


def _ending(event: object) -> Ending | None:
    """499 and 0 say that the caller left; a service without an answer's status had no server left."""
    status = said(event, _STATUS)
    had_no_server = status == "503" and said(event, _ORIGIN) == "0" and _reached_service(event)
    return Ending.NO_HEALTHY_UPSTREAM if had_no_server else closed.ending(status)


def _own(event: object) -> str | None:
    """`traefik` where no service gave a status."""
    status, origin = said(event, _STATUS), said(event, _ORIGIN)
    if closed.has_left(status) or origin not in {"", "0"}:
        return None
    if origin == "":
        return NAME if status >= _FIRST_ERROR and not _reached_service(event) else None
    return None if status >= _FIRST_SERVER_ERROR and _reached_service(event) else NAME


def _reached_service(event: object) -> bool:
    return isinstance(event, Mapping) and any(event.get(name) not in (None, "", "-") for name in _SERVICE)


def _duration(value: object) -> float:
    """Nanoseconds, from 0 to a day."""
    return _in_nanoseconds(value)


def _headers(event: object) -> dict[str, str] | None:
    """Keys that begin with `downstream_` or `origin_`."""
    return headers_among(event, "downstream_", "origin_")


def _is_internal(event: JsonObject) -> bool:
    """A call of Traefik's own ping, dashboard, API or metrics."""
    return any(said(event, name).endswith(_INTERNAL) for name in ("RouterName", "ServiceName"))


TRAEFIK = Preset(
    "Traefik's access log as JSON",
    "doc.traefik.io, Access Logs; github.com/traefik/traefik, pkg/middlewares/accesslog/logdata.go",
    {
        Field.STATUS: logged(closed.status, _STATUS, _ORIGIN),
        Field.PROVIDER: (
            *logged(
                backends.host, "ServiceURL.Host", "ServiceURL", "ServiceAddr", "RequestHost", "RequestAddr"
            ),
            *logged(backends.named, "ServiceName", "RouterName"),
        ),
        Field.METHOD: logged(rules.method, "RequestMethod"),
        Field.PATH: logged(rules.text, "RequestPath"),
        Field.DURATION: logged(_duration, "Duration"),
        Field.TIMESTAMP: logged(rules.timestamp, "StartUTC", "StartLocal", "time"),
        Field.REQUEST_ID: logged(
            rules.identifier,
            "request_X-Request-Id",
            "downstream_X-Request-Id",
            "origin_X-Request-Id",
            "trace_id",
            "TraceId",
        ),
        Field.HEADERS: at(_headers, "*"),
        Field.ENDING: at(_ending, "*"),
        Field.ATTEMPTS: logged(upstreams.hidden, "RetryAttempts"),
    },
    is_other=_is_internal,
    own=at(_own, "*"),
)
