"""Cloudflare: its AI Gateway, and the zone in front of a gateway of one's own."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends, closed
from agent.events.presets.preset import Preset, at, logged
from agent.events.presets.words import is_blank, number, said
from agent.events.response import CLOSED_REQUEST, FIRST_ERROR, FIRST_SERVER_ERROR

NAME = "cloudflare"

_CODES = ("StatusCode", "EdgeResponseStatus", "status_code")


def _limited(value: object) -> str | None:
    """`cloudflare` where its own rate limit refused the call."""
    return NAME if value is True else None


def _own(event: object) -> str | None:
    """`cloudflare` where the edge refused the call before it asked the origin."""
    status = number(said(event, *_CODES))
    is_refusal = FIRST_ERROR <= status < FIRST_SERVER_ERROR and status != CLOSED_REQUEST
    was_not_asked = said(event, "OriginResponseStatus") == "0" or is_blank(event, "OriginResponseStatus")
    return NAME if is_refusal and was_not_asked else None


LIMITED = at(_limited, "RateLimited")

CLOUDFLARE = Preset(
    "Cloudflare's AI Gateway and zones: the Logpush data sets ai_gateway_events and http_requests, and the "
    "AI Gateway's own logs",
    "developers.cloudflare.com, Logpush, AI Gateway Events and HTTP requests; API, AI Gateway logs",
    {
        Field.STATUS: logged(closed.status, *_CODES),
        Field.PROVIDER: (
            *logged(backends.backend, "Provider", "provider"),
            *logged(backends.host, "ClientRequestHost"),
        ),
        Field.METHOD: logged(rules.method, "ClientRequestMethod"),
        Field.PATH: logged(rules.text, "Endpoint", "ClientRequestURI", "ClientRequestPath", "path"),
        Field.DURATION: logged(rules.milliseconds, "Metrics.durationMs", "duration"),
        Field.TIMESTAMP: logged(
            rules.timestamp, "Timestamp", "EdgeEndTimestamp", "EdgeStartTimestamp", "created_at"
        ),
        Field.REQUEST_ID: logged(rules.identifier, "RayID", "id"),
        Field.ENDING: logged(closed.ending, *_CODES),
    },
    attributes={"model": logged(rules.attribute, "RequestedModel", "Model", "model")},
    own=(*LIMITED, *at(_own, "*")),
)
