"""The commands as processes: full disks, closed pipes, Ctrl-C, and terminals of any width."""

import fcntl
import json
import os
import pty
import signal
import struct
import subprocess
import sys
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.commanding import LIMITED, PLAIN, lines

AGENT = [sys.executable, "-m", "agent"]
SLOWEST = 30  # seconds


@pytest.fixture(autouse=True)
def _buffered(monkeypatch: pytest.MonkeyPatch) -> None:
    """As Python is on most machines."""
    monkeypatch.delenv("PYTHONUNBUFFERED", raising=False)


@pytest.fixture(scope="module")
def events(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """More answers than a pipe holds."""
    file = tmp_path_factory.mktemp("events") / "events.jsonl"
    file.write_text(lines([PLAIN, LIMITED] * 1500))
    return file


@pytest.mark.parametrize("call", ["classify FILE", "explain FILE", "replay FILE", "version", "--help"])
def test_a_full_disk_is_told_in_a_line(call: str, events: Path) -> None:
    with Path("/dev/full").open("wb") as full:
        ended = subprocess.run(
            [*AGENT, *call.replace("FILE", str(events)).split()],
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=SLOWEST,
            check=False,
        )

    assert ended.returncode == 1
    told = [line for line in ended.stderr.splitlines() if not line.endswith("JSON lines, one event each")]
    assert told == ["api-error-agent: the answer cannot be written: No space left on device"]


@pytest.mark.parametrize("command", ["classify", "explain"])
def test_who_reads_no_more_ends_a_command_in_silence(command: str, events: Path) -> None:
    with subprocess.Popen(
        [*AGENT, command, str(events)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as running:
        assert running.stdout
        assert running.stderr
        assert running.stdout.readline() != ""
        running.stdout.close()
        said = running.stderr.read()

    assert running.returncode == 141
    assert said in ("", f"{events}: JSON lines, one event each\n")


def test_a_reader_that_is_gone_from_the_start_is_no_error() -> None:
    reading, writing = os.pipe()
    os.close(reading)

    ended = subprocess.run(
        [*AGENT, "--help"], stdout=writing, stderr=subprocess.PIPE, timeout=SLOWEST, check=False
    )
    os.close(writing)

    assert (ended.returncode, ended.stderr) == (141, b"")


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A shell that starts pytest in the background lets it, and so its children, ignore SIGINT."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("command", ["classify", "replay"])
def test_ctrl_c_ends_with_130_in_silence(command: str) -> None:
    with subprocess.Popen(
        [*AGENT, command, "-"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as running:
        assert running.stdin
        assert running.stdout
        assert running.stderr
        running.stdin.write(lines([PLAIN, PLAIN]))
        running.stdin.flush()
        assert running.stderr.readline() == "stdin: JSON lines, one event each\n"
        running.send_signal(signal.SIGINT)
        _, said = running.communicate(timeout=SLOWEST)

    assert (running.returncode, said) == (130, "")


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("module", ["typer", "aiokafka"])
def test_ctrl_c_while_the_agent_loads_ends_it_in_silence(module: str, tmp_path: Path) -> None:
    """Ctrl-C comes when this module is imported."""
    (tmp_path / f"{module}.py").write_text("import os, signal\nos.kill(os.getpid(), signal.SIGINT)\n")
    environ = os.environ | {"PYTHONPATH": f"{tmp_path}:{os.environ.get('PYTHONPATH', '')}"}

    ended = subprocess.run([*AGENT, "run"], env=environ, capture_output=True, timeout=SLOWEST, check=False)

    assert (ended.returncode, ended.stdout, ended.stderr) == (130, b"", b"")


def test_each_answer_comes_as_soon_as_its_event_is_there() -> None:
    with subprocess.Popen(
        [*AGENT, "classify"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as running:
        assert running.stdin
        assert running.stdout
        for event, type_ in ((LIMITED, "rate_limit_error"), (PLAIN, "ok")):
            running.stdin.write(lines([event]))
            running.stdin.flush()
            assert json.loads(running.stdout.readline())["type"] == type_
        running.stdin.close()

    assert running.returncode == 0


# --- terminals ----------------------------------------------------------------------------------------


def seen(
    call: str, columns: int, *, all_of_it: bool = True, types: bool = False, **more: str
) -> tuple[int, str]:
    """The exit code of a command, and what a terminal of so many columns was sent.

    Args:
        all_of_it: What stands on stderr too.

        types: Whether the terminal is its standard input as well.
    """
    ours, theirs = pty.openpty()
    fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
    plain = {name: text for name, text in os.environ.items() if name not in ("COLUMNS", "LINES", "NO_COLOR")}
    with subprocess.Popen(
        [*AGENT, *call.split()],
        stdin=theirs if types else subprocess.DEVNULL,
        stdout=theirs,
        stderr=theirs if all_of_it else subprocess.DEVNULL,
        env={**plain, "TERM": "xterm", **more},
    ) as running:
        os.close(theirs)
        too_late = threading.Timer(SLOWEST, running.kill)
        too_late.start()
        text = b"".join(iter(lambda: _more(ours), b""))
        too_late.cancel()
    os.close(ours)
    return running.returncode, text.decode()


def _more(terminal: int) -> bytes:
    try:
        return os.read(terminal, 4096)
    except OSError:  # so Linux says that the other side is closed
        return b""


def shown(text: str) -> list[str]:
    """Lines without what makes them colourful."""
    return [line.rstrip() for line in _without_codes(text).splitlines()]


def _without_codes(text: str) -> str:
    first, *parts = text.split("\x1b[")
    return first + "".join(part.lstrip("0123456789;?")[1:] for part in parts)


@pytest.mark.parametrize("columns", [40, 80])
@pytest.mark.parametrize("command", ["explain", "replay"])
def test_what_is_wide_folds_and_nothing_is_lost(command: str, columns: int, tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(LIMITED | {"status": 418, "body": "short and stout " * 8}))
    piped = subprocess.run([*AGENT, command, str(file)], capture_output=True, text=True, check=True).stdout

    code, said = seen(f"{command} {file}", columns, all_of_it=False)

    assert code == 0
    assert max(map(len, shown(said))) <= columns
    assert max(map(len, piped.splitlines())) > 100
    assert "".join("".join(shown(said)).split()) == "".join(piped.split())


def test_columns_can_be_set(tmp_path: Path) -> None:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(LIMITED))

    _, said = seen(f"explain {file}", 200, all_of_it=False, COLUMNS="50")

    assert 40 < max(map(len, shown(said))) <= 50


@pytest.mark.parametrize("command", ["run", "replay"])
def test_a_help_page_folds(command: str) -> None:
    _, said = seen(f"{command} --help", 40)
    page, _, examples = said.partition("Examples:")

    assert max(map(len, shown(page))) <= 40
    assert "…" not in page
    assert f"api-error-agent {command}" in examples


def test_progress_is_shown_on_a_terminal_and_nowhere_else(events: Path) -> None:
    code, said = seen(f"replay {events}", 100)
    piped = subprocess.run([*AGENT, "replay", str(events)], capture_output=True, text=True, check=True)

    assert code == 0
    assert "replaying" in said
    assert "%" in said.partition("3,000 records")[0]
    assert "replaying" not in piped.stdout + piped.stderr


@pytest.mark.parametrize("command", ["classify", "replay"])
def test_nobody_waits_for_a_terminal_that_was_not_asked_for(command: str) -> None:
    code, said = seen(command, 200, types=True)

    assert code == 2
    assert "there is nothing to read: give a file, - or a pipe for standard input, or --topic, as in:" in said
    assert f"api-error-agent {command} events.jsonl" in said
