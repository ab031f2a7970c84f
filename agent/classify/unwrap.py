"""From a body as it arrived to bodies that a dialect can read.

Logs, SDKs and gateways mangle error bodies: a status or an exception's name in front, Python's repr around
them, a cut in the middle, a stream of events, JSON in a string. This module undoes that, linear in the
size of the body and at most three levels deep. It says nothing about the meaning.
"""

import re
from collections.abc import Callable
from http import HTTPStatus
from typing import NamedTuple
from urllib.parse import parse_qsl

import orjson

from agent.classify import fields
from agent.events import tolerant
from agent.events.response import FIRST_ERROR

LONGEST = 65536  # characters of a text body that are looked at
DEEPEST_TEXT = 3  # JSON in a string in a string ...
MOST_EVENTS = 64  # of a stream that look like errors

_JUNK = "\ufeff\u200b \t\r\n\0\v\f\x1b"
# An object opens: a brace, and then a quote (escaped once, if the text was cut out of a JSON string) or, as
# JavaScript prints it, a bare key.
_OBJECT = re.compile(r"\{\s{0,64}+(\\{0,3}[nrt]\s{0,64}+)?\\{0,3}(?:[bu]?[\"'}]|\w{1,32}\s?:\s)")
# Node breaks long texts: 'one ' +\n  'two'
_JOINT = re.compile(r"(?<=[^\\])[\"'`] \+\s{1,64}[\"'`]")
# Cohere's SDK and others print the headers in front: headers: {...}, status_code: 429, body: {...}
_HEADERS = re.compile(r"headers[\"']?\s?[:=]\s?$", re.IGNORECASE)
_BODY = re.compile(r"\b(?:body|data)[\"']?\s?[:=]\s?(?=\{)", re.IGNORECASE)
_FORM = re.compile(r"[\w.\-]{1,64}=[^&=\s]*(?:&[\w.\-]{1,64}=[^&=\s]*)+")  # application/x-www-form-urlencoded
_HEADLESS = re.compile(r"[\"'](\w{1,32})[\"']\s{0,8}:")
_HTML = re.compile(r"<(?:!doctype\s+html|html|head|title)\b", re.IGNORECASE)
# As logs and SDKs write it: 429 {, HTTP 503 -, Error code: 429, [429 Too Many Requests], | 504: Gateway
_BEFORE_STATUS = (
    r"\b(?:http(?:/[123](?:\.[01])?)?|(?:error[ _]?|status[ _]?)?code:?|status:?|error)"
    r"[\"']?[ /:\-=(\[]{1,3}[\"']?"
)
_COUNTED = r"items|records|rows|files|results|words|entries|tokens|messages|people|users|pages|lines"
_UNITS = r"ms|s|secs?|seconds?|minutes?|bytes|[kmg]i?b|times|characters|chars|chunks|attempts|calls|requests"
_STATUS = re.compile(
    rf"(?:^|{_BEFORE_STATUS}|[(\[|<] ?)([45]\d\d)(?!\w|\.\d|%| (?:{_COUNTED})\b)", re.IGNORECASE
)
# Beside its own name, or right behind a word for an error in any language: 422 status code, 出错：400 The ...
_BESIDE = re.compile(
    r"(?<![\w.])([45]\d\d) status code"
    r"|(?:error|failed|exception|rejected|错误|出错|失败|报错|エラー|오류|ошибк[аи]|erreur|fehler|erro|hata|fout|lỗi|błąd)"
    rf"[^\n\d]{{0,16}}?(?<![\w.$])([45]\d\d)(?! ?(?:{_COUNTED}|{_UNITS})\b)(?=[\s:：,，\-–.)\]](?!\d)|$)"
    # 响应码 402, código de estado 402
    r"|(?:码|碼|コード|코드|код|kod|código|codigo|codice|statuscode|status)\w{0,4}(?: \w{2,12}){0,3}"
    r"[\s:：=(（是为]{1,3}([45]\d\d)(?!\w|\.\d)"
    # Unexpected server response: 403, as the WebSocket clients of Node say it
    r"|\b(?:unexpected|bad|invalid) (?:server |http )?(?:response|status)(?: status)?(?: code)?"
    r"[ :=(]{1,3}([45]\d\d)\b"
    # the server replied 429, giving up; not: returned 500 items, nor: returned 404 while downloading
    r"|\b(?:returned|replied|answered|responded|gave|got)"
    r"(?: (?:with|back|an?|us|http|status|code|error)){0,4} ([45]\d\d)"
    r"(?=[,;.:!)\]](?!\d)| from\b| for\b|\s*$)",
    re.IGNORECASE,
)
# A number with its own name behind it is a status wherever it stands: Server returned 503 Service Unavailable
_NAMES = "|".join(rf"{each.value}[ :-]{{1,3}}{each.phrase}" for each in HTTPStatus if each >= FIRST_ERROR)
NAMED_STATUS = re.compile(rf"\b(?:{_NAMES})\b", re.IGNORECASE)
_ANY = re.compile(r"[45]\d\d(?!\w)")
_LONGEST_BEFORE = 40  # characters in front of a status that belong to it
_SEARCHED = 400  # characters of a text in which its status is looked for
_SSE = re.compile(r"^(?:data|event|id|retry):", re.MULTILINE)
# What an event must contain to be worth parsing: most events of a stream are ordinary chunks of an answer.
_SUSPECTS = ("rror", "blockReason", "base_resp", "FAILED", "failed", '"code"')


