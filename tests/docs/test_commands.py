"""The command lines of README and docs are right: each is run as it stands there."""

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping

import pytest

from tests.commanding import LIMITED, lines
from tests.tools.cache import ROOT

PAGES = [
    ROOT / "README.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "grafana/runbooks").glob("*.md")),
]
NAME = "api-error-agent"
IN_TEXT = re.compile(r"`([^`]*\bapi-error-agent [^`]*)`")
ENDLESS = re.compile(r"\bapi-error-agent (run|demo|--install-completion)\b|^tail -f")
"""What does not end by itself, or changes the home of whoever runs it."""
READS_KAFKA = re.compile(r"--topic|--connect")
NO_BROKER = "127.0.0.1:1"


def shown(page: str) -> Iterator[str]:
    """The calls of our commands on a page, in blocks of shell and in the text."""
    for block in re.findall(r"```sh\n(.*?)```", page, re.DOTALL):
        yield from (line for line in block.replace("\\\n", " ").splitlines() if f"{NAME} " in line)
    for call in IN_TEXT.findall(re.sub(r"```.*?```", "", page, flags=re.DOTALL)):
        yield call.replace("\\|", "|").replace("\n", " ")


CALLS = sorted(
    {
        call
        for page in PAGES
        for call in shown(page.read_text())
        if re.search(rf"(^|[ /]){NAME} [a-z-]", call) and not ENDLESS.search(call) and "helm " not in call
    }
)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, str]:
    """A folder with the files that the pages name, and an environment in which our command is found."""
    folder = tmp_path_factory.mktemp("shell")
    for name in ("event.json", "events.jsonl", "FILE"):
        (folder / name).write_text(lines([LIMITED]))
    (folder / "agent.yaml").write_text("kafka: {topics: [api-responses]}\n")
    (folder / NAME).write_text(f'#!/bin/sh\nPYTHONPATH="{ROOT}" exec "{sys.executable}" -m agent "$@"\n')
    (folder / NAME).chmod(0o755)
    (folder / "jq").write_text("#!/bin/sh\ncat FILE\n")
    (folder / "jq").chmod(0o755)
    return {
        "PATH": f"{folder}:/usr/bin:/bin",
        "HOME": str(folder),
        "PWD": str(folder),
        "AGENT_KAFKA__BOOTSTRAP_SERVERS": NO_BROKER,
    }


def test_there_are_calls_of_each_command() -> None:
    assert {word for call in CALLS for word in re.findall(rf"{NAME} ([a-z-]+)", call)} >= {
        "classify",
        "explain",
        "replay",
        "check-config",
    }


@pytest.mark.parametrize("call", CALLS)
def test_a_call_that_is_shown_is_right(call: str, shell: Mapping[str, str]) -> None:
    command = (
        re.sub(r"(\.venv|/opt/api-error-agent)/bin/", "", call)
        .replace("TOPIC", "api-responses")
        .replace("COMMAND", "replay")
    )

    ended = subprocess.run(
        ["sh", "-c", command],
        cwd=shell["PWD"],
        env={**shell},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )

    if READS_KAFKA.search(call):
        assert ended.returncode == 1, ended.stderr
        assert NO_BROKER in ended.stdout + ended.stderr
    elif re.fullmatch(rf"{NAME} (classify|explain|replay)", command):
        assert ended.stderr == f"{NAME}: stdin: there is no record to read\n"
    else:
        assert ended.returncode == 0, ended.stderr
