"""No secret of an event reaches a screen, wherever it stood."""

import json

import pytest

from agent.commands import safe
from tests.commanding import LIMITED, lines, run

SHAPES = (
    "sk-proj-Canary{}abcdefghijklmnop",
    "sk-ant-api03-Canary{}abcdefghijklmnop",
    "eyJDYW5hcnk{}.eyJzdWIiOiIxIn0.c2lnbmF0dXJl",
    "AKIACANARY{}EXAMPLE",
    "AIzaSyCanary{}abcdefghijklmnopqrs",
    "ca4a27{}8cd98f00b204e9800998ecf8",
    "Bearer Canary{}abcdefgh",
)
FIELDS = (
    "provider",
    "method",
    "path",
    "url",
    "host",
    "request_id",
    "model",
    "status",
    "timestamp",
    "duration_ms",
)


def canaries(secret: str) -> list[dict[str, object]]:
    """Events with the secret in one place each; a status that nobody maps makes replay show the message."""
    right: dict[str, object] = {"provider": "acme", "path": "/v1/embeddings", "status": 418}
    texts = [
        secret,
        f"key {secret} is wrong",
        f"42\n{secret} " + json.dumps({"error": {"message": f"for {secret}", "type": secret}}),
        f"x={secret}\\n{secret}\\t'{secret}'",
        "x" * 36 + f" {secret} " + json.dumps({"error": {"message": "no"}}),
        "tea " * 48 + secret,
    ]
    return [
        *(right | {field: secret} for field in FIELDS),
        *(right | {field: f"https://user:{secret}@host/v1/{secret}/x?key={secret}"} for field in FIELDS),
        right
        | {"headers": {"authorization": secret, "retry-after": secret, f"x-ratelimit-{secret}": secret}},
        *(right | {"body": text} for text in texts),
        *(right | {"body": {"error": {"message": text, "code": secret, "type": secret}}} for text in texts),
        right | {"body": {secret: secret, "detail": [{"loc": [secret], "msg": secret}]}},
        right | {secret: secret},
        {secret: secret},
        LIMITED | {"body": {"error": {"code": "rate_limit_exceeded", "message": secret}}},
    ]


def core(secret: str) -> str:
    return secret.removeprefix("Bearer ").split(".")[0]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("output", ["text", "json"])
def test_explain_shows_no_secret(shape: str, output: str) -> None:
    secret = shape.format(1234)

    leaks = [
        event
        for event in canaries(secret)
        if core(secret) in run("explain", "-", "--format", output, stdin=json.dumps(event)).output
    ]

    assert leaks == []


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("output", ["text", "json"])
def test_replay_shows_no_secret(shape: str, output: str) -> None:
    secret = shape.format(1234)
    events = canaries(secret)

    said = run("replay", "-", "--format", output, stdin=lines([*events, secret])).output

    assert str(len(events) + 1) in said
    assert core(secret) not in said


def test_a_secret_cut_short_by_the_classifier_is_not_shown_either() -> None:
    body = "Authorization failed for the key AKIACANARY1234EXAMPLE " + json.dumps(
        {"error": {"message": "no"}}
    )

    assert "AKIA" not in run("explain", "-", stdin=json.dumps(LIMITED | {"body": body})).output


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("password=hunter2 and more", "password=(hidden) and more"),
        ('{"api_key": "short", "n": 1}', '{"api_key": "(hidden)", "n": 1}'),
        ("https://me:word@host/x", "https://(hidden)@host/x"),
        ("max_tokens: 4096, tokens=12", "max_tokens: 4096, tokens=12"),
        ("context length is 8192 tokens", "context length is 8192 tokens"),
        ("red \x1b[31m\r\nalert\u202e", "red \ufffd[31m alert\ufffd"),
    ],
)
def test_a_text_loses_what_is_secret_and_keeps_the_rest(text: str, shown: str) -> None:
    assert safe.text(text) == shown


def test_what_is_cut_is_hidden_first() -> None:
    assert "sk-" not in safe.text("x" * 190 + " sk-abcdefghijklmnopqrstuvwxyz")
