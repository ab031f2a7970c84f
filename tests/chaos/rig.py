"""What every run is made on: a topic under load, groups that count it, and Prometheus servers."""

import time
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from typing import Any, Self

from confluent_kafka import Consumer, KafkaException, TopicPartition

from tests.chaos import groups
from tests.chaos.commits import Commit, read
from tests.chaos.evaluation import Key
from tests.chaos.groups import Group
from tests.chaos.load import RATE, Load
from tests.chaos.topic import ends, read_back, reader
from tests.chaos.verdict import Scraped, Verdict, judge
from tests.tools.prometheus import Prometheus, scrape_config

SETTLED_WITHIN = 60.0  # seconds after the last fault
NAIVE_WITHIN = 30.0  # seconds more for those who promise nothing


class Rig:
    """Used as a context manager; whatever it has started ends with it."""

    def __init__(self, bootstrap: str, topic: str, seed: int, *, rate: float = RATE, batch: int = 1) -> None:
        self.bootstrap, self.topic, self.seed = bootstrap, topic, seed
        self.load = Load(bootstrap, topic, seed, rate, batch)
        self.groups: list[Group] = []
        self._stack = ExitStack()
        self._begun = time.time()
        self._reader = reader(bootstrap)
        self._readers: dict[str, Consumer] = {}
        self._truth: Mapping[Key, int] = {}
        self._commits: list[Commit] = []

    def __enter__(self) -> Self:
        self._stack.callback(self._reader.close)
        self._stack.callback(self.load.stop, 5.0)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def agents(
        self, name: str, commit: Mapping[str, Any] = groups.EXACT, count: int = 2, **settings: Any
    ) -> Group:
        """A group of agents, not yet launched."""
        group = groups.agents(self._stack, name, self.bootstrap, self.topic, commit, count, **settings)
        return self._added(group)

    def naive(self) -> Group:
        return self._added(groups.naive(self._stack, self.bootstrap, self.topic))

    def prometheus(self, *only: Group, interval: str = "1s", replica: str = "0", **job: Any) -> Prometheus:
        """A server that scrapes all groups, or these only; keywords go into the scrape configuration.

        The name of the replica decides when within an interval it scrapes which target.
        """
        targets = {group.name: group.addresses for group in only or self.groups}
        config = scrape_config(targets, interval=interval, **job)
        config["global"]["external_labels"] = {"replica": replica}
        return self._stack.enter_context(Prometheus(config, flags=()))

    def revive(self) -> None:
        """Start what has ended by itself."""
        for group in self.groups:
            for member in group.members:
                member.revive()

    def wait_for(self, condition: Callable[[], object], within: float) -> float:
        """Wait for *condition*, reviving members; give the seconds it took, more than *within* if in vain."""
        begun = time.monotonic()
        while (took := time.monotonic() - begun) <= within and not condition():
            self.revive()
            time.sleep(0.2)
        return took

    def wait_joined(self, within: float = 60.0) -> None:
        """Wait until every group has counted something of each partition and committed it."""
        took = self.wait_for(lambda: all(self._committed(group) for group in self.groups), within)
        if took > within:
            raise TimeoutError(f"not all groups had joined after {within:g} s: {self.where()}")

    def finish(self, *proms: Prometheus) -> None:
        """End the load, and see to it that everything is counted and seen.

        Raises:
            TimeoutError: If something was still behind after a minute.
        """
        self.load.stop()
        if self.load.failures:
            raise RuntimeError(f"the load failed: {self.load.failures[:3]}")
        if self.settle(*proms) > SETTLED_WITHIN:
            raise TimeoutError(f"behind after {SETTLED_WITHIN:g} s: {self.where()}")

    def settle(self, *proms: Prometheus) -> float:
        """Load is over, faults are over: give the seconds until no agent is behind, without a hand."""
        end = ends(self._reader, self.topic)

        def behind() -> list[Group]:
            return [group for group in self.groups if self._committed(group) != end]

        def is_settled() -> bool:
            return not any(it.is_agent for it in behind()) and not any(self._lag(prom) for prom in proms)

        took = self.wait_for(is_settled, SETTLED_WITHIN)
        self.wait_for(lambda: not behind(), NAIVE_WITHIN)
        return took

    def where(self) -> str:
        """Ends of the log and committed offsets, for a message."""
        stand = {group.name: list(self._committed(group).values()) for group in self.groups}
        return f"log ends {list(ends(self._reader, self.topic).values())}, committed {stand}"

    def verdict(self, group: Group, prom: Prometheus, scrapers: int = 1) -> Verdict:
        """Hold what *prom*, one of so many scrapers, has seen of *group* against the topic."""
        if not self._truth:
            self._truth = read_back(self._reader, self.topic)
            self._commits = list(read(self._reader))
        commits = [commit for commit in self._commits if commit.group == group.group_id]
        return judge(group, Scraped(prom, group, self._begun), self._truth, commits, scrapers)

    # --- where Kafka says that all stand ------------------------------------------------------------------

    def _committed(self, group: Group) -> dict[int, int]:
        """Committed offset of each partition; empty unless each has one."""
        looking = self._readers[group.group_id]
        try:
            numbers = looking.list_topics(self.topic, timeout=5).topics[self.topic].partitions
            parts = looking.committed([TopicPartition(self.topic, number) for number in numbers], timeout=5)
        except KafkaException:
            return {}
        found = {part.partition: part.offset for part in parts}
        return found if all(offset >= 0 for offset in found.values()) else {}

    @staticmethod
    def _lag(prom: Prometheus) -> float:
        return sum(sample["value"] for sample in prom.query("api_error_agent_lag_records"))

    def _added(self, group: Group) -> Group:
        self.groups.append(group)
        self._readers[group.group_id] = reader(self.bootstrap, group.group_id)
        self._stack.callback(self._readers[group.group_id].close)
        return group