class Unwrapped(NamedTuple):
    """What was inside a body.

    Attributes:
        bodies: Parsed bodies or texts, the likeliest first; empty when there was nothing to read.

        status: An error status that stood in front of the body, such as "429 {...}".

        steps: What was undone, for people.
    """

    bodies: tuple[object, ...]
    status: int | None = None
    steps: tuple[str, ...] = ()


NOTHING = Unwrapped(())


def unwrap(body: object, depth: int = 0) -> Unwrapped:
    """Undo what happened to *body* on its way."""
    if isinstance(body, bytes | bytearray | memoryview):
        body = bytes(body[:LONGEST]).decode("utf-8", "replace")
    if isinstance(body, list):
        return Unwrapped(tuple(item for item in body[:8] if isinstance(item, dict)) or (body,))
    if isinstance(body, dict):
        return _opened(body)
    if not isinstance(body, str):
        return NOTHING if body is None else Unwrapped((body,))
    text = _shorten(body).strip(_JUNK)
    if not text:
        return NOTHING
    for step in _STEPS:
        found = step(text, depth)
        if found is not None:
            return found
    return Unwrapped((text,), status_before(text))


def _opened(body: dict[object, object]) -> Unwrapped:
    """Take an error out of an object that holds nothing else."""
    if body.get("is_error") is True and isinstance(body.get("result"), str):
        return Unwrapped(({"error": {"message": body["result"]}},), steps=("the result of an agent",))
    inside = fields.boxed(body)
    if inside and isinstance(inside.get("error"), dict | str):
        return Unwrapped((inside,), steps=("the only field",))
    return Unwrapped((body,))


def _shorten(body: str) -> str:
    """Keep head and tail: errors open a body, and end a stream."""
    return body if len(body) <= LONGEST else f"{body[: LONGEST // 2]}\n\n{body[-LONGEST // 2 :]}"


def status_before(text: str) -> int | None:
    """Find the status that a log wrote in front of a body: "429 {", "Error code: 429 - {", "| 504: "."""
    head = text[:_SEARCHED]
    first = _ANY.search(head)
    if first is None:
        return None
    at = max(0, first.start() - _LONGEST_BEFORE)
    if found := _STATUS.search(head, at):
        return int(found.group(1))
    if named := NAMED_STATUS.search(head, first.start()):
        return int(named.group()[:3])
    beside = _BESIDE.search(head, at)
    return int(next(filter(None, beside.groups()))) if beside else None


