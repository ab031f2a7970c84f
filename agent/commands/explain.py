"""One event, step by step: its fields and where they stood, what it means and why, and what it counts."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from agent.assembly import Parts
from agent.classify import Outcome, Rules
from agent.classify import explain as explain_outcome
from agent.commands import safe
from agent.commands.advice import advise
from agent.commands.record import Origin
from agent.commands.series import Lines
from agent.events import ApiResponse, Event, Field, InvalidReason, Reader
from agent.events.invalid import WHY
from agent.events.sources import WHOLE, Place
from agent.meaning import Counted, Ignored, Invalid, Meaning, Record, kafka_time, meanings
from agent.metrics.delta import Delta
from agent.metrics.labels import UNKNOWN
from agent.redaction import mask
from agent.settings import Settings

Report = dict[str, Any]
"""What JSON can hold, with every text of the event already safe to show."""

ADVICE = {
    InvalidReason.TOMBSTONE: "nothing to do if the topic is compacted; else look at the producer",
    InvalidReason.EMPTY: "look at the producer: it sends records without content",
    InvalidReason.TOO_LARGE: "cut bodies and batches before they are sent, or raise events.max_bytes",
    InvalidReason.ENCODING: "send UTF-8, plain or packed by gzip; Avro is not read",
    InvalidReason.JSON: "send one JSON object, a list of them, or one a line",
    InvalidReason.PROTOBUF: "pip install 'api-error-agent[otlp]', or let the Collector write "
    "encoding: otlp_json",
    InvalidReason.NOT_OBJECT: "send one JSON object for each event, or set events.each or events.unwrap",
    InvalidReason.NO_STATUS: "set events.preset to the shape of your events, or say where the status stands:"
    " events.fields: {status: response.status}",
}

_WHOLE_EVENT = "the whole event"
_ATTRIBUTES = "attributes."
_RARE = ("time_to_first_token", "ending", "attempts")  # nobody misses them


def explain(
    parts: Parts, lines: Lines, settings: Settings, record: Record, origin: Origin, now: float
) -> list[Report]:
    """Say everything about each event in a record, at unix time *now*."""
    found = list(meanings(parts.reader, record, now, parts.rules))
    batch = parts.pipeline.process(origin.partition, [record], now)
    reports = []
    for number, meaning in enumerate(found, 1):
        among = f", event {number} of {len(found)}" if len(found) > 1 else ""
        report: Report = {"record": f"{origin.words}{among}", "preset": settings.events.preset}
        report |= _interpreted(parts, record, meaning)
        delta = batch.delta if len(found) == 1 else _alone(parts, meaning)
        counted = lines.counted(delta, by_place=not origin.is_file)
        report["counts"] = [line._asdict() for line in counted]
        seen_at = (meaning.at if isinstance(meaning, Counted) else None) or now
        report["gauges"] = [line._asdict() for line in lines.gauges(parts.tally.readings, seen_at)]
        reports.append(report)
    return reports


def _alone(parts: Parts, meaning: Meaning) -> Delta:
    """What one event of several adds."""
    delta: Delta = {}
    parts.pipeline.count(delta, meaning)
    return delta


def _interpreted(parts: Parts, record: Record, meaning: Meaning) -> Report:
    """What was found on the way to the outcome, as far as there is a way."""
    report: Report = {"opened": list(meaning.found.opened.way), "invalid": None, "ignored": False}
    source, event = meaning.found.opened.event, meaning.found.event
    if event is not None and not isinstance(source, InvalidReason):
        places = parts.reader.extractor.places(source, record.headers, meaning.found.opened.around)
        report |= _fields(meaning.event if isinstance(meaning, Counted) else event, places)
    if isinstance(meaning, Counted):
        report |= _counted(report, meaning, kafka_time(record), parts.rules)
    if isinstance(meaning, Ignored):
        report |= {"ignored": True, "ignored_by": _left_out_by(parts.reader, record, meaning)}
    if isinstance(meaning, Invalid):
        why, advice = WHY[meaning.reason], ADVICE[meaning.reason]
        report["invalid"] = {"reason": meaning.reason.value, "why": why, "advice": advice}
    if not isinstance(source, InvalidReason):
        report["advice"] = [str(advice) for advice in advise(source, meaning)]
    return report


def _left_out_by(reader: Reader, record: Record, ignored: Ignored) -> str:
    condition = reader.left_out_by(ignored.found.opened, record.headers)
    return f"events.only: {condition}" if condition else "the preset"


def _counted(report: Report, counted: Counted, timestamp: float | None, rules: Rules) -> Report:
    response, outcome = counted.response, counted.outcome
    if counted.event.response.provider != response.provider:
        said_by = f"the dialect {outcome.dialect}"
        report["fields"].append({"field": "provider", "from": said_by, "value": response.provider})
        report["absent"].remove("provider")
    return _meaning(response, outcome, timestamp, rules)


def _fields(event: Event, places: Mapping[str, Place]) -> Report:
    response = event.response
    found: dict[str, object] = {
        "status": response.status,
        "provider": None if response.provider == UNKNOWN else safe.text(response.provider),
        "method": None if response.method == UNKNOWN else safe.text(response.method),
        "path": safe.path(response.path) if response.path else None,
        "duration": response.duration,
        "time_to_first_token": response.time_to_first_token,
        "timestamp": response.timestamp and moment(response.timestamp),
        "ending": response.ending and response.ending.value,
        "attempts": list(response.attempts) or None,
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
    absent = [name for name in found if name not in seen and name not in _RARE]
    return {"fields": read, "unusable": unusable, "absent": absent}


def _origin(name: str, places: Mapping[str, Place]) -> str:
    if name in places:
        return _path(places[name])
    return {"status": "the body itself", "body": _WHOLE_EVENT}.get(name, "")


def _path(place: Place) -> str:
    """The place as the settings spell it: the `key = model` of a condition is no key to be hidden."""
    return _WHOLE_EVENT if place.path == WHOLE else mask(place.path)


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


def _meaning(response: ApiResponse, outcome: Outcome, timestamp: float | None, rules: Rules) -> Report:
    how = explain_outcome(response, timestamp, rules)
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
