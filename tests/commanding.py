"""Runs commands as a shell would, on files made for a test."""

import json
from collections.abc import Iterable
from typing import Any

from typer.testing import CliRunner, Result

from agent.cli import app

LIMITED: dict[str, Any] = {
    "timestamp": "2026-11-22T05:00:00.123Z",
    "provider": "openai",
    "method": "POST",
    "path": "/v1/chat/completions?user=42",
    "status": 429,
    "duration_seconds": 0.5,
    "model": "gpt-5",
    "headers": {"retry-after": "12", "x-ratelimit-remaining-requests": "3", "server": "nginx"},
    "body": {
        "error": {
            "type": "requests",
            "code": "rate_limit_exceeded",
            "message": "Rate limit reached.",
            "param": None,
        }
    },
}
PLAIN: dict[str, Any] = {"provider": "openai", "path": "/v1/embeddings", "status": 200}


def run(*arguments: str, stdin: str | bytes = "") -> Result:
    """A wide terminal, so that no line of an error is broken."""
    return CliRunner(env={"COLUMNS": "250", "TERMINAL_WIDTH": "250"}).invoke(app, arguments, input=stdin)


def answer(*arguments: str, stdin: str | bytes = "") -> dict[str, Any]:
    """What a command that went well says to machines."""
    result = run(*arguments, "--format", "json", stdin=stdin)
    assert result.exit_code == 0, result.output
    found: dict[str, Any] = json.loads(result.stdout)
    return found


def explained(**event: Any) -> dict[str, Any]:
    return answer("explain", "-", stdin=json.dumps(event))


def lines(events: Iterable[object]) -> str:
    """JSON lines; a text is a line as it is."""
    return "".join((event if isinstance(event, str) else json.dumps(event)) + "\n" for event in events)
