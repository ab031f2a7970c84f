"""Apache Kafka: one real broker in KRaft mode, with plaintext, SASL and mutual TLS listeners.

python -m tests.tools.kafka          start one and print how to reach it, until Ctrl-C
python -m tests.tools.kafka --fetch  only fetch the jars
"""

import argparse
import base64
import hashlib
import json
import os
import shutil
import socket
import struct
import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from confluent_kafka.admin import AdminClient, NewTopic

from tests.tools import certificates
from tests.tools.cache import CACHE, need, placed, run
from tests.tools.process import LOOPBACK, Child, ChildEnded, Server, free_ports, until, wait_for_interrupt

VERSION = "4.3.1"
SOURCE = Path(__file__).with_name("kafka")
LIBS = CACHE / f"kafka-{VERSION}" / "libs"
USERS: Mapping[str, str] = {"agent": "agent-secret", "producer": "producer-secret"}
MECHANISMS = ("SCRAM-SHA-512", "SCRAM-SHA-256")
QUICK_START = ("-XX:TieredStopAtLevel=1",)  # half the start-up CPU; not for measuring throughput

SHARED = "TESTS_SHARED_KAFKA"

SLOWEST_START = 120.0  # seconds; 5 on an idle machine, 18 seen on a loaded one
ATTEMPTS = 3  # a chosen port may be taken before the broker binds it


def ensure() -> Path:
    """Give the folder of the broker's jars, fetched with Maven."""
    java()
    return placed(LIBS, _fetch)


def java() -> str:
    return need("java", "Apache Kafka runs on Java 17 or newer", "apt-get install openjdk-17-jre-headless")


def _fetch(folder: Path) -> None:
    maven = need("mvn", "it fetches the jars of Apache Kafka", "apt-get install maven")
    copy = ["dependency:copy-dependencies", "-DincludeScope=runtime", f"-DoutputDirectory={folder}"]
    run([maven, "-B", "-q", "-ntp", "-f", SOURCE / "pom.xml", *copy])


