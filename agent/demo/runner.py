"""The real agent as a child process: `api-error-agent run`, set up by environment variables alone."""

import json
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from agent.demo.child import Child
from agent.demo.scrape import answers
from agent.settings import PREFIX, variable

_SLOWEST_START = 30.0


class Agent(Child):
    """An agent that reads *topic*.

    Attributes:
        url: Where its pages are, such as http://127.0.0.1:9464.
    """

    url = ""

    def __init__(self, folder: Path, bootstrap: str, topic: str, listen_address: str) -> None:
        super().__init__(
            [sys.executable, "-m", "agent", "run"],
            folder / "agent.log",
            "the agent",
            environment(bootstrap, topic, listen_address),
        )
        self.wait_until(self._is_ready, _SLOWEST_START)

    def _is_ready(self) -> bool:
        self.url = self.url or _told_url(self.log.read_text())
        return bool(self.url) and answers(f"{self.url}/readyz")


def environment(bootstrap: str, topic: str, listen_address: str) -> Mapping[str, str]:
    """Our environment with the settings of the demo in place of the user's own."""
    inherited = {name: value for name, value in os.environ.items() if not name.startswith(PREFIX)}
    settings = {
        "kafka.bootstrap_servers": bootstrap,
        "kafka.topics": topic,
        "kafka.group_id": "api-error-agent-demo",
        "kafka.start": "earliest",
        "web.listen_address": listen_address,
        "log.format": "json",
    }
    return {**inherited, **{variable(name): value for name, value in settings.items()}}


def _told_url(log: str) -> str:
    """The address that the agent says it listens on; empty while it has not."""
    for line in log.splitlines():
        try:
            said = json.loads(line)
        except ValueError:  # not a log line, or not all of it yet
            continue
        if isinstance(said, dict) and said.get("event") == "web.listening":
            return str(said["url"]).removesuffix("/metrics")
    return ""
