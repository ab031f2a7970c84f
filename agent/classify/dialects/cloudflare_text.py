"""Cloudflare's shortest answer: "error code: 1015"."""

import re
from typing import Any

from agent.classify.dialects import cloudflare_problem
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.events.response import ApiResponse

_CODE = re.compile(r"error code: (1\d{3}\b|\d{3}\s*$)", re.IGNORECASE)
_LONGEST = 200


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    if not isinstance(body, str) or len(body) > _LONGEST:
        return None
    found = _CODE.match(body)
    if found is None:
        return None
    code = found.group(1).strip()
    return Evidence((code,), "", int(code) if "400" <= code <= "599" and len(code) == 3 else None)  # noqa: PLR2004


DIALECT = Dialect(
    "cloudflare_text", "text", recognise, cloudflare_problem.CODES, provider="cloudflare", is_page=True
)
