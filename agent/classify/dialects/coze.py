"""Coze: {code: 4101, msg, detail: {logid}} under HTTP 200; 0 is success.

Codes: coze.com/docs/developer_guides/coze_error_codes.
"""

from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "4000": Reason.INVALID_REQUEST_GENERIC,
    "4001": Reason.INVALID_VALUE,
    "4008": Reason.QUOTA_EXHAUSTED,
    "4009": Reason.QUOTA_EXHAUSTED,
    "4011": Reason.INSUFFICIENT_CREDITS,
    "4013": Reason.RATE_LIMIT_GENERIC,
    "4014": Reason.UPSTREAM_TIMEOUT,
    "4015": Reason.INVALID_STATE,  # the bot is not published as an API
    "4016": Reason.INVALID_STATE,
    "4018": Reason.INVALID_VALUE,
    "4019": Reason.QUOTA_EXHAUSTED,
    "4020": Reason.REQUESTS_PER_DAY,
    "4027": Reason.INSUFFICIENT_CREDITS,
    "4028": Reason.QUOTA_EXHAUSTED,
    "4033": Reason.QUOTA_EXHAUSTED,
    "4100": Reason.INVALID_API_KEY,
    "4101": Reason.ACCESS_DENIED,
    "4200": Reason.RESOURCE_NOT_FOUND,
    "4300": Reason.ACCESS_DENIED,
    "5000": Reason.INTERNAL_ERROR,
    "700012006": Reason.INVALID_API_KEY,
    "702093018": Reason.INVALID_API_KEY,
}

PHRASES = Phrases(
    [
        ("access token|tokens * invalid|incorrect|not", Reason.INVALID_API_KEY),
        ("not been|has published", Reason.INVALID_STATE),
        ("未发布", Reason.INVALID_STATE),
        ("no access to|required scopes", Reason.ACCESS_DENIED),
    ]
)


def recognise(body: Any, response: ApiResponse) -> Evidence | None:
    match body:
        case {"code": int(code), "msg": str(message)} if code and _is_ours(body, code, response):
            return Evidence(fields.words(code), message)
    return None


def _is_ours(body: dict[str, object], code: int, response: ApiResponse) -> bool:
    return "logid" in fields.mapping(body.get("detail")) or (
        response.provider == "coze" and str(code) in CODES
    )


HOSTS = {"coze.com": "coze", "coze.cn": "coze"}
DIALECT = Dialect(
    "coze", "flat", recognise, CODES, PHRASES, "coze", keys=frozenset({"code", "msg"}), hosts=HOSTS
)
