"""A release of the chart in a cluster, as its user sees it."""

import contextlib
import shlex
import time
from pathlib import Path

import yaml

from tests.chart.rendering import CHART, DEFAULT, STACK
from tests.tools import helm
from tests.tools.cache import ROOT
from tests.tools.kubernetes import Cluster, Manifest
from tests.tools.process import until

HPA = ("autoscaling.kind=HPA", "autoscaling.minReplicas=2", "autoscaling.maxReplicas=6")
KEDA = ("autoscaling.kind=KEDA", "autoscaling.keda.serverAddress=http://prometheus:9090")
ALL_BUT_AUTOSCALING = (
    STACK,
    "dashboards.namespace=monitoring",
    "service.enabled=true",
    "networkPolicy.enabled=true",
)

PATIENCE = 60.0  # seconds for a rollout, and for what follows one by itself; 3 are usual
WAIT = ("--wait", f"--timeout={PATIENCE:.0f}s")

Values = str | Path
"""A file of values, or one of them as on the command line, such as `workload.replicas=2`."""


class Release:
    """A release by its name; every command of Helm is printed with the time that it took."""

    def __init__(self, cluster: Cluster, namespace: str, name: str = "agent", major: int = 4) -> None:
        self.cluster = cluster
        self.namespace = namespace
        self.name = name
        self.major = major

    def install(self, *values: Values, options: tuple[str, ...] = WAIT) -> str:
        return self._with_values("install", values, options)

    def upgrade(self, *values: Values, options: tuple[str, ...] = WAIT) -> str:
        return self._with_values("upgrade", values, options)

    def rollback(self) -> str:
        """Go back to the revision before this one."""
        return self._run("rollback", self.name, *WAIT)

    def test(self) -> str:
        return self._run("test", self.name, WAIT[1])

    def uninstall(self) -> str:
        return self._run("uninstall", self.name, *WAIT)

    def sent(self) -> list[Manifest]:
        """The objects as Helm has sent them, but for the pod of `helm test`."""
        return [each for each in yaml.safe_load_all(self._run("get", "manifest", self.name)) if each]

    @property
    def workload(self) -> Manifest:
        (found,) = self.own("statefulsets,deployments")
        return found

    @property
    def replicas(self) -> int:
        return int(self.workload["spec"]["replicas"])

    @property
    def agents(self) -> list[Manifest]:
        """The pods that are not on their way out."""
        pods = self.own("pods", ",app.kubernetes.io/name=api-error-agent")
        return [each for each in pods if "deletionTimestamp" not in each["metadata"]]

    @property
    def ready(self) -> list[str]:
        """The names of the agents that are ready."""
        return sorted(each["metadata"]["name"] for each in self.agents if _ready(each))

    @property
    def images(self) -> set[str]:
        return {each["spec"]["containers"][0]["image"] for each in self.agents}

    def scale(self, replicas: int) -> None:
        """Scale through the subresource, which is what an autoscaler writes too, and wait for the agents."""
        workload = self.workload
        self.kubectl(
            "scale", workload["kind"].lower(), workload["metadata"]["name"], f"--replicas={replicas}"
        )
        self.wait_for(replicas)

    def wait_for(self, agents: int) -> None:
        until(lambda: len(self.ready) == agents, PATIENCE, f"not {agents} agents", every=0.2)

    def own(self, kinds: str, more: str = "") -> list[Manifest]:
        """Find the objects of *kinds* with the release's label."""
        selector = f"app.kubernetes.io/instance={self.name}{more}"
        return self.cluster.find(kinds, self.namespace, selector)

    def kubectl(self, *arguments: str, given: str = "") -> None:
        """Run kubectl in the namespace; it is printed too."""
        print(f"\n    {shlex.join(['kubectl', *arguments])}", end=" ", flush=True)
        self.cluster.kubectl(*arguments, f"--namespace={self.namespace}", given=given)

    def _with_values(self, verb: str, values: tuple[Values, ...], options: tuple[str, ...]) -> str:
        given = [word for each in (DEFAULT, *values) for word in _option(each)]
        return self._run(verb, self.name, str(CHART), *given, *options)

    def _run(self, *arguments: str) -> str:
        program = "helm" if self.major == 4 else "helm3"
        shown = shlex.join([program, *arguments]).replace(f"{ROOT}/", "")
        print(f"\n    {shown}", end=" ", flush=True)
        begun = time.monotonic()
        try:
            return helm.helm(
                *arguments,
                f"--namespace={self.namespace}",
                major=self.major,
                timeout=PATIENCE + 30,
                **self.cluster.environ,
            )
        finally:
            print(f" ({time.monotonic() - begun:.1f} s)", end=" ", flush=True)


def left_behind(cluster: Cluster, before: set[str]) -> set[str]:
    """What there is beside what was *before*, when the controllers have had their time."""
    with contextlib.suppress(TimeoutError):
        until(lambda: not cluster.everything() - before, PATIENCE, "something is left behind", every=1)
    return cluster.everything() - before


def _option(values: Values) -> tuple[str, str]:
    return ("-f", str(values)) if isinstance(values, Path) else ("--set", values)


def _ready(pod: Manifest) -> bool:
    conditions = pod["status"].get("conditions", [])
    return any(each["type"] == "Ready" and each["status"] == "True" for each in conditions)
