"""The real agent starts with what is rendered, on a real broker, and its probes find it."""

import base64
import json
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from http.client import HTTPConnection, HTTPSConnection
from pathlib import Path
from typing import Any
from urllib.error import HTTPError

import bcrypt
import pytest
from confluent_kafka import Producer
from confluent_kafka.admin import (
    AclBinding,
    AclOperation,
    AclPermissionType,
    AdminClient,
    ResourcePatternType,
    ResourceType,
)

from tests.chart.deployed import Deployed, Secrets, Values
from tests.chart.rendering import CASES, container
from tests.tools import certificates, kafka
from tests.tools.agent import SCRAPER
from tests.tools.cache import require
from tests.tools.kafka import Kafka
from tests.tools.process import LOOPBACK, until

EVENT = {"status": 429, "provider": "openai", "method": "POST", "path": "/v1/chat/completions"}
PASSWORD = "scrape-secret"
BASIC = {"Authorization": "Basic " + base64.b64encode(f"prometheus:{PASSWORD}".encode()).decode()}


GUARDED = {
    "authorizer.class.name": "org.apache.kafka.metadata.authorizer.StandardAuthorizer",
    "super.users": "User:ANONYMOUS",
}
RIGHTS = [(ResourceType.TOPIC, "api-responses"), (ResourceType.GROUP, "api-errors")]
"""To read either; docs/deploy.md says that no more is needed."""


@pytest.fixture(scope="module")
def broker() -> Iterator[Kafka]:
    """A Kafka whose users may do what docs/deploy.md asks for; over plaintext everything is allowed."""
    require(kafka.ensure)
    with Kafka(properties=GUARDED) as broker:
        broker.create_topic("api-responses")
        allow(broker, broker.user, "CN=agent")
        producer = Producer({"bootstrap.servers": broker.bootstrap, "enable.idempotence": True})
        for _ in range(20):
            producer.produce("api-responses", json.dumps(EVENT))
        assert producer.flush(30) == 0
        yield broker


def allow(broker: Kafka, *users: str) -> None:
    rights = [
        AclBinding(
            kind,
            name,
            ResourcePatternType.PREFIXED,
            f"User:{user}",
            "*",
            AclOperation.READ,
            AclPermissionType.ALLOW,
        )
        for user in users
        for kind, name in RIGHTS
    ]
    admin = AdminClient({"bootstrap.servers": broker.bootstrap, "log_level": 0})
    for future in admin.create_acls(rights).values():
        future.result(20)


@pytest.fixture(autouse=True)
def _identity(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AGENT_KAFKA__GROUP_INSTANCE_ID", "agent-api-error-agent-0")


def probe(agent: Deployed, name: str) -> bool:
    """Do what the kubelet does: it believes any certificate, and has none."""
    told, port = container(agent.manifests)[name], int(agent.address.rpartition(":")[2])
    if "tcpSocket" in told:
        with socket.create_connection((LOOPBACK, port), timeout=5):
            return True
    connections: Mapping[str, Callable[[], HTTPConnection]] = {
        "HTTP": lambda: HTTPConnection(LOOPBACK, port, timeout=5),
        "HTTPS": lambda: HTTPSConnection(LOOPBACK, port, timeout=5, context=blind()),
    }
    connection = connections[told["httpGet"].get("scheme", "HTTP")]()
    connection.request("GET", told["httpGet"]["path"])
    try:
        return 200 <= connection.getresponse().status < 400
    finally:
        connection.close()


def blind() -> ssl.SSLContext:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def pem(name: str) -> str:
    return (certificates.ensure() / name).read_text()


def web(**tls: str) -> dict[str, Any]:
    server = {"cert_file": "tls.crt", "key_file": "tls.key"} | tls
    return {"tls_server_config": server}


def scraped(agent: Deployed, **headers: str) -> bool:
    page = agent.page(SCRAPER | headers)
    return 'type="rate_limit_error"} 20\n' in page


def certificates_of(agent: Deployed) -> set[str]:
    """Files of the certificates whose end is shown, with their folder."""
    shown = re.findall(r'certificate_expiry_timestamp_seconds{file="(.*)"} \d', agent.page())
    return {"/".join(Path(file).parts[-2:]) for file in shown}


def check(agent: Deployed, **headers: str) -> None:
    """The agent counts, its probes find it, and `helm test` is content."""
    until(lambda: scraped(agent, **headers), 30, "the events are not counted")
    assert all(probe(agent, name) for name in ("startupProbe", "livenessProbe", "readinessProbe"))
    tested = agent.test()
    assert (tested.returncode, "20 events in the last 20 records are counted" in tested.stdout) == (
        0,
        True,
    ), tested
    assert not [line for line in agent.log.read_text().splitlines() if '"level":"error"' in line]


def test_the_agent_runs_with_the_least_that_must_be_set(broker: Kafka) -> None:
    with Deployed([{"kafka": {"groupId": "default"}}], broker.bootstrap, {}) as agent:
        check(agent)


def test_the_agent_runs_with_a_password_and_tls_from_secrets(broker: Kafka) -> None:
    hashed = bcrypt.hashpw(PASSWORD.encode(), bcrypt.gensalt(4)).decode()
    secrets: Secrets = {
        "kafka-cluster-ca-cert": {"ca.crt": pem("ca.pem"), "ca.password": "not for us"},
        "api-error-agent-login": {"password": "agent-secret"},
        "api-error-agent-web": {"web.yaml": json.dumps(web() | {"basic_auth_users": {"prometheus": hashed}})},
        "api-error-agent-tls": {"tls.crt": pem("broker.crt"), "tls.key": pem("broker.key")},
    }
    values: Values = [
        CASES["sasl-tls"],
        {"kafka": {"groupId": "api-errors-sasl", "sasl": {"username": "agent"}}},
    ]

    with Deployed(values, broker.sasl_bootstrap, secrets, tls=blind()) as agent:
        with pytest.raises(HTTPError, match="401"):
            agent.page()
        check(agent, **BASIC)


def test_the_agent_runs_with_certificates_on_both_sides(broker: Kafka) -> None:
    asks = web(client_auth_type="RequireAndVerifyClientCert", client_ca_file="ca.crt")
    secrets: Secrets = {
        "company-authorities": {"bundle.pem": pem("ca.pem")},
        "api-error-agent": {"user.crt": pem("client.pem"), "user.key": pem("client.key")},
        "api-error-agent-web": {
            "web.yaml": json.dumps(asks),
            "tls.crt": pem("broker.crt"),
            "tls.key": pem("broker.key"),
            "ca.crt": pem("ca.pem"),
        },
    }
    ours = blind()
    ours.load_cert_chain(broker.client_cert, broker.client_key)
    values: Values = [CASES["client-certificates"], {"kafka": {"groupId": "api-errors-certificates"}}]

    with Deployed(values, broker.ssl_bootstrap, secrets, tls=ours) as agent:
        check(agent)
        until(
            lambda: certificates_of(agent) == {"kafka/tls.crt", "web/tls.crt"}, 10, "not both ends are shown"
        )
        with pytest.raises((ssl.SSLError, ConnectionError)):
            probe_by_http(agent)


def probe_by_http(agent: Deployed) -> None:
    """What the kubelet would get if it asked for a page."""
    connection = HTTPSConnection(LOOPBACK, int(agent.address.rpartition(":")[2]), timeout=5, context=blind())
    connection.request("GET", "/healthz")
    connection.getresponse()
