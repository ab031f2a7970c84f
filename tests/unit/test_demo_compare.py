import io
import subprocess
import sys
from collections import Counter
from dataclasses import replace

import pytest
from rich.console import Console

from agent.demo.compare import compare
from agent.demo.runner import environment
from agent.demo.scenario import Row
from agent.demo.scrape import ErrorKind, Snapshot, read
from agent.demo.screen import DIFFERENT, EXACT, LiveScreen, PlainScreen, conclude, screen_for
from agent.demo.table import View, live

OK = Row("openai", "200", "ok")
LIMITED = Row("openai", "429", "rate_limit_error")
BROKE = Row("aimlapi", "403", "insufficient_balance")
LIMITED_LABELS = 'provider="openai",path="/v1/responses",status="429",type="rate_limit_error"'
PAGE = f"""\
# TYPE api_responses_total counter
api_responses_total{{provider="openai",method="POST",path="/v1/responses",status="200",type="ok"}} 2.0
api_responses_total{{provider="openai",method="GET",path="/v1/models",status="200",type="ok"}} 3.0
api_responses_total{{method="POST",{LIMITED_LABELS}}} 4.0
# TYPE api_errors_total counter
api_errors_total{{{LIMITED_LABELS},reason="requests_per_minute"}} 4.0
"""
VIEW = View(
    url="http://127.0.0.1:9464",
    phase=0,
    elapsed=3.0,
    seconds=30.0,
    sent=Counter({OK: 9, LIMITED: 1}),
    interval=1.0,
    counted=Snapshot(Counter({OK: 8})),
    latest=Snapshot(Counter({OK: 4})),
    recent=((ErrorKind("aimlapi", "403", "insufficient_balance", "insufficient_credits"), 12),),
)


@pytest.fixture
def console() -> Console:
    return Console(file=io.StringIO(), width=100)


def shown(console: Console) -> str:
    assert isinstance(console.file, io.StringIO)
    return console.file.getvalue()


def test_equal_numbers_are_exact(console: Console) -> None:
    assert conclude(console, compare({OK: 5, LIMITED: 2}, {OK: 5, LIMITED: 2})) == EXACT == 0
    assert "Every count is exact: 7 events" in shown(console)


@pytest.mark.parametrize(
    ("produced", "counted", "complaint"),
    [
        ({OK: 5, LIMITED: 2}, {OK: 5, LIMITED: 1}, "openai 429 rate_limit_error: produced 2, counted 1"),
        ({OK: 5}, {OK: 5, BROKE: 1}, "aimlapi 403 insufficient_balance: produced 0, counted 1"),
        ({OK: 5, BROKE: 1}, {OK: 6}, "aimlapi 403 insufficient_balance: produced 1, counted 0"),
    ],
    ids=["one lost", "one invented", "one under the wrong row"],
)
def test_a_number_that_differs_is_named_and_fails_the_demo(
    console: Console, produced: dict[Row, int], counted: dict[Row, int], complaint: str
) -> None:
    assert conclude(console, compare(produced, counted)) == DIFFERENT == 1
    assert f"differs: {complaint}" in shown(console)


def test_a_series_shown_as_0_is_no_row() -> None:
    assert compare({}, {OK: 0}) == []


def test_a_page_is_added_up_by_what_the_demo_tells_apart() -> None:
    snapshot = read(PAGE)

    assert snapshot.responses == {OK: 5, LIMITED: 4}
    assert snapshot.errors == {ErrorKind("openai", "429", "rate_limit_error", "requests_per_minute"): 4}


def test_the_live_view_shows_rate_phase_errors_and_address(console: Console) -> None:
    console.print(live(VIEW))

    for words in (
        "4 events/s",
        "10 sent, 8 counted",
        "calm",
        "insufficient_credits",
        "127.0.0.1:9464/metrics",
    ):
        assert words in shown(console)


def test_without_a_terminal_each_phase_is_one_line(console: Console) -> None:
    with PlainScreen(console) as screen:
        screen.show(VIEW)
        screen.show(replace(VIEW, phase=1))
        screen.show(replace(VIEW, phase=1))

    (line,) = shown(console).splitlines()
    assert line.startswith("1 of 5  calm")
    assert "10 events,  10% errors" in line


def test_the_users_own_settings_do_not_reach_the_agent_of_the_demo(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_KAFKA__TOPICS", "production")
    monkeypatch.setenv("AGENT_LABELS__EXTRA", "model")

    given = environment("127.0.0.1:9092", "demo", "127.0.0.1:0")

    assert given["AGENT_KAFKA__TOPICS"] == "demo"
    assert "AGENT_LABELS__EXTRA" not in given


def test_a_missing_confluent_kafka_is_answered_with_the_command_that_installs_it() -> None:
    without = "import sys; sys.modules['confluent_kafka'] = None; from agent.cli import app; app(['demo'])"

    done = subprocess.run([sys.executable, "-c", without], capture_output=True, text=True, check=False)

    assert done.returncode == 1
    assert f"{sys.executable} -m pip install confluent-kafka" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("width", [40, 76, 80])
def test_the_final_comparison_is_whole_on_a_terminal_of_any_width(width: int) -> None:
    row = Row("anthropic", "429", "invalid_request_error")
    screen = io.StringIO()

    code = conclude(Console(width=width, file=screen), compare({row: 1234}, {row: 1234}))

    shown = screen.getvalue().split("Every count is exact")[0]
    assert code == EXACT
    assert max(map(len, shown.splitlines())) <= width
    assert set(shown.replace(":", "").split()) >= {*row, "1,234", "equal"}


@pytest.mark.parametrize(("width", "screen"), [(40, PlainScreen), (80, LiveScreen)])
def test_a_narrow_terminal_gets_lines_and_no_live_view(width: int, screen: type) -> None:
    console = Console(width=width, file=io.StringIO(), force_terminal=True, _environ={"TERM": "xterm"})

    assert isinstance(screen_for(console), screen)
