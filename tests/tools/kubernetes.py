"""Kubernetes: its real API server, controllers and scheduler, over etcd, with nodes that kwok plays.

python -m tests.tools.kubernetes          start one and print how to reach it, until Ctrl-C
python -m tests.tools.kubernetes --fetch  only fetch and build the programs
"""

import argparse
import contextlib
import json
import os
import secrets
import ssl
import subprocess
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Self
from urllib.request import Request, urlopen

from tests.tools import certificates, etcd, golang, helm, kwok
from tests.tools.cache import CACHE, linked, placed
from tests.tools.etcd import Etcd
from tests.tools.process import LOOPBACK, Child, Server, free_ports, until, wait_for_interrupt

VERSION = "1.36.3"
SOURCE = Path(__file__).with_name("kubernetes")
FOLDER = CACHE / f"kubernetes-{VERSION}"
PROGRAMS = ("kube-apiserver", "kube-controller-manager", "kube-scheduler")
NODES = ("node-a", "node-b")

SLOWEST_START = 120.0  # seconds; 7 on an idle machine

Manifest = dict[str, Any]


class Refused(RuntimeError):  # noqa: N818
    """The API server refused a request; the message is what kubectl said of it."""


def ensure() -> Path:
    """Give the folder with the API server, the controllers and the scheduler."""
    placed(FOLDER, _build)
    for name in PROGRAMS:
        linked(FOLDER / name, name)
    return FOLDER


def _build(folder: Path) -> None:
    """Build with the version set: a server without one is too old for every chart."""
    major, minor, _ = VERSION.split(".")
    known = {"gitVersion": f"v{VERSION}", "gitMajor": major, "gitMinor": minor, "gitTreeState": "clean"}
    golang.build(
        folder,
        SOURCE,
        [f"k8s.io/kubernetes/cmd/{name}" for name in PROGRAMS],
        reason="Kubernetes is built with Go 1.26 or newer",
        variables={f"k8s.io/component-base/version.{name}": value for name, value in known.items()},
    )


class ApiServer(Server):
    """An API server of its own, with one administrator; whoever has its kubeconfig is that one."""

    patience = 60.0  # it waits for open watches

    def __init__(self, storage: str) -> None:
        self._program = ensure() / "kube-apiserver"
        self._certificates = certificates.ensure()
        super().__init__()
        self._storage = storage
        self._token = secrets.token_hex(16)
        self._port = free_ports(1)[0]
        self.url = f"https://{LOOPBACK}:{self._port}"
        self.kubeconfig = self.folder / "kubeconfig"

    @property
    def key(self) -> Path:
        """The private key of the server, with which tokens of service accounts are signed too."""
        return self._certificates / "broker.key"

    def start(self) -> None:
        self._introduce()
        self._child = Child([self._program, *self._options()], self.log)
        self._child.wait_ready(self._ready, SLOWEST_START, "the API server")

    def _options(self) -> list[str]:
        return [
            f"--etcd-servers={self._storage}",
            f"--bind-address={LOOPBACK}",
            f"--advertise-address={LOOPBACK}",
            f"--secure-port={self._port}",
            f"--cert-dir={self.folder}",
            f"--tls-cert-file={self._certificates / 'broker.crt'}",
            f"--tls-private-key-file={self.key}",
            f"--token-auth-file={self.folder / 'tokens.csv'}",
            "--authorization-mode=RBAC",
            "--allow-privileged=true",
            "--service-cluster-ip-range=10.0.0.0/24",
            "--feature-gates=WatchList=false",  # too much for this etcd: kwok would see changes 30 s late
            f"--service-account-issuer={self.url}/",
            f"--service-account-key-file={self.key}",
            f"--service-account-signing-key-file={self.key}",
        ]

    def _introduce(self) -> None:
        (self.folder / "tokens.csv").write_text(f"{self._token},admin,admin,system:masters\n")
        cluster = {"server": self.url, "certificate-authority": str(self._certificates / "ca.pem")}
        config = {
            "apiVersion": "v1",
            "kind": "Config",
            "clusters": [{"name": "it", "cluster": cluster}],
            "users": [{"name": "admin", "user": {"token": self._token}}],
            "contexts": [{"name": "it", "context": {"cluster": "it", "user": "admin"}}],
            "current-context": "it",
        }
        self.kubeconfig.write_text(json.dumps(config))
        self.kubeconfig.chmod(0o600)  # Helm warns of one that others may read

    def _ready(self) -> bool:
        trusted = ssl.create_default_context(cafile=self._certificates / "ca.pem")
        request = Request(f"{self.url}/readyz", headers={"Authorization": f"Bearer {self._token}"})
        try:
            with urlopen(request, timeout=10, context=trusted):
                return True
        except OSError:
            return False


class Follower(Server):
    """A program that follows the API server and changes things there; nobody asks it anything."""

    def __init__(self, command: Sequence[str | Path], kubeconfig: Path) -> None:
        super().__init__()
        self._command = [*command, f"--kubeconfig={kubeconfig}"]

    def start(self) -> None:
        self._child = Child(self._command, self.log)


