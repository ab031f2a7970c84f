"""The command line: what it prints, and with which code it ends."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


def test_the_version_is_told() -> None:
    assert run("version").stdout.startswith("api-error-agent 0.")


def test_right_settings_are_called_right(tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("kafka: {topics: [events]}")

    result = run("check-config", "--config.file", str(file))

    assert (result.exit_code, result.stdout) == (0, "the settings are right: events at localhost:9092\n")


@pytest.mark.parametrize("command", ["check-config", "run"])
def test_wrong_settings_end_with_2_and_a_line_for_each_problem(command: str, tmp_path: Path) -> None:
    file = tmp_path / "agent.yaml"
    file.write_text("{kafka: {start: never}, log: {level: loud}}")

    result = run(command, "--config.file", str(file))

    assert result.exit_code == 2
    assert [line.split(" is ")[0] for line in result.stderr.splitlines()] == [
        "api-error-agent: kafka.start",
        "api-error-agent: log.level",
    ]


def test_a_wrong_flag_ends_with_2() -> None:
    assert run("run", "--web.listen-address", "nowhere").exit_code == 2
    assert run("run", "--no-such-flag").exit_code == 2


def test_classify_answers_each_line_in_order_and_never_fewer() -> None:
    limited = {"status": 429, "headers": {"retry-after": "7"}, "body": {"error": {"message": "slow down"}}}
    lines = [
        json.dumps(limited),
        "no json",
        json.dumps({"status": 200, "body": None}),
        json.dumps({"body": None}),
    ]

    result = run("classify", stdin="\n".join(lines) + "\n")
    answers = [json.loads(line) for line in result.stdout.splitlines()]

    assert result.exit_code == 0
    assert [answer["type"] for answer in answers] == ["rate_limit_error", "unknown", "ok", "unknown"]
    assert answers[0]["retry_after_seconds"] == 7
