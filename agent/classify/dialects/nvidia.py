"""NVIDIA: {status: int, title, detail}, problem details without a type; Replicate writes them too."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("degraded function cannot be invoked", Reason.SERVICE_UNAVAILABLE),
        ("not found for account", Reason.MODEL_NOT_FOUND),
        ("cloud credits expired", Reason.INSUFFICIENT_CREDITS),
        ("authorization failed", Reason.ACCESS_DENIED),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"status": status, "title": str(title)} if "error" not in body:
            detail = fields.text(body.get("detail")) or fields.text(body.get("message"))
            return Evidence((), f"{title}. {detail}", fields.status(status), wait=fields.wait(body))
    return None


HOSTS = {"api.nvidia.com": "nvidia"}
DIALECT = Dialect(
    "nvidia", "flat", recognise, phrases=PHRASES, keys=frozenset({"status", "title"}), hosts=HOSTS
)
