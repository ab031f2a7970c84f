"""The commands whole: read, find out, print; each answers with an exit code."""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from os import fstat
from stat import S_ISREG
from typing import BinaryIO

from rich.console import Console
from rich.progress import BarColumn, Progress, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.text import Text

from agent.assembly import assemble
from agent.commands import DONE, FAILED, WRONG_USE, reading, render
from agent.commands.explain import explain
from agent.commands.record import Origin
from agent.commands.replay import Review
from agent.commands.series import Lines
from agent.consumer.excerpt import UnreachableError
from agent.consumer.peek import NotThereError
from agent.consumer.probe import Verdict
from agent.pipeline import Record
from agent.settings import Settings


def explain_record(settings: Settings, topic: str, partition: int, offset: int, *, as_json: bool) -> int:
    """Explain one record of a topic."""
    with _complaints() as failure:
        record, origin = reading.record_at(settings, (topic, partition), offset)
        _explain(settings, record, origin, as_json=as_json)
    return failure.code


def explain_file(settings: Settings, file: BinaryIO, *, as_json: bool) -> int:
    """Explain the one event that a file is."""
    record, origin = reading.event_in(file, name_of(file), settings.events.max_bytes)
    _explain(settings, record, origin, as_json=as_json)
    return DONE


def replay_topic(settings: Settings, topic: str, last: int, *, as_json: bool) -> int:
    """Review the last records of a topic."""
    review = Review(assemble(settings), settings.events.max_bytes)
    with _complaints() as failure, _progress(last) as progress:
        reading.replay_topic(review, settings, topic, last, progress)
    return failure.code or _conclude(review, f"the last {last:,} of {topic}", as_json=as_json)


def replay_file(settings: Settings, file: BinaryIO, *, as_json: bool) -> int:
    """Review a file of one event a line."""
    review = Review(assemble(settings), settings.events.max_bytes)
    with _progress(_size(file)) as progress:
        reading.replay_lines(review, file, name_of(file), progress)
    return _conclude(review, name_of(file), as_json=as_json)


def check_connection(settings: Settings) -> int:
    """Run every check of the connection."""
    checks = reading.check_connection(settings)
    _print(render.checks(checks))
    return FAILED if any(check.verdict is Verdict.FAILED for check in checks) else DONE


def name_of(file: BinaryIO) -> str:
    name = getattr(file, "name", "-")
    return name if isinstance(name, str) and name not in ("-", "<stdin>") else "stdin"


def _explain(settings: Settings, record: Record, origin: Origin, *, as_json: bool) -> None:
    labels = settings.labels
    lines = Lines(tuple(labels.extra), extra_on_histograms=labels.extra_on_histograms)
    report = explain(assemble(settings), lines, settings, record, origin, time.time())
    _print([Text(render.as_json(report))] if as_json else render.explanation(report))


def _conclude(review: Review, source: str, *, as_json: bool) -> int:
    report = review.report()
    if not review.records:
        _complain(f"{source}: there is no record to review")
        return FAILED
    _print([Text(render.as_json({"source": source} | report))] if as_json else render.review(report, source))
    return DONE


def _print(lines: Iterable[Text]) -> None:
    console = Console(highlight=False)
    for line in lines:
        console.print(line, soft_wrap=True)


def _complain(problem: str) -> None:
    Console(stderr=True, highlight=False).print(Text(f"api-error-agent: {problem}"), soft_wrap=True)


class _Failure:
    code = DONE


@contextmanager
def _complaints() -> Iterator[_Failure]:
    """Turn what went wrong into a line on stderr and an exit code."""
    failure = _Failure()
    try:
        yield failure
    except NotThereError as error:
        failure.code = WRONG_USE
        _complain(str(error))
    except UnreachableError as error:
        failure.code = FAILED
        _complain(str(error))


@contextmanager
def _progress(total: int | None) -> Iterator[Callable[[int], None]]:
    """A bar on a terminal, nothing on a pipe."""
    console = Console(stderr=True)
    columns = (TextColumn("replaying"), BarColumn(), TaskProgressColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as bar:
        task = bar.add_task("", total=total)
        yield lambda more: bar.advance(task, more)


def _size(file: BinaryIO) -> int | None:
    """Bytes of a regular file; a pipe does not say."""
    try:
        status = fstat(file.fileno())
    except OSError:
        return None
    return status.st_size if S_ISREG(status.st_mode) else None