class Kafka(Server):
    """A broker of its own. Ports and data stay the same over `stop`, `kill` and `start`.

    `bootstrap` is PLAINTEXT, `sasl_bootstrap` is SASL_SSL (SCRAM-SHA-512, SCRAM-SHA-256 and
    PLAIN for every one of `users`), `ssl_bootstrap` is TLS that asks for a client certificate.
    """

    def __init__(
        self,
        *,
        properties: Mapping[str, str] | None = None,
        users: Mapping[str, str] = USERS,
        heap: str = "384m",
        jvm: Sequence[str] = QUICK_START,
    ) -> None:
        self._libs = ensure()
        self._certificates = certificates.ensure()
        super().__init__()
        self.users = dict(users)
        self.user, self.password = next(iter(users.items()))
        self.properties = dict(properties or {})
        self._jvm = [f"-Xms{heap}", f"-Xmx{heap}", "-XX:+UseSerialGC", *jvm]
        self._choose_ports()

    @property
    def bootstrap(self) -> str:
        return f"{LOOPBACK}:{self._ports['plaintext']}"

    @property
    def sasl_bootstrap(self) -> str:
        return f"{LOOPBACK}:{self._ports['sasl']}"

    @property
    def ssl_bootstrap(self) -> str:
        return f"{LOOPBACK}:{self._ports['ssl']}"

    @property
    def controller_port(self) -> int:
        return self._ports["controller"]

    @property
    def ca_file(self) -> Path:
        return self._certificates / "ca.pem"

    @property
    def client_cert(self) -> Path:
        return self._certificates / "client.pem"

    @property
    def client_key(self) -> Path:
        return self._certificates / "client.key"

    def to_share(self) -> dict[str, str]:
        """What the environment of a run has to say for its tests to use this broker."""
        return {SHARED: json.dumps({"folder": str(self.folder), "ports": self._ports})}

    def start(self) -> None:
        """Start the broker and wait until it answers a metadata request."""
        if self.data.exists():
            self._launch()
        else:
            self._first_start()

    @property
    def data(self) -> Path:
        return self.folder / "data"

    def create_topic(self, name: str, partitions: int = 4, replicas: int = 1) -> None:
        """Create a topic and wait until each of its partitions has a leader."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.create_topics([NewTopic(name, partitions, replicas)])[name].result(30)

        def led() -> bool:
            found = admin.list_topics(name, timeout=10).topics[name].partitions
            return len(found) == partitions and all(part.leader >= 0 for part in found.values())

        until(led, 30, f"topic {name} has partitions without a leader")

    def delete_topic(self, name: str) -> None:
        """Delete a topic; its disk space is free a minute later."""
        admin = AdminClient({"bootstrap.servers": self.bootstrap})
        admin.delete_topics([name])[name].result(30)

    def _first_start(self) -> None:
        for attempt in range(1, ATTEMPTS + 1):
            try:
                self._format()
                return self._launch()
            except ChildEnded as ended:
                if attempt == ATTEMPTS or "Address already in use" not in str(ended):
                    raise
                shutil.rmtree(self.data)
                self._choose_ports()
        return None

    def _choose_ports(self) -> None:
        names = ("plaintext", "sasl", "ssl", "controller")
        self._ports = dict(zip(names, free_ports(len(names)), strict=True))

    def _launch(self) -> None:
        config = self._write_config()
        options = [*self._jvm, f"-Dlog4j2.configurationFile={SOURCE / 'log4j2.xml'}"]
        self._child = Child([java(), *options, "-cp", f"{self._libs}/*", "kafka.Kafka", config], self.log)
        self._child.wait_ready(lambda: answers(self.bootstrap), SLOWEST_START, "Apache Kafka")

    def _format(self) -> None:
        """Copy a formatted data folder: formatting is a whole JVM, and no port is written into it."""
        key = hashlib.sha256(repr(sorted(self.users.items())).encode()).hexdigest()[:12]
        formatted = placed(LIBS.with_name(f"formatted-{key}"), self._format_into)
        shutil.copytree(formatted / "data", self.data)

    def _format_into(self, folder: Path) -> None:
        config = self._write_config(folder / "data")
        users = [
            f"--add-scram={mechanism}=[name={name},password={password}]"
            for mechanism in MECHANISMS
            for name, password in self.users.items()
        ]
        tool = [java(), "-cp", f"{self._libs}/*", "kafka.tools.StorageTool", "format"]
        run([*tool, "-t", cluster_id(), "-c", config, *users])

    def _write_config(self, data: Path | None = None) -> Path:
        plain = " ".join(f'user_{name}="{password}"' for name, password in self.users.items())
        text = (
            (SOURCE / "server.properties")
            .read_text()
            .format(**self._ports, plain_users=plain, certificates=self._certificates, data=data or self.data)
        )
        extra = "".join(f"{name}={value}\n" for name, value in self.properties.items())
        path = self.folder / "server.properties"
        path.write_text(text + extra)  # of two lines with one name, Java takes the last
        return path


class Shared(Kafka):
    """A broker that somebody else has started, and will stop."""

    def __init__(self, folder: Path, ports: Mapping[str, int]) -> None:
        super().__init__()
        super().close()
        self.folder, self._ports = folder, dict(ports)

    def start(self) -> None:
        """It runs already."""

    def close(self) -> None:
        """It is not ours."""


def shared() -> Kafka | None:
    """The broker that the environment names, so that many runs of tests need no broker of their own."""
    said = os.environ.get(SHARED)
    return Shared(Path((found := json.loads(said))["folder"]), found["ports"]) if said else None


def cluster_id() -> str:
    """Make an id of 22 characters; the letter in front keeps it from looking like an option."""
    random = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode().rstrip("=")
    return "A" + random[1:]


def answers(bootstrap: str, timeout: float = 2.0) -> bool:
    """Ask for metadata over a bare socket: an open port alone does not make a broker."""
    host, port = bootstrap.split(":")
    client = b"probe"
    # Metadata (api key 3) version 4: correlation id 1, client id, no topics, no creation of topics
    header = struct.pack(f">hhih{len(client)}s", 3, 4, 1, len(client), client)
    request = header + struct.pack(">i?", 0, False)  # noqa: FBT003
    try:
        with socket.create_connection((host, int(port)), timeout) as connection:
            connection.settimeout(timeout)
            connection.sendall(struct.pack(">i", len(request)) + request)
            correlation, _throttle, brokers = struct.unpack(">4xiii", _read(connection, 16))
    except (OSError, EOFError):
        return False
    return bool(correlation == 1 and brokers > 0)


def _read(connection: socket.socket, count: int) -> bytes:
    data = b""
    while len(data) < count:
        part = connection.recv(count - len(data))
        if not part:
            raise EOFError
        data += part
    return data


def show(broker: Kafka, topics: Sequence[str]) -> None:
    for topic in topics:
        broker.create_topic(topic)
    print(f"PLAINTEXT   {broker.bootstrap}")
    print(f"SASL_SSL    {broker.sasl_bootstrap}   user {broker.user}, password {broker.password}")
    print(f"mutual TLS  {broker.ssl_bootstrap}   {broker.client_cert}, {broker.client_key}")
    print(f"authority   {broker.ca_file}")
    print(f"pid {broker.pid}, log {broker.log}, topics {', '.join(topics) or 'none'}; Ctrl-C ends it")
    wait_for_interrupt()


def main(arguments: Sequence[str] | None = None, clock: Callable[[], float] = time.monotonic) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.kafka", description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="only fetch the jars")
    parser.add_argument("--topic", action="append", default=[], help="create this topic (repeatable)")
    parser.add_argument("--heap", default="384m", help="JVM heap (default %(default)s)")
    options = parser.parse_args(arguments)
    begun = clock()
    print(f"Apache Kafka {VERSION}: {ensure()} ({clock() - begun:.1f} s)")
    if not options.fetch:
        with Kafka(heap=options.heap) as broker:
            show(broker, options.topic)


if __name__ == "__main__":
    main()
