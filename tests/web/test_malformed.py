"""What is no request, or not a whole one: answered, told once in a while, and nothing of it in the log."""

import json
import socket
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from tests.tools.agent import Agent
from tests.tools.process import until
from tests.web.test_secure import TLS, client_side

CANARY = "correct-horse-battery"
"""Shaped like nothing that redaction would know."""

IN_WORDS = CANARY.encode()
POST = b"POST /metrics HTTP/1.1\r\nHost: a\r\n"
START = b"GET /metrics HTTP/1.1\r\nHost: a\r\n"

MALFORMED = {
    "a control character in a header": START + b"Authorization: Basic " + IN_WORDS + b"\x01\r\n\r\n",
    "a NUL in a header": START + b"Cookie: " + IN_WORDS + b"\0\r\n\r\n",
    "a bad name of a header": START + IN_WORDS + b" : x\r\n\r\n",
    "a header without a colon": START + b"Authorization " + IN_WORDS + b"\r\n\r\n",
    "a folded header": START + b"X-A: 1\r\n " + IN_WORDS + b"\r\n\r\n",
    "bytes that are no text": START + b"X-A: \xff\xfe" + IN_WORDS + b"\r\n\r\n",
    "a bad query": b"GET /metrics?token=" + IN_WORDS + b"\x01 HTTP/1.1\r\nHost: a\r\n\r\n",
    "a space in a query": b"GET /metrics?token=a " + IN_WORDS + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a query to nowhere": b"GET /none?token=" + IN_WORDS + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad escape": b"GET /%zz%ff/" + IN_WORDS + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad request line": IN_WORDS + b"\r\n\r\n",
    "an unknown method": IN_WORDS.upper() + b" / HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad version": b"GET /" + IN_WORDS + b" HTTP/9.9\r\nHost: a\r\n\r\n",
    "a bad port": b"GET http://a:99999999/" + IN_WORDS + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad address": b"GET http://[::/" + IN_WORDS + b" HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad target": b"CONNECT " + IN_WORDS + b":x HTTP/1.1\r\nHost: a\r\n\r\n",
    "a bad host": b"GET /metrics HTTP/1.1\r\nHost: " + IN_WORDS + b":x/\r\n\r\n",
    "a long header": START + b"X-A: " + IN_WORDS + b"a" * 100_000 + b"\r\n\r\n",
    "a long line": b"GET /" + IN_WORDS + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
    "many headers": START + b"".join(b"X-%d: %s\r\n" % (n, IN_WORDS) for n in range(300)) + b"\r\n",
    "a bad length": START + b"Content-Length: " + IN_WORDS + b"\r\n\r\n",
    "a length and chunks": START + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n" + IN_WORDS,
    "a bad chunk": POST + b"Transfer-Encoding: chunked\r\n\r\nzz" + IN_WORDS + b"\r\n",
    "an unknown coding": START + b"Transfer-Encoding: " + IN_WORDS + b"\r\n\r\n",
    "a packed body that is none": POST + b"Content-Encoding: gzip\r\nContent-Length: 21\r\n\r\n" + IN_WORDS,
    "a body cut short": POST + b"Content-Length: 99999999999\r\n\r\n" + IN_WORDS,
    "an expectation": START + b"Expect: " + IN_WORDS + b"\r\n\r\n",
    "an upgrade": START + b"Connection: upgrade\r\nUpgrade: " + IN_WORDS + b"\r\n\r\n" + IN_WORDS,
    "HTTP/2": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + IN_WORDS,
    "TLS": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + IN_WORDS + bytes(300),
    "zeros": b"\x00" * 5000 + IN_WORDS,
    "a good login": START + b"Authorization: Basic " + IN_WORDS + b"\r\n\r\n",
    "a good request": START + b"Accept: " + IN_WORDS + b"\r\nUser-Agent: " + IN_WORDS + b"\r\n\r\n",
    "one behind another": START + b"\r\n" + IN_WORDS + b"\r\n\r\n",
}


@pytest.fixture(scope="module")
def agent() -> Iterator[Agent]:
    """An agent without a broker that says all it can."""
    with Agent("127.0.0.1:9", "events", ready=False, log={"level": "debug"}) as running:
        yield running


def send(agent: Agent, data: bytes) -> None:
    host, port = agent.address.split(":")
    with socket.create_connection((host, int(port)), timeout=10) as connection, suppress(OSError):
        connection.sendall(data)
        connection.settimeout(0.3)
        while connection.recv(65536):  # closed, reset, or silent: each is a fine answer
            pass


@pytest.mark.parametrize("kind", MALFORMED)
def test_garbage_is_answered_or_refused_and_its_words_never_reach_the_log(agent: Agent, kind: str) -> None:
    send(agent, MALFORMED[kind])

    until(lambda: "api_error_agent_build_info" in agent.page(), 5, "no page after the attack")
    log = agent.log.read_text()
    assert CANARY.lower() not in log.lower()
    assert "Traceback" not in log
    assert "request.failed" not in log


def test_2000_malformed_requests_are_one_quiet_line(agent: Agent) -> None:
    before = agent.log.stat().st_size
    host, port = agent.address.split(":")
    for _ in range(2000):
        with socket.create_connection((host, int(port)), timeout=10) as connection, suppress(OSError):
            connection.sendall(MALFORMED["a control character in a header"])
            connection.recv(65536)

    said = agent.log.read_text()[before:]
    assert len(said) < 2000
    lines = [json.loads(line) for line in agent.log.read_text().splitlines() if "request.malformed" in line]
    assert {line["level"] for line in lines} == {"info"}
    assert set(lines[-1]) == {"event", "level", "timestamp", "error", "peer", "requests"}
    assert {line["peer"] for line in lines} == {"127.0.0.1"}


def test_what_is_not_http_at_all_is_said() -> None:
    with Agent("127.0.0.1:9", "events", ready=False) as agent:
        send(agent, b"\x16\x03\x01\x00\xa5\x01\x00\x00\xa1\r\n\r\n")

        until(lambda: "request.malformed" in agent.log.read_text(), 5, "nobody said that it is not HTTP")


def test_under_tls_too_nothing_of_a_request_reaches_the_log(folder: Path) -> None:
    (folder / "web.yaml").write_text(TLS)
    web, tls = {"config_file": str(folder / "web.yaml")}, client_side(folder)
    with Agent("127.0.0.1:9", "events", ready=False, tls=tls, web=web, log={"level": "debug"}) as agent:
        for data in MALFORMED.values():
            send(agent, data)
        until(lambda: "tls.refused" in agent.events(), 5, "nobody said that a handshake failed")
        log = agent.log.read_text()

    assert CANARY.lower() not in log.lower()
    assert "Traceback" not in log
