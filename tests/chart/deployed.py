"""The agent run as its pod would run it: the same arguments, with the same files from the same volumes."""

import ssl
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.chart.rendering import Manifest, container, only, pod, render, settings
from tests.tools.agent import Agent
from tests.tools.cache import ROOT

HOME = "/etc/api-error-agent"

Values = Sequence[dict[str, Any] | Path]
Secrets = Mapping[str, Mapping[str, str]]
"""What Secrets and ConfigMaps hold, by name and key."""


class Deployed(Agent):
    """An agent with what the chart makes of *values*; of them only broker and port are the test's own."""

    def __init__(
        self,
        values: Values,
        bootstrap: str,
        secrets: Secrets,
        *,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        super().__init__(bootstrap, "api-responses", tls=tls)
        port = self.address.rpartition(":")[2]
        own = {
            "kafka": {"bootstrapServers": bootstrap},
            "agent": {"web": {"listen_address": f"0.0.0.0:{port}"}, "kafka": {"start": "earliest"}},
        }
        self.manifests = render(*values, own)
        mounted(self.manifests, secrets, self._home)

    def test(self) -> subprocess.CompletedProcess[str]:
        """Do what `helm test` does."""
        (check,) = only(self.manifests, "Pod")["spec"]["containers"]
        command = self._here(check["args"])
        return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=False)

    def _command(self) -> Sequence[str]:
        return self._here(container(self.manifests)["args"])

    def _here(self, arguments: Sequence[str]) -> list[str]:
        return [sys.executable, "-m", "agent", *(each.replace(HOME, str(self._home)) for each in arguments)]

    @property
    def _home(self) -> Path:
        return self.folder / "etc"


def mounted(manifests: list[Manifest], secrets: Secrets, home: Path) -> Path:
    """Lay the agent's files under *home*, which stands for the folder of that name in the container."""
    volumes = {volume["name"]: volume for volume in pod(manifests)["volumes"]}
    for mount in container(manifests)["volumeMounts"]:
        if mount["mountPath"].startswith(HOME):
            folder = Path(mount["mountPath"].replace(HOME, str(home)))
            folder.mkdir(parents=True)
            for name, text in _files(volumes[mount["name"]], manifests, secrets).items():
                (folder / name).write_text(text.replace(HOME, str(home)))
    return home


def _files(volume: Manifest, manifests: list[Manifest], secrets: Secrets) -> dict[str, str]:
    if "configMap" in volume:
        return {"config.yaml": settings(manifests)}
    found = {}
    for source in volume["projected"]["sources"]:
        ((_, origin),) = source.items()
        held = secrets[origin["name"]]
        for item in origin.get("items", [{"key": key, "path": key} for key in held]):
            found[item["path"]] = held[item["key"]]
    return found
