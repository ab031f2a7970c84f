"""Reads the error that AI/ML API's documentation shows: an object whose lines lack their commas.

Source: docs.aimlapi.com/errors-and-messages/general-info. Gateways log it as it stands there.
"""

import re

import orjson

LONGEST = 64 * 1024
"""Bytes; an error body in this shape is a few hundred."""

_MARK = b'"statusCode"'
_PAIR = re.compile(rb'\s*"(\w+)"\s*:\s*("(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?|true|false|null)\s*,?\s*')


def read(text: bytes) -> dict[str, object] | None:
    """The flat object that *text* means, or None if it is not in this shape."""
    text = text.strip()
    if len(text) > LONGEST or _MARK not in text or text[:1] != b"{" or text[-1:] != b"}":
        return None
    pairs: dict[str, object] = {}
    at, end = 1, len(text) - 1
    while at < end:
        match = _PAIR.match(text, at, end)
        if match is None:
            return None
        pairs[match[1].decode()] = _value(match[2])
        at = match.end()
    return pairs


def _value(token: bytes) -> object:
    try:
        return orjson.loads(token)
    except orjson.JSONDecodeError:  # a raw line break or a bad escape inside a text
        return token.strip(b'"').decode(errors="replace")
