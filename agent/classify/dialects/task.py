"""A task that failed, asked for under HTTP 200: {id, status: "FAILED", failure, failureCode} and its kin.

Runway, Kling, Luma, Black Forest Labs, Replicate and others; the task may stand under output, data or task.
"""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.loose_words import guess
from agent.classify.matching import words_of
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import FIRST_ERROR, ApiResponse

CODES = {
    "failed": Reason.INTERNAL_ERROR,
    "fail": Reason.INTERNAL_ERROR,
    "failure": Reason.INTERNAL_ERROR,
    "errored": Reason.INTERNAL_ERROR,
    "error": Reason.INTERNAL_ERROR,
    "aborted": Reason.INTERNAL_ERROR,
    "rejected": Reason.INVALID_REQUEST_GENERIC,
    "expired": Reason.GENERATION_TIMEOUT,
    "cancelled": Reason.CLIENT_CLOSED,
    "canceled": Reason.CLIENT_CLOSED,
    "content moderated": Reason.CONTENT_POLICY,
    "request moderated": Reason.CONTENT_POLICY,
    # Runway
    "internal.bad_output": Reason.INTERNAL_ERROR,
    "input_preprocessing.internal": Reason.INTERNAL_ERROR,
    "input_preprocessing.safety": Reason.CONTENT_POLICY,
    "safety.input": Reason.CONTENT_POLICY,
    "safety.output": Reason.CONTENT_POLICY,
    "third_party.safety": Reason.CONTENT_POLICY,
    "asset.invalid": Reason.INVALID_MEDIA,
    "third_party.unavailable": Reason.SERVICE_UNAVAILABLE,
}
_REQUEST = (OutcomeType.INVALID_REQUEST,)
STATES = ("status", "state", "task_status", "taskStatus", "Status", "job_status")
CARRIERS = ("output", "data", "task", "job", "result", "response")


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    if not isinstance(body, dict) or (response.status or 0) >= FIRST_ERROR:
        return None
    boxes = (body, *(body[key] for key in CARRIERS if isinstance(body.get(key), dict)))
    return next((found for box in boxes if (found := _evidence(box))), None)


def _evidence(task: Mapping[Any, Any]) -> Evidence | None:
    states = [word for key in STATES if (word := fields.word(task.get(key))) in CODES]
    cause = fields.cause(task)
    if not states or not (cause or "moderated" in states[0]):
        return None
    error = fields.mapping(cause)
    told = fields.text(cause)
    message = fields.message(error) or (told if " " in told else fields.message(task)) or told
    texts = (fields.text(task.get(name)) for name in fields.CAUSES)
    said = message or next(filter(None, texts), "")
    names = [name for name in fields.CODES if name not in STATES]
    words = fields.words(*(each.get(name) for each in (error, task) for name in names), cause)
    return Evidence(
        (*_heads(words), _state(states[0], said)),
        said,
        wait=fields.wait(task),
        inner=cause if error else said,
    )


def _state(state: str, said: str) -> str:
    """Take a task that failed for what was asked of it as one that was rejected."""
    match = guess(words_of(said)) if CODES[state] is Reason.INTERNAL_ERROR else None
    return "rejected" if match and match.reason.types == _REQUEST else state


def _heads(words: tuple[str, ...]) -> tuple[str, ...]:
    """Give each code, and what is left of it without its last part: "INTERNAL.BAD_OUTPUT.CODE01"."""
    return tuple(each for word in words for each in (word, word.rpartition(".")[0]) if each)


DIALECT = Dialect("task", "flat", recognise, CODES)
