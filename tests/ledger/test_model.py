"""The ledger against a group and scrapers that fail it in every order hypothesis can think of."""

import os
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from agent.ledger.ledger import Ledger
from agent.ledger.stage import Stage
from agent.ledger.values import Offsets, Page, Partition
from agent.metrics.delta import Batch, Series
from tests.ledger.world import NOW, PARTITIONS, SERIES, Agent, Sent, World

FATES = st.sampled_from(["answered", "answered", "unanswered", "unheard"])
FAULTS = ["crash", "kick", "terminate", "rebalance", "rebalance"]
WHICH = st.integers(0, 11)
"""Picks one of as many as there are."""


class Schedule(RuleBasedStateMachine):
    """Anything may happen in any order; what was counted is judged at the end, when all has come to rest."""

    ledger: type[Ledger] = Ledger
    has_epochs = True

    @initialize(scrapers=st.sampled_from([1, 1, 2]))
    def begin(self, scrapers: int) -> None:
        self.world = World(self.ledger, scrapers=scrapers, has_epochs=self.has_epochs)

    @property
    def agents(self) -> list[Agent]:
        return list(self.world.agents.values()) if hasattr(self, "world") else []

    def _pages(self) -> list[tuple[Agent, Sent]]:
        return [(agent, sent) for agent in self.agents for sent in agent.pages]

    def _waiting(self) -> list[Agent]:
        return [agent for agent in self.agents if agent.offsets is not None]

    @rule(partition=st.sampled_from(PARTITIONS), first=WHICH, second=WHICH, count=st.integers(1, 5))
    def work(self, partition: Partition, first: int, second: int, count: int) -> None:
        """Records come, and every agent counts some of what it takes for its own."""
        self.world.produce(partition, SERIES[first % len(SERIES)], count)
        self.world.produce(partition, SERIES[second % len(SERIES)], 1)
        for agent in self.agents:
            for own in tuple(agent.positions):
                self.world.poll(agent, own, count + 2)

    @rule(which=WHICH, fate=FATES)
    def render(self, which: int, fate: str) -> None:
        scraper = self.world.scrapers[which % len(self.world.scrapers)]
        self.world.begin(self.agents[which // 2 % 2], scraper, fate)

    @precondition(lambda self: bool(self._pages()))
    @rule(which=WHICH)
    def deliver(self, which: int) -> None:
        pages = self._pages()
        agent, sent = pages[which % len(pages)]
        agent.pages.remove(sent)
        self.world.deliver(agent, sent)

    @precondition(lambda self: bool(self._pages()))
    @rule(which=WHICH, has_arrived=st.booleans())
    def abort(self, which: int, has_arrived: bool) -> None:  # noqa: FBT001
        """A page that the agent takes for lost, and that may have arrived all the same."""
        pages = self._pages()
        agent, sent = pages[which % len(pages)]
        if has_arrived:
            self.world.arrive(agent, sent)
        self.world.lose(agent, sent)

    @precondition(lambda self: bool(self._waiting()))
    @rule(which=WHICH, fate=FATES)
    def commit(self, which: int, fate: str) -> None:
        waiting = self._waiting()
        self.world.settle(waiting[which % len(waiting)], fate)

    @rule(
        which=WHICH,
        fate=FATES,
        fault=st.sampled_from(FAULTS),
    )
    def fail(self, which: int, fate: str, fault: str) -> None:
        """A process dies, is thrown out, or ends; or the group deals its partitions anew."""
        agent = self.agents[which % 2]
        match fault:
            case "crash":
                self.world.crash(agent.name)
            case "kick":
                self.world.kick(agent)
            case "terminate":
                self.world.terminate(agent.name, fate)
            case _:
                self.world.rebalance(fate, turn=which % 3)

    @rule(which=WHICH, fate=FATES, partition=st.sampled_from(PARTITIONS))
    def rebalance_between_delivery_and_commit(self, which: int, fate: str, partition: Partition) -> None:
        agent, scraper = self.agents[which % 2], self.world.scrapers[0]
        self.world.begin(agent, scraper, "answered")
        self.work(partition, which, which, 3)
        self.world.begin(agent, scraper, fate)
        self.world.deliver(agent, agent.pages.pop(-2))
        self.world.rebalance()
        self.world.settle(agent, "answered")

    @rule(which=WHICH, fate=FATES)
    def scrape(self, which: int, fate: str) -> None:
        """A scrape that is delivered; its commit may fail."""
        agent = self.agents[which % 2]
        for scraper in self.world.scrapers:
            self.world.begin(agent, scraper, "answered")
            self.world.deliver(agent, agent.pages.pop())
        self.world.settle(agent, fate)

    @invariant()
    def offsets_are_in_order(self) -> None:
        if hasattr(self, "world"):
            self.world.check_order()

    def teardown(self) -> None:
        if hasattr(self, "world"):
            self.world.drain()
            self.world.check_counts()


SEARCH = settings(
    max_examples=int(os.environ.get("FUZZ_EXAMPLES", "300")),
    stateful_step_count=60,
    deadline=None,
    derandomize=True,
    database=None,
    suppress_health_check=list(HealthCheck),
    phases=(Phase.generate,),  # a schedule that fails is not made shorter: that takes minutes
)


def search(machine: type[Schedule]) -> None:
    run_state_machine_as_test(machine, settings=SEARCH)


def test_no_order_of_faults_loses_an_event_or_counts_one_twice_without_a_reason() -> None:
    search(Schedule)


# --- each part of it is needed: without it the search above finds a loss or a double count -------------


class NothingProven(Ledger):
    """Shows new counts without asking whether the partitions are still ours."""

    def begin(self, scraper: str, now: float) -> Offsets:
        super().begin(scraper, now)
        return {}


class CommitsAhead(Ledger):
    """Probes with the offsets that the page will show, not with those that were seen."""

    def begin(self, scraper: str, now: float) -> Offsets:
        return {partition: self._stages[partition].counted for partition in super().begin(scraper, now)}


class CommitsUnseen(Ledger):
    """Takes a page that was lost on its way for delivered."""

    def undelivered(self, page: Page) -> None:
        self.delivered(page, "scraper-0", NOW)


class ForgetsDoubt(Ledger):
    """Takes a commit without an answer for one that was refused."""

    def unanswered(self, offsets: Offsets) -> None:  # type: ignore[override]
        self.refused(offsets)


class WaitsForOne(Ledger):
    """Takes a page for seen by all scrapers when one has it."""

    def __init__(self) -> None:
        super().__init__(wait_for_all=False)


def machine(**changes: Any) -> type[Schedule]:
    return type("Mutant", (Schedule,), changes)


def show_at_once(self: Stage, batch: Batch, _seen: set[Series]) -> None:
    self._ready.put(batch)
    self.counted = batch.next_offset


MUTANTS = {
    "no probe": machine(ledger=NothingProven),
    "new offsets at the probe": machine(ledger=CommitsAhead),
    "no delivery": machine(ledger=CommitsUnseen),
    "no doubt": machine(ledger=ForgetsDoubt),
    "one of two scrapers": machine(ledger=WaitsForOne),
    "no epoch": machine(has_epochs=False),
}


@pytest.mark.parametrize("mutant", MUTANTS.values(), ids=MUTANTS)
def test_a_ledger_without_one_of_its_parts_is_found_out(mutant: type[Schedule]) -> None:
    with pytest.raises(AssertionError):
        search(mutant)


def test_a_ledger_that_shows_new_series_at_once_is_found_out(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Stage, "put", show_at_once)

    with pytest.raises(AssertionError):
        search(Schedule)
