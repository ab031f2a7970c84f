"""The endpoint behind TLS, client certificates and passwords, read by a real Prometheus, and under attack."""

import asyncio
import base64
import shutil
import ssl
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any

import aiohttp
import bcrypt
import pytest
import yaml

from agent.web import Server, WebConfigError
from agent.web.config import WebConfig, read
from tests.tools import certificates, prometheus
from tests.tools.agent import Agent
from tests.tools.cache import require
from tests.tools.prometheus import Prometheus, scrape_config
from tests.waiting import until
from tests.web.still import SCRAPE, SCRAPER, StillPages, port_of, raw
from tests.web.still import read as read_from

PASSWORD = "correct horse"
HASH = "$2b$04$9hgwd0j0ScU3AnnNNyY.HO7uHsTAbHrrWhQLduho.jxIXi0OUTCA6"

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


async def status(
    url: str,
    folder: Path,
    *,
    password: str | None = None,
    path: str = "/metrics",
    headers: Mapping[str, str] = MappingProxyType({}),
    context: ssl.SSLContext | None = None,
) -> int:
    credentials = base64.b64encode(f"prometheus:{password}".encode()).decode()
    login = {"Authorization": f"Basic {credentials}"} if password is not None else {}
    async with (
        aiohttp.ClientSession(headers={**headers, **login}) as session,
        session.get(f"{url}{path}", ssl=context or client_side(folder)) as answer,
    ):
        return answer.status


Serve = Callable[[str], Awaitable[str]]


@pytest.fixture
async def serve(folder: Path, pages: StillPages) -> AsyncIterator[Serve]:
    """Starts a server with a web config file; the answer is its URL."""
    servers = []

    async def start(text: str) -> str:
        (folder / "web.yaml").write_text(text)
        servers.append(Server(pages, config_file=folder / "web.yaml"))
        return await servers[-1].start("localhost:0")

    yield start
    for server in servers:
        await server.close()


# --- users --------------------------------------------------------------------------------------------


async def test_without_the_right_password_there_is_nothing_but_health(serve: Serve, folder: Path) -> None:
    url = await serve(TLS + USERS)

    assert await status(url, folder) == 401
    assert await status(url, folder, password="wrong") == 401
    assert await status(url, folder, password=PASSWORD) == 200
    for path, code in {"/": 401, "/none": 401, "/healthz": 200, "/readyz": 200}.items():
        assert await status(url, folder, path=path) == code
    assert await status(url, folder, password=PASSWORD, path="/") == 200


