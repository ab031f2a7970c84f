"""Whatever else says {error: {...}}: the words are read, the vendor stays unnamed."""

from typing import Any

from agent.classify import fields
from agent.classify.dialects import openai
from agent.classify.evidence import Dialect, Evidence
from agent.events.response import ApiResponse


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"error": dict(error)} if error:
            code, kind = error.get("code"), error.get("type")
            words = fields.words(
                code,
                None if kind == "error" else kind,
                error.get("status"),
                error.get("reason"),
                error.get("name"),
            )
            inner = error.get("error") or error.get("message")
            message = (
                fields.text(error.get("message"))
                or fields.text(error.get("error"))
                or fields.text(error.get("detail"))
            )
            status = (
                fields.status(code)
                or fields.status(error.get("status"))
                or fields.status(error.get("statusCode"))
            )
            inner = {"error": inner} if isinstance(inner, dict) else inner
            return Evidence(
                words,
                message,
                status,
                wait=error.get("retry_after"),
                until=error.get("resets_at"),
                inner=inner,
            )
    return None


DIALECT = Dialect("openai_like", "nested", recognise, openai.CODES, openai.PHRASES)
