"""Answers go to stdout, all else to stderr; and what happens where they cannot be written.

Unlike a stream's own write, print() minds a stream that is closed from the start.
"""

# ruff: noqa: T201 - this is where the commands print

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from signal import SIGPIPE
from typing import NoReturn

from agent.commands import FAILED

_STDOUT = 1
_PIPE_CLOSED = 128 + SIGPIPE  # as a shell says it of a program that SIGPIPE ended


def write(line: str) -> None:
    """Write an answer for machines, at once."""
    print(line, flush=True)


def note(line: str) -> None:
    """Say something beside the answer."""
    print(line, file=sys.stderr)


def complain(problem: str) -> None:
    """Say what is wrong."""
    note(f"api-error-agent: {problem}")


@contextmanager
def written() -> Iterator[None]:
    """End the process as is usual where nothing more can be written: in silence when the reader has gone."""
    try:
        try:
            yield
        finally:
            print(end="", flush=True)
    except OSError as error:
        _give_up(error)
    except SystemExit as end:
        if isinstance(end.__context__, BrokenPipeError):  # typer has met it before us
            _give_up(end.__context__)
        raise


def _give_up(error: OSError) -> NoReturn:
    # The interpreter writes what is left when it ends, and would complain again.
    os.dup2(os.open(os.devnull, os.O_WRONLY), _STDOUT)
    if isinstance(error, BrokenPipeError):
        sys.exit(_PIPE_CLOSED)
    with suppress(OSError):
        complain(f"the answer cannot be written: {error.strerror or error}")
    sys.exit(FAILED)
