"""iFlytek Spark: {header: {code: 11200, message, sid}} under HTTP 200; older ones {code, message, sid}.

0 is success. Codes: xfyun.cn/doc/spark, error codes.
"""

import re
from typing import Any

from agent.classify import fields
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.matching import Phrases
from agent.classify.taxonomy import Reason
from agent.events.response import ApiResponse

CODES = {
    "10000": Reason.UPSTREAM_CONNECT_ERROR,
    "10001": Reason.UPSTREAM_CONNECT_ERROR,
    "10002": Reason.UPSTREAM_CONNECT_ERROR,
    "10003": Reason.INVALID_VALUE,
    "10004": Reason.BODY_VALIDATION,
    "10005": Reason.INVALID_VALUE,
    "10006": Reason.CONCURRENCY_LIMIT,
    "10007": Reason.CONCURRENCY_LIMIT,
    "10008": Reason.CAPACITY,
    "10009": Reason.UPSTREAM_CONNECT_ERROR,
    "10010": Reason.UPSTREAM_ERROR,
    "10011": Reason.UPSTREAM_ERROR,
    "10012": Reason.INTERNAL_ERROR,
    "10013": Reason.CONTENT_POLICY,
    "10014": Reason.CONTENT_POLICY,
    "10015": Reason.ACCESS_DENIED,
    "10016": Reason.ACCESS_DENIED,
    "10017": Reason.INTERNAL_ERROR,
    "10019": Reason.CONTENT_POLICY,
    "10021": Reason.CONTENT_POLICY,
    "10022": Reason.CONTENT_POLICY,
    "10105": Reason.ACCESS_DENIED,
    "10106": Reason.MISSING_FIELD,
    "10107": Reason.INVALID_VALUE,
    "10110": Reason.CAPACITY,
    "10114": Reason.UPSTREAM_TIMEOUT,
    "10139": Reason.INVALID_VALUE,
    "10160": Reason.MALFORMED_JSON,
    "10161": Reason.INVALID_MEDIA,
    "10163": Reason.INVALID_VALUE,
    "10200": Reason.UPSTREAM_TIMEOUT,
    "10222": Reason.UPSTREAM_CONNECT_ERROR,
    "10223": Reason.NO_HEALTHY_UPSTREAM,
    "10313": Reason.INVALID_API_KEY,
    "10407": Reason.INVALID_API_KEY,
    "10700": Reason.INTERNAL_ERROR,
    "10907": Reason.CONTEXT_LENGTH_EXCEEDED,
    "10910": Reason.CONTEXT_LENGTH_EXCEEDED,
    "appidnoautherror": Reason.ACCESS_DENIED,
    "appidqpsoverflowerror": Reason.REQUESTS_PER_SECOND,
    "11200": Reason.QUOTA_EXHAUSTED,  # no licence, or none of its calls left
    "11201": Reason.REQUESTS_PER_DAY,
    "11202": Reason.REQUESTS_PER_SECOND,
    "11203": Reason.CONCURRENCY_LIMIT,
}

PHRASES = Phrases(
    [
        ("hmac signature", Reason.AUTH_FAILED),
        ("apikey not found", Reason.INVALID_API_KEY),
    ]
)


_NAME = re.compile(r"\w{1,60}Error(?=:)")  # AppIdNoAuthError:(17:17:15.673) domain.generalv3


def _words(code: object, message: object) -> tuple[str, ...]:
    """The number, and in front of it the name that says which of its meanings it has."""
    name = _NAME.match(fields.text(message))
    return fields.words(name.group() if name else None, code)


def recognise(body: Any, _response: ApiResponse) -> Evidence | None:
    match body:
        case {"header": {"code": code, "message": message}} if fields.word(code) not in {"", "0"}:
            return Evidence(_words(code, message), fields.text(message))
        case {"code": code, "message": message, "sid": _} if fields.word(code) in CODES:
            return Evidence(_words(code, message), fields.text(message))
        case {"error": {"code": code, "message": message}} if fields.word(code) in CODES:
            return Evidence(_words(code, message), fields.text(message))
    return None


HOSTS = {"xf-yun.com": "iflytek"}
NAMES = frozenset({"spark", "xfyun", "xinghuo"})
NESTED = Dialect(
    "iflytek",
    "nested",
    recognise,
    CODES,
    PHRASES,
    "iflytek",
    NAMES,
    keys=frozenset({"code", "message"}),
    hosts=HOSTS,
)
DIALECT = Dialect("iflytek", "flat", recognise, CODES, PHRASES, "iflytek", keys=frozenset({"header"}))
OLDER = Dialect(
    "iflytek", "flat", recognise, CODES, PHRASES, "iflytek", keys=frozenset({"code", "message", "sid"})
)
