"""Who runs where: one core for who is measured, the others for the broker and for us."""

import os
from collections.abc import Iterator
from contextlib import contextmanager


def cores() -> list[int]:
    return sorted(os.sched_getaffinity(0))


@contextmanager
def on(chosen: set[int]) -> Iterator[None]:
    """Whatever this thread starts meanwhile runs on these cores only, and so do its threads."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, chosen)
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def measured() -> set[int]:
    """The core of who is measured."""
    return {_all[-1]}


def others() -> set[int]:
    """The other cores; the same one if there is only one, which makes all figures worse."""
    return set(_all[:-1]) or {_all[-1]}


_all = cores()
