"""What one partition has counted and no scrape has shown yet."""

from agent.metrics.delta import Batch, Delta, Series, add


class Pile:
    """Counts, how many records they come from, and when the first of them was counted, in unix seconds."""

    def __init__(self) -> None:
        self.delta: Delta = {}
        self.records = 0
        self.since: float | None = None

    def put(self, delta: Delta, records: int, since: float | None) -> None:
        add(self.delta, delta)
        self.records += records
        if since is not None:
            self.since = since if self.since is None else min(self.since, since)

    def move_to(self, other: "Pile") -> None:
        other.put(self.delta, self.records, self.since)
        self.delta, self.records, self.since = {}, 0, None


class Stage:
    """The counts of one partition on their way to the page.

    A series that no scrape has seen is first shown as 0, else increase() never sees its first
    event and a restart can hide a counter reset. Until that 0 was delivered, its counts and all
    that come after them in the partition wait, so that offsets stay contiguous.

    Attributes:
        counted: Offset after the last record counted; None before the first.
    """

    def __init__(self) -> None:
        self.counted: int | None = None
        self._ready = Pile()
        self._announced = Pile()
        self._held = Pile()

    @property
    def piles(self) -> tuple[Pile, Pile, Pile]:
        """All that was counted and is not shown."""
        return self._ready, self._announced, self._held

    @property
    def held(self) -> set[Series]:
        """Series that wait for their 0 to be seen, with those that wait behind them."""
        return self._announced.delta.keys() | self._held.delta.keys()

    def put(self, batch: Batch, seen: set[Series]) -> None:
        """Add what a batch counted; *seen* are the series that a scrape has seen."""
        must_wait = bool(self.held) or not seen.issuperset(batch.delta)
        pile = self._held if must_wait else self._ready
        pile.put(batch.delta, batch.records, batch.counted_at)
        self.counted = batch.next_offset

    def adopt(self, other: "Stage", seen: set[Series]) -> None:
        """Take over what *other* has not shown."""
        for pile in other.piles:
            is_new = not seen.issuperset(pile.delta)
            pile.move_to(self._held if is_new else self._ready)

    def take(self) -> Pile:
        """Give up what may be shown now."""
        taken, self._ready = self._ready, Pile()
        return taken

    def announce(self) -> set[Series]:
        """Name the series to show as 0 in the page under way; what is held for others joins them."""
        self._held.move_to(self._announced)
        return set(self._announced.delta)

    def release(self, seen: set[Series]) -> None:
        """Let go what was announced, as its zeros were delivered; and what is held, if all in it was seen."""
        self._announced.move_to(self._ready)
        if seen.issuperset(self._held.delta):
            self._held.move_to(self._ready)
