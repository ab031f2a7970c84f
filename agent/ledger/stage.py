"""What one partition has counted and not every scraper has been shown, in the order of its offsets."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from agent.metrics.delta import Batch, Delta, Series, add

_MOST_IN_FLIGHT = 256  # pages without a commit


@dataclass(slots=True, eq=False)
class Pile:
    """The counts of neighbouring records.

    Attributes:
        records: How many they are.

        since: When the first of them was counted, in unix seconds.

        end: Offset after the last of them; None while there is none.

        page: The first page that showed its new series as 0; None while no page has.
    """

    delta: Delta = field(default_factory=dict)
    records: int = 0
    since: float | None = None
    end: int | None = None
    page: int | None = None

    def put(self, batch: Batch) -> None:
        """Add what comes next in the partition."""
        self._join(batch.delta, batch.records, batch.counted_at, batch.next_offset)

    def join(self, later: "Pile") -> None:
        """Add the pile that comes next in the partition, which is thereby used up."""
        if self.end is None:
            self.delta = later.delta
            self.records, self.since, self.end = later.records, later.since, later.end
        elif later.end is not None:
            self._join(later.delta, later.records, later.since, later.end)

    def _join(self, delta: Delta, records: int, since: float | None, end: int) -> None:
        add(self.delta, delta)
        self.records += records
        self.end = end
        if since is not None:
            self.since = since if self.since is None else min(self.since, since)


def joined(piles: Iterable[Pile]) -> Pile:
    """Piles that follow each other, as one."""
    whole = Pile()
    for pile in piles:
        whole.join(pile)
    return whole


class Stage:
    """One partition between two commits: committed <= acknowledged <= shown <= counted.

    A series that some scraper has not had on a page is first shown as 0, else increase() never sees
    its first event and a restart can hide a counter reset. Until that 0 was delivered, its counts
    and all that come after them in the partition are held, so that offsets stay contiguous. What is
    held when a page is printed waits for that page alone: later news never starve it.

    Args:
        offset: Of the first record that will be counted.

    Attributes:
        counted: Offset after the last record counted.

        shown: Offset up to which counts are on pages.

        acknowledged: Offset up to which every scraper has had them.

        committed: Offset that the broker has confirmed.

        in_doubt: Whether a commit was left without an answer: it may have been accepted.
    """

    def __init__(self, offset: int) -> None:
        self.counted = self.shown = self.acknowledged = self.committed = offset
        self.in_doubt = False
        self._flight: deque[Pile] = deque()  # shown and not yet committed
        self._taken = Pile()  # waits for proof that the partition is ours
        self._ready = Pile()
        self._held: deque[Pile] = deque()

    # --- counting ---------------------------------------------------------------------------------

    def put(self, batch: Batch, seen: set[Series]) -> None:
        """Add what a batch counted; *seen* are the series that every scraper has had."""
        if not self._held and seen.issuperset(batch.delta):
            self._ready.put(batch)
        else:
            self._open().put(batch)
        self.counted = batch.next_offset

    def _open(self) -> Pile:
        """The held pile that still grows."""
        if not self._held or self._held[-1].page is not None:
            self._held.append(Pile())
        return self._held[-1]

    # --- showing ----------------------------------------------------------------------------------

    def take(self, seen: set[Series]) -> bool:
        """Set aside what a page may show once the partition is proven ours; whether there is anything."""
        while self._held and seen.issuperset(self._held[0].delta):
            self._ready.join(self._held.popleft())
        self._taken.join(self._ready)
        self._ready = Pile()
        return self._taken.end is not None

    def take_all(self) -> int:
        """Set aside all that is counted, seen or not; the offset after it."""
        self._taken = joined((self._taken, self._ready, *self._held))
        self._ready = Pile()
        self._held.clear()
        return self.counted

    def show(self) -> Pile:
        """Give what was taken to a page."""
        taken, self._taken = self._taken, Pile()
        if taken.end is not None:
            self.shown = taken.end
            self._flight.append(taken)
            self._bound_flight()
        return taken

    def _bound_flight(self) -> None:
        """Where no commit is answered for hours, the oldest pages become one."""
        if len(self._flight) > _MOST_IN_FLIGHT:
            first, second = self._flight.popleft(), self._flight.popleft()
            self._flight.appendleft(joined((first, second)))

    def put_back(self, seen: set[Series]) -> None:
        """Undo take() or take_all()."""
        taken, self._taken = self._taken, Pile()
        if seen.issuperset(taken.delta):
            self._ready = joined((taken, self._ready))
        else:
            self._held.appendleft(joined((taken, self._ready)))
            self._ready = Pile()

    def news(self) -> Iterator[Series]:
        """Series that wait for their 0 to be delivered, with those that wait behind them."""
        for pile in self._held:
            yield from pile.delta

    def printed(self, page: int) -> None:
        """Note that page *page* shows as 0 what is held and new."""
        for pile in self._held:
            pile.page = page if pile.page is None else pile.page

    # --- committing -------------------------------------------------------------------------------

    def confirm(self, offset: int) -> Pile:
        """Note that the broker has *offset*. The answer is what was committed without having been shown."""
        self.committed, self.in_doubt = offset, False
        self.acknowledged = max(self.acknowledged, min(offset, self.shown))
        while self._flight and (self._flight[0].end or 0) <= offset:
            self._flight.popleft()
        unshown, end = Pile(), self._taken.end
        if end is not None and end <= offset:
            unshown, self._taken = self._taken, unshown
            self.shown = self.acknowledged = end
        return unshown

    def undo(self) -> Pile:
        """What is shown and not committed goes back to the stage; the answer is what that was.

        Nothing is undone after a commit without an answer: it may be committed.
        """
        if self.in_doubt:
            return Pile()
        undone = joined(self._flight)
        shown = Pile(dict(undone.delta), undone.records)  # joined() goes on with the other
        self._flight.clear()
        self._ready = joined((undone, self._ready))
        self.shown = self.acknowledged = self.committed
        return shown

    # --- looking ----------------------------------------------------------------------------------

    @property
    def unshown(self) -> tuple[Pile, ...]:
        """All that was counted and is on no page."""
        return (self._taken, self._ready, *self._held)


class Loose:
    """Counts that are the process's, whoever reads on: they are committed, or nobody can read them again."""

    def __init__(self) -> None:
        self._fresh = Pile()
        self._held = Pile()  # left when the page before was printed, as some scraper had not had its 0

    def put(self, batch: Batch) -> None:
        """Add what a batch counted."""
        self._fresh.put(batch)

    def adopt(self, pile: Pile) -> None:
        """Add a pile, which is thereby used up."""
        self._fresh.join(pile)

    def take(self, seen: set[Series]) -> Delta:
        """Give up what a page may show. A new series waits for its own 0 only: no offset depends on it."""
        fresh, held = self._fresh, self._held
        is_stuck = not seen.issuperset(held.delta)
        since, whole = fresh.since, joined((held, fresh))
        self._fresh = Pile()
        rest = {series: numbers for series, numbers in whole.delta.items() if series not in seen}
        if not rest:
            self._held = Pile()
            return whole.delta
        self._held = Pile(rest, whole.records, whole.since if is_stuck else since, whole.end)
        return {series: numbers for series, numbers in whole.delta.items() if series in seen}

    def news(self) -> Iterator[Series]:
        """Series that may wait for their 0 to be delivered."""
        for pile in self.unshown:
            yield from pile.delta

    @property
    def unshown(self) -> tuple[Pile, ...]:
        return (self._held, self._fresh)
