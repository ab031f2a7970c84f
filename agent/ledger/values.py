"""The words in which the ledger speaks to whoever reads records, renders pages and commits offsets."""

from typing import NamedTuple

from agent.metrics.delta import Delta

Partition = tuple[str, int]
"""A topic and the number of one of its partitions."""

Offsets = dict[Partition, int]
"""By partition, the offset of the first record that is not yet covered."""


class Page(NamedTuple):
    """What one scrape shows.

    Attributes:
        number: Pages are numbered from 1; a later page never shows less.

        values: All that is visible; not to be changed.

        merged: Records whose counts this page is the first to show.
    """

    number: int
    values: Delta
    merged: int


class Waiting(NamedTuple):
    """Records counted and not yet shown, and when the first of them was counted, in unix seconds."""

    records: int
    since: float | None
