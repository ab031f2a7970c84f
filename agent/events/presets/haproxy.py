"""HAProxy's access log."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, upstreams
from agent.events.presets.keys import headers_among, respelled, written
from agent.events.presets.lines import request_method, request_path
from agent.events.presets.preset import Preset, at
from agent.events.presets.words import number, said, word
from agent.events.response import CLOSED_REQUEST, Ending

NAME = "haproxy"

_CODES = (
    "status_code",
    "status",
    "http_status_code",
    "http_status",
    "response_status_code",
    "response_status",
    "st",
)
_STATES = ("termination_state", "termination", "term_state", "session_state", "tsc", "ts")
_SERVERS = ("server_name", "server", "backend_server", "srv_name")
_NO_SERVER = "<NOSRV>"
_TIMES = (
    "time_active",
    "ta",
    "time_total",
    "total_time",
    "time_duration",
    "tt",
    "timers_ta",
    "timers_tt",
    "duration",
    "session_duration",
)

# The first letter says who ended the session, the second what was going on then.
_ENDINGS = {
    "C": Ending.CLIENT_CLOSED,
    "cD": Ending.CLIENT_CLOSED,
    "SC": Ending.CONNECTION_FAILED,
    "sC": Ending.CONNECTION_FAILED,
    "sQ": Ending.OVERFLOW,
    "S": Ending.UPSTREAM_CLOSED,
    "s": Ending.UPSTREAM_TIMEOUT,
    "D": Ending.UPSTREAM_CLOSED,
    "PH": Ending.FAILED,
    "PD": Ending.FAILED,
    "R": Ending.FAILED,
    "I": Ending.FAILED,
    "K": Ending.FAILED,
    "U": Ending.FAILED,
}
_OWN = ("PR", "PC", "PT", "L", "R", "I", "sQ", "cR")


def _code(value: object) -> int | None:
    """-1 says that none was sent."""
    return None if value in (-1, "-1", 0, "0") else rules.status(value)


def ending(state: object) -> Ending | None:
    """The first two letters of the termination state."""
    letters = word(state)[:2]
    return _ENDINGS.get(letters) or _ENDINGS.get(letters[:1])


def _left(event: object) -> int | None:
    """499 where a caller left before an answer."""
    return CLOSED_REQUEST if _ending(event) is Ending.CLIENT_CLOSED else None


def _ending(event: object) -> Ending | None:
    """The first two letters of the termination state, and `<NOSRV>` for a server."""
    told = ending(said(event, *_STATES))
    had_no_server = told is Ending.CONNECTION_FAILED and said(event, *_SERVERS).endswith(_NO_SERVER)
    return Ending.NO_HEALTHY_UPSTREAM if had_no_server else told


def _own(event: object) -> str | None:
    """`haproxy` where it denied the call or answered itself."""
    return NAME if said(event, *_STATES).startswith(_OWN) else None


def _duration(value: object) -> float | None:
    """Milliseconds; -1 for a session that was broken off."""
    return None if value in (-1, "-1") else rules.milliseconds(value)


def _retries(value: object) -> tuple[int, ...] | None:
    """The number of retries, with a `+` before it when another server was asked."""
    return upstreams.hidden(number(word(value).removeprefix("+")))


def _headers(event: object) -> dict[str, str] | None:
    """Keys that begin with `response_header_` or name a wait or a rate limit."""
    return headers_among(event, "response_headers_", "response_header_", "res_hdr_", "resp_")


# HAProxy has no JSON format of its own: the names are those of its documentation and of its log variables.
HAPROXY = Preset(
    "HAProxy's access log as JSON: keys named like the fields they hold",
    "docs.haproxy.org, Log format, Session state at disconnection",
    {
        Field.STATUS: (*written(_code, *_CODES), *at(_left, "*")),
        Field.PROVIDER: (
            *written(
                backends.host, "host", "http_host", "request_host", "request_header_host", "sni", *_SERVERS
            ),
            *written(backends.named, "backend_name", "backend", "be_name", *_SERVERS),
        ),
        Field.METHOD: (
            *written(rules.method, "method", "http_method", "request_method", "http_verb", "hm"),
            *written(request_method, "request", "http_request", "request_line", "r"),
        ),
        Field.PATH: (
            *written(request_path, "request", "http_request", "request_line", "r"),
            *written(
                rules.text, "path", "uri", "http_uri", "http_path", "request_uri", "request_path", "url"
            ),
            *written(rules.text, "hpo", "hp", "hu", "http_request"),
        ),
        Field.DURATION: written(_duration, *_TIMES),
        Field.TIMESTAMP: written(
            rules.timestamp, "timestamp", "time", "accept_date", "request_date", "date", "tr", "t"
        ),
        Field.REQUEST_ID: written(rules.identifier, "request_id", "unique_id", "x_request_id", "id"),
        Field.HEADERS: at(_headers, "*"),
        Field.ENDING: at(_ending, "*"),
        Field.ATTEMPTS: written(_retries, "retries", "rc"),
    },
    opened=respelled,
    own=at(_own, "*"),
)
