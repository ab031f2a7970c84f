"""VictoriaMetrics and vmalert, which evaluates rules for it, built with Go.

python -m tests.tools.victoria    build both programs
"""

import time
from pathlib import Path

from tests.tools import golang
from tests.tools.cache import CACHE, linked, placed

VERSION = "1.151.0"
SOURCE = Path(__file__).with_name("victoria")
FOLDER = CACHE / f"victoria-{VERSION}"
PROGRAMS = ("victoria-metrics", "vmalert")


def ensure() -> Path:
    """Give the program `victoria-metrics`; `vmalert` lies beside it."""
    placed(FOLDER, _build)
    for name in PROGRAMS:
        linked(FOLDER / name, name)
    return FOLDER / "victoria-metrics"


def vmalert() -> Path:
    """Give the program `vmalert`."""
    return ensure().with_name("vmalert")


def _build(folder: Path) -> None:
    golang.build(
        folder,
        SOURCE,
        [f"github.com/VictoriaMetrics/VictoriaMetrics/app/{name}" for name in PROGRAMS],
        reason="VictoriaMetrics is built with Go 1.26.6 or newer",
        variables={"github.com/VictoriaMetrics/VictoriaMetrics/lib/buildinfo.Version": f"v{VERSION}"},
    )


def main() -> None:
    begun = time.monotonic()
    print(f"VictoriaMetrics {VERSION}: {ensure()} ({time.monotonic() - begun:.1f} s)")


if __name__ == "__main__":
    main()
