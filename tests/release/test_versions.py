"""The version stands in one place, and every other place says the same."""

import re
import shutil
from pathlib import Path

import pytest

from release import versions
from tests.tools.cache import ROOT, run


@pytest.fixture
def checkout(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the files that name the version."""
    for place in (*versions.PLACES, "CHANGELOG.md"):
        (tmp_path / place).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / place, tmp_path / place)
    monkeypatch.setattr(versions, "ROOT", tmp_path)
    monkeypatch.setattr(versions, "CHANGELOG", tmp_path / "CHANGELOG.md")
    return tmp_path


def test_every_place_says_the_same_version() -> None:
    assert list(versions.others()) == []


def test_no_other_file_names_the_version() -> None:
    """Tests look at what is rendered; locks have versions of others."""
    asked = ["git", "grep", "--files-with-matches", "-F", versions.version(), "--"]
    named = run([*asked, ":!tests", ":!requirements", ":!*package-lock.json"], cwd=ROOT).splitlines()

    assert set(named) - {*versions.PLACES, "CHANGELOG.md"} == set()


@pytest.mark.parametrize("place", [place for place in versions.PLACES if place != "pyproject.toml"])
def test_a_place_with_another_version_is_named(place: str, checkout: Path) -> None:
    file = checkout / place
    file.write_text(file.read_text().replace(versions.version(), "9.8.7"))

    assert list(versions.others()) == [f"{place} says 9.8.7, and pyproject.toml {versions.version()}"]


def test_a_new_version_is_written_into_every_place(checkout: Path) -> None:
    before = versions.version()

    versions.write("9.8.7")

    assert versions.version() == "9.8.7"
    assert list(versions.others()) == []
    assert [place for place in versions.PLACES if before in (checkout / place).read_text()] == []


def test_the_changelog_has_the_version() -> None:
    assert list(versions.untold(tag=None)) == []


@pytest.mark.parametrize(
    ("tag", "day", "wrong"),
    [
        ("v{}", "2027-01-31", []),
        ("{}", "2027-01-31", ["the tag should be v"]),
        ("v{}", "Unreleased", ["give the day"]),
        ("v9.8.7", "soon", ["the tag should be v", "give the day"]),
    ],
)
def test_a_tag_names_the_version_and_the_changelog_its_day(
    tag: str, day: str, wrong: list[str], checkout: Path
) -> None:
    changelog = checkout / "CHANGELOG.md"
    changelog.write_text(re.sub(r"(?m)^## \[(.+?)\] - .+$", rf"## [\1] - {day}", changelog.read_text()))

    said = list(versions.untold(tag.format(versions.version())))

    assert len(said) == len(wrong)
    assert all(words in line for line, words in zip(said, wrong, strict=True))


@pytest.mark.usefixtures("checkout")
def test_a_version_without_a_section_in_the_changelog_is_told() -> None:
    versions.write("9.8.7")

    assert list(versions.untold(tag=None)) == [
        "CHANGELOG.md has no section for 9.8.7: ## [9.8.7] - Unreleased"
    ]
