"""A Prometheus filled by real agents: the demo's scenario, trouble, and the alerts that they set off.

Two agents of one job, as two pods of one release. Alerts wait seconds instead of minutes.
"""

import asyncio
import ssl
import tempfile
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from threading import Thread
from typing import NamedTuple

import yaml

from grafana.src.tokens import defaults, render
from tests.boards.traffic import MAX_BYTES, SECONDS, Trouble, play_scenario
from tests.kafka import damage
from tests.tools import certificates
from tests.tools.agent import Agent
from tests.tools.embedded import Embedded
from tests.tools.process import Server, until
from tests.tools.prometheus import Prometheus, scrape_config

TOPICS = ("api-responses", "api-responses-legacy")
JOB = "api-error-agent"
NAMESPACE = "ai-gateway"
WEB_FOLDER = "/etc/api-error-agent/web"

PAUSED_FOR = 7.5  # seconds; longer than a session, so that the group is formed anew
UNSEEN, UNSCRAPED_FOR = 2, 3.5  # seconds; so long nobody scrapes, and what is counted is committed unseen
# Seconds. So long no broker answers: counts are shown without proof, and the client is built anew.
UNFENCED, STALL, UNANSWERED_FOR = 1, 2, 5.5
SOMEBODY_ELSE = "127.0.0.2"
NONE_WAITS = "\napi_error_agent_waiting_records 0.0\n"

SHORT = {"interval": "1s", "window": "8s", "over_window": "4s", "quiet_window": "30s"}


def short_tokens() -> dict[str, str]:
    """The tokens of rules that fire and clear within seconds; those about the agent keep their patience."""
    waits = {name: "2s" for name in defaults() if name.endswith("_for") and not name.startswith("agent_")}
    return waits | {name: "4s" for name in waits if name.endswith("keep_firing_for")} | SHORT


class Recorded(NamedTuple):
    """A Prometheus that has seen it all, and when the scenario began and ended in unix seconds."""

    prom: Prometheus
    begin: float
    end: float


@contextmanager
def recorded() -> Iterator[Recorded]:
    """Play both topics to both agents, under the eyes of a Prometheus."""
    with Embedded() as broker:
        for topic in TOPICS:
            broker.create_topic(topic)
        with ExitStack() as stack:
            folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
            first = stack.enter_context(Agent(broker.bootstrap, TOPICS[0]))
            second = stack.enter_context(troubled(broker.bootstrap, folder))
            prom = stack.enter_context(Prometheus())
            _watch(prom, first, second)
            begin = time.time()
            _play(broker, prom, second)
            yield Recorded(prom, begin, time.time())


def troubled(bootstrap: str, folder: Path) -> Agent:
    """An agent with less room and patience than are needed here, and with a TLS endpoint."""
    certs = certificates.ensure()
    tls = {"cert_file": str(certs / "broker.crt"), "key_file": str(certs / "broker.key")}
    web = folder / "web.yaml"
    web.write_text(yaml.safe_dump({"tls_server_config": tls}))
    return Agent(
        bootstrap,
        TOPICS[1],
        tls=ssl.create_default_context(cafile=str(certs / "ca.pem")),
        web={"config_file": str(web)},
        kafka={"stall_seconds": STALL},
        commit={"max_uncommitted_seconds": UNSEEN, "unfenced_after_seconds": UNFENCED},
        events={"max_bytes": MAX_BYTES, "only": ["path != /healthz"]},
        labels={"budgets": {"path": 20}, "extra": ["model", "tenant"]},
    )


def _watch(prom: Prometheus, *agents: Agent) -> None:
    rules = prom.folder / "rules.yaml"
    rules.write_text(render(short_tokens()))
    labels = [
        *(_relabel(agent, "pod", f"{JOB}-{number}") for number, agent in enumerate(agents)),
        *(_relabel(agent, "__scheme__", agent.url.partition(":")[0]) for agent in agents),
        {"source_labels": ["pod"], "target_label": "instance", "replacement": "$1:9464"},
        {"target_label": "namespace", "replacement": NAMESPACE},
    ]
    files = {
        "source_labels": ["file"],
        "regex": ".+/(.+)",
        "target_label": "file",
        "replacement": f"{WEB_FOLDER}/$1",
    }
    config = scrape_config(
        {JOB: [agent.address for agent in agents]},
        rules=[rules],
        relabel_configs=labels,
        metric_relabel_configs=[files],
        tls_config={"ca_file": str(certificates.ensure() / "ca.pem")},
    )
    prom.reload(config)
    prom.wait_until(lambda it: len(it.query(f'up{{job="{JOB}"}} == 1')) == len(agents))


def _relabel(agent: Agent, label: str, value: str) -> dict[str, object]:
    return {
        "source_labels": ["__address__"],
        "regex": agent.address,
        "target_label": label,
        "replacement": value,
    }


def _play(broker: Embedded, prom: Prometheus, second: Agent) -> None:
    """Play both topics at once; the second one, and its agent, meet every trouble there is."""
    scenario = Thread(target=play_scenario, args=(broker.bootstrap, TOPICS[0]), daemon=True)
    with Trouble(broker.bootstrap, TOPICS[1]):
        scenario.start()
        asyncio.run(damage.write(broker.bootstrap, TOPICS[1], damage.corrupt(damage.batch([b"lost"]))))
        time.sleep(1)
        _pause(prom, UNSCRAPED_FOR)
        time.sleep(1.5)  # by now the budget of paths is used up: no series is new any more, and none waits
        # A second scraper comes once. What is shown from now on is committed only when it has had that too;
        # before it has, the group gives the partitions away.
        second.scrape_from(SOMEBODY_ELSE)
        time.sleep(1.5)
        _pause(second, PAUSED_FOR)
        until(lambda: NONE_WAITS not in second.page({}), 10, "the agent counts nothing", every=0.01)
        _pause(broker, UNANSWERED_FOR)
        second.restart()
        scenario.join(2 * SECONDS)
        time.sleep(5)  # all of it is scraped, and lies before the last point of a graph


def _pause(server: Server, seconds: float) -> None:
    """Stop a server for some time, and let it catch up."""
    server.pause()
    time.sleep(seconds)
    server.resume()
    time.sleep(2)
