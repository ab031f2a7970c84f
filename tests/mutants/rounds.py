"""One run: which changes are tried in which order, by how many processes, and until when."""

import hashlib
import pickle
import random
import sys
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Executor, ThreadPoolExecutor
from contextlib import ExitStack
from difflib import SequenceMatcher
from itertools import islice, zip_longest
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import TypeVar

from tests.mutants.equivalent import is_equivalent
from tests.mutants.figures import Verdict
from tests.mutants.mutations import Mutant, mutants
from tests.mutants.rooms import GENERATED, Room
from tests.mutants.touching import Touching, joined
from tests.mutants.trial import Copy
from tests.tools.cache import CACHE, ROOT

MEASURING = 0.6
"""Share of the time that measuring may take; what is measured is kept for the next run."""

_PAGES = ROOT / "docs" / "generate.py"

MOST_TESTS = 60.0
"""Seconds of tests that one change is given, the quickest first."""

T = TypeVar("T")
Job = tuple[Room, Mutant]


def play(rooms: Sequence[Room], seed: int, each: int, processes: int, seconds: float) -> list[Verdict]:
    """Try changes of each room in turn, until there are *each* of it or the time is over."""
    end = time.monotonic() + seconds
    chosen = list(_in_turn(rooms, seed, each))
    with ExitStack() as stack:
        copies = [stack.enter_context(Copy()) for _ in range(processes)]
        pool = stack.enter_context(ThreadPoolExecutor(processes))
        for copy in copies:
            stack.callback(copy.stop)  # before the pool waits for them, after Ctrl-C too
        touching = measured(rooms, copies, pool, end - seconds * (1 - MEASURING))
        jobs, progress = _queue(chosen), _Progress(len(chosen))
        workers = [pool.submit(_work, copy, jobs, touching, end, progress) for copy in copies]
        return [verdict for worker in workers for verdict in worker.result()]


def _in_turn(rooms: Sequence[Room], seed: int, each: int) -> Iterator[Job]:
    """One change of each room after the other, so that an early end is fair to all."""
    samples = [[(room, mutant) for mutant in sample(room, seed, each)] for room in rooms]
    yield from (job for turn in zip_longest(*samples) for job in turn if job)


def sample(room: Room, seed: int, most: int) -> list[Mutant]:
    """Changes of a room; the seed alone says which."""
    found = [mutant for module in room.modules for mutant in mutants(module, ROOT)]
    random.Random(f"{seed} {room.name}").shuffle(found)
    right = (mutant for mutant in found if mutant.is_python((ROOT / mutant.path).read_bytes()))
    return list(islice(right, most))


def measured(rooms: Sequence[Room], copies: Sequence[Copy], pool: Executor, end: float) -> Touching:
    """What the tests of the rooms touch; a file of tests is measured once, until it changes."""
    files = sorted({file for room in rooms for file in room.test_files})
    kept = {file: CACHE / "touching" / _digest(ROOT / file) for file in files}
    missing = _queue([file for file in files if not kept[file].exists()])
    if not missing.empty():
        print(f"{missing.qsize()} files of tests: measuring which lines they touch", flush=True)
    CACHE.joinpath("touching").mkdir(parents=True, exist_ok=True)

    def measure(copy: Copy) -> None:
        for file in _taken(missing):
            found = copy.measure(file, end - time.monotonic())
            if found is None:
                print(f"{file} is left out: no time to measure it", flush=True)
            else:
                code = {path: (copy.root / path).read_text() for path in found.lines}
                kept[file].write_bytes(pickle.dumps((tuple(found), code)))

    list(pool.map(measure, copies))
    return joined(_read(file) for file in kept.values() if file.exists())


def _read(kept: Path) -> Touching:
    """What was measured; of a module that has changed since, the lines that stand there still."""
    found, code = pickle.loads(kept.read_bytes())  # noqa: S301 - our own file
    touching = Touching(*found)
    for path in touching.lines:
        now = (ROOT / path).read_text() if (ROOT / path).exists() else ""
        touching.lines[path] = carried(touching.lines[path], code[path], now)
    return touching


def carried(lines: dict[int, set[str]], before: str, now: str) -> dict[int, set[str]]:
    """The tests by line of a module, after it has changed; those of what is new in it stand at 0."""
    if before == now:
        return lines
    found = {0: set().union(*lines.values())}
    matcher = SequenceMatcher(None, before.splitlines(), now.splitlines(), autojunk=False)
    for start, new, size in matcher.get_matching_blocks():
        found |= {new + n: lines[start + n] for n in range(1, size + 1) if start + n in lines}
    return found


def _digest(file: Path) -> str:
    """By what a file of tests is known; there is a test for each page, and so they change with these."""
    pages = _PAGES.read_bytes() if file == ROOT / GENERATED else b""
    return hashlib.sha256(file.read_bytes() + pages).hexdigest()[:20]


def _queue(items: Iterable[T]) -> "SimpleQueue[T]":
    found: SimpleQueue[T] = SimpleQueue()
    for item in items:
        found.put(item)
    return found


def _taken(queue: "SimpleQueue[T]") -> Iterator[T]:
    """What nobody else has taken."""
    while True:
        try:
            yield queue.get_nowait()
        except Empty:
            return


def tests_for(room: Room, mutant: Mutant, touching: Touching) -> list[str]:
    """The tests of the room that may notice a change, the quickest first, as many as there is time for.

    Pages are generated from what is imported before the first test, where nobody sees which lines they touch.
    """
    of_room = {test for test in touching.seconds if room.rank(test) is not None}
    wanted = touching.of(mutant) & of_room or of_room
    if mutant.is_imported:
        wanted = wanted | {test for test in of_room if test.startswith(GENERATED)}
    left, found = MOST_TESTS, []
    for test in sorted(wanted, key=lambda test: (touching.seconds[test], room.rank(test), test)):
        left -= touching.seconds[test]
        if left < 0:
            break
        found.append(test)
    return found


def _work(
    copy: Copy, jobs: "SimpleQueue[Job]", touching: Touching, end: float, progress: "_Progress"
) -> list[Verdict]:
    quickest = min(touching.seconds, key=touching.seconds.__getitem__)
    if copy.notices(None, {quickest: touching.seconds[quickest]}):
        raise RuntimeError(f"{quickest} fails as the code stands: {copy.said()}")
    found = []
    for room, mutant in _taken(jobs):
        if is_equivalent(mutant):
            found.append(Verdict(room.name, mutant, is_noticed=False, is_equivalent=True))
            continue
        tests = {test: touching.seconds[test] for test in tests_for(room, mutant, touching)}
        if sum(tests.values()) > end - time.monotonic():
            break
        found.append(Verdict(room.name, mutant, copy.notices(mutant, tests)))
        progress.step(found[-1])
    return found


class _Progress:
    """How far a run is: a line that is written over on a terminal, elsewhere one for each twenty changes."""

    def __init__(self, planned: int) -> None:
        self._planned, self._done, self._noticed = planned, 0, 0
        self._lock = threading.Lock()

    def step(self, verdict: Verdict) -> None:
        with self._lock:
            self._done += 1
            self._noticed += verdict.is_noticed
            said = f"{self._done} of {self._planned} changes tried, {self._noticed} noticed"
            if sys.stderr.isatty():
                print(f"\r{said}", end="", file=sys.stderr, flush=True)
            elif self._done % 20 == 0:
                print(said, file=sys.stderr, flush=True)
