"""The real agent as a child process: `api-error-agent run`, set up by environment variables alone."""

import json
import os
import sys
from collections.abc import Mapping

from agent.commands import WRONG_USE, WrongUseError
from agent.demo.child import Child, DemoError
from agent.demo.scrape import answers
from agent.settings import PREFIX, variable

_SLOWEST_START = 30.0


class Agent(Child):
    """An agent that reads *topic*.

    Attributes:
        url: Where its pages are, such as http://127.0.0.1:9464.
    """

    url = ""

    def __init__(self, bootstrap: str, topic: str, listen_address: str) -> None:
        super().__init__(
            [sys.executable, "-m", "agent.demo.leash", "run"],
            "the agent",
            environment(bootstrap, topic, listen_address),
        )
        self.wait_until(self._is_ready, _SLOWEST_START)

    def check(self) -> None:
        if self._process.poll() == WRONG_USE:
            raise WrongUseError(self.tail)
        super().check()

    def _is_ready(self) -> bool:
        refused = _told(self.said, "web.not_listening")
        if refused:
            raise DemoError(
                f"the agent cannot listen on {refused['listen_address']}: {refused['error']};"
                " give another address, such as --web.listen-address 127.0.0.1:9465"
            )
        self.url = self.url or str(_told(self.said, "web.listening").get("url", "")).removesuffix("/metrics")
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


def _told(log: str, event: str) -> Mapping[str, object]:
    """The line of the agent's log that tells an event; empty while there is none."""
    for line in log.splitlines():
        try:
            said = json.loads(line)
        except ValueError:  # not a log line, or not all of it yet
            continue
        if isinstance(said, dict) and said.get("event") == event:
            return said
    return {}
