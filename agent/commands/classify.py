"""What one record means, in four words for machines."""

from typing import Any

from agent.classify import Outcome, OutcomeType, Reason
from agent.classify import classify as classify_response
from agent.events import Event, Extractor, InvalidEventError, decode
from agent.events.invalid import WHY
from agent.pipeline import Record, understand

Report = dict[str, Any]

_UNREADABLE = Outcome(OutcomeType.UNKNOWN, Reason.UNMAPPED_STATUS, "none")


def classify(extractor: Extractor, record: Record, max_bytes: int) -> Report:
    """Classify one record as the agent counts it.

    Returns:
        {"type", "reason", "retry_after_seconds", "dialect"}; and "error" if it is no event.
    """
    timestamp = record.timestamp / 1000 if record.timestamp >= 0 else None
    event: Event | None = None
    try:
        event = extractor.extract(decode(record.value, max_bytes), record.headers)
        return _report(understand(event, timestamp)[1])
    except InvalidEventError as error:
        outcome = classify_response(event.response, timestamp) if event else _UNREADABLE
        return _report(outcome) | {"error": f"{error.reason.value}: {WHY[error.reason].replace('`', '')}"}


def _report(outcome: Outcome) -> Report:
    return {
        "type": outcome.type,
        "reason": outcome.reason,
        "retry_after_seconds": outcome.retry_after,
        "dialect": outcome.dialect,
    }
