"""How an agent ends: by a signal, by a part that fails, by force; and what it says when it cannot begin."""

import asyncio
import gc
import json
import re
import signal
import socket
import subprocess
import sys
import weakref
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import urlopen

import pytest
import structlog

from agent import service as agent_service
from agent.consumer import Consumer
from agent.pages import Pages
from agent.service import EXIT_WITHIN, look_seldom, run
from agent.settings import Settings
from tests.tools.agent import Agent
from tests.tools.process import until
from tests.unit.test_settings_effect import service
from tests.waiting import until as until_async

NOWHERE = "127.0.0.1:1"
LONG = 60.0  # seconds for a process to come or to go

AGENT = """
import asyncio, os, signal, threading, time
from agent import logs, service
from agent.settings import Settings
from agent.service import Service
settings = Settings(kafka={"bootstrap_servers": ["127.0.0.1:1"]}, web={"listen_address": "127.0.0.1:0"})
logs.configure("info", "json")
"""


def ended(script: str) -> subprocess.CompletedProcess[str]:
    """A process with an agent in it that is not as it should be."""
    command = [sys.executable, "-c", AGENT + script]
    return subprocess.run(command, capture_output=True, text=True, timeout=LONG, check=False)


def settings(**web: object) -> Settings:
    return Settings(kafka={"bootstrap_servers": [NOWHERE]}, web=web)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_an_agent_in_order(number: signal.Signals) -> None:
    with Agent(NOWHERE, "events", ready=False) as agent:
        agent.child.signal(number)

        assert agent.child.wait(within=LONG) == 0
        ends = ["web.listening", "signal.received", "service.stopping", "service.stopped"]
        assert [event for event in agent.events() if event in ends] == ends
        assert f'"{number.name}"' in agent.log.read_text()


CYCLES = """
import gc
from agent import service
service.calm_collector()
kept = [[] for _ in range(200_000)]
looks = [gc.get_stats()[generation]["collections"] for generation in range(3)]
for number in range(200_000):
    kept.append([])
    cycle = []
    cycle.append(cycle)
now = [gc.get_stats()[generation]["collections"] for generation in range(3)]
print(*(after - before for before, after in zip(looks, now)), len(gc.get_objects()) < 450_000)
"""


def test_cycles_are_looked_for_among_new_objects_and_never_in_all() -> None:
    young, older, all_, is_bounded = ended(CYCLES).stdout.split()

    assert int(young) >= 20
    assert int(older) >= 5
    assert all_ == "0"
    assert is_bounded == "True"


async def test_a_cycle_of_old_objects_is_found_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    class Old:
        pass

    old = Old()
    old.itself = old  # type: ignore[attr-defined]
    gc.collect()  # what is there is old now
    gone = weakref.ref(old)
    del old
    monkeypatch.setattr(agent_service, "_SELDOM", 0.0)

    looking = asyncio.create_task(look_seldom())
    await until_async(lambda: gone() is None)

    looking.cancel()


def test_an_agent_without_a_broker_says_on_its_page_why_it_is_not_ready() -> None:
    with Agent(NOWHERE, "events", ready=False) as agent:
        until(lambda: "kafka.unreachable" in agent.events(), LONG, "it never says so")

        with urlopen(f"{agent.url}/status.json", timeout=LONG) as answer:
            verdict = json.load(answer)["verdict"]

        assert verdict["level"] == "bad"
        assert verdict["words"].startswith(f"Not ready: no connection to {NOWHERE}")


def test_after_its_end_nobody_can_look_at_it() -> None:
    with Agent(NOWHERE, "events", ready=False) as agent:
        agent.terminate(within=LONG)

        assert agent.status("/metrics") == 0


def test_an_address_that_somebody_has_is_told_with_another() -> None:
    with socket.socket() as other, structlog.testing.capture_logs() as lines:
        other.bind(("127.0.0.1", 0))
        other.listen()
        address = f"127.0.0.1:{other.getsockname()[1]}"

        assert run(settings(listen_address=address)) == 1

    (line,) = [line for line in lines if line["event"] == "web.not_listening"]
    assert (line["listen_address"], line["error"]) == (address, "Address already in use")
    assert "web.listen_address" in line["hint"]


