"""The version stands in pyproject.toml, and all other places say the same.

python -m release.versions 1.3.0    write another into all of them
"""

import re
import sys
import tomllib
from collections.abc import Iterator

from tests.tools.cache import ROOT

VERSION = re.compile(r"\d+\.\d+\.\d+")

_CHART = "deploy/helm/api-error-agent/Chart.yaml"

PLACES = {
    "pyproject.toml": r'(?m)^version = "(.+)"$',
    _CHART: r'(?m)^(?:version: |appVersion: "|      image: api-error-agent:)([\d.]+)',
    "deploy/gitops/argocd.yaml": r"(?m)^    targetRevision: v(.+)$",
    "deploy/gitops/flux.yaml": r"(?m)^  ref: \{tag: v(.+)\}$",
    "docs/deploy.md": r"(?:api-error-agent:|api-error-agent, version: )([\d.]+\d)",
    "docs/install.md": r"api-error-agent:([\d.]+\d)",
}
"""Where it stands, as a pattern whose group is a version."""

CHANGELOG = ROOT / "CHANGELOG.md"


def version() -> str:
    """The version of the checkout."""
    return str(tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["version"])


def others() -> Iterator[str]:
    """Say where another version stands, or none."""
    for place, pattern in PLACES.items():
        found = re.findall(pattern, (ROOT / place).read_text())
        wrong = sorted(set(found) - {version()})
        if wrong or not found:
            yield f"{place} says {', '.join(wrong) or 'no version'}, and pyproject.toml {version()}"


def write(new: str) -> None:
    """Write *new* into all places."""
    for place, pattern in PLACES.items():
        path = ROOT / place
        path.write_text(re.sub(pattern, lambda it: it[0].replace(it[1], new), path.read_text()))


def untold(tag: str | None) -> Iterator[str]:
    """Say what the changelog lacks; with a *tag*, the version must have a date, and the tag be its name."""
    told = re.findall(rf"(?m)^## \[{re.escape(version())}\] - (.+)$", CHANGELOG.read_text())
    if not told:
        yield f"CHANGELOG.md has no section for {version()}: ## [{version()}] - Unreleased"
    if tag is None:
        return
    if tag != f"v{version()}":
        yield f"the tag is {tag!r}, and the version {version()}: the tag should be v{version()}"
    if told and not re.fullmatch(r"\d{4}-\d\d-\d\d", told[0]):
        yield f"CHANGELOG.md dates {version()} {told[0]!r}; give the day, as in 2027-01-31"


def main() -> None:
    if len(sys.argv) != 2 or not VERSION.fullmatch(sys.argv[1]):  # noqa: PLR2004 - the program and one word
        sys.exit("give a version, as in: python -m release.versions 1.3.0")
    write(sys.argv[1])


if __name__ == "__main__":
    main()
