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
        self._mount(secrets)

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

    def _mount(self, secrets: Secrets) -> None:
        volumes = {volume["name"]: volume for volume in pod(self.manifests)["volumes"]}
        for mount in container(self.manifests)["volumeMounts"]:
            if mount["mountPath"].startswith(HOME):
                folder = Path(mount["mountPath"].replace(HOME, str(self._home)))
                folder.mkdir(parents=True)
                self._fill(folder, volumes[mount["name"]], secrets)

    def _fill(self, folder: Path, volume: Manifest, secrets: Secrets) -> None:
        if "configMap" in volume:
            (folder / "config.yaml").write_text(settings(self.manifests).replace(HOME, str(self._home)))
            return
        for source in volume["projected"]["sources"]:
            ((_, origin),) = source.items()
            held = secrets[origin["name"]]
            for item in origin.get("items", [{"key": key, "path": key} for key in held]):
                (folder / item["path"]).write_text(held[item["key"]])
