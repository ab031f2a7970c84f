"""docs/licences.md has the licence of everything that the locks pin."""

import re

import pytest

from release import licences

ROWS = {
    name: (version, licence)
    for name, version, licence in re.findall(
        r"(?m)^\| (\S+) \| (\d\S*) \| (.+?) \|", licences.PAGE.read_text()
    )
}


def test_the_page_has_what_the_locks_pin_and_nothing_else() -> None:
    pinned = {name: version for lock in licences.LOCKS for name, version in licences.pins(lock).items()}

    assert {name: version for name, (version, _) in ROWS.items()} == pinned


def test_every_licence_is_one_that_was_looked_at() -> None:
    words = {word for _, licence in ROWS.values() for word in re.findall(r"[\w.-]+", licence)}

    assert words - {"AND", "OR"} <= licences.USABLE


@pytest.mark.parametrize(
    ("declared", "found"),
    [
        ([{"expression": "MIT OR Apache-2.0"}], "MIT OR Apache-2.0"),
        ([{"license": {"id": "ISC"}}, {"license": {"id": "MIT"}}], "ISC AND MIT"),
        ([{"license": {"name": "License :: OSI Approved :: Apache Software License"}}], "Apache-2.0"),
    ],
)
def test_a_licence_is_told_in_the_words_of_spdx(declared: list[dict[str, object]], found: str) -> None:
    assert licences.licence({"name": "some", "version": "1", "licenses": declared}) == found


@pytest.mark.parametrize(
    "declared", [[], [{"license": {"id": "AGPL-3.0-only"}}], [{"expression": "MIT AND Proprietary"}]]
)
def test_a_licence_that_nobody_looked_at_stops_the_release(declared: list[dict[str, object]]) -> None:
    with pytest.raises(licences.Unusable, match=r"some 1 is under .*read it, and add it to release"):
        licences.licence({"name": "some", "version": "1", "licenses": declared})
