"""The demo as a process: exact to the end, and nothing left behind however it ends."""

import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import gettempdir
from urllib.request import urlopen

import pytest

from tests.tools.process import LOOPBACK, free_ports, until

DEMO = [sys.executable, "-m", "agent", "demo"]
SECONDS = 5


def test_the_demo_counts_every_event_exactly() -> None:
    begun = time.monotonic()
    done = subprocess.run(
        [*DEMO, "--seconds", str(SECONDS), "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every count is exact" in done.stdout
    assert "waiting until /metrics shows all of them" in done.stdout
    assert [line[:6] for line in done.stdout.splitlines() if " of 5  " in line] == [
        f"{number} of 5" for number in range(1, 6)
    ]
    assert done.stderr == ""
    assert time.monotonic() - begun < SECONDS + 30


# --- its end ------------------------------------------------------------------------------------------


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A shell that starts pytest in the background lets its children ignore SIGINT, and nohup SIGHUP."""
    earlier = {
        signal.SIGINT: signal.signal(signal.SIGINT, signal.default_int_handler),
        signal.SIGHUP: signal.signal(signal.SIGHUP, signal.SIG_DFL),
    }
    yield
    for number, handler in earlier.items():
        signal.signal(number, handler)


@contextmanager
def playing(*flags: str) -> Iterator[tuple[subprocess.Popen[str], list[int]]]:
    """A demo that plays, and the ids of its children."""
    with subprocess.Popen(
        [*DEMO, "--seconds", "60", *flags], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as demo:
        try:
            assert demo.stdout
            assert demo.stdout.readline().startswith("Starting an embedded broker and the agent")
            assert demo.stdout.readline().startswith("An embedded broker at")
            children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
            assert len(children) == 2
            yield demo, [int(child) for child in children]
        finally:
            demo.kill()


def until_line(demo: subprocess.Popen[str], beginning: str) -> list[str]:
    """What it says up to a line with that beginning."""
    assert demo.stdout
    said = [demo.stdout.readline()]
    while said[-1] and not said[-1].startswith(beginning):
        said.append(demo.stdout.readline())
    return said


def runs(pid: int) -> bool:
    """Whether a process does anything any more; one that nobody has asked about yet is gone all the same."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def named_files(pid: int) -> list[str]:
    """Temporary files that a process has open and that somebody would have to remove."""
    opened = [str(file.readlink()) for file in Path(f"/proc/{pid}/fd").iterdir()]
    return [it for it in opened if it.startswith(gettempdir()) and not it.endswith("(deleted)")]


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize(
    ("number", "code"),
    [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)],
    ids=lambda it: getattr(it, "name", ""),
)
def test_a_signal_ends_the_demo_and_its_children(number: signal.Signals, code: int) -> None:
    with playing() as (demo, children):
        asked = time.monotonic()
        demo.send_signal(number)
        _, said = demo.communicate(timeout=30)

    assert demo.returncode == code
    assert said == "api-error-agent: stopped before its end: nothing was compared\n"
    assert time.monotonic() - asked < 15
    assert not [child for child in children if runs(child)]


def test_a_demo_that_is_killed_leaves_no_process_and_no_file() -> None:
    with playing() as (demo, children):
        assert [named_files(pid) for pid in (demo.pid, *children)] == [[], [], []]
        demo.kill()

        until(lambda: not [child for child in children if runs(child)], 15, "the children go on")


def test_a_demo_whose_start_is_killed_leaves_no_process() -> None:
    with subprocess.Popen(DEMO, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        demo.stdout.readline()
        mine = Path(f"/proc/{demo.pid}/task/{demo.pid}/children")
        children = until(lambda: mine.read_text().split(), 15, "no child comes")
        demo.kill()

        until(lambda: not [child for child in children if runs(int(child))], 15, "the children go on")


# --- its flags ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "said"),
    [
        ("--seconds 4", "'4' is not a number of seconds from 5 to 3600; give one such as 30"),
        ("--seconds nan", "'nan' is not a number of seconds"),
        ("--seed x", "'x' is not a whole number"),
        ("--web.listen-address nowhere", "web.listen_address is 'nowhere'"),
        ("--no-such-flag", "No such option: --no-such-flag"),
    ],
)
def test_a_wrong_flag_ends_with_2(flags: str, said: str) -> None:
    done = subprocess.run([*DEMO, *flags.split()], capture_output=True, text=True, timeout=60, check=False)

    assert done.returncode == 2
    assert said in done.stderr


def test_an_address_that_is_taken_is_told_in_a_line() -> None:
    with socket.create_server((LOOPBACK, 0)) as taken:
        address = f"{LOOPBACK}:{taken.getsockname()[1]}"

        done = subprocess.run(
            [*DEMO, "--keep", "--web.listen-address", address],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )

    assert done.returncode == 1
    (line,) = done.stderr.splitlines()
    assert line.lower().endswith(
        f"the agent cannot listen on {address}: address already in use;"
        " give another address, such as --web.listen-address 127.0.0.1:9465"
    )


@pytest.mark.usefixtures("_interruptible")
def test_kept_it_plays_on_for_everybody_until_ctrl_c() -> None:
    address = f"{LOOPBACK}:{free_ports(1)[0]}"

    with playing("--keep", "--seconds", "5", "--web.listen-address", address) as (demo, children):
        for number in (1, 2):
            *phases, verdict = until_line(demo, f"Round {number}. ")
            assert sum(" of 5  " in line for line in phases) == 5
            assert re.match(rf"Round {number}\. Every count is exact: [\d,]+ events", verdict)
            with urlopen(f"http://{address}/metrics", timeout=5) as page:
                assert b"api_responses_total{" in page.read()
        demo.send_signal(signal.SIGINT)
        said, _ = demo.communicate(timeout=60)

    assert demo.returncode == 0
    assert said.splitlines()[-1].startswith("Every count is exact")
    assert not [child for child in children if runs(child)]


def test_kept_it_is_where_prometheus_expects_it() -> None:
    from agent.demo.player import KEPT_ADDRESS
    from agent.settings import Settings

    assert KEPT_ADDRESS.rpartition(":")[2] == Settings().web.listen_address.rpartition(":")[2]
