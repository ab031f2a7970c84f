"""The agent's own envelope, and what people write who make their own."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at

# The names after the first are those of the two bare error bodies that are events by themselves, and the
# second unit of a duration.
NATIVE = Preset(
    "The agent's own envelope",
    "this page",
    {
        Field.STATUS: at(rules.status, "status", "statusCode"),
        Field.PROVIDER: (*at(rules.provider, "provider"), *at(rules.host, "host", "url")),
        Field.METHOD: at(rules.method, "method"),
        Field.PATH: at(rules.text, "path", "url"),
        Field.DURATION: (
            *at(rules.seconds, "duration_seconds"),
            *at(rules.milliseconds, "duration_ms"),
        ),
        Field.TIMESTAMP: at(rules.timestamp, "timestamp"),
        Field.REQUEST_ID: at(rules.identifier, "request_id", "requestId"),
        Field.HEADERS: at(rules.headers, "headers"),
    },
    at(rules.body, "body"),
)
