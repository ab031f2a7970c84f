"""The workflows are ones that GitHub would take, and name nobody."""

import re
import shutil
from pathlib import Path

import pytest

from release import workflows
from release.workflows import WORKFLOWS
from tests.tools.cache import require

FILES = sorted(WORKFLOWS.glob("*.yml"))


def found(folder: Path) -> str:
    return "\n".join(require(lambda: list(workflows.problems(folder))))


def test_both_linters_find_nothing() -> None:
    assert found(WORKFLOWS) == ""


@pytest.mark.parametrize(
    ("right", "wrong", "said"),
    [
        ("needs: test", "needs: tests", "job"),
        ("steps.names.outputs.home", "steps.name.outputs.home", "name"),
        ("runs-on: ubuntu-24.04", "runs_on: ubuntu-24.04", "runs_on"),
        ('TAG="$GITHUB_REF_NAME"', "TAG=${{ github.ref_name }}", "template-injection"),
    ],
)
def test_a_mistake_is_found(right: str, wrong: str, said: str, tmp_path: Path) -> None:
    for file in FILES:
        shutil.copy(file, tmp_path)
    text = (tmp_path / "release.yml").read_text()
    assert right in text
    (tmp_path / "release.yml").write_text(text.replace(right, wrong))

    assert said in found(tmp_path) != ""


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_an_action_is_pinned_by_its_commit(file: Path) -> None:
    used = re.findall(r"uses: ([^.\s]\S+)(.*)", file.read_text())

    assert [
        name for name, more in used if not re.search(r"@[0-9a-f]{40}$", name) or not re.match(r" # v\d", more)
    ] == []


def test_a_change_and_a_release_pass_all_tests() -> None:
    ci, release = (WORKFLOWS.joinpath(f"{name}.yml").read_text() for name in ("ci", "release"))

    assert ".ci/run" in ci
    assert "uses: ./.github/workflows/ci.yml" in release
    assert 'make release-check TAG="$GITHUB_REF_NAME"' in release