async def test_a_refusal_says_whether_a_password_was_missing_or_wrong_here_and_in_the_log(
    serve: Serve, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await serve(USERS)
    wrong = {"Authorization": aiohttp.encode_basic_auth("prometheus", "wrong")}

    async with aiohttp.ClientSession() as session:
        texts = [await (await session.get(url, headers=headers)).text() for headers in ({}, wrong)]

    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.headers["WWW-Authenticate"] == "Basic"  # so that a browser asks its user

    said = capsys.readouterr().out
    for text, why in zip(texts, ("no password was given", "the user or the password is wrong"), strict=True):
        assert text.startswith(why)
        assert why in said


async def test_a_wrong_password_costs_no_page(serve: Serve, pages: StillPages) -> None:
    url = await serve(USERS)
    with raw(url, *SCRAPE) as connection:
        assert await read_from(connection, 12) == b"HTTP/1.1 401"

    assert pages.began == 0


@pytest.mark.parametrize(
    "login", ["Basic jürgen", "Basic é", "Basic !", "Basic", "Basic /w==", "Bearer a", "", "Basic YQBiOmMA"]
)
@pytest.mark.parametrize("encoding", ["utf-8", "latin-1"])
async def test_a_login_that_is_none_is_refused(serve: Serve, login: str, encoding: str) -> None:
    url = await serve(USERS)
    with raw(url) as connection:
        connection.sendall(
            f"GET /metrics HTTP/1.1\r\nHost: a\r\nAuthorization: {login}\r\n\r\n".encode(encoding)
        )
        assert await read_from(connection, 12) == b"HTTP/1.1 401"


async def test_only_the_first_scrape_pays_for_a_right_password_and_a_wrong_one_always_does(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    checked: list[bytes] = []

    def fits(password: bytes, hash_: bytes) -> bool:
        checked.append(password)
        return bcrypt.checkpw(password, hash_)

    monkeypatch.setattr("agent.web.auth._fits", fits)
    url = await serve(USERS)

    found = [await status(url, folder, password=word) for word in (PASSWORD, PASSWORD, "wrong", "wrong")]

    assert found == [200, 200, 401, 401]
    assert checked == [PASSWORD.encode(), b"wrong", b"wrong"]


async def test_names_and_passwords_may_be_of_any_script(serve: Serve) -> None:
    hash_ = bcrypt.hashpw("grüße".encode(), bcrypt.gensalt(4)).decode()
    url = await serve(f"basic_auth_users: {{jürgen: '{hash_}'}}")
    for password, code in {"grüße": b"200", "gruesse": b"401"}.items():
        login = base64.b64encode(f"jürgen:{password}".encode()).decode()
        with raw(url, "GET /metrics HTTP/1.1", f"Authorization: Basic {login}") as connection:
            assert await read_from(connection, 12) == b"HTTP/1.1 " + code


async def test_a_scraper_is_known_by_its_user_or_its_certificate_and_its_address(
    serve: Serve, folder: Path, pages: StillPages
) -> None:
    for text in (MUTUAL + USERS, MUTUAL):
        url = await serve(text)
        assert await status(url, folder, password=PASSWORD, headers=SCRAPER) == 200

    assert [name.partition("@")[0] for name in pages.scrapers] == ["prometheus", "agent"]
    assert {name.partition("@")[2] for name in pages.scrapers} <= {"127.0.0.1", "::1"}


# --- TLS ----------------------------------------------------------------------------------------------


def test_the_end_of_the_certificate_in_use_is_known(folder: Path, pages: StillPages) -> None:
    (folder / "web.yaml").write_text(MUTUAL)

    (found,) = Server(pages, config_file=folder / "web.yaml").certificates.items()
    assert found[0] == str(folder / "tls.crt")
    assert found[1] > time.time() + 86_400
    assert Server(pages).certificates == {}


@pytest.mark.parametrize(
    ("asks", "is_needed"), [("VerifyClientCertIfGiven", False), ("RequireAndVerifyClientCert", True)]
)
async def test_a_client_may_or_must_show_a_certificate(
    serve: Serve, folder: Path, asks: str, *, is_needed: bool
) -> None:
    url = await serve(MUTUAL.replace("RequireAndVerifyClientCert", asks))
    nameless = ssl.create_default_context(cafile=str(folder / "ca.crt"))

    assert await has_status(url, folder, 200, context=nameless) != is_needed
    assert await has_status(url, folder, 200)


@pytest.mark.parametrize(("least", "is_let_in"), [("", True), (", min_version: TLS13", False)])
async def test_a_client_of_an_older_tls_than_the_least_is_not_let_in(
    serve: Serve, folder: Path, least: str, capsys: pytest.CaptureFixture[str], *, is_let_in: bool
) -> None:
    url = await serve(TLS.replace("}", f"{least}}}"))
    old = client_side(folder)
    old.maximum_version = ssl.TLSVersion.TLSv1_2

    assert await has_status(url, folder, 200, context=old) == is_let_in
    assert await has_status(url, folder, 200)
    assert ("UNSUPPORTED_PROTOCOL" in capsys.readouterr().out) != is_let_in


# --- changes ------------------------------------------------------------------------------------------


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("agent.web.guard.LOOK_EVERY", 0.05)


@pytest.mark.usefixtures("quick")
async def test_new_certificates_are_taken_over_without_a_restart(serve: Serve, folder: Path) -> None:
    url = await serve(TLS)
    assert await status(url, folder) == 200
    before = await served_certificate(url)

    (folder / "new").mkdir()
    certificates.make(folder / "new")
    shutil.copy(folder / "new" / "broker.crt", folder / "tls.crt")
    shutil.copy(folder / "new" / "broker.key", folder / "tls.key")
    shutil.copy(folder / "new" / "ca.pem", folder / "ca.crt")

    for _ in range(100):
        if await served_certificate(url) != before:
            break
        await asyncio.sleep(0.05)
    assert await served_certificate(url) != before


@pytest.mark.usefixtures("quick")
async def test_a_new_password_holds_instead_of_the_old_one(
    serve: Serve, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await serve(USERS)
    assert await status(url, folder, password=PASSWORD) == 200
    hash_ = bcrypt.hashpw(b"new", bcrypt.gensalt(4)).decode()
    (folder / "web.yaml").write_text(USERS.replace(HASH, hash_))

    assert await eventually(lambda: has_status(url, folder, 401, password=PASSWORD))
    assert await status(url, folder, password="new") == 200
    assert capsys.readouterr().out.count("web_config.reloaded") == 1


@pytest.mark.usefixtures("quick")
async def test_tls_itself_can_come_and_go(serve: Serve, folder: Path) -> None:
    url = (await serve("{}")).replace("localhost", "127.0.0.1")
    assert await status(url, folder) == 200
    (folder / "web.yaml").write_text(TLS)
    secure = url.replace("http:", "https:")
    assert await eventually(lambda: is_up(secure, folder))
    (folder / "web.yaml").write_text("{}")
    assert await eventually(lambda: is_up(url, folder))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize(
    "broken",
    [
        "a: [",
        "tls_server_config: {cert_file: 1, key_file: [tls.key]}",
        "tls_server_config: {cert_file: tls.crt, key_file: tls.key, client_auth_type: [], min_version: {}}",
        "a: 2022-13-45",
        pytest.param("[" * 2000, id="deep"),
        "basic_auth_users: {prometheus: secret}",
    ],
)
async def test_a_broken_file_is_told_once_and_taken_over_once_it_is_right(
    serve: Serve, folder: Path, broken: str, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await serve("{}")
    (folder / "web.yaml").write_text(broken)
    said = await refusal(capsys)
    assert await status(url, folder) == 200  # the previous file stays in use
    await asyncio.sleep(0.2)  # some looks more
    said += capsys.readouterr().out
    (folder / "web.yaml").write_text(USERS)

    assert await eventually(lambda: has_status(url, folder, 401))
    assert said.count("web_config.refused") == 1


@pytest.mark.usefixtures("quick")
async def test_a_certificate_that_comes_later_than_the_file_that_names_it_is_taken_over(
    serve: Serve, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = (await serve("{}")).replace("localhost", "127.0.0.1")
    (folder / "web.yaml").write_text(TLS.replace("tls.crt", "later.crt"))
    await refusal(capsys)
    shutil.copy(folder / "tls.crt", folder / "later.crt")

    assert await eventually(lambda: is_up(url.replace("http:", "https:"), folder))


@pytest.mark.usefixtures("quick")
async def test_a_file_that_breaks_again_in_the_same_way_is_told_again(
    serve: Serve, folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    url = await serve("{}")
    file = folder / "web.yaml"
    for _ in range(2):
        file.write_text("a: [")
        await refusal(capsys)
        file.write_text(USERS)
        assert await eventually(lambda: has_status(url, folder, 401))
        file.write_text("{}")
        assert await eventually(lambda: has_status(url, folder, 200))


@pytest.mark.usefixtures("quick")
@pytest.mark.parametrize("file", ["tls.crt", "tls.key"])
async def test_a_certificate_or_a_key_that_breaks_is_told_and_the_one_before_stays(
    serve: Serve, folder: Path, capsys: pytest.CaptureFixture[str], file: str
) -> None:
    url = await serve(TLS)
    (folder / file).write_text("neither")

    assert "the certificates cannot be used" in await refusal(capsys)
    assert await status(url, folder) == 200


@pytest.mark.usefixtures("quick")
async def test_not_even_a_mistake_of_our_own_ends_the_looks(
    serve: Serve, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def fail(_: Path) -> WebConfig:
        raise KeyError("secret")

    url = await serve("{}")
    with monkeypatch.context() as patched:
        patched.setattr("agent.web.guard.read", fail)
        (folder / "web.yaml").write_text(USERS)
        said = await refusal(capsys)

    assert await eventually(lambda: has_status(url, folder, 401))
    assert "secret" not in said


async def refusal(capsys: pytest.CaptureFixture[str]) -> str:
    """What is said until a file has been refused."""
    said: list[str] = []

    def is_refused() -> bool:
        said.append(capsys.readouterr().out)
        return "web_config.refused" in said[-1]

    await until(is_refused, 10)
    return "".join(said)


async def eventually(look: Callable[[], Awaitable[bool]]) -> bool:
    for _ in range(100):
        if await look():
            return True
        await asyncio.sleep(0.05)
    return False


async def has_status(
    url: str, folder: Path, code: int, *, context: ssl.SSLContext | None = None, password: str | None = None
) -> bool:
    try:
        return await status(url, folder, context=context, password=password) == code
    except aiohttp.ClientError:
        return False


async def is_up(url: str, folder: Path) -> bool:
    return await has_status(url, folder, 200)


async def served_certificate(url: str) -> bytes | None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    _, writer = await asyncio.open_connection("localhost", port_of(url), ssl=context)
    found: bytes | None = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
    writer.close()
    await writer.wait_closed()
    return found


def lock_key(folder: Path) -> None:
    openssl = ["openssl", "rsa", "-in", "tls.key", "-aes256", "-passout", "pass:secret", "-out", "locked.key"]
    subprocess.run(openssl, cwd=folder, check=True, capture_output=True)


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
        ("tls_server_config: {cert_file: tls.crt, key_file: ca.crt}", "the certificates cannot be used"),
        (
            "tls_server_config: {cert_file: ca.crt, key_file: tls.key}",
            "the key is not that of the certificate",
        ),
        ("tls_server_config: {cert_file: tls.crt, key_file: locked.key}", "the key without a passphrase"),
        ("tls_server_config: {cert_file: tls.crt, key_file: .}", "the certificates cannot be used"),
        ('tls_server_config: {cert_file: "a\\0b", key_file: tls.key}', "the certificates cannot be used"),
        ("tls_server_config: {cert_file: 1, key_file: tls.key}", "cert_file is 1; give the name of a file"),
        ("tls_server_config: [tls.crt]", "a right one is tls_server_config: {cert_file: tls.crt"),
        (TLS.replace("}", ", min_version: [TLS12]}"), "min_version is ['TLS12']; there are"),
        ("basic_auth_users: {prometheus: secret}", "users.prometheus is not a complete bcrypt hash"),
        (f"basic_auth_users: {{prometheus: '{HASH[:-1]}'}}", "web.yaml: basic_auth_users.prometheus is not"),
        (
            f"basic_auth_users: {{prometheus: '{HASH}x'}}",
            "a right one is basic_auth_users: {prometheus: $2b$12",
        ),
        (f"basic_auth_users: {{prometheus: '{HASH.replace('$04$', '$4$')}'}}", "not a complete bcrypt hash"),
        (f"basic_auth_users: {{prometheus: '{HASH.replace('$04$', '$99$')}'}}", "not a complete bcrypt hash"),
        ("basic_auth_users: {prometheus: null}", "not a complete bcrypt hash"),
        ("basic_auth_users: [prometheus]", "basic_auth_users is not a mapping"),
        (f"basic_auth_users: {{'a:b': '{HASH}'}}", "a name with a colon can never log in"),
        ("http_server_config: {http2: true}", "http_server_config is not supported"),
        ("- 1", "does not hold a mapping; a right one is"),
        ("a: [", "line 1: a bracket or a brace is not closed"),
        ("secret: a: b", "line 1: a colon stands where no key can be"),
        ("a: 2022-13-45", "a is not supported"),
        ("basic_auth_users: {}\nbasic_auth_users: {}", "line 2"),
        pytest.param("[" * 2000, "nested more than 20 levels deep", id="deep"),
    ],
)
def test_a_web_config_that_cannot_be_used_says_why(folder: Path, text: str, said: str) -> None:
    (folder / "web.yaml").write_text(text)
    lock_key(folder)

    with pytest.raises(WebConfigError) as error:
        read(folder / "web.yaml")
    assert said in str(error.value)
    assert "; ".join(error.value.problems) == str(error.value)
    assert "secret" not in str(error.value)
    assert HASH[20:40] not in str(error.value)


def test_nobody_is_asked_for_the_passphrase_of_a_key(folder: Path) -> None:
    lock_key(folder)
    (folder / "web.yaml").write_text(TLS.replace("tls.key", "locked.key"))
    settings = f"kafka: {{topics: [events]}}\nweb: {{config_file: {folder}/web.yaml}}\n"
    (folder / "agent.yaml").write_text(settings)
    command = [sys.executable, "-m", "agent", "check-config", "--config.file", str(folder / "agent.yaml")]
    result = subprocess.run(
        command, input="secret\n", capture_output=True, text=True, check=False, timeout=30,
        start_new_session=True,  # without a terminal it could ask on its input only
    )  # fmt: skip

    assert result.returncode != 0
    assert "the key without a passphrase" in result.stdout + result.stderr
    assert "Enter PEM" not in result.stdout + result.stderr


def test_every_hash_that_bcrypt_makes_is_a_right_one(folder: Path) -> None:
    hashes = {f"user{n}": bcrypt.hashpw(b"", bcrypt.gensalt(4)).decode() for n in range(50)}
    (folder / "web.yaml").write_text(yaml.safe_dump({"basic_auth_users": hashes}))

    assert len(read(folder / "web.yaml").users) == 50
