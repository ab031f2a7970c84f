"""Where the project is published: the repository does not say, for whoever publishes it knows.

python -m release.address https://github.com/OWNER/NAME v1.2.3 ghcr.io/OWNER

writes the address in place of the example, and the registry into the values of the chart.
"""

import re
import sys
from collections.abc import Iterator
from pathlib import Path

from tests.tools.cache import ROOT, run

EXAMPLE = "https://example.org/api-error-agent"
_ABOUT_IT = (":!release", ":!tests", ":!docs/releases.md")  # they speak of the example
VALUES = ROOT / "deploy" / "helm" / "api-error-agent" / "values.yaml"


def files() -> list[Path]:
    """Those that name the example."""
    tracked = run(["git", "ls-files", "-z", "--", ".", *_ABOUT_IT], cwd=ROOT).split("\0")
    return [ROOT / name for name in tracked if name and EXAMPLE.encode() in (ROOT / name).read_bytes()]


def unsaid() -> Iterator[str]:
    """Say where the example stands, for who publishes."""
    for file in files():
        yield (
            f"{file.relative_to(ROOT)} names {EXAMPLE}, where nothing is; write your own address: "
            "python -m release.address https://github.com/OWNER/NAME v1.2.3 ghcr.io/OWNER"
        )


def placed_at(text: str, home: str, tag: str) -> str:
    """Put *home* in place of the example; a page is that of the *tag*, as a forge shows it."""
    return re.sub(rf"{re.escape(EXAMPLE)}(?=/)", f"{home}/blob/{tag}", text).replace(EXAMPLE, home)


def with_registry(values: str, registry: str) -> str:
    """Let the chart take the image from this registry."""
    return re.sub(r'(?m)^(image:\n(?:  .*\n)*?  registry: )""', rf'\g<1>"{registry}"', values)


def main() -> None:
    match sys.argv[1:]:
        case [home, tag, registry] if home.startswith("https://"):
            for file in files():
                file.write_text(placed_at(file.read_text(), home.rstrip("/"), tag))
            VALUES.write_text(with_registry(VALUES.read_text(), registry))
        case _:
            sys.exit(
                "give three: python -m release.address https://github.com/OWNER/NAME v1.2.3 ghcr.io/OWNER"
            )


if __name__ == "__main__":
    main()
