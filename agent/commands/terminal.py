"""What people see: answers that fold where a terminal is narrow, and bars while something takes long."""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

_HANGING = 4  # columns by which the rest of a folded line stands further in


def show(lines: Iterable[Text]) -> None:
    """Write an answer for people: to the width of a terminal, unbroken to anything else."""
    console = Console(highlight=False)
    for line in lines:
        for part in folded(line, console) if console.is_terminal else (line,):
            console.print(part, soft_wrap=True)


def folded(line: Text, console: Console) -> Iterator[Text]:
    """The line in parts that are no wider than the console; the rest hangs behind the beginning."""
    first, *more = line.wrap(console, console.width, overflow="fold")
    yield first
    if not more:
        return
    indent = min(_indent(line) + _HANGING, console.width // 2)
    rest = line[len(first) :]
    for part in rest[_indent(rest) :].wrap(console, console.width - indent, overflow="fold"):
        part.pad_left(indent)
        yield part


def _indent(line: Text) -> int:
    return len(line.plain) - len(line.plain.lstrip())


@contextmanager
def progress(
    what: str, total: int | None, *, answers_meanwhile: bool = False
) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing on a pipe, nor where the answers themselves appear on that terminal."""
    console = Console(stderr=True)
    is_seen = console.is_terminal and not (answers_meanwhile and sys.stdout.isatty())
    columns = (TextColumn(what), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(
        *columns, console=console, transient=True, redirect_stdout=False, disable=not is_seen
    ) as bar:
        task = bar.add_task("", total=total)
        yield lambda more: bar.advance(task, more)
