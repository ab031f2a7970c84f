"""What pages show: numbers by series that never go down, and which series every scraper has seen."""

from collections.abc import Collection, Iterable

from agent.metrics.delta import Delta, Series, add


class Board:
    """The values of the process.

    Attributes:
        values: As the next page shows them.

        seen: Series that every scraper has had on a page, so that increase() sees what is added to them.
    """

    def __init__(self, declared: Iterable[Series] = ()) -> None:
        self.values: Delta = {}
        self.seen: set[Series] = set()
        self._new: dict[Series, int | None] = {}  # by series not yet seen, the first page that showed it
        self._owed: Delta = {}
        self.declare(declared)

    def declare(self, series: Iterable[Series]) -> None:
        """Show *series*, as 0 if they are new."""
        for one in series:
            if one not in self.values:
                self.values[one] = one.zeros()
                self._new[one] = None

    def printed(self, page: int) -> None:
        """Note that page *page* shows all that is declared."""
        for series, first in self._new.items():
            if first is None:
                self._new[series] = page

    def seen_up_to(self, page: int) -> None:
        """Note that every scraper has had page *page*, or a later one."""
        seen = [series for series, first in self._new.items() if first is not None and first <= page]
        self.seen.update(seen)
        for series in seen:
            del self._new[series]

    def add(self, delta: Delta) -> None:
        """Add *delta*, less what is owed."""
        add(self.values, self._paid(delta))

    def take_back(self, delta: Delta) -> None:
        """Owe *delta*: it was shown, and others count it too. A page cannot show less, so what comes pays."""
        add(self._owed, delta)

    def with_added(self, deltas: Collection[Delta]) -> Delta:
        """The values with *deltas* added; nothing moves."""
        values = dict(self.values)
        for delta in deltas:
            add(values, delta)
        return values

    def _paid(self, delta: Delta) -> Delta:
        """What is left of *delta* when it has paid for what was shown too often."""
        if not self._owed:
            return delta
        left = dict(delta)
        for series in self._owed.keys() & delta.keys():
            paid = [min(owed, come) for owed, come in zip(self._owed[series], delta[series], strict=True)]
            left[series] = [come - pay for come, pay in zip(delta[series], paid, strict=True)]
            rest = [owed - pay for owed, pay in zip(self._owed.pop(series), paid, strict=True)]
            if any(rest):
                self._owed[series] = rest
        return left
