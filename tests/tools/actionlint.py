"""actionlint, which reads workflows as GitHub does, built with Go.

python -m tests.tools.actionlint    build it
"""

from pathlib import Path

from tests.tools import golang
from tests.tools.cache import CACHE, placed

SOURCE = Path(__file__).with_name("actionlint")
VERSION = "1.7.12"
FOLDER = CACHE / f"actionlint-{VERSION}"


def ensure() -> Path:
    """Give the program."""
    return placed(FOLDER, _build) / "actionlint"


def _build(folder: Path) -> None:
    golang.build(
        folder,
        SOURCE,
        ["github.com/rhysd/actionlint/cmd/actionlint"],
        reason="the linter of workflows is built with Go",
    )


if __name__ == "__main__":
    print(ensure())
