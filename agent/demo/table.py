"""What the demo shows: rich renderables made from values, without a clock or a console."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from rich import box
from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from agent.demo.compare import Line
from agent.demo.scenario import PHASES, Row
from agent.demo.scrape import ErrorKind, Snapshot

_OK = "ok"
_NO_FAULT = {_OK: "green", "client_closed_request": "yellow"}  # and the colours of their bars
_BAR = 24  # columns
_RECENT = 7  # rows; the live view keeps its height, so that it does not jump
_TYPES = 9


@dataclass(frozen=True, slots=True)
class View:
    """A moment of the demo.

    Attributes:
        phase: Index into PHASES; past the last one when all events are sent.

        elapsed: Seconds since the first phase began.

        sent: Events by what we mean them to be counted as.

        interval: Seconds between the last two scrapes.

        counted: What /metrics shows.

        latest: What the last scrape added to it.

        recent: Errors of the last scrapes, newest first, and how many that scrape added.
    """

    url: str
    phase: int
    elapsed: float
    seconds: float
    sent: Counter[Row]
    interval: float
    counted: Snapshot
    latest: Snapshot
    recent: tuple[tuple[ErrorKind, int], ...] = ()

    @property
    def rate(self) -> float:
        """Events per second that the last scrape added."""
        return self.latest.responses.total() / self.interval


def live(view: View) -> RenderableType:
    """The whole live view."""
    return Group(
        Padding(_headline(view), (1, 1, 0, 1)),
        Padding(_phases(view.phase), (0, 0, 1, 0)),
        _types(view),
        _errors(view.recent),
    )


def _headline(view: View) -> RenderableType:
    """What a low terminal must show too stands at the top."""
    line = Table.grid(expand=True)
    line.add_column()
    line.add_column(justify="right", overflow="fold")
    counts = f"{view.sent.total():,} sent, {view.counted.responses.total():,} counted"
    elapsed = f"{min(view.elapsed, view.seconds):.0f} of {view.seconds:.0f} s"
    line.add_row(
        Text.assemble((f"{view.rate:,.0f} events/s", "bold"), f"   {counts}   {elapsed}"),
        Text(f"{view.url}/metrics", style="cyan"),
    )
    return line


def _phases(now: int) -> Text:
    styles = ["dim"] * now + ["bold reverse"] + ["default"] * len(PHASES)
    line = Text()
    for phase, style in zip(PHASES, styles, strict=False):
        line.append(f" {phase.name} ", style=style)
        line.append(" ")
    if now >= len(PHASES):
        line.append(" the last counts ", style="bold reverse")
    return line


def _table(title: str) -> Table:
    return Table(title=title, title_justify="left", title_style="bold", box=box.SIMPLE_HEAD, pad_edge=True)


def _types(view: View) -> Table:
    table = _table("What the answers mean")
    table.add_column("type", min_width=22, overflow="fold")
    table.add_column("share now", min_width=_BAR)
    table.add_column("", justify="right", min_width=6)
    table.add_column("events/s", justify="right", min_width=8)
    table.add_column("counted", justify="right", min_width=9)
    now, in_all = _by_type(view.latest.responses), _by_type(view.counted.responses)
    most = now.total() or 1
    shown = [type_ for type_, _ in in_all.most_common(_TYPES)]
    for type_ in shown:
        share, style = now[type_] / most, _NO_FAULT.get(type_, "red")
        bar = ProgressBar(total=1.0, completed=share, width=_BAR, complete_style=style, finished_style=style)
        rate = now[type_] / view.interval
        table.add_row(type_, bar, f"{share:.0%}", f"{rate:,.0f}", f"{in_all[type_]:,}")
    _fill(table, _TYPES - len(shown))
    return table


def _errors(recent: Iterable[tuple[ErrorKind, int]]) -> Table:
    table = _table("The last errors")
    table.add_column("provider", min_width=9, overflow="fold")
    table.add_column("status", justify="right")
    table.add_column("type", min_width=22, overflow="fold")
    table.add_column("reason", min_width=24, overflow="fold")
    table.add_column("count", justify="right", min_width=6)
    shown = list(recent)[:_RECENT]
    for kind, count in shown:
        table.add_row(kind.provider, kind.status, kind.type, kind.reason, f"+{count:,}")
    _fill(table, _RECENT - len(shown))
    return table


def _fill(table: Table, rows: int) -> None:
    for _ in range(rows):
        table.add_row()


def phase_line(number: int, sent: Counter[Row], view: View) -> str:
    """One line about a phase that has ended: what was sent in it, and how far the agent's counts are."""
    by_type = _by_type(sent)
    share = 1 - sum(by_type[type_] for type_ in _NO_FAULT) / (sent.total() or 1)
    del by_type[_OK]
    named = ", ".join(f"{type_} {count:,}" for type_, count in by_type.most_common(3))
    name = f"{number + 1} of {len(PHASES)}  {PHASES[number].name}"
    shown = f"{view.counted.responses.total():,} of {view.sent.total():,} shown so far"
    return f"{name:34} {sent.total():6,} events, {share:4.0%} errors, {shown}; most: {named or 'none'}"


def _by_type(rows: Counter[Row]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for row, count in rows.items():
        counts[row.type] += count
    return counts


def sentence(line: Line) -> str:
    """One row of the final table, without the table."""
    verdict = "DIFFERS" if line.differs else "equal"
    return f"{' '.join(line.row)}: {line.produced:,} produced, {line.counted:,} counted, {verdict}"


def final(lines: list[Line]) -> Table:
    """Produced beside counted, row by row."""
    table = _table("Produced, and what /metrics says")
    for name in ("provider", "status", "type"):
        table.add_column(name, overflow="fold")
    for name in ("produced", "counted", ""):
        table.add_column(name, justify="right")
    for line in lines:
        verdict = Text("DIFFERS", style="bold red") if line.differs else Text("equal", style="green")
        table.add_row(*line.row, f"{line.produced:,}", f"{line.counted:,}", verdict)
    table.add_section()
    produced, counted = sum(line.produced for line in lines), sum(line.counted for line in lines)
    table.add_row("all", "", "", f"{produced:,}", f"{counted:,}", "", style="bold")
    return table
