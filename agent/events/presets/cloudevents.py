"""CloudEvents 1.0 around the native envelope."""

from agent.events import applog, cloudevents, rules
from agent.events.invalid import Field
from agent.events.presets.native import NATIVE
from agent.events.presets.preset import Preset, at, logged, under

_DATA = "data"

CLOUDEVENTS = Preset(
    "CloudEvents 1.0, structured or binary, around the native envelope",
    "github.com/cloudevents/spec, JSON event format and Kafka protocol binding",
    {
        **{field: under(_DATA, sources) for field, sources in NATIVE.fields.items()},
        Field.PROVIDER: (
            *under(_DATA, NATIVE.fields[Field.PROVIDER]),
            *logged(rules.host, "source", "header:ce_source"),
        ),
        Field.TIMESTAMP: (
            *under(_DATA, NATIVE.fields[Field.TIMESTAMP]),
            *logged(rules.timestamp, "time", "header:ce_time"),
        ),
    },
    (*under(_DATA, NATIVE.body), *at(applog.error_in, _DATA)),
    attributes={name: under(_DATA, sources) for name, sources in NATIVE.attributes.items()},
    under=f"{_DATA}.",
    opened=cloudevents.opened,
)
