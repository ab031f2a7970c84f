"""A world for the ledger: a log, a consumer group, agents that hold a ledger each, and scrapers.

The group answers commits as Apache Kafka does. Scrapers add up increases as Prometheus does: the first
sample of a series is where they start from, and a value that went down started again from 0.
"""

from collections import Counter
from dataclasses import dataclass, field

from agent.ledger.ledger import Ledger
from agent.ledger.values import Offsets, Page, Partition
from agent.metrics import catalogue
from agent.metrics.delta import Batch, Series

PARTITIONS: tuple[Partition, ...] = (("events", 0), ("events", 1), ("events", 2))
SERIES = tuple(Series(catalogue.INVALID_EVENTS, (f"series-{number}",), 1) for number in range(8))
NOW = 0.0  # nobody grows old here: scrapers that stay away have a test of their own


@dataclass
class Sent:
    """A page on its way, as it was when it was rendered."""

    page: Page
    scraper: str
    values: dict[Series, float]


@dataclass
class Agent:
    """One process. Its name is its address: a successor takes it over.

    Attributes:
        offsets: What it may commit and has not sent yet, with the assignment in which that was said.

        at_risk: By scraper, events that a revoke has committed and the scraper has not had.

        had: By scraper, the sum of the last page that it has had of this process.
    """

    name: str
    ledger: Ledger
    generation: int = 0
    assignment: int = 0
    positions: Offsets = field(default_factory=dict)
    probe: Offsets | None = None
    is_proven: bool = False
    pages: list[Sent] = field(default_factory=list)
    offsets: tuple[int, Offsets] | None = None
    at_risk: Counter[str] = field(default_factory=Counter)
    had: Counter[str] = field(default_factory=Counter)

    def flying(self, partition: Partition) -> int:
        """Records of a partition that are shown and not confirmed as committed."""
        stage = (self.ledger._left | self.ledger._stages).get(partition)
        return sum(pile.records for pile in stage._flight) if stage else 0


