"""Whatever else says {error: {...}}: the words are read, the vendor stays unnamed."""

from collections.abc import Mapping
from typing import Any

from agent.classify import fields
from agent.classify.dialects import openai
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.events.response import ApiResponse

MESSAGES = (*fields.MESSAGES, "error", "detail")
STATUSES = ("code", "status", "statusCode")


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": dict(error)} if error:
            inner = error.get("error") or fields.carried(error) or error.get("message")
            return Evidence(
                _words(error),
                next(
                    filter(None, (fields.text(each.get(key)) for each in (error, body) for key in MESSAGES)),
                    "",
                ),
                next(filter(None, (fields.status(error.get(key)) for key in STATUSES)), None),
                wait=fields.wait(error),
                until=fields.until(error),
                inner={"error": inner} if isinstance(inner, dict) and "error" not in inner else inner,
            )
    return None


def _words(error: Mapping[Any, Any]) -> tuple[str, ...]:
    kind = fields.mapping(error.get("data")).get("kind")
    graph = fields.mapping(error["extensions"]).get("code") if "extensions" in error else None
    codes = (code for code in (*fields.codes(error), error.get("reason")) if code != "error")
    return fields.words(kind, graph, *codes)


DIALECT = Dialect("openai_like", "nested", recognise, openai.CODES, openai.PHRASES, speaks_for_all=True)
