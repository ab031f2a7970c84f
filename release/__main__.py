"""Make the files of a release in dist/, and check all that can be checked before it is published.

python -m release [--tag v1.2.3]

It needs the package registries and no other network. Every problem is said, and then it ends with 1.
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from release import address, artefacts, installing, licences, sbom, versions, workflows
from release.artefacts import CHART, Built
from tests.tools import helm
from tests.tools.cache import ROOT, ToolMissing

DIST = ROOT / "dist"
PACKED, STORED = 500_000, 1_000_000
"""Most bytes of the packed chart, and of what Helm keeps of a release; a Secret may have 1 MiB."""

Problems = Iterator[str]


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m release", description=__doc__)
    parser.add_argument("--tag", help="of the release: it must name the version, and the changelog a day")
    tag = parser.parse_args().tag
    shutil.rmtree(DIST, ignore_errors=True)
    DIST.mkdir()
    steps: list[tuple[str, Callable[[], Problems]]] = [
        ("one version everywhere, and in the changelog", lambda: _versions(tag)),
        ("workflows", workflows.problems),
        ("the chart", _chart),
        ("two builds are the same", _twice),
        ("licences", _licences),
        ("SBOMs", _sboms),
        *(
            (f"installed with Python {version}", _tried(program))
            for version, program in installing.pythons().items()
        ),
    ]
    failed = sum(_step(name, check) for name, check in steps)
    artefacts.sums(DIST)
    _say(f"{len(steps) - failed} passed, {failed} failed")
    return 1 if failed else 0


def _step(name: str, check: Callable[[], Problems]) -> bool:
    begun = time.monotonic()
    try:
        problems = list(check())
    except (ToolMissing, helm.Refused, licences.Unusable, installing.Broken) as failed:
        problems = [str(failed)]
    _say(f"{'FAILED' if problems else 'ok':6} {name} ({time.monotonic() - begun:.0f} s)")
    for problem in problems:
        _say(f"       {problem}")
    return bool(problems)


def _versions(tag: str | None) -> Problems:
    yield from versions.others()
    yield from versions.untold(tag)
    if tag:
        yield from address.unsaid()


def _chart() -> Problems:
    packed = artefacts.pack(DIST).stat().st_size
    everything = ROOT / "tests" / "chart" / "cases" / "everything.yaml"
    stored = artefacts.stored(helm.helm("template", "agent", CHART, "--values", everything))
    _say(f"       the packed chart has {packed:,} bytes, a release {stored:,}")
    if packed > PACKED or stored > STORED:
        yield f"that is more than {PACKED:,} and {STORED:,}"


def _twice() -> Problems:
    with tempfile.TemporaryDirectory() as name:
        again = artefacts.build(Path(name))
        for first, second in zip(artefacts.build(DIST), again, strict=True):
            if artefacts.digest(first) != artefacts.digest(second):
                yield f"{first.name} is another file each time"


def _licences() -> Problems:
    if licences.page() != licences.PAGE.read_text():
        yield "docs/licences.md is of other packages: make lock"


def _sboms() -> Problems:
    for lock, name in (("base", "wheel"), ("msk", "image-packages")):
        with sbom.installed([f"{lock}.txt"], _built().wheel) as python:
            found = sbom.bom(python)
        file = DIST / f"api-error-agent-{versions.version()}-{name}.cdx.json"
        file.write_text(json.dumps(found, indent=2, sort_keys=True))
        if sbom.pins(found) != licences.pins(lock):
            yield f"{file.name} lists other packages than requirements/{lock}.txt"


def _tried(python: Path) -> Callable[[], Problems]:
    return lambda: installing.tried(python, _built(), versions.version())


def _built() -> Built:
    (sdist,), (wheel,) = DIST.glob("*_*.tar.gz"), DIST.glob("*.whl")
    return Built(sdist, wheel)


def _say(line: str) -> None:
    print(line, flush=True)  # noqa: T201 - a command says how far it is


if __name__ == "__main__":
    sys.exit(main())
