"""Every setting off its default, in real agents: what a real broker, a page or the log shows of it.

The broker writes down all requests. It listens also at an address that its certificate does not name. The
agents all read one topic.
"""

import base64
import json
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple
from urllib.request import Request, urlopen

import bcrypt
import pytest
import yaml
from confluent_kafka import Producer

from agent.settings import fields
from tests.kafka.live import samples_of
from tests.kafka.recorder import produce
from tests.kafka.test_security import (
    OAUTH,
    OTHER_NAME,
    TokenEndpoint,
    listening_elsewhere,
    token_endpoint,
    unsigned_token,
)
from tests.tools import kafka
from tests.tools.agent import SCRAPER, SLOWEST_START, Agent
from tests.tools.cache import require
from tests.tools.kafka import QUICK_START, Kafka
from tests.tools.process import until

TOPIC = "every-setting"
PATIENCE = 20.0
"""Seconds; every default that is a time would show nothing in them."""

PROTOBUF = "application/vnd.google.protobuf"
OPENMETRICS = {"Accept": "application/openmetrics-text"}
USER = {"Authorization": f"Basic {base64.b64encode(b'reader:secret').decode()}"}
GIVEN = object()
"""The value is what tests.tools.agent gives to every agent."""


class Scene(NamedTuple):
    """A broker, and what stands around it.

    Attributes:
        folder: For the files that settings name.
    """

    broker: Kafka
    folder: Path
    token_url: str


class Seen:
    """One agent, as the broker and those who look at it see it."""

    def __init__(self, scene: Scene, agent: Agent, client_id: str) -> None:
        self.broker, self.agent, self._client_id = scene.broker, agent, client_id

    def requests(self, kind: str) -> list[dict[str, Any]]:
        """The requests of this agent's consumer, as the broker wrote them down."""
        named = f'"clientId":"{self._client_id}","requestApiKeyName":"{kind}"'
        lines = [line for line in self.broker.log.read_text().splitlines() if named in line]
        return [json.loads(line.partition("request:")[2].rpartition(" (")[0]) for line in lines]

    def join(self) -> dict[str, Any]:
        return dict(self.requests("JOIN_GROUP")[-1]["request"])

    def principals(self) -> set[str]:
        return {each["principal"] for each in self.requests("FETCH")}

    def commits(self) -> int:
        """How many commits gave back a record."""
        offsets = [
            [part["committedOffset"] for topic in each["request"]["topics"] for part in topic["partitions"]]
            for each in self.requests("OFFSET_COMMIT")
        ]
        return sum(any(found) for found in offsets)

    def total(self, name: str, /, **labels: str) -> float:
        """The sum of a metric on a page that moves nothing."""
        samples = [it for it in samples_of(self.agent.page(USER)) if it.name == name]
        return sum(it.value for it in samples if labels.items() <= it.labels.items())

    def scrape(self) -> None:
        self.agent.page(SCRAPER | USER)

    def produce(self) -> None:
        produce(self.broker.bootstrap, TOPIC, [as_json(status=200)])


Shows = Callable[[Seen], bool]


class Row(NamedTuple):
    """One setting: in which agent it has which value, and what shows that it has an effect.

    Attributes:
        value: What it is set to, or what makes that of the scene.
    """

    agent: str
    setting: str
    value: Any
    shows: Shows


def as_json(**fields: object) -> bytes:
    event = {"provider": "openai", "path": "/v1/models", "duration_seconds": 0.7, "request_id": "r1"}
    return json.dumps(event | fields).encode()


KONG = {
    "request": {"method": "GET", "uri": "/v1/models"},
    "response": {"status": 418},
    "latencies": {"request": 7},
}
SERIES = 1500
"""The fewest that labels.max_series can be; a path has twenty."""

