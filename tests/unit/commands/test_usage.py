"""Wrong use of the commands: a clear line that quotes the value, and exit code 2."""

from pathlib import Path

import pytest

from tests.commanding import run


@pytest.mark.parametrize("command", ["explain", "replay"])
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["/no/such/file"], "/no/such/file"),
        ([], "give a file, - for stdin, or --topic"),
        (["-", "--topic", "events"], "stdin or --topic events, not both"),
        (["-", "--format", "xml"], "xml"),
        (["-", "--config.file", "/no/such/settings"], "/no/such/settings"),
    ],
)
def test_a_wrong_source_ends_with_2(command: str, arguments: list[str], said: str) -> None:
    result = run(command, *arguments)

    assert result.exit_code == 2
    assert said in result.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["explain", "--topic", "events"], "--topic events alone is not one record"),
        (["explain", "--topic", "events", "--partition", "0"], "--offset 41"),
        (
            ["explain", "--topic", "events", "--partition", "zero", "--offset", "1"],
            "'zero' is no whole number",
        ),
        (["explain", "--topic", "events", "--partition", "0", "--offset", "-1"], "'-1' is no whole number"),
        (["replay", "--topic", "events", "--last", "0"], "'0' is none"),
        (["replay", "--topic", "events", "--last", "1e3"], "'1e3' is no whole number"),
    ],
)
def test_a_wrong_number_ends_with_2_and_is_quoted(arguments: list[str], said: str) -> None:
    result = run(*arguments)

    assert result.exit_code == 2
    assert said in result.stderr


def test_a_directory_is_no_file(tmp_path: Path) -> None:
    result = run("explain", str(tmp_path))

    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr
