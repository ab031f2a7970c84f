"""The lines of the classify command: one JSON object with a response in, one with its outcome out."""

import json
import math
from collections.abc import Mapping

from agent.classify import fields
from agent.classify.classifier import classify
from agent.classify.outcome import Outcome
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import ApiResponse

FIRST_STATUS, LAST_STATUS = 100, 599
UNREADABLE = Outcome(OutcomeType.UNKNOWN, Reason.UNMAPPED_STATUS, "none")


def classify_line(line: str | bytes, now: float | None = None) -> str:
    """Classify one line.

    Args:
        line: {"provider"?, "status"?, "headers"?, "body"?}; null means absent, body may be an object, a list
            or text.

        now: Unix seconds, for hints that name an instant.

    Returns:
        {"type", "reason", "retry_after_seconds", "dialect"}; and "error" if the line was not such an object.
    """
    try:
        record = json.loads(line)
    except (ValueError, RecursionError) as error:
        return _written(UNREADABLE, f"not JSON: {error}"[:200])
    if not isinstance(record, dict):
        return _written(UNREADABLE, f"not a JSON object but a {type(record).__name__}")
    return _written(classify(_response(record), now))


def _response(record: Mapping[str, object]) -> ApiResponse:
    return ApiResponse(
        status=_status(record.get("status")),
        provider=fields.text(record.get("provider")) or "unknown",
        timestamp=_timestamp(record.get("timestamp")),
        headers=_headers(record.get("headers")),
        body=record.get("body"),
    )


def _status(value: object) -> int | None:
    word = fields.word(value)
    number = int(word) if word.isascii() and word.isdigit() and len(word) == 3 else 0  # noqa: PLR2004
    return number if FIRST_STATUS <= number <= LAST_STATUS else None


def _timestamp(value: object) -> float | None:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    return float(value) if number and math.isfinite(value) else None  # type: ignore[arg-type]


def _headers(value: object) -> dict[str, str]:
    return {name.lower(): str(text) for name, text in fields.mapping(value).items() if text is not None}


def _written(outcome: Outcome, error: str | None = None) -> str:
    answer: dict[str, object] = {
        "type": outcome.type,
        "reason": outcome.reason,
        "retry_after_seconds": outcome.retry_after,
        "dialect": outcome.dialect,
    }
    if error is not None:
        answer["error"] = error
    return json.dumps(answer)
