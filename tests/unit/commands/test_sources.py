"""What a file is taken for: the same by each command, and said once, on stderr."""

import json
from pathlib import Path

import pytest

from tests.commanding import LIMITED, PLAIN, answer, lines, run

COMMANDS = ["classify", "explain", "replay"]
PRETTY = json.dumps(LIMITED, indent=2)


@pytest.mark.parametrize("command", COMMANDS)
@pytest.mark.parametrize(
    ("text", "said"),
    [
        (json.dumps(PLAIN), "one JSON object, one event"),
        (PRETTY, "one JSON object, one event"),
        (lines([PLAIN, PLAIN, LIMITED]), "JSON lines, one event each"),
        (f"{PRETTY}\n{PRETTY}", "JSON objects over several lines, one event each"),
        ("[]", "one JSON array, taken for one record with an event in each of its items"),
        (json.dumps([PLAIN, PLAIN], indent=1), "one JSON array, taken for one record"),
        ("nope", "one line, not a JSON object"),
    ],
)
def test_what_it_is_taken_for_is_said_once(command: str, text: str, said: str, tmp_path: Path) -> None:
    file = tmp_path / "events"
    file.write_text(text)

    from_file, from_stdin = run(command, str(file)).stderr, run(command, "-", stdin=text).stderr

    assert f"{file}: {said}" in from_file
    assert from_stdin == from_file.replace(str(file), "stdin")
    assert from_stdin.count(said) == 1


@pytest.mark.parametrize("command", COMMANDS)
def test_a_pipe_needs_no_name(command: str) -> None:
    assert run(command, stdin=PRETTY).stdout == run(command, "-", stdin=PRETTY).stdout != ""


def test_a_pretty_printed_object_is_one_event_to_each() -> None:
    assert answer("replay", "-", stdin=PRETTY)["counted"] == 1
    assert answer("explain", "-", stdin=PRETTY)["outcome"]["type"] == "rate_limit_error"
    assert json.loads(run("classify", "-", stdin=PRETTY).stdout)["type"] == "rate_limit_error"


def test_an_array_is_one_record_whose_events_count_each() -> None:
    text = json.dumps([PLAIN, PLAIN], indent=1)

    report = json.loads(run("replay", "-", "--format", "json", stdin=text).stdout)

    assert (report["records"], report["events"], report["counted"]) == (1, 2, 2)
