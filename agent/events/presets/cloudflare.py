"""Cloudflare's AI Gateway."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets import backends
from agent.events.presets.preset import Preset, at, logged

NAME = "cloudflare"


def _own(value: object) -> str | None:
    """`cloudflare` where its own rate limit refused the call."""
    return NAME if value is True else None


CLOUDFLARE = Preset(
    "Cloudflare's AI Gateway: the Logpush data set ai_gateway_events",
    "developers.cloudflare.com, Logpush, AI Gateway Events",
    {
        Field.STATUS: logged(rules.status, "StatusCode"),
        Field.PROVIDER: (*at(_own, "RateLimited"), *logged(backends.backend, "Provider")),
        Field.PATH: logged(rules.text, "Endpoint"),
        Field.DURATION: logged(rules.milliseconds, "Metrics.durationMs"),
        Field.TIMESTAMP: logged(rules.timestamp, "Timestamp"),
    },
    attributes={"model": logged(rules.attribute, "RequestedModel", "Model")},
)
