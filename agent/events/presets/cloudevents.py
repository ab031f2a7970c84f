"""CloudEvents 1.0 around the native envelope."""

from agent.events import cloudevents, rules
from agent.events.invalid import Field
from agent.events.presets.native import NATIVE
from agent.events.presets.preset import Preset, logged
from agent.events.sources import Source, Sources


def _in_data(sources: Sources) -> Sources:
    return tuple(Source(f"data.{path}", rule) for path, rule in sources)


CLOUDEVENTS = Preset(
    "CloudEvents 1.0, structured or binary, around the native envelope",
    "github.com/cloudevents/spec, JSON event format and Kafka protocol binding",
    {
        **{field: _in_data(sources) for field, sources in NATIVE.fields.items()},
        Field.PROVIDER: (
            *_in_data(NATIVE.fields[Field.PROVIDER]),
            *logged(rules.host, "source", "header:ce_source"),
        ),
        Field.TIMESTAMP: (
            *_in_data(NATIVE.fields[Field.TIMESTAMP]),
            *logged(rules.timestamp, "time", "header:ce_time"),
        ),
    },
    _in_data(NATIVE.body),
    under="data.",
    opened=cloudevents.opened,
)
