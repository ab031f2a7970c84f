"""Wrong use of the commands: a clear line that quotes the value and shows a right call, and exit code 2."""

from pathlib import Path

import pytest

from tests.commanding import PLAIN, lines, run

COMMANDS = ["classify", "explain", "replay"]
RECORD = "--partition 0 --offset 41"


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("/no/such/file", "/no/such/file cannot be read: No such file"),
        ("- --topic events", "give either stdin or --topic events, not both"),
        ("a.json --topic events", "give either a.json or --topic events, not both"),
        ("- --config.file /no/such/settings", "/no/such/settings"),
        ("- --last 5", "--last goes with --topic only, as in: {call} --topic api-responses --last 100"),
        ("- --offset 5", "--offset goes with --topic only, as in: {call} --topic api-responses " + RECORD),
        ("- --partition 5", "--partition goes with --topic only"),
        ("--topic events --partition 3", "--offset is missing: {example} {call} --topic events " + RECORD),
        ("--topic events --offset 3", "--partition is missing: {example} {call} --topic events " + RECORD),
        ("--topic events --partition 0 --offset 1 --last 5", "--last does not go with --partition and"),
        ("--topic events --partition zero --offset 1", "'zero' is not a whole number; give one such as 41"),
        ("--topic events --partition 0 --offset -1", "'-1' is not a whole number"),
        ("--topic events --last 0", "'0' is none; give a number such as 1000"),
        ("--topic events --last 1e3", "'1e3' is not a whole number"),
        ("--no-such-flag", "No such option: --no-such-flag"),
        ("a.json b.json", "unexpected extra argument"),
    ],
)
def test_a_wrong_call_ends_with_2_and_is_told_a_right_one(command: str, arguments: str, said: str) -> None:
    result = run(command, *arguments.split())

    assert (result.exit_code, result.stdout) == (2, "")
    call = f"api-error-agent {command}"
    assert said.format(call=call, example="one record is, for example,") in result.stderr


@pytest.mark.parametrize("command", ["explain", "replay"])
def test_a_format_that_is_none_is_quoted(command: str) -> None:
    result = run(command, "-", "--format", "xml")

    assert result.exit_code == 2
    assert "'xml' is not one of 'text', 'json'" in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_is_no_file(command: str, tmp_path: Path) -> None:
    result = run(command, str(tmp_path))

    assert result.exit_code == 2
    assert str(tmp_path) in result.stderr


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize("text", ["", "\n \n"])
def test_nothing_to_read_ends_with_1(command: str, text: str) -> None:
    result = run(command, stdin=text)

    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "api-error-agent: stdin: there is no record to read\n"


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_that_is_an_event_ends_with_1(command: str) -> None:
    result = run(command, stdin=lines(["nope", "{}"]))

    assert result.exit_code == 1
    assert result.stdout != ""
    assert result.stderr.endswith("api-error-agent: stdin: none of 2 records can be read as an event\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_one_event_among_others_that_are_none_is_enough(command: str) -> None:
    assert run(command, stdin=lines(["nope", PLAIN])).exit_code == 0
