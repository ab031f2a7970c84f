"""The shipped rules with shorter windows and waits, and what a Prometheus that loads them says of agents."""

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.samples import Sample

from grafana.src.tokens import defaults
from tests.rules.test_alertmanager import EXAMPLE
from tests.tools.agent import Agent
from tests.tools.prometheus import Prometheus

FACTOR = 40
SHORTEST = 5  # seconds of a window: a few scrapes
UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86_400}
SECONDS = ("agent_lagging_seconds", "agent_lagging_critical_seconds", "agent_not_committing_seconds")
"""Numbers of seconds with which a rule compares what an agent says of itself."""


def impatient() -> dict[str, str]:
    """Every duration of the rules, and every number of seconds that an agent may be late, shorter."""
    return shortened() | {name: f"{float(defaults()[name]) / FACTOR:g}" for name in SECONDS}


def shortened() -> dict[str, str]:
    """Every duration of the rules, shorter by the factor."""
    found = {}
    for name, value in defaults().items():
        match = re.fullmatch(r"(\d+)([smhd])", str(value))
        if match and match[1] != "0":
            seconds = round(int(match[1]) * UNITS[match[2]] / FACTOR)
            found[name] = f"{max(SHORTEST if name.endswith('window') else 1, seconds)}s"
    return found


def jobs(agents: Mapping[str, Agent], interval: str = "1s") -> list[dict[str, Any]]:
    """Scrape configurations: each agent is a job of its own, as a release is."""
    times = {"scrape_interval": interval, "scrape_timeout": interval}
    return [
        {"job_name": name, "static_configs": [{"targets": [agent.address]}], **times}
        for name, agent in agents.items()
    ]


def configuration(rules: Path, *scraped: Sequence[Mapping[str, Any]]) -> dict[str, Any]:
    every = [dict(job) for part in scraped for job in part]
    return {"global": {"evaluation_interval": "1s"}, "rule_files": [str(rules)], "scrape_configs": every}


def routed_to(webhook: str) -> dict[str, Any]:
    """The example configuration with its routes and inhibitions, and a webhook behind every receiver."""
    config: dict[str, Any] = yaml.safe_load(EXAMPLE.read_text())
    config["global"] = {"resolve_timeout": "5s"}
    config["route"] |= {"group_wait": "0s", "group_interval": "1s"}
    config["receivers"] = [
        {"name": it["name"], "webhook_configs": [{"url": webhook, "send_resolved": True}]}
        for it in config["receivers"]
    ]
    return config


def look(agent: Agent) -> list[Sample]:
    """What its page shows to somebody who is no scraper, and so moves nothing."""
    return samples_of(agent.page({}))


def samples_of(page: str) -> list[Sample]:
    return [it for family in text_string_to_metric_families(page) for it in family.samples]


def seen(agent: Agent, name: str) -> float:
    return sum(sample.value for sample in look(agent) if sample.name == name)


def total(prom: Prometheus, name: str, topic: str) -> float:
    """Give the sum of a metric of that topic, as Prometheus has it; 0 if it has none."""
    return sum(each["value"] for each in prom.query(f'{name}{{topic="{topic}"}}'))


def firing(prom: Prometheus, matcher: str) -> set[str]:
    """Names of the alerts that fire now; *matcher* is such as 'topic="t"'."""
    return {it["metric"]["alertname"] for it in prom.query(f'ALERTS{{alertstate="firing",{matcher}}}')}


def ever_fired(prom: Prometheus, matcher: str) -> set[str]:
    fired = prom.query(f'last_over_time(ALERTS{{alertstate="firing",{matcher}}}[1h])')
    return {it["metric"]["alertname"] for it in fired}