def test_a_web_config_that_broke_meanwhile_is_told(tmp_path: Path) -> None:
    file = tmp_path / "web.yaml"
    file.write_text("nonsense: 1")

    with structlog.testing.capture_logs() as lines:
        assert run(settings(listen_address="127.0.0.1:0", config_file=file)) == 2

    (line,) = [line for line in lines if line["event"] == "web_config.refused"]
    assert "nonsense" in str(line["problems"])


async def test_a_part_that_fails_ends_the_agent_with_its_own_error(monkeypatch: pytest.MonkeyPatch) -> None:
    async def fail(_: Pages) -> None:
        raise ArithmeticError("a mistake of our own")

    monkeypatch.setattr(Pages, "commit_regularly", fail)

    with pytest.raises(ArithmeticError, match="a mistake of our own"):
        await asyncio.wait_for(service().run(asyncio.Event()), LONG)


def test_what_hangs_is_ended_by_force() -> None:
    found = ended("""
async def hang(self, stop):
    threading.Timer(0.2, os.kill, (os.getpid(), signal.SIGTERM)).start()
    await asyncio.Event().wait()
Service.run, service.EXIT_WITHIN = hang, 0.5
service.run(settings)
""")

    assert found.returncode == 1
    assert "service.not_ended" in found.stderr


def test_an_agent_is_gone_before_docker_and_the_chart_kill_it() -> None:
    assert EXIT_WITHIN < 10


async def test_when_an_agent_has_ended_its_parts_have_ended_and_its_port_is_free(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    left: list[str] = []

    async def leave_slowly(_: Consumer) -> None:
        try:
            await asyncio.Event().wait()
        finally:
            for _turn in range(10):
                await asyncio.sleep(0)
            left.append("the group")

    monkeypatch.setattr(Consumer, "run", leave_slowly)
    agent, stop = service(), asyncio.Event()
    running = asyncio.create_task(agent.run(stop))
    await until_async(lambda: agent.url, what="the agent to listen")
    address = urlsplit(agent.url)
    stop.set()
    await asyncio.wait_for(running, LONG)

    assert left == ["the group"]
    with pytest.raises(ConnectionRefusedError):
        await asyncio.open_connection(address.hostname, address.port)


def test_what_is_there_from_the_start_is_not_looked_through_for_cycles_again() -> None:
    found = ended("""
import gc, weakref
gc.disable()
class Cycle: pass
cycle = Cycle()
cycle.itself, seen = cycle, weakref.ref(cycle)
del cycle
async def look(self, stop):
    print(seen() is None, gc.get_freeze_count() > 10_000, gc.get_threshold()[0] >= 10 * MAX_RECORDS)
from agent.consumer.client import MAX_RECORDS
Service.run = look
raise SystemExit(service.run(settings))
""")

    assert (found.returncode, found.stdout.split()) == (0, ["True"] * 3)


def test_a_loop_that_does_not_turn_shows_where_it_stands() -> None:
    found = ended("""
def block_the_loop():
    time.sleep(3)
    os.kill(os.getpid(), signal.SIGTERM)
async def block(self):
    await asyncio.sleep(0.5)
    block_the_loop()
    await asyncio.Event().wait()
service._HANG = 1
service.Consumer.run = block
code = service.run(settings)
logs.get_logger().info("after.all")
time.sleep(1.5)  # the loop has ended, and is no loop that hangs
raise SystemExit(code)
""")

    assert found.returncode == 0
    assert re.search(r"Timeout \(0:00:01\)!(.|\n)*in block_the_loop", found.stderr)
    assert "Timeout (" not in found.stderr.partition("after.all")[2]


def test_a_loop_that_turns_shows_no_stacks() -> None:
    with Agent(NOWHERE, "events", ready=False) as agent:
        until(lambda: "kafka.unreachable" in agent.events(), LONG, "the agent does not say what is wrong")
        agent.terminate(within=LONG)

        assert "Timeout (" not in agent.log.read_text()