class World:
    """All of it.

    Args:
        has_epochs: Whether a commit is sent only in the assignment in which it was said.

    Attributes:
        over: Most that may be counted twice, by the faults so far.

        under: By scraper, most that may be missed.
    """

    def __init__(self, ledger: type[Ledger], *, scrapers: int, has_epochs: bool = True) -> None:
        self._ledger = ledger
        self._has_epochs = has_epochs
        self.log: dict[Partition, list[Series]] = {partition: [] for partition in PARTITIONS}
        self.committed: Offsets = dict.fromkeys(PARTITIONS, 0)
        self.owners: dict[Partition, tuple[str, int]] = {}
        self.generation = 0
        self.scrapers = [f"scraper-{number}" for number in range(scrapers)]
        self.note = f"scrapers={scrapers}/60.0"
        self.samples: dict[tuple[str, str], dict[Series, float]] = {}
        self.increases: dict[str, Counter[Series]] = {name: Counter() for name in self.scrapers}
        self.over = 0
        self.under: Counter[str] = Counter()
        self.agents = {name: self._process(name) for name in ("a", "b")}
        self.rebalance()
        for name in self.agents:
            for scraper in self.scrapers:
                self.scrape(name, scraper)

    def _process(self, name: str) -> Agent:
        return Agent(name, self._ledger())

    # --- the log and the group --------------------------------------------------------------------

    def produce(self, partition: Partition, series: Series, count: int) -> None:
        self.log[partition] += [series] * count

    def poll(self, agent: Agent, partition: Partition, count: int) -> None:
        start = agent.positions[partition]
        records = self.log[partition][start : start + count]
        if records:
            delta = {series: [float(n)] for series, n in Counter(records).items()}
            agent.positions[partition] = start + len(records)
            agent.ledger.stage(partition, Batch(delta, len(records), start + len(records), NOW))

    def _is_accepted(self, agent: Agent, offsets: Offsets) -> bool:
        return all(self.owners.get(partition) == (agent.name, agent.generation) for partition in offsets)

    def commit(self, agent: Agent, offsets: Offsets, fate: str) -> bool:
        """Send a commit; whether it was accepted, as far as the agent knows.

        Args:
            fate: answered, or unanswered, or unheard: then it does not even arrive.
        """
        if not offsets:
            return True
        is_accepted = fate != "unheard" and self._is_accepted(agent, offsets)
        if is_accepted:
            for partition, offset in offsets.items():
                assert offset >= self.committed[partition], "an offset went back"
                self.committed[partition] = offset
            self.note = agent.ledger.note or self.note
        if fate != "answered":
            agent.ledger.unanswered(offsets)
        elif is_accepted:
            agent.ledger.committed(offsets)
        else:
            agent.ledger.refused(offsets)
        return fate == "answered" and is_accepted

    def kick(self, agent: Agent) -> None:
        """Take an agent's partitions away; it does not know."""
        for partition in [it for it, owner in self.owners.items() if owner[0] == agent.name]:
            self.over += agent.flying(partition)
            del self.owners[partition]

    def crash(self, name: str) -> None:
        """A process dies and its successor starts; it has joined nothing yet."""
        self.kick(self.agents[name])
        self._forget(name)

    def terminate(self, name: str, fate: str) -> None:
        """A process ends in order."""
        agent = self.agents[name]
        self.commit(agent, agent.ledger.revoke(leaving=True), fate)
        self.kick(agent)
        self._forget(name)

    def _forget(self, name: str) -> None:
        self.under += self.agents[name].at_risk
        self.agents[name] = self._process(name)

    def rebalance(self, fate: str = "answered", turn: int = 0) -> None:
        """All agents let go and join; partitions are dealt anew, in one of two ways."""
        for agent in self.agents.values():
            self.revoke(agent, fate)
        self.generation += 1
        members = [self.agents[name] for name in sorted(self.agents)]
        for agent in members:
            agent.generation = self.generation
            agent.assignment += 1
            agent.ledger.assign()
            agent.positions.clear()
        for number, partition in enumerate(PARTITIONS):
            agent = members[(number + turn) % len(members)]
            self.owners[partition] = (agent.name, self.generation)
            start = max(self.committed[partition], agent.ledger.kept(partition) or 0)
            self.committed[partition] = start
            agent.ledger.start(partition, start, self.note, NOW)
            agent.positions[partition] = start

    def revoke(self, agent: Agent, fate: str) -> None:
        self.commit(agent, agent.ledger.revoke(leaving=False), fate)
        self.kick(agent)
        agent.positions.clear()
        for scraper in self.scrapers:
            agent.at_risk[scraper] = max(agent.at_risk[scraper], self._unseen(agent, scraper))

    def _unseen(self, agent: Agent, scraper: str) -> int:
        """Events that an agent shows and a scraper has not had."""
        shown = sum(numbers[0] for numbers in agent.ledger._board.values.values())
        return int(shown) - agent.had[scraper]

    # --- scrapes ------------------------------------------------------------------------------------

    def begin(self, agent: Agent, scraper: str, fate: str) -> None:
        """Probe, and render what may be shown."""
        is_proven = self.commit(agent, agent.ledger.begin(scraper, NOW), fate)
        page = agent.ledger.expose(proven=is_proven)
        agent.pages.append(Sent(page, scraper, {one: it[0] for one, it in page.values.items()}))

    def arrive(self, agent: Agent, sent: Sent) -> None:
        """The scraper has the page, whether the agent knows or not; it has given up those before."""
        for other in [one for one in agent.pages if one.scraper == sent.scraper]:
            if other.page.number < sent.page.number:
                self.lose(agent, other)
        samples = self.samples.setdefault((sent.scraper, agent.name), {})
        for series, value in sent.values.items():
            before = samples.get(series, value)
            self.increases[sent.scraper][series] += int(value - before if value >= before else value)
            samples[series] = value
        agent.had[sent.scraper] = int(sum(sent.values.values()))
        agent.at_risk[sent.scraper] = min(agent.at_risk[sent.scraper], self._unseen(agent, sent.scraper))

    def lose(self, agent: Agent, sent: Sent) -> None:
        """The agent takes the page for lost."""
        if sent in agent.pages:
            agent.pages.remove(sent)
        agent.ledger.undelivered(sent.page)

    def deliver(self, agent: Agent, sent: Sent) -> None:
        """The scraper has the page, and the agent knows; what follows from it is committed later."""
        self.arrive(agent, sent)
        agent.offsets = (agent.assignment, agent.ledger.delivered(sent.page, sent.scraper, NOW))

    def settle(self, agent: Agent, fate: str) -> None:
        """Send the commit that waits."""
        assert agent.offsets is not None
        (assignment, offsets), agent.offsets = agent.offsets, None
        if assignment == agent.assignment or not self._has_epochs:
            self.commit(agent, offsets, fate)

    def scrape(self, name: str, scraper: str) -> None:
        """One scrape in which nothing goes wrong."""
        agent = self.agents[name]
        self.begin(agent, scraper, "answered")
        self.deliver(agent, agent.pages.pop())
        self.settle(agent, "answered")

    # --- what must hold -----------------------------------------------------------------------------

    def drain(self) -> None:
        """Let everything come to rest."""
        self.rebalance()
        for _ in range(8):
            for name, agent in self.agents.items():
                for partition in agent.positions:
                    self.poll(agent, partition, 1_000_000)
                for scraper in self.scrapers:
                    self.scrape(name, scraper)

    def check_order(self) -> None:
        for agent in self.agents.values():
            for stage in agent.ledger._stages.values():
                assert stage.committed <= stage.acknowledged <= stage.shown <= stage.counted

    def check_counts(self) -> None:
        truth = Counter(series for records in self.log.values() for series in records)
        for scraper, counted in self.increases.items():
            over, under = (counted - truth).total(), (truth - counted).total()
            assert over <= self.over, f"{scraper}: {over} counted twice, {self.over} explained"
            assert under <= self.under[scraper], f"{scraper}: {under} missed, {self.under[scraper]} explained"
        assert self.committed == {partition: len(records) for partition, records in self.log.items()}
