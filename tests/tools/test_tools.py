"""What the other tests take for granted about the real components."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from subprocess import PIPE
from typing import Any

import pytest
from aiokafka import AIOKafkaConsumer, AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError
from aiokafka.helpers import create_ssl_context

from tests.tools import helm, kafka, process, prometheus
from tests.tools.cache import ROOT, ToolMissing, need, placed, require
from tests.tools.embedded import Embedded
from tests.tools.kafka import Kafka
from tests.tools.process import until
from tests.tools.prometheus import Prometheus, scrape_config

RECORDS = [b"%d" % number for number in range(1000)]
SASL_MECHANISMS = ["SCRAM-SHA-512", "SCRAM-SHA-256", "PLAIN"]


@pytest.fixture(scope="module")
def broker() -> Iterator[Kafka]:
    require(kafka.ensure)
    with Kafka() as broker:
        yield broker


@pytest.fixture(scope="module")
def server() -> Iterator[Prometheus]:
    require(prometheus.ensure)
    with Prometheus() as server:
        yield server


@pytest.fixture
def chart(tmp_path: Path) -> Path:
    require(helm.ensure)
    helm.helm("create", tmp_path / "hello")
    return tmp_path / "hello"


async def exchanged(topic: str, **client: Any) -> list[bytes | None]:
    async with running(AIOKafkaProducer(enable_idempotence=True, **client)) as producer:
        for record in RECORDS:
            await producer.send(topic, record, partition=0)
    return await read(topic, **client)


async def read(topic: str, **client: Any) -> list[bytes | None]:
    values: list[bytes | None] = []
    async with running(AIOKafkaConsumer(topic, auto_offset_reset="earliest", **client)) as consumer:
        while len(values) < len(RECORDS):
            batches = await consumer.getmany(timeout_ms=10_000)
            assert batches, f"only {len(values)} records came"
            values += [record.value for batch in batches.values() for record in batch]
    return values


@contextlib.asynccontextmanager
async def running(client: Any) -> AsyncIterator[Any]:
    """Stop *client* even when it cannot start; aiokafka's own context leaves it open then."""
    try:
        await client.start()
        yield client
    finally:
        await client.stop()


async def test_records_come_back_over_plaintext(broker: Kafka) -> None:
    broker.create_topic("plaintext")

    assert await exchanged("plaintext", bootstrap_servers=broker.bootstrap) == RECORDS


@pytest.mark.parametrize("mechanism", SASL_MECHANISMS)
async def test_records_come_back_over_sasl_ssl(broker: Kafka, mechanism: str) -> None:
    broker.create_topic(mechanism)

    assert await exchanged(mechanism, **sasl(broker, mechanism, broker.password)) == RECORDS


async def test_a_wrong_password_is_refused(broker: Kafka) -> None:
    with pytest.raises(KafkaConnectionError):
        await exchanged("any", **sasl(broker, "SCRAM-SHA-512", "wrong"))


async def test_records_come_back_over_mutual_tls(broker: Kafka) -> None:
    broker.create_topic("mutual")

    assert await exchanged("mutual", **tls(broker, broker.client_cert, broker.client_key)) == RECORDS


async def test_a_client_without_a_certificate_is_refused(broker: Kafka) -> None:
    with pytest.raises(KafkaConnectionError):
        await exchanged("any", **tls(broker, None, None))


def sasl(broker: Kafka, mechanism: str, password: str) -> dict[str, Any]:
    return {
        "bootstrap_servers": broker.sasl_bootstrap,
        "security_protocol": "SASL_SSL",
        "ssl_context": create_ssl_context(cafile=str(broker.ca_file)),
        "sasl_mechanism": mechanism,
        "sasl_plain_username": broker.user,
        "sasl_plain_password": password,
    }


def tls(broker: Kafka, certificate: Path | None, key: Path | None) -> dict[str, Any]:
    context = create_ssl_context(cafile=str(broker.ca_file), certfile=certificate, keyfile=key)
    return {"bootstrap_servers": broker.ssl_bootstrap, "security_protocol": "SSL", "ssl_context": context}


async def test_a_crash_and_a_restart_keep_addresses_and_records(broker: Kafka) -> None:
    address = broker.bootstrap
    broker.create_topic("kept")
    await exchanged("kept", bootstrap_servers=address)

    broker.restart()
    broker.kill()
    broker.start()

    assert broker.bootstrap == address
    assert await read("kept", bootstrap_servers=address) == RECORDS


@pytest.mark.parametrize("name", ["broker", "embedded"])
def test_a_paused_broker_is_silent_until_it_is_resumed(name: str, request: pytest.FixtureRequest) -> None:
    broker: Kafka | Embedded = request.getfixturevalue(name)

    broker.pause()
    assert not kafka.answers(broker.bootstrap, timeout=0.3)

    broker.resume()
    until(lambda: kafka.answers(broker.bootstrap), 30, "the broker did not wake up")


def test_a_stopped_broker_answers_nobody(embedded: Embedded) -> None:
    address = embedded.bootstrap

    embedded.stop()

    assert not embedded.running
    assert not kafka.answers(address)


