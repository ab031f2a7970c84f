"""The command line: what it prints, and with which code it ends."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from agent.cli import app


def run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(app, arguments, input=stdin)


COMMANDS = ["run", "demo", "classify", "explain", "replay", "check-config", "version"]


@pytest.mark.parametrize("asked", ["version", "--version"])
def test_the_version_is_told(asked: str) -> None:
    result = run(asked)

    assert result.exit_code == 0
    assert result.stdout.startswith("api-error-agent 0.")


@pytest.mark.parametrize("command", COMMANDS)
def test_a_help_page_shows_a_call_and_no_type_of_python(command: str) -> None:
    page = run(command, "--help").stdout

    assert f"\n    api-error-agent {command}" in page.partition("Examples:")[2]
    assert re.findall(r"<(?!file>|[a-z]+(?:\|[a-z]+)+>)[^>]*>", page) == []
    assert re.findall(r"\b(?:int|str|bool|float|Path|None)\b", page) == []
    assert run(command, "-h").stdout == page


def test_the_first_page_names_every_command_and_the_exit_codes() -> None:
    page = run("--help").stdout

    assert [line.split()[0] for line in page.partition("Commands:\n")[2].splitlines() if line[2:3].isalpha()][
        :7
    ] == COMMANDS
    assert "0 done, 1 failed or nothing was an event, 2 wrong usage" in " ".join(page.split())


@pytest.mark.parametrize(
    ("shell", "words"),
    [
        ("bash", {"COMP_WORDS": "api-error-agent re", "COMP_CWORD": "1"}),
        ("zsh", {"_TYPER_COMPLETE_ARGS": "api-error-agent re"}),
        ("fish", {"_TYPER_COMPLETE_ARGS": "api-error-agent re", "_TYPER_COMPLETE_FISH_ACTION": "get-args"}),
    ],
)
def test_a_shell_completes_commands(shell: str, words: dict[str, str]) -> None:
    said = subprocess.run(
        [sys.executable, "-m", "agent"],
        env={**os.environ, **words, "_API_ERROR_AGENT_COMPLETE": f"complete_{shell}"},
        capture_output=True,
        text=True,
        check=False,
    ).stdout

    assert "replay" in said
    assert "explain" not in said


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
