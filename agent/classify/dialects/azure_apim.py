"""Azure API Management: {statusCode: int, message}, without AI/ML API's requestId, path and timestamp."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.azure_openai import PHRASES
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.events.response import ApiResponse


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"statusCode": status, "message": str(message), **rest} if (
            not {"path", "requestId", "error"} & rest.keys()
        ):
            return Evidence((), message, fields.status(status))
    return None


DIALECT = Dialect(
    "azure_apim",
    "flat",
    recognise,
    phrases=PHRASES,
    provider="azure",
    keys=frozenset({"statusCode", "message"}),
)
