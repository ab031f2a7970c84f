import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

DEMO = [sys.executable, "-m", "agent", "demo"]
SECONDS = 5


def test_the_demo_counts_every_event_exactly() -> None:
    done = subprocess.run(
        [*DEMO, "--seconds", str(SECONDS), "--seed", "7"],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    assert done.returncode == 0, done.stdout + done.stderr
    assert "Every count is exact" in done.stdout
    assert [line[:6] for line in done.stdout.splitlines() if " of 5  " in line] == [
        f"{number} of 5" for number in range(1, 6)
    ]
    assert done.stderr == ""


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """A shell that starts pytest in the background lets it, and so its children, ignore SIGINT."""
    earlier = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, earlier)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM], ids=lambda number: number.name)
def test_a_signal_ends_the_demo_and_its_children(number: signal.Signals) -> None:
    with subprocess.Popen([*DEMO, "--seconds", "60"], stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout
        assert "An embedded broker at" in demo.stdout.readline()
        children = Path(f"/proc/{demo.pid}/task/{demo.pid}/children").read_text().split()
        asked = time.monotonic()
        demo.send_signal(number)
        said = demo.stdout.read()

    assert demo.returncode == 1
    assert "Stopped before its end" in said
    assert time.monotonic() - asked < 15
    assert len(children) == 2
    assert not [child for child in children if Path(f"/proc/{child}").exists()]
