"""What was produced beside what the agent says: by provider, status and type."""

from collections.abc import Mapping
from typing import NamedTuple

from agent.demo.scenario import Row


class Line(NamedTuple):
    """One row of the final table."""

    row: Row
    produced: int
    counted: int

    @property
    def differs(self) -> bool:
        return self.produced != self.counted


def compare(produced: Mapping[Row, int], counted: Mapping[Row, int]) -> list[Line]:
    """A line for every row that either side knows of, in the order of their labels."""
    rows = sorted({*produced, *(row for row, count in counted.items() if count)})
    return [Line(row, produced.get(row, 0), counted.get(row, 0)) for row in rows]


def complaints(lines: list[Line]) -> list[str]:
    """A sentence for every row whose numbers differ; none means that every count is exact."""
    return [
        f"{' '.join(row)}: produced {produced:,}, counted {counted:,}"
        for row, produced, counted in lines
        if produced != counted
    ]
