"""Where the demo is shown: a live view on a terminal, a line for each phase anywhere else."""

from collections import Counter
from types import TracebackType
from typing import Protocol, Self

from rich.console import Console
from rich.live import Live

from agent.demo.compare import Line, complaints
from agent.demo.scenario import PHASES, Row
from agent.demo.table import View, final, live, phase_line, sentence

EXACT, DIFFERENT = 0, 1

TABLE_FROM = 76
"""Columns of a terminal below which there are sentences: the cells of a table would be in pieces."""


class Screen(Protocol):
    """Shows moments as they come."""

    def __enter__(self) -> Self: ...
    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None, /
    ) -> None: ...
    def show(self, view: View) -> None: ...


class LiveScreen:
    """Redraws one view in place."""

    def __init__(self, console: Console) -> None:
        # Not transient: what was last shown stays above the final table. No thread of its own draws.
        self._live = Live(console=console, auto_refresh=False)

    def __enter__(self) -> Self:
        self._live.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._live.stop()

    def show(self, view: View) -> None:
        self._live.update(live(view), refresh=True)


class PlainScreen:
    """Writes a line whenever a phase has ended."""

    def __init__(self, console: Console) -> None:
        self._console = console
        self._written = 0
        self._before = Counter[Row]()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def show(self, view: View) -> None:
        if view.phase < self._written:  # the next round
            self._written = 0
        if self._written == view.phase:
            return
        self._console.print(phase_line(self._written, view.sent - self._before, view), soft_wrap=True)
        self._before = view.sent
        self._written = view.phase
        if view.phase == len(PHASES):
            self._console.print("waiting until /metrics shows all of them", soft_wrap=True)


def screen_for(console: Console) -> Screen:
    can_redraw = console.is_terminal and not console.is_dumb_terminal and console.width >= TABLE_FROM
    return LiveScreen(console) if can_redraw else PlainScreen(console)


def conclude(console: Console, lines: list[Line]) -> int:
    """Show the comparison; the exit code that it earns."""
    if console.width >= TABLE_FROM:
        console.print(final(lines))
    else:
        console.print("\n".join(map(sentence, lines)))
    return judge(console, lines)


def judge(console: Console, lines: list[Line], prefix: str = "") -> int:
    """Say whether every count is exact; the exit code that it earns."""
    different = complaints(lines)
    for complaint in different:
        console.print(f"{prefix}differs: {complaint}", style="red", soft_wrap=True)
    if different:
        return DIFFERENT
    counted, providers = sum(line.counted for line in lines), len({line.row.provider for line in lines})
    console.print(
        f"{prefix}Every count is exact: {counted:,} events of {providers} providers in {len(lines)} rows.",
        soft_wrap=True,
    )
    return EXACT
