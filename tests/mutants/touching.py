"""Which tests touch which line, and how long each takes: a run under coverage, and the agents it starts.

As a plugin of pytest (-p tests.mutants.touching) it names the test that runs, for coverage here and there.
"""

import json
import os
from collections import defaultdict
from collections.abc import Collection, Generator, Iterable
from pathlib import Path
from typing import NamedTuple

import pytest
from coverage import Coverage, CoverageData

from tests.mutants.mutations import Mutant
from tests.mutants.rooms import TOO_SLOW

TEST, SECONDS = "MUTANTS_TEST", "MUTANTS_SECONDS"
SETTINGS = f"""[run]
source = agent
parallel = True
context = ${{{TEST}-}}
disable_warnings = no-data-collected,module-not-imported,module-not-measured
"""


class Touching(NamedTuple):
    """What one run has seen.

    Attributes:
        seconds: How long each test took, with its fixtures; only those that passed.

        lines: The tests that touch a line, by file and line.
    """

    seconds: dict[str, float]
    lines: dict[str, dict[int, set[str]]]

    def of(self, mutant: Mutant) -> set[str]:
        """Tests that touch the line; where it runs at import time, those that touch any line of its file.

        Of such a line coverage sees only the tests that start agents: their processes import it anew.
        """
        lines = self.lines.get(mutant.path.as_posix(), {})
        touching = set() if mutant.is_imported else lines.get(mutant.line, set())
        return touching or set().union(*lines.values())


_seconds: dict[str, float] = defaultdict(float)
_failed: set[str] = set()


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Leave out what is too slow, and of two brokers the embedded one, which is the slower."""
    left = [item for item in items if any(word in item.nodeid for word in ("[embedded", *TOO_SLOW))]
    config.hook.pytest_deselected(items=left)
    items[:] = [item for item in items if item not in left]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    os.environ[TEST] = item.nodeid.partition("::")[0]  # whoever starts an agent, all of the file may use it
    running = Coverage.current()
    if running is not None:
        running.switch_context(item.nodeid)
    return (yield)


def pytest_runtest_logreport(report: pytest.TestReport) -> None:
    _seconds[report.nodeid] += report.duration
    if report.outcome != "passed":
        _failed.add(report.nodeid)


def pytest_sessionfinish() -> None:
    passed = {test: taken for test, taken in _seconds.items() if test not in _failed}
    Path(os.environ[SECONDS]).write_text(json.dumps(passed))


def read(folder: Path, root: Path) -> Touching:
    """What a run with the code in *root* has left in *folder*."""
    seconds: dict[str, float] = json.loads((folder / "seconds.json").read_text())
    lines: dict[str, dict[int, set[str]]] = {}
    for file in folder.glob(".coverage*"):
        data = CoverageData(str(file))
        data.read()
        for measured in data.measured_files():
            if not Path(measured).is_relative_to(root):  # a test has made a copy of its own
                continue
            known = lines.setdefault(Path(measured).relative_to(root).as_posix(), {})
            for line, contexts in data.contexts_by_lineno(measured).items():
                known.setdefault(line, set()).update(_tests(contexts, seconds))
    return Touching(seconds, lines)


def joined(parts: Iterable[Touching]) -> Touching:
    """What several runs have seen, of tests that are not the same."""
    found = Touching({}, {})
    for part in parts:
        found.seconds.update(part.seconds)
        for path, by_line in part.lines.items():
            known = found.lines.setdefault(path, {})
            for line, tests in by_line.items():
                known[line] = known.get(line, set()) | tests
    return found


def _tests(contexts: Iterable[str], known: Collection[str]) -> set[str]:
    """The tests that contexts name: of our process each its own, of an agent all of the file that started it.

    Coverage joins our context with a bar to what holds for the whole run, which is nothing here.
    """
    named = {context.partition("|")[2] or context for context in contexts}
    return {test for test in known if test in named or test.partition("::")[0] in named}
