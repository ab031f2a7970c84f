"""ModelScope: {errors: {message}, request_id}; its hub: {Code, Message, Success: false}."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

PHRASES = Phrases(
    [
        ("exceeded today|todays quota", Reason.REQUESTS_PER_DAY),
        ("exceeded your current * quota", Reason.REQUESTS_PER_DAY),
        ("bind your alibaba cloud account", Reason.ACCESS_DENIED),
        ("real name verification|authentication", Reason.ACCESS_DENIED),
        ("no provider supported", Reason.MODEL_NOT_SUPPORTED),
        ("invalid model id", Reason.MODEL_NOT_FOUND),
    ]
)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"errors": {"message": str(message), **errors}, "request_id": _}:
            return Evidence(fields.words(errors.get("code"), errors.get("type")), message)
        case {"Code": code, "Message": str(message), "Success": False}:
            return Evidence(fields.words(code), message, fields.status(code))
    return None


HOSTS = {"modelscope.cn": "modelscope"}
DIALECT = Dialect(
    "modelscope",
    "flat",
    recognise,
    phrases=PHRASES,
    provider="modelscope",
    keys=frozenset({"errors", "request_id"}),
    hosts=HOSTS,
)
HUB = Dialect(
    "modelscope",
    "flat",
    recognise,
    phrases=PHRASES,
    provider="modelscope",
    keys=frozenset({"Code", "Success"}),
)
