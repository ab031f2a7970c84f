"""A real agent that was stopped, or is attacked, and a real Prometheus that must not notice for long."""

import socket
import time
from collections.abc import Iterator

import pytest

from tests.tools import prometheus
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.process import until
from tests.tools.prometheus import Prometheus, scrape_config
from tests.web.still import abort

HURRIED = b"GET /metrics HTTP/1.1\r\nHost: a\r\nX-Prometheus-Scrape-Timeout-Seconds: 0.2\r\n\r\n"
HANGING = HURRIED.replace(b"0.2", b"120")


@pytest.fixture
def agent() -> Iterator[Agent]:
    with Agent("127.0.0.1:9", "events", ready=False) as running:
        yield running


def ask(agent: Agent, request: bytes, *, buffer: int = 65536) -> socket.socket:
    host, port = agent.address.split(":")
    connection = socket.socket()
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffer)
    connection.settimeout(5)
    connection.connect((host, int(port)))
    connection.sendall(request)
    return connection


def test_requests_that_gave_up_while_the_agent_was_stopped_cost_the_next_scrape_nothing(agent: Agent) -> None:
    agent.pause()
    for number in range(50):
        connection = ask(agent, HURRIED)
        abort(connection) if number % 2 else connection.close()
    waiting = ask(agent, HURRIED)  # it still waits, but would not for a page
    time.sleep(0.2)
    agent.resume()

    started = time.monotonic()
    page = agent.page()
    assert time.monotonic() - started < 1
    assert 'api_error_agent_scrapes_total{outcome="undelivered"} 5' in page  # 50 or 51
    assert waiting.recv(12) == b"HTTP/1.1 503"
    waiting.close()
    assert "scrape.undelivered" not in agent.events()


def test_clients_that_take_no_page_keep_a_real_prometheus_never_waiting(agent: Agent) -> None:
    require(prometheus.ensure)
    config = scrape_config({"agent": [agent.address]})
    with Prometheus(config) as prom:
        prom.wait_until(lambda it: it.query("up == 1"))
        hanging = []
        end = time.monotonic() + 6
        while time.monotonic() < end:
            hanging.append(ask(agent, HANGING, buffer=1024))
            time.sleep(0.1)
            if len(hanging) > 10:
                hanging.pop(0).close()
        found = prom.query("count_over_time(up[5s]) and min_over_time(up[5s]) == 1")

    assert found
    assert found[0]["value"] >= 4
    until(lambda: "scrape.undelivered" in agent.events(), 5, "nobody said that pages were not taken")
    for connection in hanging:
        connection.close()
