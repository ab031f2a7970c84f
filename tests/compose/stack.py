"""The services of deploy/compose as programs on loopback, with the very files that the stack mounts."""

import json
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import Request, urlopen

from tests.tools import alertmanager, compose, prometheus
from tests.tools.cache import ROOT
from tests.tools.kafka import Kafka
from tests.tools.process import LOOPBACK, Child, Server, free_ports

FILE = ROOT / "deploy" / "compose" / "compose.yaml"
SLOWEST_START = 60.0  # seconds
PATH = re.compile(r"(?:^|(?<==))/(?=[a-z])")

Services = dict[str, dict[str, Any]]
Hosts = Mapping[str, str]


def services() -> Services:
    """Read the compose file as docker does."""
    found: Services = compose.config(FILE)["services"]
    return found


def address() -> str:
    return f"{LOOPBACK}:{free_ports(1)[0]}"


def moved(text: str, hosts: Hosts) -> str:
    """Put loopback addresses in place of the stack's own."""
    for name, there in hosts.items():
        text = re.sub(rf"\b{re.escape(name)}\b", there, text)
    return text


def mounted(service: Mapping[str, Any], root: Path, hosts: Hosts) -> Path:
    """Lay the files that a service sees under *root*, at their own paths."""
    for volume in service.get("volumes", []):
        source, target = Path(volume["source"]), root / volume["target"].lstrip("/")
        files = [source] if source.is_file() else [path for path in source.rglob("*") if path.is_file()]
        for file in files:
            place = target / file.relative_to(source) if source.is_dir() else target
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(moved(file.read_text(), hosts))
    return root


class Service(Server):
    """One service: its program, its command with paths moved under its own folder, its files."""

    def __init__(
        self,
        service: Mapping[str, Any],
        program: Sequence[str | Path],
        hosts: Hosts,
        extra: Sequence[str] = (),
        ready: Callable[[], bool] = lambda: True,
    ) -> None:
        super().__init__()
        mounted(service, self.folder, hosts)
        given = [moved(each, hosts) for each in service["command"]]
        self._command = [*(self._moved(each) for each in (*program, *given)), *extra]
        self._ready = ready

    def _moved(self, argument: str | Path) -> str | Path:
        """Turn a path inside the container, alone or after `--flag=`, into one under our folder."""
        return PATH.sub(f"{self.folder}/", argument) if isinstance(argument, str) else argument

    def start(self) -> None:
        self._child = Child(self._command, self.log, ROOT)
        self._child.wait_ready(self._ready, SLOWEST_START, str(self._command[0]))


class StackKafka(Kafka):
    """Apache Kafka with the settings that the stack gives it by environment."""

    def __init__(self, service: Mapping[str, Any]) -> None:
        self._environment = {
            name.removeprefix("KAFKA_").lower().replace("_", "."): str(value)
            for name, value in service["environment"].items()
            if name != "KAFKA_HEAP_OPTS"
        }
        super().__init__()

    def _write_config(self, data: Path | None = None) -> Path:
        ports = {"19092": "plaintext", "9092": "sasl", "9094": "controller"}
        text = "".join(f"{name}={value}\n" for name, value in self._environment.items())
        for port, name in ports.items():
            text = re.sub(rf"(kafka|localhost)?:{port}\b", f"{LOOPBACK}:{self._ports[name]}", text)
        path = self.folder / "server.properties"
        # Of two lines with one name, Java takes the last.
        path.write_text(f"{text}log.dirs={data or self.data}\n")
        return path


def get(url: str, body: object = None) -> tuple[int, str]:
    """Get a page, or post JSON to it: the status and the text, or 0 when nobody listens."""
    request = Request(url, None if body is None else json.dumps(body).encode())
    try:
        with urlopen(request, timeout=10) as answer:
            return int(answer.status), str(answer.read().decode())
    except HTTPError as error:
        with error:
            return error.code, error.read().decode()
    except OSError:
        return 0, ""


def python(*arguments: str) -> list[str | Path]:
    return [Path(sys.executable), *arguments]


class Stack:
    """Addresses and services by name; those of one name fit together."""

    def __init__(self, kafka: str) -> None:
        self.services = services()
        self.at = {name: address() for name in ("agent", "prometheus", "alertmanager", "inbox")}
        self.hosts = {
            "kafka:19092": kafka,
            "agent:9464": self.at["agent"],
            "prometheus:9090": self.at["prometheus"],
            "localhost:9090": self.at["prometheus"],
            "alertmanager:9093": self.at["alertmanager"],
            "inbox:9099": self.at["inbox"],
            "0.0.0.0:9099": self.at["inbox"],
        }

    def url(self, name: str, path: str = "/") -> str:
        return f"http://{self.at[name]}{path}"

    def inbox(self) -> Service:
        ready = self._answers("inbox", "/")
        program = python(*self.services["inbox"]["entrypoint"][1:])
        return Service(self.services["inbox"], program, self.hosts, ready=ready)

    def agent(self) -> Service:
        listen = [f"--web.listen-address={self.at['agent']}"]
        ready = self._answers("agent", "/readyz")
        return Service(self.services["agent"], python("-m", "agent"), self.hosts, listen, ready)

    def load(self) -> Service:
        return Service(self.services["load"], python(*self.services["load"]["entrypoint"][1:]), self.hosts)

    def prometheus(self) -> Service:
        listen = [f"--web.listen-address={self.at['prometheus']}"]
        ready = self._answers("prometheus", "/-/ready")
        return Service(self.services["prometheus"], [prometheus.ensure()], self.hosts, listen, ready)

    def alertmanager(self) -> Service:
        listen = [f"--web.listen-address={self.at['alertmanager']}"]
        ready = self._answers("alertmanager", "/-/ready")
        return Service(self.services["alertmanager"], [alertmanager.ensure()], self.hosts, listen, ready)

    def _answers(self, name: str, path: str) -> Callable[[], bool]:
        return lambda: get(self.url(name, path))[0] == 200
