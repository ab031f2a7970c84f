"""JSON-RPC 2.0, as servers of the Model Context Protocol speak it: {jsonrpc, id, error: {code, message}}.

Codes: jsonrpc.org/specification, 5.1; -32000 to -32099 mean what a server likes: their sentences are asked.
As a text the SDKs of MCP write "MCP error -32602: ...".
"""

import re
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "-32700": Reason.MALFORMED_JSON,
    "-32600": Reason.INVALID_REQUEST_GENERIC,
    "-32601": Reason.ENDPOINT_NOT_FOUND,
    "-32602": Reason.INVALID_VALUE,
    "-32603": Reason.INTERNAL_ERROR,
    "-32800": Reason.CLIENT_CLOSED,  # RequestCancelled
}

_TEXT = re.compile(r"\berror:? (-32\d{3}): ?", re.IGNORECASE)
_SEARCHED = 400  # characters of a text


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"jsonrpc": _, "error": {"code": code, "message": str(message), **rest}}:
            return Evidence(fields.words(code), message, inner=fields.mapping(rest.get("data")) or message)
    return None


def recognise_text(body: Any, _response: ApiResponse) -> Evidence | None:
    found = _TEXT.search(body[:_SEARCHED]) if isinstance(body, str) and "-32" in body else None
    return Evidence((found.group(1),), body[found.end() :] or body) if found else None


DIALECT = Dialect("json_rpc", "nested", recognise, CODES, keys=frozenset({"jsonrpc"}))
TEXT = Dialect("json_rpc", "text", recognise_text, CODES)
