"""docs/licences.md: the licence of everything that the locks pin, as its own metadata declares it.

python -m release.licences    write it (make lock does)
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from release import sbom
from tests.tools.cache import ROOT

PAGE = ROOT / "docs" / "licences.md"
LOCKS = ("base", "msk", "demo")

CLASSIFIERS = {
    "License :: OSI Approved :: Apache Software License": "Apache-2.0",
    "License :: OSI Approved :: BSD License": "BSD",
}
DECLARED_IN_TEXT_ONLY = {"protobuf": "BSD-3-Clause"}
"""Packages whose metadata name no licence, and what the text of it is that they carry."""

USABLE = {
    *("0BSD", "Apache-2.0", "BSD", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"),
    *("MPL-2.0", "PSF-2.0", "Python-2.0"),
}
"""None of them asks anything of a program that only uses the package."""

HEAD = """<!-- Written by `make lock`; edit release/licences.py, not this page. -->

# Licences

The agent is under the Apache License 2.0. These are the packages that it uses, in the versions that were
tested, with the licence that each declares. The wheel holds none of them: pip installs them beside it. The
image holds those marked "image" or "all", and its base image. The SBOM of an image lists all that is in it
([releases.md](releases.md)).

| package | version | licence | in |
|---|---|---|---|
"""


class Unusable(ValueError):  # noqa: N818
    """A package has a licence that nobody has looked at yet, or none that its metadata name."""


def pins(lock: str) -> dict[str, str]:
    """What a lock pins, by name, but for Windows."""
    text = (ROOT / "requirements" / f"{lock}.txt").read_text()
    return dict(re.findall(r"(?m)^([\w.-]+)==([^\s;]+)(?!.*win32)", text))


def variants() -> Mapping[str, str]:
    """Which packages there are, and what has each of them."""
    everyone, image, demo = map(pins, LOCKS)
    return (
        dict.fromkeys(demo, "extra demo")
        | dict.fromkeys(image, "image, extras msk and otlp")
        | dict.fromkeys(everyone, "all")
    )


def licence(component: Mapping[str, Any]) -> str:
    """The licence of a package, in SPDX's words; several joined as all of them hold."""
    declared = [_word(each) for each in component.get("licenses", ())]
    found = " AND ".join(dict.fromkeys(declared)) or DECLARED_IN_TEXT_ONLY.get(component["name"], "")
    unknown = set(re.findall(r"[^\s()]+", found)) - USABLE - {"AND", "OR"}
    if unknown or not found:
        raise Unusable(
            f"{component['name']} {component['version']} is under {found or 'no licence that it names'!r}; "
            f"read it, and add it to release/licences.py, or take another package"
        )
    return found


def _word(declared: Mapping[str, Any]) -> str:
    if "expression" in declared:
        return str(declared["expression"])
    named = declared["license"]
    return str(named.get("id") or CLASSIFIERS.get(named["name"], named["name"]))


def page() -> str:
    """Write the page, from a venv with all of them."""
    with sbom.installed([f"{lock}.txt" for lock in LOCKS]) as python:
        return HEAD + "".join(_rows(sbom.bom(python)))


def _rows(bom: sbom.Bom) -> Iterator[str]:
    where = variants()
    for each in sorted(bom["components"], key=lambda each: str(each["name"]).lower()):
        name = each["name"].lower().replace("_", "-")
        yield f"| {name} | {each['version']} | {licence(each)} | {where[name]} |\n"


if __name__ == "__main__":
    PAGE.write_text(page())
