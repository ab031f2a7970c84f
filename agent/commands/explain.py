"""One event, step by step: its fields and where they stood, what it means and why, and what it counts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from agent.assembly import Parts
from agent.classify import Outcome
from agent.classify import explain as explain_outcome
from agent.commands import safe
from agent.commands.record import Origin
from agent.commands.series import Lines
from agent.events import ApiResponse, Event, Field, InvalidEventError, InvalidReason, decode
from agent.events.invalid import WHY
from agent.events.sources import WHOLE, Place
from agent.metrics.labels import UNKNOWN
from agent.pipeline import Record, understand
from agent.settings import Settings

Report = dict[str, Any]
"""What JSON can hold, with every text of the event already safe to show."""

ADVICE = {
    InvalidReason.TOMBSTONE: "nothing to do if the topic is compacted; else look at the producer",
    InvalidReason.EMPTY: "look at the producer: it sends records without content",
    InvalidReason.TOO_LARGE: "cut bodies before they are sent, or raise events.max_bytes",
    InvalidReason.ENCODING: "send UTF-8; Avro, Protobuf and compressed values are not read",
    InvalidReason.JSON: "send one JSON object per record",
    InvalidReason.NOT_OBJECT: "send one JSON object per record, not a list of events",
    InvalidReason.NO_STATUS: "set events.preset to the shape of your events, or say where the status stands:"
    " events.fields: {status: response.status}",
}

_WHOLE_EVENT = "the whole event"
_ATTRIBUTES = "attributes."


def explain(
    parts: Parts, lines: Lines, settings: Settings, record: Record, origin: Origin, now: float
) -> Report:
    """Say everything about one record, at unix time *now*."""
    report: Report = {"record": origin.words, "preset": settings.events.preset, "invalid": None}
    seen_at = _kafka_time(record) or now
    try:
        response = _interpret(report, parts, settings.events.max_bytes, record)
    except InvalidEventError as error:
        why, advice = WHY[error.reason], ADVICE[error.reason]
        report["invalid"] = {"reason": error.reason.value, "why": why, "advice": advice}
    else:
        seen_at = response.timestamp or seen_at  # the readings of an old event have ended long ago
    batch = parts.pipeline.process(origin.partition, [record], now)
    counted = lines.counted(batch.delta, by_place=not origin.is_file)
    report["counts"] = [line._asdict() for line in counted]
    report["gauges"] = [line._asdict() for line in lines.gauges(parts.tally.readings, seen_at)]
    return report


def _interpret(report: Report, parts: Parts, max_bytes: int, record: Record) -> ApiResponse:
    """Put into *report* what is found on the way to the outcome, as far as there is a way."""
    content = decode(record.value, max_bytes)
    event = parts.extractor.extract(content, record.headers)
    places = parts.extractor.places(content, record.headers)
    report |= _fields(event, places)
    timestamp = _kafka_time(record)
    response, outcome = understand(event, timestamp)
    if event.response.provider != response.provider:
        said_by = f"the dialect {outcome.dialect}"
        report["fields"].append({"field": "provider", "from": said_by, "value": response.provider})
        report["absent"].remove("provider")
    report |= _meaning(response, outcome, timestamp)
    return response


def _kafka_time(record: Record) -> float | None:
    return record.timestamp / 1000 if record.timestamp >= 0 else None


def _fields(event: Event, places: Mapping[str, Place]) -> Report:
    response = event.response
    found: dict[str, object] = {
        "status": response.status,
        "provider": None if response.provider == UNKNOWN else safe.text(response.provider),
        "method": None if response.method == UNKNOWN else safe.text(response.method),
        "path": safe.path(response.path) if response.path else None,
        "duration": response.duration,
        "timestamp": response.timestamp and moment(response.timestamp),
        "request_id": response.request_id and safe.text(response.request_id),
        **{f"{_ATTRIBUTES}{name}": safe.text(value) for name, value in response.attributes.items()},
        "headers": safe.headers(response.headers) if response.headers else None,
        "body": safe.brief(response.body),
    }
    read = [
        {"field": name, "from": _origin(name, places), "value": value}
        for name, value in found.items()
        if value is not None
    ]
    unusable = _unusable(event, places)
    seen = {it["field"] for it in (*read, *unusable)}
    return {"fields": read, "unusable": unusable, "absent": [name for name in found if name not in seen]}


def _origin(name: str, places: Mapping[str, Place]) -> str:
    if name in places:
        return _path(places[name])
    return {"status": "the body itself", "body": _WHOLE_EVENT}.get(name, "")


def _path(place: Place) -> str:
    return _WHOLE_EVENT if place.path == WHOLE else safe.text(place.path)


def _unusable(event: Event, places: Mapping[str, Place]) -> list[Report]:
    bad = [field.value for field in event.bad_fields if field is not Field.ATTRIBUTES]
    kept = {f"{_ATTRIBUTES}{name}" for name in event.response.attributes}
    lost = [name for name in places if name.startswith(_ATTRIBUTES) and name not in kept]
    return [
        {"field": name, "from": _path(places[name]), "value": _raw(places[name])}
        for name in (*bad, *lost)
        if name in places
    ]


def _raw(place: Place) -> object:
    return "" if place.path == WHOLE else safe.brief(place.value)


def _meaning(response: ApiResponse, outcome: Outcome, timestamp: float | None) -> Report:
    how = explain_outcome(response, timestamp)
    return {
        "meaning": {
            "undone": [step.partition(":")[0] for step in how.steps],  # what follows is content
            "dialect": how.dialect,
            "rule": how.rule,
            "status": how.status,
            "message": safe.text(how.message),
        },
        "outcome": {
            "type": outcome.type.value,
            "type_means": outcome.type.help,
            "reason": outcome.reason.value,
            "reason_means": outcome.reason.help,
            "retry_after_seconds": outcome.retry_after,
            "rate_limits": [
                limit._asdict() | {"reset": None if limit.reset is None else moment(limit.reset)}
                for limit in outcome.rate_limits
            ],
        },
    }


def moment(seconds: float) -> str:
    """Unix seconds as RFC 3339."""
    return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