def _strict(text: str, depth: int) -> Unwrapped | None:
    if text[0] not in '{["':
        return None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError:
        return None
    if isinstance(value, str):
        return _again(value, depth, "a JSON string")
    return unwrap(value, depth)


def _json_lines(text: str, depth: int) -> Unwrapped | None:
    """Read a stream of objects, one a line: the last that may be an error comes first."""
    if text[0] != "{" or text[-1] != "}" or "\n{" not in text:
        return None
    lines = text.splitlines()
    if not all(line.startswith("{") for line in lines if line.strip()):
        return None
    suspects = [line for line in lines if any(word in line for word in _SUSPECTS)][-MOST_EVENTS:]
    bodies = tuple(body for line in reversed(suspects) for body in unwrap(line, max(depth, 2)).bodies)
    return Unwrapped(bodies or ({},), None, ("JSON lines",))


def list_in(text: str) -> object | None:
    """Read the list that *text* is; None where it is none."""
    try:
        return orjson.loads(text) if text.lstrip()[:1] == "[" else None
    except orjson.JSONDecodeError:
        return None


def _again(text: str, depth: int, step: str) -> Unwrapped:
    if depth >= DEEPEST_TEXT:
        return Unwrapped((text,))
    inner = unwrap(text, depth + 1)
    return inner._replace(steps=(step, *inner.steps))


def _events(text: str, depth: int) -> Unwrapped | None:
    """Read a stream of server-sent events: each line `data:` that may hold an error."""
    if not _SSE.search(text[:2048]):
        return None
    data = (line[5:].strip() for line in text.splitlines() if line.startswith("data:"))
    suspects = [line for line in data if any(word in line for word in _SUSPECTS)][-MOST_EVENTS:]
    bodies = tuple(body for line in suspects for body in unwrap(line, max(depth, 2)).bodies)
    return Unwrapped(bodies or ({},), None, ("server-sent events",))


def _page(text: str, _depth: int) -> Unwrapped | None:
    """Keep an HTML page as text from its first tag on; the html dialect reads its title."""
    found = _HTML.search(text[:2048])
    if found is None or "{" in text[: found.start()]:
        return None
    steps = ("text before a page",) if found.start() else ()
    return Unwrapped((text[found.start() :],), status_before(text[: found.start()]), steps)


def _object(text: str, _depth: int) -> Unwrapped | None:
    """Read the first object in the text, however broken, and the status that stands before it."""
    found = _OBJECT.search(text)
    if found and _HEADERS.search(text[: found.start()][-16:]) and (body := _BODY.search(text, found.end())):
        found = _OBJECT.match(text, body.end()) or found
    if found is None:
        return None
    rest = text[found.start() :]
    if "\\" in found.group():
        rest = tolerant.unescape(rest)
    if " +\n" in rest:
        rest = _JOINT.sub("", rest)
    value = tolerant.read(rest)
    if not isinstance(value, dict) or not value:
        return None
    before = text[: found.start()]
    steps = (f"text before the body: {before[:40]!r}", "not JSON") if before else ("not JSON",)
    return Unwrapped((value, text), status_before(_last_line(before)) or status_before(before), steps)


def _last_line(text: str) -> str:
    return text.rpartition("\n")[2]


def _headless(text: str, _depth: int) -> Unwrapped | None:
    """Read an object whose opening brace was cut off."""
    if not _HEADLESS.match(text):
        return None
    value = tolerant.read("{" + text)
    return Unwrapped((value, text), None, ("no opening brace",)) if value else None


def _form(text: str, _depth: int) -> Unwrapped | None:
    """Read what a form or a callback holds: error=access_denied&error_description=..."""
    if not _FORM.fullmatch(text):
        return None
    return Unwrapped((dict(parse_qsl(text, keep_blank_values=True)),), None, ("a form",))


_STEPS: tuple[Callable[[str, int], Unwrapped | None], ...] = (
    _strict,
    _json_lines,
    _events,
    _page,
    _object,
    _headless,
    _form,
)
