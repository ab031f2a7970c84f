"""A new vendor is one file and its line in the registry, as CONTRIBUTING.md says; here Foo AI is added so."""

import json
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.unit.classify.bodies import ROOT

FOO_AI = Path(__file__).with_name("foo_ai.py")


@pytest.fixture(scope="module")
def contributed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of the agent that knows Foo AI."""
    copy = tmp_path_factory.mktemp("contributed")
    shutil.copytree(ROOT / "agent", copy / "agent", ignore=shutil.ignore_patterns("__pycache__"))
    dialects = copy / "agent" / "classify" / "dialects"
    shutil.copy(FOO_AI, dialects)
    registry = dialects / "__init__.py"
    text = registry.read_text()
    for line, before in (
        ("    foo_ai,\n", "    google,\n"),
        ("    foo_ai.DIALECT,\n", "    flat.DIALECT,\n"),
    ):
        assert text.count(before) == 1
        text = text.replace(before, line + before)
    registry.write_text(text)
    return copy


def body(no: object, why: str, **more: object) -> dict[str, object]:
    return {"verdict": {"grade": "bad", "cause": {"no": no, "why": why}}, **more}


def classified(agent: Path, *events: dict[str, Any]) -> list[dict[str, Any]]:
    told = subprocess.run(
        [sys.executable, "-m", "agent", "classify", "-"],
        cwd=agent,
        input="".join(json.dumps(event) + "\n" for event in events),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return [json.loads(line) for line in told.stdout.splitlines()]


def test_with_one_file_and_its_line_a_vendor_is_known(contributed: Path) -> None:
    unknown = "Something of ours is out of order"
    events = [
        {"status": 200, "body": body("E-1007", unknown, hold="12s")},
        {"status": 200, "body": json.dumps(body("E-1007", unknown))},
        {"status": 500, "body": body("E-2001", unknown)},
        {"status": 400, "body": body(0, "您的豆子已经用完了")},
        {"status": 400, "url": "https://api.foo-ai.example/v1/chat", "body": "we are out of beans"},
        {"status": 200, "body": {"verdict": {"grade": "good"}, "answer": "out of beans"}},
    ]

    found = classified(contributed, *events)

    assert [(it["type"], it["dialect"], it["retry_after_seconds"]) for it in found] == [
        ("overloaded_error", "foo_ai", 12),
        ("overloaded_error", "foo_ai", None),
        ("authentication_error", "foo_ai", None),
        ("insufficient_balance", "foo_ai", None),
        ("insufficient_balance", "text", None),
        ("ok", "none", None),
    ]


def test_its_host_and_its_headers_are_known_too(contributed: Path) -> None:
    event = {
        "status": 400,
        "url": "https://api.foo-ai.example/v1/chat",
        "headers": {"x-foo-calls-left": "7"},
        "body": "we are out of beans",
    }
    told = subprocess.run(
        [sys.executable, "-m", "agent", "explain", "-", "--format", "json"],
        cwd=contributed,
        input=json.dumps(event),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )

    report = json.loads(told.stdout)
    (limit,) = report["outcome"]["rate_limits"]
    provider = next(it["value"] for it in report["fields"] if it["field"] == "provider")
    assert (provider, limit["resource"], limit["remaining"]) == ("foo", "requests_per_day", 7)


def test_without_it_none_of_this_is_known() -> None:
    found = classified(ROOT, {"status": 400, "body": body(0, "您的豆子已经用完了")})

    assert found[0]["type"] == "invalid_request_error"
