"""Kong's log plugins."""

from agent.events import rules
from agent.events.invalid import Field
from agent.events.presets.preset import Preset, at, logged

KONG = Preset(
    "Kong's log plugins: http-log, kafka-log, file-log, tcp-log",
    "developer.konghq.com, HTTP Log, Log format; AI Gateway audit log reference",
    {
        Field.STATUS: logged(rules.status, "response.status"),
        Field.PROVIDER: (
            *logged(rules.provider, "ai.proxy.meta.provider_name", "ai.ai-proxy.meta.provider_name"),
            *logged(rules.host, "service.host"),
        ),
        Field.METHOD: logged(rules.method, "request.method"),
        Field.PATH: logged(rules.text, "request.uri"),
        Field.DURATION: logged(rules.milliseconds, "latencies.request"),
        Field.TIMESTAMP: logged(rules.timestamp, "started_at"),
        Field.REQUEST_ID: logged(rules.identifier, "request.id", "response.headers.x-kong-request-id"),
        Field.HEADERS: at(rules.headers, "response.headers"),
    },
    attributes={
        "model": logged(
            rules.attribute, "ai.proxy.meta.request_model", "ai.ai-proxy.meta.request_model", "model"
        )
    },
)
