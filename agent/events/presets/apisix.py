"""APISIX's loggers."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at, logged

APISIX = Preset(
    "APISIX's kafka-logger and http-logger in their default format",
    "apisix.apache.org, kafka-logger, meta_format default",
    {
        Field.STATUS: logged(rules.status, "response.status"),
        Field.PROVIDER: logged(rules.host, "request.url"),
        Field.METHOD: logged(rules.method, "request.method"),
        Field.PATH: logged(rules.text, "request.uri"),
        Field.DURATION: logged(rules.milliseconds, "latency"),
        Field.TIMESTAMP: logged(rules.timestamp, "start_time"),
        Field.REQUEST_ID: logged(rules.identifier, "response.headers.x-request-id"),
        Field.HEADERS: at(rules.headers, "response.headers"),
    },
    logged(rules.body, "response.body"),
)
