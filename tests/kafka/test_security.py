"""Secured connections to a real Kafka: each way works, and each mistake is told by the setting to look at."""

import asyncio
import base64
import json
import shutil
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread

import pytest
import structlog
from confluent_kafka.admin import (
    AclBinding,
    AclBindingFilter,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from agent.consumer import Consumer
from agent.consumer.causes import Problem
from agent.consumer.security import Tls
from agent.settings.kafka import KafkaTlsSettings
from tests.kafka.recorder import Recorder, joined, produce, running, settings
from tests.tools import certificates, kafka
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.waiting import until

OAUTH = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule required;"
PROPERTIES = {
    "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER",
    "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": OAUTH,
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
}
TOPIC = "guarded"
OTHER_NAME = "127.0.0.2"
"""An address of the broker that its certificate does not name."""

pytestmark = pytest.mark.usefixtures("_forgotten_connections")


def numbers(start: int, end: int) -> list[bytes | None]:
    return [str(number).encode() for number in range(start, end)]


@pytest.fixture(scope="module")
def guarded() -> Iterator[Kafka]:
    """A Kafka on which only who is allowed to may read; the plaintext listener may do everything."""
    require(kafka.ensure)
    broker = Kafka(properties=PROPERTIES)
    broker.properties |= listening_elsewhere(broker)
    with broker:
        broker.create_topic(TOPIC)
        for user in (broker.user, "CN=agent"):
            allow(broker, user, ResourceType.TOPIC, TOPIC)
            allow(broker, user, ResourceType.GROUP, "*")
        produce(broker.bootstrap, TOPIC, numbers(0, 40))
        yield broker


def listening_elsewhere(broker: Kafka) -> dict[str, str]:
    """The listeners of a broker at all addresses of this machine: its certificate does not name every one."""
    of = {"PLAINTEXT": broker.bootstrap, "SASL_SSL": broker.sasl_bootstrap, "SSL": broker.ssl_bootstrap}
    everywhere = [f"{name}://{at.replace('127.0.0.1', '0.0.0.0')}" for name, at in of.items()]
    return {
        "listeners": ",".join([*everywhere, f"CONTROLLER://127.0.0.1:{broker.controller_port}"]),
        "advertised.listeners": ",".join(f"{name}://{at}" for name, at in of.items()),
    }


def allow(broker: Kafka, user: str, kind: ResourceType, name: str) -> None:
    binding = AclBinding(
        kind,
        name,
        ResourcePatternType.LITERAL,
        f"User:{user}",
        "*",
        AclOperation.ALL,
        AclPermissionType.ALLOW,
    )
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    for future in admin.create_acls([binding]).values():
        future.result(20)


def sasl(broker: Kafka, mechanism: str = "SCRAM-SHA-512", **changes: object) -> dict[str, object]:
    user = {"mechanism": mechanism, "username": broker.user, "password": broker.password}
    return {
        "security_protocol": "SASL_SSL",
        "tls": {"ca_file": str(broker.ca_file)},
        "sasl": {key: value for key, value in (user | changes).items() if value is not None},
    }


async def count(bootstrap: str, group: str, **security: object) -> list[bytes | None]:
    """What an agent counts over this connection."""
    books = Recorder()
    async with running(settings(bootstrap, TOPIC, group_id=group, **security), books) as consumer:
        await until(lambda: len(books.values) >= 40)
        await consumer.commit(dict(books.next), 5)
        assert books.accepted == books.next
    return books.values


@pytest.mark.parametrize("mechanism", ["PLAIN", "SCRAM-SHA-256", "SCRAM-SHA-512"])
async def test_a_password_opens_the_topic(guarded: Kafka, mechanism: str) -> None:
    found = await count(guarded.sasl_bootstrap, f"by-{mechanism}", **sasl(guarded, mechanism))

    assert Counter(found) == Counter(numbers(0, 40))


async def test_a_password_may_stand_in_a_file(guarded: Kafka, tmp_path: Path) -> None:
    (tmp_path / "password").write_text(f"{guarded.password}\n")
    security = sasl(guarded, password=None, password_file=str(tmp_path / "password"))

    assert len(await count(guarded.sasl_bootstrap, "by-file", **security)) == 40


async def test_a_certificate_of_ours_opens_the_topic(guarded: Kafka) -> None:
    tls = {
        "ca_file": str(guarded.ca_file),
        "cert_file": str(guarded.client_cert),
        "key_file": str(guarded.client_key),
    }

    assert len(await count(guarded.ssl_bootstrap, "by-certificate", security_protocol="SSL", tls=tls)) == 40


# --- tokens -------------------------------------------------------------------------------------------


class TokenEndpoint(BaseHTTPRequestHandler):
    """Gives a token for the right client id and secret, as RFC 6749 says."""

    asked: list[bytes] = []  # noqa: RUF012 - shared on purpose: one handler is made for each request

    def do_POST(self) -> None:
        form = self.rfile.read(int(self.headers["Content-Length"]))
        self.asked.append(form)
        is_right = b"client_id=agent&client_secret=agent-secret" in form
        said = {"access_token": unsigned_token("agent"), "expires_in": 3600} if is_right else {"error": "no"}
        body = json.dumps(said).encode()
        self.send_response(200 if is_right else 401)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


def unsigned_token(subject: str) -> str:
    """A token as Kafka's own validator for development takes it."""
    now = int(time.time())
    parts = ({"alg": "none"}, {"sub": subject, "iat": now, "exp": now + 3600})
    return (
        ".".join(base64.urlsafe_b64encode(json.dumps(part).encode()).decode().rstrip("=") for part in parts)
        + "."
    )


@contextmanager
def token_endpoint() -> Iterator[str]:
    """An endpoint that listens; gives its URL."""
    server = HTTPServer(("127.0.0.1", 0), TokenEndpoint)
    thread = Thread(target=server.serve_forever)
    thread.start()
    TokenEndpoint.asked.clear()
    yield f"http://127.0.0.1:{server.server_port}/token"
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def token_url() -> Iterator[str]:
    with token_endpoint() as url:
        yield url


async def test_a_token_from_the_endpoint_opens_the_topic_and_is_kept(guarded: Kafka, token_url: str) -> None:
    security = sasl(guarded, "OAUTHBEARER", username="agent", password="agent-secret", token_url=token_url)

    assert len(await count(guarded.sasl_bootstrap, "by-token", **security)) == 40
    assert (
        len(TokenEndpoint.asked) <= 2
    )  # one for each of the two clients, however many connections they make


# --- mistakes -----------------------------------------------------------------------------------------


async def complaint(
    bootstrap: str,
    security: dict[str, object] | None = None,
    *,
    topic: str = TOPIC,
    event: str = "kafka.unreachable",
) -> str:
    """The first hint that the log gives."""
    with structlog.testing.capture_logs() as lines:
        kafka_settings = settings(bootstrap, topic, **{"group_id": "mistaken"} | (security or {}))
        async with running(kafka_settings, Recorder()):
            await until(lambda: any(line["event"] == event and line.get("hint") for line in lines))
    return str(next(line["hint"] for line in lines if line["event"] == event and line.get("hint")))


async def test_a_wrong_password_is_told(guarded: Kafka) -> None:
    said = await complaint(guarded.sasl_bootstrap, sasl(guarded, password="wrong"))

    assert "kafka.sasl.password_file" in said


async def test_a_mechanism_that_the_broker_does_not_take_is_told(real_kafka: Kafka, token_url: str) -> None:
    security = sasl(real_kafka, "OAUTHBEARER", username="agent", password="agent-secret", token_url=token_url)

    assert "kafka.sasl.mechanism" in await complaint(real_kafka.sasl_bootstrap, security)


async def test_a_token_that_is_not_given_is_told(guarded: Kafka, token_url: str) -> None:
    security = sasl(guarded, "OAUTHBEARER", username="agent", password="wrong", token_url=token_url)

    assert "kafka.sasl.token_url" in await complaint(guarded.sasl_bootstrap, security)


async def test_an_authority_that_we_do_not_trust_is_told(guarded: Kafka) -> None:
    assert "kafka.tls.ca_file" in await complaint(guarded.sasl_bootstrap, sasl(guarded) | {"tls": {}})


async def test_a_certificate_for_another_host_is_told(guarded: Kafka) -> None:
    by_another_name = guarded.sasl_bootstrap.replace("127.0.0.1", OTHER_NAME)

    said = await complaint(by_another_name, sasl(guarded))

    assert "names another host" in said or "nothing listens" in said


async def test_a_certificate_of_ours_that_is_missing_is_told(guarded: Kafka) -> None:
    tls = {"ca_file": str(guarded.ca_file)}

    said = await complaint(guarded.ssl_bootstrap, {"security_protocol": "SSL", "tls": tls})

    assert "kafka.tls.cert_file" in said


async def test_tls_to_a_plain_port_is_told(guarded: Kafka) -> None:
    said = await complaint(
        guarded.bootstrap, {"security_protocol": "SSL", "tls": {"ca_file": str(guarded.ca_file)}}
    )

    assert "kafka.security_protocol" in said


async def test_plain_words_to_a_tls_port_are_told(guarded: Kafka) -> None:
    assert "kafka.security_protocol" in await complaint(guarded.sasl_bootstrap)


async def test_a_file_that_is_not_there_is_told(guarded: Kafka, tmp_path: Path) -> None:
    security = sasl(guarded) | {"tls": {"ca_file": str(tmp_path / "none.crt")}}

    assert "a file of kafka.tls" in await complaint(guarded.sasl_bootstrap, security)


async def test_a_topic_that_is_missing_or_hidden_is_told(guarded: Kafka) -> None:
    said = await complaint(guarded.sasl_bootstrap, sasl(guarded), topic="not-there", event="topic.missing")

    assert "kafka.topics" in said


async def test_a_group_that_we_may_not_use_is_told(guarded: Kafka) -> None:
    other = {"mechanism": "PLAIN", "username": "producer", "password": guarded.users["producer"]}
    allow(guarded, "producer", ResourceType.TOPIC, TOPIC)

    said = await complaint(guarded.sasl_bootstrap, sasl(guarded) | {"sasl": other}, event="poll.failed")

    assert "kafka.group_id" in said


# --- rights that are missing for a while --------------------------------------------------------------


@contextmanager
def denied(broker: Kafka, kind: ResourceType, name: str) -> Iterator[None]:
    """Our user may look at it, but not read it."""
    rule = (kind, name, ResourcePatternType.LITERAL, f"User:{broker.user}", "*", AclOperation.READ)
    binding = AclBinding(*rule, AclPermissionType.DENY)
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    for future in admin.create_acls([binding]).values():
        future.result(20)
    yield
    for deleted in admin.delete_acls([AclBindingFilter(*rule, AclPermissionType.DENY)]).values():
        deleted.result(20)


async def refused(consumer: Consumer, setting: str) -> None:
    """Wait until the consumer says that it may not read, and by which setting."""
    await until(lambda: consumer.connection.problem is Problem.NOT_AUTHORIZED, what="a refusal")
    assert setting in consumer.connection.words
    assert not consumer.is_ready


@pytest.mark.parametrize(
    ("kind", "name", "setting"),
    [(ResourceType.GROUP, "taken", "kafka.group_id"), (ResourceType.TOPIC, TOPIC, "kafka.topics")],
)
async def test_a_right_that_is_taken_is_told_and_reading_goes_on_when_it_is_given_back(
    guarded: Kafka, kind: ResourceType, name: str, setting: str
) -> None:
    books = Recorder()
    kafka_settings = settings(guarded.sasl_bootstrap, TOPIC, group_id="taken", **sasl(guarded))
    async with running(kafka_settings, books) as consumer:
        await joined(consumer)
        with denied(guarded, kind, name):
            await refused(consumer, setting)
        await until(lambda: consumer.connection.is_made, what="reading to go on")
        assert consumer.is_ready


async def test_who_may_look_at_a_topic_and_not_read_it_is_told_so_for_as_long_as_it_is_so(
    guarded: Kafka, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("agent.consumer.session.SILENT_AFTER", 1)
    books = Recorder()
    kafka_settings = settings(guarded.sasl_bootstrap, TOPIC, group_id="looks", **sasl(guarded))
    with structlog.testing.capture_logs() as lines:
        async with running(kafka_settings, books) as consumer:
            with denied(guarded, ResourceType.TOPIC, TOPIC):
                await refused(consumer, "kafka.topics")
                await until(lambda: consumer._session and consumer._session.silent_for > 1)
                await refused(consumer, "kafka.topics")  # and nobody says that the broker is silent
                hints = [line["hint"] for line in lines if line["event"] == "start.not_committed"]
                assert "READ" in hints[0]
            await until(lambda: len(books.values) >= 40)


async def test_trap_22_new_certificates_hold_for_the_next_connection(guarded: Kafka, tmp_path: Path) -> None:
    """At first the authority is a wrong one; the right one is put in its place while the agent runs."""
    certificates.make(tmp_path)
    ca_file, right = tmp_path / "ca.pem", tmp_path / "right.pem"
    shutil.copy(guarded.ca_file, right)
    books = Recorder()
    security = sasl(guarded) | {"tls": {"ca_file": str(ca_file)}}
    async with running(settings(guarded.sasl_bootstrap, TOPIC, group_id="rotated", **security), books):
        await asyncio.sleep(1)
        assert books.values == []
        right.replace(ca_file)
        await until(lambda: len(books.values) >= 40)


def test_the_end_of_our_own_certificate_is_known_and_then_that_of_its_successor(tmp_path: Path) -> None:
    for name in ("client.pem", "client.key"):
        shutil.copy(require(certificates.ensure) / name, tmp_path)
    file = tmp_path / "client.pem"
    tls = Tls(KafkaTlsSettings(cert_file=file, key_file=tmp_path / "client.key"))
    before = tls.certificates[str(file)]

    certificates.make(tmp_path)

    assert tls.refresh()
    assert before < tls.certificates[str(file)]
    assert abs(tls.certificates[str(file)] - time.time() - 3650 * 86_400) < 60
