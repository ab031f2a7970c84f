"""What a record means, in four words for machines."""

from typing import Any

from agent.assembly import Parts
from agent.classify import Outcome, OutcomeType, Reason, Rules
from agent.classify import classify as classify_response
from agent.events.invalid import WHY
from agent.meaning import Counted, Ignored, Invalid, Meaning, Record, kafka_time, meanings

Report = dict[str, Any]

_UNREADABLE = Outcome(OutcomeType.UNKNOWN, Reason.UNMAPPED_STATUS, "none")


def classify(parts: Parts, record: Record, now: float) -> list[Report]:
    """Classify each event in a record as the agent counts it at unix time *now*.

    Returns:
        {"type", "reason", "retry_after_seconds", "dialect"} for each; and "error" if it is no event, or
        "ignored" if it is left out.
    """
    found = meanings(parts.reader, record, now, parts.rules)
    return [_report(meaning, record, parts.rules) for meaning in found]


def _report(meaning: Meaning, record: Record, rules: Rules) -> Report:
    if isinstance(meaning, Counted):
        return _words(meaning.outcome)
    event = meaning.found.event
    outcome = classify_response(event.response, kafka_time(record), rules) if event else _UNREADABLE
    if isinstance(meaning, Ignored):
        return _words(outcome) | {"ignored": True}
    assert isinstance(meaning, Invalid)  # noqa: S101 - the last of three
    reason = meaning.reason
    return _words(outcome) | {"error": f"{reason.value}: {WHY[reason].replace('`', '')}"}


def _words(outcome: Outcome) -> Report:
    return {
        "type": outcome.type,
        "reason": outcome.reason,
        "retry_after_seconds": outcome.retry_after,
        "dialect": outcome.dialect,
    }
