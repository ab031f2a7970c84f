"""The agent with somebody inside who says where its time goes, and what it holds.

python -m bench.inside FILE run --config.file agent.yaml

SIGUSR1 writes what was found so far into FILE: the number of asyncio's tasks, that of the blocks of memory
that Python has in use, and by room how often a clock of 2 ms of CPU found it at work. Work in C counts for
the room whose Python called it.
"""

import asyncio
import json
import signal
import sys
from collections import Counter
from pathlib import Path
from types import FrameType

from agent.__main__ import main

EVERY = 0.002  # seconds of CPU between two looks
ROOMS = {"aiokafka": "aiokafka", "aiohttp": "aiohttp", "prometheus_client": "metrics", "asyncio": "asyncio"}
"""Packages by what they are called in the figures."""

HERE = str(Path(__file__).parents[1] / "agent")

_found: Counter[str] = Counter()


def room_of(frame: FrameType | None) -> str:
    """The room of the innermost frame that is in one."""
    while frame is not None:
        file = frame.f_code.co_filename
        if file.startswith(HERE):
            return file[len(HERE) + 1 :].partition("/")[0].removesuffix(".py")
        for package, room in ROOMS.items():
            if f"/{package}/" in file:
                return room
        frame = frame.f_back
    return "the rest"


def _tick(_number: int, frame: FrameType | None) -> None:
    _found[room_of(frame)] += 1


def _write(path: Path) -> None:
    held = {"tasks": len(asyncio.all_tasks()), "blocks": sys.getallocatedblocks()}
    path.with_suffix(".new").write_text(json.dumps({**held, "rooms": _found}))
    path.with_suffix(".new").rename(path)


if __name__ == "__main__":
    file = Path(sys.argv.pop(1))
    signal.signal(signal.SIGUSR1, lambda *_: _write(file))
    signal.signal(signal.SIGPROF, _tick)
    signal.setitimer(signal.ITIMER_PROF, EVERY, EVERY)
    main()
