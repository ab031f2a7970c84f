"""A process that has imported what all tests need, and forks for each run, which so begins at once.

It reads one job a line, and answers with two lines: the process that runs it, then how that ended.
As a plugin of pytest (-p tests.mutants.warm) it ends a run in which one test hangs.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Generator
from pathlib import Path

import aiokafka  # noqa: F401 - imported once for all
import hypothesis  # noqa: F401
import orjson  # noqa: F401
import prometheus_client  # noqa: F401
import pytest
import structlog  # noqa: F401
import yaml  # noqa: F401

OPTIONS = ("-p", "tests.mutants.warm", "-W", "ignore::pytest.PytestAssertRewriteWarning")
"""What pytest is told: it would warn that hypothesis is imported before it."""

LIMITS = "MUTANTS_LIMITS"
"""Names a file that says after how many whole seconds which test counts as hanging."""


def main() -> None:
    for line in sys.stdin:
        job = json.loads(line)
        process = os.fork()
        if not process:
            _run(job["runs"], job["environ"], job["log"])
        print(process, flush=True)
        print(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]), flush=True)


def _run(runs: list[list[str]], environ: dict[str, str], log: str) -> None:
    """Be a process that runs pytest once after the other, as long as no test fails, and never return."""
    os.setpgid(0, 0)
    with Path(os.devnull).open() as nothing, Path(log).open("w") as said:
        for old, new in ((0, nothing), (1, said), (2, said)):
            os.dup2(new.fileno(), old)
    os.environ.update(environ)
    code = 1
    try:
        code = next((code for arguments in runs if (code := int(pytest.main(arguments)))), 0)
    except BaseException:  # noqa: BLE001 - told, as nobody above would do it: this process is a copy
        traceback.print_exc()
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)


_limits: dict[str, int] = {}


def pytest_configure() -> None:
    if LIMITS in os.environ:
        _limits.update(json.loads(Path(os.environ[LIMITS]).read_text()))


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Generator[None, object, object]:
    signal.alarm(_limits.get(item.nodeid, 0))  # nobody handles it, so that it ends the process
    try:
        return (yield)
    finally:
        signal.alarm(0)


if __name__ == "__main__":
    main()
