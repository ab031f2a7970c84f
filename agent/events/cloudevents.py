"""Takes the data out of a CloudEvent, however it is wrapped.

Sources: github.com/cloudevents/spec, formats/json-format.md (data, data_base64) and
bindings/kafka-protocol-binding.md (structured and binary mode).
"""

import binascii
from base64 import b64decode
from collections.abc import Mapping

import orjson


def opened(event: Mapping[str, object]) -> Mapping[str, object]:
    """The same event with its data as an object under `data`.

    In binary mode the value of the record is the data and the attributes are record headers.
    """
    if "specversion" not in event:
        return {"data": event}
    data = event.get("data", event.get("data_base64"))
    if type(data) is not str:
        return event
    try:
        parsed = orjson.loads(data if "data" in event else b64decode(data))
    except (orjson.JSONDecodeError, binascii.Error, ValueError):
        return event
    return {**event, "data": parsed}
