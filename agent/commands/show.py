"""The commands whole: read, find out, print; each answers with an exit code."""

import asyncio
import time
from collections.abc import Iterator
from contextlib import contextmanager
from os import fstat
from stat import S_ISREG

from agent.assembly import assemble
from agent.commands import DONE, FAILED, WRONG_USE, WrongUseError, render, streams, terminal
from agent.commands.amounts import many
from agent.commands.checks import check_events
from agent.commands.readers import Classifying, Explaining, Replaying
from agent.commands.records import Reader, read
from agent.commands.replay import Review
from agent.commands.source import FromRecord, FromTopic, Source
from agent.consumer.excerpt import UnreachableError
from agent.consumer.peek import NotThereError
from agent.consumer.probe import Verdict, probe
from agent.settings import Settings

SAMPLE = 20
"""Records of each topic that check-config sends through the mapping."""


def classify(settings: Settings, source: Source) -> int:
    """Classify each record: a line of JSON in its place."""
    return _answer(Classifying(settings), settings, source)


def explain(settings: Settings, source: Source, *, as_json: bool) -> int:
    """Explain each record."""
    return _answer(Explaining(settings, as_json=as_json), settings, source)


def replay(settings: Settings, source: Source, *, as_json: bool) -> int:
    """Review all records together."""
    reader = Replaying(settings)
    code = _read("replaying", reader, settings, source, answers_meanwhile=False)
    review = reader.review
    if code != DONE:
        return code
    if not review.records:
        return _nothing(source)
    report = review.report()
    if as_json:
        streams.write(render.as_json({"source": source.name} | report))
    else:
        terminal.show(render.review(report, source.name))
    if report["counted"]:
        return DONE
    if report["ignored"] and not report["invalid"]:
        left_out = many(report["ignored"], "event")
        streams.complain(f"{source.name}: {left_out}, and each is ignored: see events.only and events.preset")
        return FAILED
    return _no_event(source, review.records)


def check_connection(settings: Settings) -> int:
    """Run every check of the connection that can run."""
    checks, records = asyncio.run(probe(settings.kafka, SAMPLE))
    review = Review(assemble(settings))
    checks = [*checks, check_events(review, records, time.time())]
    terminal.show(render.checks(checks))
    return FAILED if any(check.verdict is Verdict.FAILED for check in checks) else DONE


def _answer(reader: Classifying | Explaining, settings: Settings, source: Source) -> int:
    what = "classifying" if isinstance(reader, Classifying) else "explaining"
    code = _read(what, reader, settings, source, answers_meanwhile=True)
    if code != DONE or reader.events:
        return code
    return _no_event(source, reader.records) if reader.records else _nothing(source)


def _read(what: str, reader: Reader, settings: Settings, source: Source, *, answers_meanwhile: bool) -> int:
    with (
        _complaints() as failure,
        terminal.progress(what, _size(source), answers_meanwhile=answers_meanwhile) as progress,
    ):
        read(source, settings, reader, progress, streams.note)
    return failure.code


def _nothing(source: Source) -> int:
    streams.complain(f"{source.name}: there is no record to read")
    return FAILED


def _no_event(source: Source, records: int) -> int:
    streams.complain(f"{source.name}: none of {many(records, 'record')} can be read as an event")
    return FAILED


class _Failure:
    code = DONE


@contextmanager
def _complaints() -> Iterator[_Failure]:
    """Turn what went wrong into a line on stderr and an exit code."""
    failure = _Failure()
    try:
        yield failure
    except (NotThereError, WrongUseError) as error:
        failure.code = WRONG_USE
        streams.complain(str(error))
    except UnreachableError as error:
        failure.code = FAILED
        streams.complain(str(error))


def _size(source: Source) -> int | None:
    """How much there is to read: records of a topic, bytes of a regular file; a pipe does not say."""
    if isinstance(source, FromRecord):
        return 1
    if isinstance(source, FromTopic):
        return source.last
    try:
        with source.opened() as file:
            status = fstat(file.fileno())
    except (WrongUseError, OSError):
        return None
    return status.st_size if S_ISREG(status.st_mode) else None
