"""Gemini under HTTP 200: the prompt was blocked, {promptFeedback: {blockReason}}; no error object."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "safety": Reason.CONTENT_POLICY,
    "other": Reason.CONTENT_POLICY,
    "blocklist": Reason.CONTENT_POLICY,
    "prohibited_content": Reason.CONTENT_POLICY,
    "image_safety": Reason.CONTENT_POLICY,
    "model_armor": Reason.CONTENT_POLICY,
    "jailbreak": Reason.CONTENT_POLICY,
    "block_reason_unspecified": Reason.CONTENT_POLICY,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"promptFeedback": {"blockReason": reason, **feedback}}:
            return Evidence(fields.words(reason), fields.text(feedback.get("blockReasonMessage")), 400)
    return None


DIALECT = Dialect("google_block", "flat", recognise, CODES, keys=frozenset({"promptFeedback"}))