async def test_records_come_back_from_the_embedded_broker(embedded: Embedded) -> None:
    embedded.create_topic("embedded")

    assert await exchanged("embedded", bootstrap_servers=embedded.bootstrap) == RECORDS


@pytest.fixture
def embedded() -> Iterator[Embedded]:
    with Embedded() as broker:
        yield broker


def test_prometheus_scrapes_and_answers_a_query(server: Prometheus) -> None:
    server.reload(scrape_config({"itself": [server.address]}))

    (up,) = server.wait_until(lambda it: it.query("up == 1"))

    assert up["metric"]["job"] == "itself"
    assert server.targets()[0]["health"] == "up"


def test_an_alert_fires(server: Prometheus, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yml"
    rules.write_text("groups: [{name: g, rules: [{alert: Always, expr: vector(1)}]}]")

    server.reload(scrape_config({}, rules=[rules]))

    (alert,) = server.wait_until(Prometheus.alerts)
    assert alert["state"] == "firing"


def test_a_refused_query_says_why(server: Prometheus) -> None:
    with pytest.raises(prometheus.Refused, match="parse error"):
        server.query("up ==")


@pytest.mark.parametrize(
    ("promtool", "version"),
    [(prometheus.promtool, prometheus.VERSION), (prometheus.oldest_promtool, prometheus.OLDEST)],
)
def test_promtool_is_of_the_version_that_it_is_for(promtool: Callable[[], Path], version: str) -> None:
    said = subprocess.run([require(promtool), "--version"], capture_output=True, check=True)

    assert f"version {version}" in said.stdout.decode()


def test_both_helms_render_a_chart_alike(chart: Path) -> None:
    require(helm.ensure3)
    rendered = [helm.template(chart, {"replicaCount": 3}, major=major) for major in (3, 4)]

    assert rendered[0] == rendered[1]
    assert [each["spec"]["replicas"] for each in rendered[0] if each["kind"] == "Deployment"] == [3]


def test_helm_says_what_is_wrong_with_values(chart: Path) -> None:
    helm.lint(chart)
    (chart / "values.schema.json").write_text('{"properties": {"replicaCount": {"type": "integer"}}}')

    with pytest.raises(helm.Refused, match="replicaCount"):
        helm.template(chart, {"replicaCount": "three"})


def test_a_missing_tool_skips_here_and_fails_in_ci(monkeypatch: pytest.MonkeyPatch) -> None:
    def ensure() -> str:
        return need("no-such-program", "an example", "write it")

    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(pytest.skip.Exception, match="no-such-program is not on the PATH; an example"):
        require(ensure)

    monkeypatch.setenv("CI", "true")
    with pytest.raises(pytest.fail.Exception, match="write it"):
        require(ensure)


def test_whoever_asks_at_the_same_time_a_thing_is_built_once(tmp_path: Path) -> None:
    built: list[Path] = []

    with ThreadPoolExecutor(8) as askers:
        folders = list(askers.map(lambda _: placed(tmp_path / "thing", built.append), range(8)))

    assert set(folders) == {tmp_path / "thing"}
    assert len(built) == 1


def test_a_failed_build_leaves_nothing_behind(tmp_path: Path) -> None:
    def build(folder: Path) -> None:
        (folder / "half").touch()
        raise ToolMissing("no network")

    with pytest.raises(ToolMissing):
        placed(tmp_path / "thing", build)

    assert [path.name for path in tmp_path.iterdir()] == [".thing.lock"]


PICK = "from tests.tools.process import free_ports; print(*(free_ports(1)[0] for _ in range(4000)))"


def test_no_port_is_given_twice_neither_by_a_worker_nor_by_two() -> None:
    picked: list[str] = []
    for worker in ("gw0", "gw1"):
        environ = {"PYTEST_XDIST_WORKER": worker, "PYTEST_XDIST_WORKER_COUNT": "2"}
        command = [sys.executable, "-c", PICK]
        picked += subprocess.check_output(command, text=True, env=os.environ | environ, cwd=ROOT).split()

    assert len(picked) == len(set(picked)) == 8000


OWNER = """
from tests.tools.embedded import Embedded
broker = Embedded()
broker.start()
print(broker.pid, flush=True)
input()
"""


def test_a_broker_ends_with_the_process_that_started_it(tmp_path: Path) -> None:
    environ = os.environ | {"TMPDIR": str(tmp_path)}
    command = [sys.executable, "-c", OWNER]
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdin=PIPE, stdout=PIPE) as owner:
        assert owner.stdout is not None
        pid = int(owner.stdout.readline())
        owner.send_signal(signal.SIGKILL)

    until(lambda: not alive(pid), 10, f"process {pid} was left behind")


def alive(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True


def test_the_guard_forgets_a_program_that_has_ended_before_its_id_is_given_to_another(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[int] = []
    monkeypatch.setattr(process, "_tell_guard", told.append)

    child = process.Child([sys.executable, "-S", "-c", ""], tmp_path / "log")
    until(lambda: not child.alive, 30, "it goes on")

    assert told == [child.pid, -child.pid]
    child.kill()
    assert told == [child.pid, -child.pid]
