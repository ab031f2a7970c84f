"""Reads the error that AI/ML API's documentation shows: an object whose lines lack their commas.

Source: docs.aimlapi.com/errors-and-messages/general-info. Gateways log it as it stands there. Nothing else
that is almost JSON is an event: of a record that was cut, nobody knows what it would have said.
"""

import re

from agent.events import tolerant

LONGEST = 64 * 1024
"""Bytes; an error body in this shape is a few hundred."""

_MARK = b'"statusCode"'
_PAIRS = re.compile(
    rb'\{(?:\s*+"\w+"\s*+:\s*+(?:"(?:[^"\\]|\\.)*+"|-?\d++(?:\.\d++)?|true|false|null)\s*+,?+)++\s*+\}',
    re.DOTALL,
)


def read(text: bytes) -> dict[str, object] | None:
    """The flat object that *text* means, or None if it is not in this shape."""
    text = text.strip()
    if len(text) > LONGEST or _MARK not in text or not _PAIRS.fullmatch(text):
        return None
    found = tolerant.read(text.decode(errors="replace"))
    return found if isinstance(found, dict) else None
