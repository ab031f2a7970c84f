"""The request line of HTTP, as access logs write it: method, target, protocol."""

from agent.events import rules


def request_method(value: object) -> str | None:
    """The first word of the request line."""
    line = rules.text(value).split(" ")
    return rules.method(line[0]) if len(line) == 3 else None  # noqa: PLR2004 - method, target, protocol


def request_path(value: object) -> str | None:
    """The second word of the request line."""
    line = rules.text(value).split(" ")
    return line[1] if len(line) == 3 else None  # noqa: PLR2004