RECORDS = [
    *(as_json(status=200, model=model, provider_name="acme") for model in ("gpt-5", "gpt-6")),
    as_json(status=404, path="/v9/7/things"),
    as_json(status=200, padding="x" * 1024),
    json.dumps(KONG).encode(),
    json.dumps({"our_own": as_json(status=298).decode()}).encode(),
    json.dumps({"items": [json.loads(as_json(status=299))]}).encode(),
    as_json(status=200, path="/left-out"),
    *(as_json(status=200, path=f"/n{number}") for number in range(SERIES // 20 + 1)),
]


def _password(scene: Scene) -> str:
    file = scene.folder / "password"
    file.write_text(scene.broker.password)
    return str(file)


def _web_config(scene: Scene) -> str:
    file = scene.folder / "web.yaml"
    file.write_text(
        yaml.safe_dump({"basic_auth_users": {"reader": bcrypt.hashpw(b"secret", bcrypt.gensalt(4)).decode()}})
    )
    return str(file)


def _one_more_commit(seen: Seen) -> bool:
    seen.produce()
    return seen.commits() >= 8


def _another_has_seen_nothing(seen: Seen) -> bool:
    """One scraper came once, and another comes again and again."""
    if not seen.total("api_error_agent_scrapes_total", outcome="delivered"):
        seen.agent.scrape_from(OTHER_NAME)
    seen.scrape()
    return seen.commits() > 0


SCRAM, CERTIFICATE, TOKEN, SIGNED, SILENT = (
    "by-password",
    "by-certificate",
    "by-token",
    "by-signature",
    "in-silence",
)


def counts(name: str, /, **labels: str) -> Shows:
    """A page has more than nothing of this."""
    return lambda seen: seen.total(name, **labels) > 0


def says(name: str, /, **labels: str) -> Shows:
    return counts(f"api_error_agent_{name}", **labels)


def writes_protobuf(seen: Seen) -> bool:
    """A page comes in protobuf, if that is asked for."""
    asked = Request(f"{seen.agent.url}/metrics", headers={"Accept": PROTOBUF})
    with urlopen(asked, timeout=10) as answer:
        return PROTOBUF in str(answer.headers["Content-Type"])


def joins(**fields: object) -> Shows:
    """The broker was asked like this for membership in the group."""
    return lambda seen: fields.items() <= seen.join().items()


def is_known_as(principal: str) -> Shows:
    """The broker took it for this user."""
    return lambda seen: seen.principals() == {f"User:{principal}"}


def fetches(field: str, value: str) -> Shows:
    def shows(seen: Seen) -> bool:
        fetched = seen.requests("FETCH")  # none yet while the agent begins
        return bool(fetched and (fetched[-1] | fetched[-1]["request"])[field] == value)

    return shows


def ca_file(scene: Scene) -> str:
    return str(scene.broker.ca_file)


def by_another_name(scene: Scene) -> list[str]:
    return [scene.broker.sasl_bootstrap.replace("127.0.0.1", OTHER_NAME)]


def has_pages_for_readers_only(seen: Seen) -> bool:
    return (seen.agent.status("/metrics"), seen.agent.status("/readyz")) == (401, 200)


def folds_more_paths_than_one(seen: Seen) -> bool:
    """One is folded for its 404 wherever it is not in the settings."""
    return seen.total("api_error_agent_folded_events_total", label="path") > 1


def shows_without_proof(seen: Seen) -> bool:
    seen.scrape()
    return seen.total("api_error_agent_unfenced_exposures_total") > 0


Rows = Mapping[str, tuple[Any, Shows]]

OF_PASSWORD: Rows = {
    "kafka.bootstrap_servers": (by_another_name, joins()),
    "kafka.topics": (GIVEN, says("records_total", topic=TOPIC)),
    "kafka.group_id": ("readers", joins(groupId="readers")),
    "kafka.group_instance_id": ("first", joins(groupInstanceId="first")),
    "kafka.client_id": (SCRAM, joins()),
    "kafka.client_rack": ("zone-b", fetches("rackId", "zone-b")),
    "kafka.start": ("earliest", says("records_total")),
    "kafka.security_protocol": ("SASL_SSL", fetches("securityProtocol", "SASL_SSL")),
    "kafka.tls.ca_file": (ca_file, joins()),
    "kafka.tls.check_hostname": (False, joins()),
    "kafka.sasl.mechanism": ("SCRAM-SHA-256", joins()),
    "kafka.sasl.username": ("agent", is_known_as("agent")),
    "kafka.sasl.password": (lambda scene: scene.broker.password, is_known_as("agent")),
    "kafka.session_timeout_seconds": (7, joins(sessionTimeoutMs=7000)),
    "kafka.request_timeout_seconds": (12, joins(rebalanceTimeoutMs=9000)),
    "kafka.metadata_max_age_seconds": (1, lambda seen: len(seen.requests("METADATA")) >= 8),
    "kafka.max_batch_bytes": (1024 * 1024, says("skipped_records_total")),
    "events.fields": ({"provider": "provider_name"}, counts("api_responses_total", provider="acme")),
    "events.max_bytes": (1024, says("invalid_events_total", reason="too_large")),
    "classify.rules": (
        [{"when": {"status": 404}, "type": "overloaded_error", "reason": "capacity"}],
        counts("api_errors_total", status="404", reason="capacity"),
    ),
    "labels.extra": (["model"], counts("api_responses_total", model="other")),
    "labels.extra_on_histograms": (True, counts("api_response_duration_seconds_count", model="other")),
    "labels.paths": (["/v9/{id}/things"], counts("api_errors_total", path="/v9/{id}/things")),
    "labels.budgets": ({"model": 1}, says("folded_events_total", label="model")),
    "metrics.duration_buckets": ([0.5, 0.75, 3], counts("api_response_duration_seconds_bucket", le="0.75")),
    "metrics.late_after_seconds": (60, says("late_records_total")),
    "metrics.native_histograms": (True, writes_protobuf),
    "metrics.exemplars": ("request_id", lambda seen: ' # {request_id="' in seen.agent.page(OPENMETRICS)),
    "commit.mode": ("interval", lambda seen: seen.commits() > 0),
    "commit.interval_seconds": (0.2, _one_more_commit),
    "web.listen_address": (GIVEN, lambda seen: seen.agent.status("/healthz") == 200),
    "log.format": ("console", lambda seen: not seen.agent.log.read_text().startswith("{")),
}

OF_CERTIFICATE: Rows = {
    "kafka.tls.cert_file": (lambda scene: str(scene.broker.client_cert), is_known_as("CN=agent")),
    "kafka.tls.key_file": (lambda scene: str(scene.broker.client_key), is_known_as("CN=agent")),
    "events.unwrap": ("our_own", counts("api_responses_total", status="298")),
    "events.only": ("path != /left-out", says("ignored_events_total")),
    "labels.max_series": (SERIES, folds_more_paths_than_one),
    "commit.scraper": ("any_request", says("scrapes_total", outcome="delivered")),
    "log.level": ("debug", lambda seen: "scrape.merged" in seen.agent.events()),
}

OF_TOKEN: Rows = {
    "kafka.sasl.password_file": (_password, is_known_as("agent")),
    "kafka.sasl.token_url": (lambda scene: scene.token_url, is_known_as("agent")),
    "kafka.sasl.scope": ("read", lambda _: b"scope=read" in TokenEndpoint.asked[-1]),
    "events.preset": ("kong", counts("api_errors_total", status="418")),
    "commit.scrapers": ("any", _another_has_seen_nothing),
}

OF_SIGNATURE: Rows = {
    "kafka.sasl.region": ("eu-central-1", is_known_as("eu-central-1")),
    "events.each": ("items", counts("api_responses_total", status="299")),
    "commit.max_uncommitted_seconds": (1, says("unscraped_commits_total")),
    "web.config_file": (_web_config, has_pages_for_readers_only),
}

OF_SILENCE: Rows = {
    "commit.unfenced_after_seconds": (1, shows_without_proof),
    "kafka.stall_seconds": (5, says("consumer_rebuilds_total")),
}
"""What shows while the broker keeps silent, in this order: a client built anew has nothing left to show."""

AGENTS = {SCRAM: OF_PASSWORD, CERTIFICATE: OF_CERTIFICATE, TOKEN: OF_TOKEN, SIGNED: OF_SIGNATURE}
ROWS = [Row(name, key, *row) for name, rows in AGENTS.items() for key, row in rows.items()]
IN_SILENCE = [Row(SILENT, key, *row) for key, row in OF_SILENCE.items()]

_TO_SASL = {
    "kafka.bootstrap_servers": lambda scene: [scene.broker.sasl_bootstrap],
    "kafka.security_protocol": "SASL_SSL",
    "kafka.tls.ca_file": ca_file,
}
MORE: Mapping[str, Mapping[str, Any]] = {
    SCRAM: {},
    CERTIFICATE: {
        "kafka.bootstrap_servers": lambda scene: [scene.broker.ssl_bootstrap],
        "kafka.security_protocol": "SSL",
        "kafka.tls.ca_file": ca_file,
    },
    TOKEN: _TO_SASL | {"kafka.sasl.mechanism": "OAUTHBEARER", "kafka.sasl.username": "agent"},
    SIGNED: _TO_SASL | {"kafka.sasl.mechanism": "AWS_MSK_IAM"},
}
"""What else an agent needs for its settings to hold together."""

SIGNER = """
import time
class MSKAuthTokenProvider:
    @staticmethod
    def generate_auth_token(region):
        return {tokens!r}[region], (time.time() + 3600) * 1000
"""
"""In place of Amazon's signer, which wants Amazon: its token names the region."""


def sections(scene: Scene, name: str) -> dict[str, Any]:
    """The settings of an agent: those of its rows, and what they need."""
    of_rows = {row.setting: row.value for row in (*ROWS, *IN_SILENCE) if row.agent == name}
    wanted = {"kafka.client_id": name, "kafka.group_id": name, **MORE.get(name, {}), **of_rows}
    found: dict[str, Any] = {}
    for setting, value in wanted.items():
        *path, key = setting.split(".")
        section = found
        for part in path:
            section = section.setdefault(part, {})
        if value is not GIVEN:
            section[key] = value(scene) if callable(value) else value
    return found


@pytest.fixture(scope="module")
def scene(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Scene]:
    require(kafka.ensure)
    broker = Kafka(jvm=(*QUICK_START, "-Dkafka.requests=DEBUG"))
    broker.properties |= listening_elsewhere(broker) | {
        "sasl.enabled.mechanisms": "SCRAM-SHA-512,SCRAM-SHA-256,PLAIN,OAUTHBEARER",
        "listener.name.sasl_ssl.oauthbearer.sasl.jaas.config": OAUTH,
    }
    with broker, token_endpoint() as token_url:
        broker.create_topic(TOPIC)
        produce(broker.bootstrap, TOPIC, RECORDS)
        late_and_large(broker)
        yield Scene(broker, tmp_path_factory.mktemp("settings"), token_url)


def late_and_large(broker: Kafka, topic: str = TOPIC) -> None:
    """A record two minutes old, and a batch that is larger than the settings of one agent allow."""
    options = {"compression.type": "gzip", "message.max.bytes": 4_000_000}
    producer = Producer({"bootstrap.servers": broker.bootstrap} | options)
    producer.produce(topic, as_json(status=200), partition=0, timestamp=int((time.time() - 120) * 1000))
    producer.flush(30)
    producer.produce(topic, as_json(status=200, padding="x" * 1_500_000), partition=1)
    assert producer.flush(30) == 0


def _is_ready(agent: Agent) -> bool:
    return agent.status("/readyz") == 200


@pytest.fixture(scope="module")
def agents(scene: Scene) -> Iterator[dict[str, Seen]]:
    """All of them, started one beside the other."""
    signer = SIGNER.format(tokens={"eu-central-1": unsigned_token("eu-central-1")})
    (scene.folder / "aws_msk_iam_sasl_signer.py").write_text(signer)
    with ExitStack() as stack:
        found = {}
        for name in MORE:
            agent = Agent(scene.broker.bootstrap, TOPIC, **sections(scene, name))
            stack.callback(agent.close)
            agent.launch(PYTHONPATH=str(scene.folder))
            found[name] = Seen(scene, agent, name)
        for name, seen in found.items():
            until(partial(_is_ready, seen.agent), SLOWEST_START, f"the agent {name} is not ready")
        yield found


def test_no_setting_is_without_a_row() -> None:
    assert sorted(row.setting for row in (*ROWS, *IN_SILENCE)) == sorted(name for name, _ in fields())


def test_every_value_is_off_its_default() -> None:
    defaults = dict(fields())

    assert [row.setting for row in (*ROWS, *IN_SILENCE) if row.value == defaults[row.setting].default] == []


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.setting)
def test_a_setting_has_its_effect(agents: dict[str, Seen], row: Row) -> None:
    until(lambda: row.shows(agents[row.agent]), PATIENCE, f"{row.setting} shows no effect")


def test_settings_of_silence_have_their_effect(own_kafka: Kafka, tmp_path: Path) -> None:
    own_kafka.create_topic(TOPIC)
    scene = Scene(own_kafka, tmp_path, "")
    with Agent(own_kafka.bootstrap, TOPIC, **sections(scene, SILENT)) as agent:
        seen = Seen(scene, agent, SILENT)
        seen.produce()
        until(lambda: seen.total("api_error_agent_waiting_records"), PATIENCE, "nothing is counted")
        own_kafka.pause()
        try:
            for setting, _, shows in (row[1:] for row in IN_SILENCE):
                until(partial(shows, seen), PATIENCE, f"{setting} shows no effect")
        finally:
            own_kafka.resume()
