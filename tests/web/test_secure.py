"""The endpoint behind TLS, client certificates and passwords, read by a real Prometheus, and under attack."""

import asyncio
import base64
import shutil
import socket
import ssl
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

import aiohttp
import bcrypt
import pytest

from agent.web import Server, WebConfigError
from agent.web.config import read
from agent.web.connections import HEADERS_WITHIN, MOST
from tests.tools import certificates, prometheus
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.process import until as until_sync
from tests.tools.prometheus import Prometheus, scrape_config
from tests.web.test_server import SCRAPER, StillPages

PASSWORD = "correct horse"
HASH = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()


@pytest.fixture(scope="session")
def certs() -> Path:
    return require(certificates.ensure)


@pytest.fixture
def folder(tmp_path: Path, certs: Path) -> Path:
    """A folder with the server's certificate and key, as a Secret would mount them."""
    shutil.copy(certs / "broker.crt", tmp_path / "tls.crt")
    shutil.copy(certs / "broker.key", tmp_path / "tls.key")
    shutil.copy(certs / "ca.pem", tmp_path / "ca.crt")
    return tmp_path


TLS = "tls_server_config: {cert_file: tls.crt, key_file: tls.key}\n"
MUTUAL = (
    "tls_server_config: {cert_file: tls.crt, key_file: tls.key, client_ca_file: ca.crt,"
    " client_auth_type: RequireAndVerifyClientCert}\n"
)
USERS = f"basic_auth_users: {{prometheus: '{HASH}'}}\n"


@pytest.fixture
def agent(folder: Path) -> Iterator[Agent]:
    """An agent without a broker, behind mutual TLS and a password."""
    (folder / "web.yaml").write_text(MUTUAL + USERS)
    web = {"config_file": str(folder / "web.yaml")}
    with Agent("127.0.0.1:9", "events", ready=False, web=web, tls=client_side(folder)) as running:
        yield running


def client_side(folder: Path, certs: Path | None = None) -> ssl.SSLContext:
    """What a client needs: the authority, and a certificate of its own."""
    context = ssl.create_default_context(cafile=str(folder / "ca.crt"))
    source = certs or certificates.ensure()
    context.load_cert_chain(source / "client.pem", source / "client.key")
    return context


def test_a_real_prometheus_scrapes_over_mutual_tls_with_a_password(agent: Agent, certs: Path) -> None:
    require(prometheus.ensure)
    tls = {
        "ca_file": str(certs / "ca.pem"),
        "cert_file": str(certs / "client.pem"),
        "key_file": str(certs / "client.key"),
    }
    basic = {"username": "prometheus", "password": PASSWORD}

    def job(name: str, **changes: object) -> dict[str, Any]:
        config = scrape_config({name: [agent.address]})
        right = {"scheme": "https", "tls_config": tls, "basic_auth": basic}
        config["scrape_configs"][0] |= right | changes
        return config

    with Prometheus(job("right")) as prom:
        prom.wait_until(lambda it: it.query('up{job="right"} == 1'))
        expiry = prom.query("api_error_agent_certificate_expiry_timestamp_seconds")
        assert expiry[0]["value"] > time.time() + 86_400

        prom.reload(job("wrong", basic_auth=basic | {"password": "wrong"}))
        prom.wait_until(lambda it: it.query('up{job="wrong"} == 0'))
        prom.reload(job("nameless", tls_config={"ca_file": str(certs / "ca.pem")}))
        prom.wait_until(lambda it: it.query('up{job="nameless"} == 0'))


async def status(url: str, folder: Path, *, password: str | None = None, path: str = "/metrics") -> int:
    credentials = base64.b64encode(f"prometheus:{password}".encode()).decode()
    headers = {"Authorization": f"Basic {credentials}"} if password is not None else {}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{url}{path}", ssl=client_side(folder)) as answer,
    ):
        return answer.status


async def test_without_the_right_password_there_are_no_metrics_but_health(folder: Path) -> None:
    (folder / "web.yaml").write_text(TLS + USERS)
    server = Server(StillPages(), config_file=folder / "web.yaml")
    url = await server.start("localhost:0")

    assert await status(url, folder) == 401
    assert await status(url, folder, password="wrong") == 401
    assert await status(url, folder, password=PASSWORD) == 200
    assert await status(url, folder, path="/healthz") == 200
    await server.close()


