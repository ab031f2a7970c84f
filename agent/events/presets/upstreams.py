"""What nginx and those built on it say of the servers that they asked, one after the other.

Source: nginx.org, ngx_http_upstream_module, $upstream_status and $upstream_addr: servers are separated by a
comma, groups of servers by a colon; `-` stands for a server that gave no status.
"""

import re

from agent.events.presets.words import number, word
from agent.events.response import FIRST_ERROR

_BETWEEN = re.compile(r"\s*,\s*|\s+:\s+")
_MOST = 32


def each(value: object) -> list[str]:
    """What is said of each server, the last one being the one that counted."""
    if type(value) is list:
        return [word(item) for item in value]
    return _BETWEEN.split(value.strip()) if type(value) is str and value.strip() else []


def attempts(value: object) -> tuple[int, ...] | None:
    """The failed ones before the last in a list such as "504, 200"; 0 for one without a status."""
    before = (_status(said) for said in each(value)[:-1][-_MOST:])
    return tuple(status for status in before if status == 0 or status >= FIRST_ERROR) or None


def addresses(value: object) -> tuple[int, ...] | None:
    """One failed attempt without a known status for each address before the last."""
    return hidden(len(each(value)) - 1)


def hidden(count: object) -> tuple[int, ...] | None:
    """So many failed attempts without a known status."""
    return (0,) * min(number(count), _MOST) or None


def _status(said: str) -> int:
    return number(said) if len(said) == len("200") else 0
