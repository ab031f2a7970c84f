"""Waiting for what must come about, within bounds."""

import asyncio
import time
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


async def until(condition: Callable[[], T], timeout: float = 30.0, what: str = "") -> T:  # noqa: ASYNC109
    """The first true answer of *condition*; an AssertionError that says *what* was awaited if none comes."""
    deadline = time.monotonic() + timeout
    while not (answer := condition()):
        assert time.monotonic() < deadline, f"waited {timeout:.0f} s in vain for {what or condition}"
        await asyncio.sleep(0.02)
    return answer
