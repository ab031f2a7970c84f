"""Hugging Face, TGI, TEI, Ollama and others: {error: text[, error_type][, estimated_time]}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "overloaded": Reason.CAPACITY,
    "validation": Reason.INVALID_REQUEST_GENERIC,
    "generation": Reason.INTERNAL_ERROR,
    "incomplete_generation": Reason.INTERNAL_ERROR,
    "unhealthy": Reason.SERVICE_UNAVAILABLE,
    "backend": Reason.INTERNAL_ERROR,
    "tokenizer": Reason.INVALID_REQUEST_GENERIC,
    "empty": Reason.INVALID_VALUE,
}

PHRASES = Phrases(
    [
        ("exceeded your monthly included credits", Reason.QUOTA_EXHAUSTED),
        ("currently loading", Reason.MODEL_NOT_LOADED),
        ("model is overloaded", Reason.CAPACITY),
        ("server busy please try again", Reason.CAPACITY),
        ("does not support tools|thinking|generate|chat", Reason.UNSUPPORTED_FEATURE),
        ("requires more system memory", Reason.OUT_OF_MEMORY),
        ("out of memory", Reason.OUT_OF_MEMORY),
        ("must have less than * tokens", Reason.CONTEXT_LENGTH_EXCEEDED),
        ("tokens must be", Reason.CONTEXT_LENGTH_EXCEEDED),
    ]
)


EXPLAINED = 4  # words before which a sentence explains nothing: "unknown error"
NOTES = ("warnings", "errors", "details", "logs", "traceback", "cause")


def _beside(body: dict[Any, Any]) -> str:
    """Return what stands beside an error that explains nothing: a text, the first of a list, an object."""
    notes = (body.get(name) for name in NOTES)
    firsts = (note[0] if isinstance(note, list) and note else note for note in notes)
    said = (
        fields.message(note) or fields.text(note.get("detail")) if isinstance(note, dict) else note
        for note in firsts
    )
    return " ".join(note for note in said if isinstance(note, str))


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": str(message), **rest}:
            words = fields.words(
                rest.get("error_type"), rest.get("type"), message if " " not in message else None
            )
            detail = fields.message(rest) or fields.text(rest.get("error_description"))
            if message.count(" ") < EXPLAINED:
                detail = f"{detail} {_beside(rest)}".strip()
            status = fields.status(rest.get("status")) or fields.status(rest.get("statusCode"))
            wait = fields.wait(rest)
            inner = fields.carried(rest) or detail or message
            return Evidence(words, f"{message} {detail}".strip(), status, wait=wait, inner=inner)
        case {"error": [str(message), *_]}:
            return Evidence((), message)
    return None


DIALECT = Dialect("error_string", "flat", recognise, CODES, PHRASES, keys=frozenset({"error"}))