class Cluster:
    """A whole cluster, used as a context manager. What runs on its nodes is only said to run."""

    def __init__(self) -> None:
        self._kubectl = helm.ensure().with_name("kubectl")
        self._programs = ensure()
        self._kwok: tuple[str | Path, ...] = (
            kwok.ensure(),
            f"--config={kwok.stages()}",
            "--manage-all-nodes",
        )
        self._servers = contextlib.ExitStack()

    def __enter__(self) -> Self:
        with contextlib.ExitStack() as servers:
            self._start(servers)
            self._servers = servers.pop_all()
        return self

    def __exit__(self, *_: object) -> None:
        """End the servers, the last one first: without etcd the API server would not end at all."""
        self._servers.close()

    def _start(self, servers: contextlib.ExitStack) -> None:
        storage = servers.enter_context(Etcd())
        self.server = servers.enter_context(ApiServer(storage.url))
        self._followers = [
            servers.enter_context(Follower(command, self.kubeconfig)) for command in self._commands()
        ]
        self.apply(*(node(name) for name in NODES))
        until(self._nodes_are_ready, SLOWEST_START, "the nodes do not become ready")

    def _commands(self) -> Iterable[Sequence[str | Path]]:
        alone = ("--secure-port=0", "--leader-elect=false")
        # All controllers but those of a cloud. nodelifecycle must be one: it alone frees a new node for pods.
        controllers = "--controllers=*,-nodeipam,-service-lb-controller"
        key = f"--service-account-private-key-file={self.server.key}"
        eager = "--horizontal-pod-autoscaler-sync-period=1s"
        yield self._programs / "kube-controller-manager", controllers, key, eager, *alone
        yield self._programs / "kube-scheduler", *alone
        yield self._kwok

    def _nodes_are_ready(self) -> bool:
        for follower in self._followers:
            if not follower.running:
                raise RuntimeError(f"a server ended by itself. The end of its log:\n{follower.child.tail()}")
        nodes = self.find("nodes")
        return len(nodes) == len(NODES) and not any("taints" in each["spec"] for each in nodes)

    @property
    def kubeconfig(self) -> Path:
        return self.server.kubeconfig

    @property
    def environ(self) -> dict[str, str]:
        """The variables by which kubectl and Helm find the cluster, and leave no cache elsewhere."""
        return {"KUBECONFIG": str(self.kubeconfig), "KUBECACHEDIR": str(self.server.folder / "discovered")}

    def kubectl(self, *arguments: str | Path, given: str = "", timeout: float = 60.0) -> str:
        """Run kubectl with *given* as its input, and give what it printed."""
        done = subprocess.run(
            [self._kubectl, *arguments],
            input=given,
            env=os.environ | self.environ,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode != 0:
            raise Refused((done.stdout + done.stderr).strip())
        return done.stdout

    def apply(self, *manifests: Manifest) -> None:
        """Create or change objects, with everything that the server checks."""
        given = json.dumps({"apiVersion": "v1", "kind": "List", "items": list(manifests)})
        self.kubectl("apply", "--server-side", "--filename=-", given=given)

    def get(self, kind: str, name: str, namespace: str) -> Manifest:
        found = self.kubectl("get", kind, name, f"--namespace={namespace}", "--output=json")
        return dict(json.loads(found))

    def find(self, kinds: str, namespace: str = "", selector: str = "") -> list[Manifest]:
        """List the objects of *kinds*, as in `pods,services`; by default those of all namespaces."""
        place = f"--namespace={namespace}" if namespace else "--all-namespaces"
        found = self.kubectl("get", kinds, place, f"--selector={selector}", "--output=json")
        return list(json.loads(found)["items"])

    def create_namespace(self, name: str, **labels: str) -> None:
        """Create a namespace and wait for what Kubernetes itself puts into each."""
        about = {"name": name, "labels": labels}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": about})
        until(lambda: len(self.find("serviceaccounts,configmaps", name)) == 2, 30, f"{name} stays empty")

    def everything(self) -> set[str]:
        """Name every object of every kind, but for those that come and go by themselves."""
        passing = {"events", "events.events.k8s.io", "leases.coordination.k8s.io"}
        kinds = set(self.kubectl("api-resources", "--verbs=list", "--output=name").split()) - passing
        return {_name(each) for each in self.find(",".join(sorted(kinds)))}


def _name(manifest: Manifest) -> str:
    about = manifest["metadata"]
    return f"{about.get('namespace', '')}/{manifest['kind']}/{about['name']}"


def node(name: str) -> Manifest:
    """A node with room for every test; kwok says that it is ready."""
    return {
        "apiVersion": "v1",
        "kind": "Node",
        "metadata": {"name": name, "labels": {"kubernetes.io/hostname": name, "kubernetes.io/os": "linux"}},
    }


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.tools.kubernetes", description=__doc__)
    parser.add_argument("--fetch", action="store_true", help="only fetch and build the programs")
    options = parser.parse_args(arguments)
    begun = time.monotonic()
    programs = f"{ensure()}, {kwok.ensure()}, {etcd.ensure()}"
    print(f"Kubernetes {VERSION}: {programs} ({time.monotonic() - begun:.1f} s)")
    if not options.fetch:
        with Cluster() as cluster:
            print(f"{cluster.server.url}; export KUBECONFIG={cluster.kubeconfig}; Ctrl-C ends it")
            wait_for_interrupt()


if __name__ == "__main__":
    main()