async def test_new_certificates_and_passwords_are_taken_over_without_a_restart(folder: Path) -> None:
    (folder / "web.yaml").write_text(TLS)
    server = Server(StillPages(), config_file=folder / "web.yaml")
    url = await server.start("localhost:0")
    assert await status(url, folder) == 200
    before = await served_certificate(url)

    (folder / "new").mkdir()
    certificates.make(folder / "new")
    shutil.copy(folder / "new" / "broker.crt", folder / "tls.crt")
    shutil.copy(folder / "new" / "broker.key", folder / "tls.key")
    (folder / "web.yaml").write_text(TLS + USERS)
    shutil.copy(folder / "new" / "ca.pem", folder / "ca.crt")

    for _ in range(100):
        if await served_certificate(url) != before:
            break
        await asyncio.sleep(0.1)
    assert await served_certificate(url) != before
    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics", ssl=False) as answer:
        assert answer.status == 401
    await server.close()


async def served_certificate(url: str) -> bytes | None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    port = int(url.rsplit(":", 1)[1])
    _, writer = await asyncio.open_connection("localhost", port, ssl=context)
    found: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return found


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("tls_server_config: {cert_file: tls.crt}", "tls_server_config.key_file is missing"),
        ("tls_server_config: {cert_file: none.crt, key_file: tls.key}", "the certificates cannot be used"),
        (TLS.replace("}", ", min_version: TLS10}"), "min_version is 'TLS10'; there are TLS12, TLS13"),
        (
            TLS.replace("}", ", client_auth_type: RequireAnyClientCert}"),
            "is 'RequireAnyClientCert'; there are",
        ),
        (TLS.replace("}", ", client_ca_file: ca.crt}"), "need each other; set both or none"),
        (TLS.replace("}", ", ciphers: [x]}"), "tls_server_config.ciphers is not supported"),
        ("basic_auth_users: {prometheus: secret}", "basic_auth_users.prometheus is no bcrypt hash"),
        ("http_server_config: {http2: true}", "http_server_config is not supported"),
        ("- 1", "holds a list; give a mapping"),
        ("a: [", "cannot be read"),
    ],
)
def test_a_web_config_that_cannot_be_used_says_why(folder: Path, text: str, said: str) -> None:
    (folder / "web.yaml").write_text(text)

    with pytest.raises(WebConfigError) as error:
        read(folder / "web.yaml")
    assert said in str(error.value)
    assert "secret" not in str(error.value)


# --- under attack -------------------------------------------------------------------------------------


async def test_300_half_open_connections_do_not_keep_a_scraper_out() -> None:
    pages = StillPages()
    server = Server(pages)
    url = await server.start("127.0.0.1:0")
    port = int(url.rsplit(":", 1)[1])
    attackers = [await asyncio.open_connection("127.0.0.1", port) for _ in range(300)]
    for _, writer in attackers:
        writer.write(b"GET /metrics HTTP/1.1\r\nX-Slow: ")

    async with aiohttp.ClientSession() as session, session.get(f"{url}/metrics", headers=SCRAPER) as answer:
        assert answer.status == 200
        await answer.read()
    assert len(server._runner.server.connections if server._runner.server else ()) <= MOST
    # Each is closed by the server, in time: a read of it comes to an end.
    ends = [asyncio.create_task(reader.read()) for reader, _ in attackers]
    await asyncio.wait_for(asyncio.gather(*ends, return_exceptions=True), HEADERS_WITHIN * 2)
    for _, writer in attackers:
        writer.close()
    await server.close()


@pytest.mark.parametrize(
    "attack",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(300),
        b"GET /metrics HTTP/1.1\r\nX-Long: " + b"a" * 100_000 + b"\r\n\r\n",
        b"GET /" + b"a" * 100_000 + b" HTTP/1.1\r\n\r\n",
        b"\x00" * 5000,
        b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
        b"GET /metrics HTTP/1.1\r\nContent-Length: 99999999999\r\n\r\n",
        b"POST /metrics HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_garbage_is_refused_and_the_next_scrape_is_answered(attack: bytes) -> None:
    with Agent("127.0.0.1:9", "events", ready=False) as agent:
        host, port = agent.address.split(":")
        with socket.create_connection((host, int(port)), timeout=10) as connection:
            connection.sendall(attack)
            connection.settimeout(0.5)
            with suppress(OSError):  # closed, reset, or silent: each is a fine answer
                connection.recv(65536)
        until_sync(lambda: "api_error_agent_build_info" in agent.page(), 5, "no page after the attack")
