"""The status page as it is sent: one file that needs no other, and may load nothing but /status.json."""

import base64
import hashlib
from importlib.resources import files

_PARTS = files("agent.web") / "page"


def _part(name: str) -> str:
    return (_PARTS / name).read_text(encoding="utf-8")


def _source(text: str) -> str:
    """The name by which a Content-Security-Policy allows exactly this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


_STYLE, _SCRIPT = _part("page.css"), _part("page.js")

PAGE = _part("page.html").replace("/*style*/", _STYLE).replace("/*script*/", _SCRIPT).encode()

POLICY = (
    f"default-src 'none'; style-src {_source(_STYLE)}; script-src {_source(_SCRIPT)}; connect-src 'self';"
    " img-src data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
"""Whatever gets into a label or a reason, no browser runs it."""
