"""RFC 9457 problem details: {type, title, status, detail, instance, + extensions}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

# Last segment of the type's URI, written with underscores.
CODES = {
    "budget_exceeded": Reason.SPEND_LIMIT_REACHED,
    "spend_limit_exceeded": Reason.SPEND_LIMIT_REACHED,
    "out_of_credits": Reason.INSUFFICIENT_CREDITS,
    "insufficient_credit": Reason.INSUFFICIENT_CREDITS,
    "out_of_credit": Reason.INSUFFICIENT_CREDITS,
    "insufficient_funds": Reason.INSUFFICIENT_CREDITS,
    "quota_exceeded": Reason.QUOTA_EXHAUSTED,
    "rate_limited": Reason.RATE_LIMIT_GENERIC,
    "missing_field": Reason.MISSING_FIELD,
}


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": dict()}:
            return None
        case {"title": str(title), "type": str(kind)} if "status" in body or "detail" in body:
            words = fields.words(body.get("code"), body.get("error_code"), _name(kind))
            detail = next(
                filter(None, (fields.text(body.get(key)) for key in ("detail", "error", "message"))), ""
            )
            status = fields.status(body.get("status"))
            return Evidence(words, f"{title}. {detail}", status, wait=fields.wait(body))
    return None


def _name(uri: str) -> str:
    """Take the last segment of a type URI; about:blank names nothing."""
    segment = uri.rstrip("/").rpartition("/")[2].rpartition(":")[2]
    return "" if segment == "blank" else segment.replace("-", "_")


DIALECT = Dialect("problem", "flat", recognise, CODES, keys=frozenset({"title", "type"}))
