"""Where the events of a command come from, by its flags: standard input, a file, or a topic."""

import sys
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import BinaryIO, NamedTuple

from agent.commands import WrongUseError

_STDIN = Path("-")
_RECORD = "--partition 0 --offset 41"


class FromFile(NamedTuple):
    """A file, or standard input as -."""

    path: Path

    @property
    def name(self) -> str:
        """What messages call it."""
        return "stdin" if self.path == _STDIN else str(self.path)

    def opened(self) -> AbstractContextManager[BinaryIO]:
        """Its bytes.

        Raises:
            WrongUseError: If there is no such file, or it may not be read.
        """
        if self.path == _STDIN:
            return nullcontext(sys.stdin.buffer)
        try:
            return self.path.open("rb")
        except OSError as error:
            raise WrongUseError(f"{self.name} cannot be read: {error.strerror}") from None


class FromTopic(NamedTuple):
    """The last records of a topic."""

    topic: str
    last: int

    @property
    def name(self) -> str:
        return f"the last {self.last:,} of {self.topic}"


class FromRecord(NamedTuple):
    """One record of a topic."""

    topic: str
    partition: int
    offset: int

    @property
    def name(self) -> str:
        return f"offset {self.offset} of {self.topic}-{self.partition}"


Source = FromFile | FromTopic | FromRecord


class Asked(NamedTuple):
    """The flags about a source as they were given.

    Attributes:
        command: Which command, for the right calls that messages show.
    """

    command: str
    file: Path | None = None
    topic: str | None = None
    partition: int | None = None
    offset: int | None = None
    last: int | None = None


def chosen(asked: Asked, last: int) -> Source:
    """The source that the flags mean; without --last it is the *last* records of a topic.

    Raises:
        WrongUseError: If they contradict each other, or there is no such file.
    """
    if asked.topic is None:
        return _file(asked)
    call = f"api-error-agent {asked.command} --topic {asked.topic}"
    if asked.file is not None:
        raise WrongUseError(
            f"give either {FromFile(asked.file).name} or --topic {asked.topic}, not both, as in: {call}"
        )
    if asked.partition is None and asked.offset is None:
        return FromTopic(asked.topic, asked.last or last)
    if asked.last is not None:
        raise WrongUseError(
            f"--last does not go with --partition and --offset; leave it out, or: {call} --last 100"
        )
    if asked.partition is None or asked.offset is None:
        missing = "--partition" if asked.partition is None else "--offset"
        raise WrongUseError(f"{missing} is missing: one record is, for example, {call} {_RECORD}")
    return FromRecord(asked.topic, asked.partition, asked.offset)


def _file(asked: Asked) -> FromFile:
    call = f"api-error-agent {asked.command}"
    for flag, example in (("partition", _RECORD), ("offset", _RECORD), ("last", "--last 100")):
        if getattr(asked, flag) is not None:
            right = f"{call} --topic api-responses {example}"
            raise WrongUseError(f"--{flag} goes with --topic only, as in: {right}")
    if asked.file is None and sys.stdin.isatty():
        raise WrongUseError(
            "there is nothing to read: give a file, - or a pipe for standard input, or --topic,"
            f" as in: {call} events.jsonl"
        )
    return FromFile(asked.file or _STDIN)
