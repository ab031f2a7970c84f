"""Envoy's access log."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at, logged

# Envoy, Access logging, RESPONSE_FLAGS: the flags that stand "in addition to" a response code.
_FLAGS = {
    **dict.fromkeys(("UH", "UF", "UO", "LH", "LR", "UR", "UC"), 503),
    "UT": 504,
    "NR": 404,
    "RL": 429,
    "IH": 400,
    "SI": 408,
}


def _code(value: object) -> int | None:
    """0 says that no response was begun."""
    return None if value in (0, "0") else rules.status(value)


def _flags(value: object) -> int | None:
    """The code that Envoy's documentation names for the flag."""
    flags = rules.text(value).split(",")
    return next((_FLAGS[flag] for flag in flags if flag in _FLAGS), None)


# Envoy has no JSON format of its own: the names are those of Envoy Gateway's and Istio's defaults.
ENVOY = Preset(
    "Envoy's access log as JSON, as Envoy Gateway and Istio write it",
    "envoyproxy.io, Access logging; gateway.envoyproxy.io, Proxy Access Logs",
    {
        Field.STATUS: (
            *logged(_code, "response_code"),
            *logged(_flags, "response_flags"),
        ),
        Field.PROVIDER: logged(
            rules.host, '":authority"', "authority", "requested_server_name", "upstream_cluster"
        ),
        Field.METHOD: logged(rules.method, "method"),
        Field.PATH: logged(rules.text, "x-envoy-origin-path", "path"),
        Field.DURATION: logged(rules.milliseconds, "duration"),
        Field.TIMESTAMP: logged(rules.timestamp, "start_time"),
        Field.REQUEST_ID: logged(rules.identifier, "x-request-id", "request_id"),
        Field.HEADERS: at(rules.headers, "response_headers"),
    },
)
