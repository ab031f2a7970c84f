"""bench/results.json: the one place of all figures. Each command writes its own part of it.

python -m bench.results    writes the pages that show them anew
"""

import json
import os
import platform
from collections.abc import Mapping
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from bench import report
from tests.tools import kafka

FILE = Path(__file__).with_name("results.json")

PACKAGES = ("aiokafka", "orjson", "prometheus-client", "aiohttp", "cramjam")


def read() -> dict[str, Any]:
    return dict(json.loads(FILE.read_text()))


def write(part: Mapping[str, Any]) -> None:
    """Put *part* over what stands there, and write the pages that show it."""
    found = read() | _rounded(part)
    FILE.write_text(json.dumps(found, indent=1, ensure_ascii=False, sort_keys=True) + "\n")
    report.write(found)


def _rounded(value: Any) -> Any:
    """Three digits say all that such figures know; whole numbers stay."""
    if isinstance(value, Mapping):
        return {name: _rounded(inner) for name, inner in value.items()}
    if isinstance(value, float):
        return float(f"{value:.3g}") if abs(value) < 1000 else round(value)  # noqa: PLR2004 - three digits
    return value


def circumstances() -> dict[str, Any]:
    """What the figures depend on."""
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "machine": {"processor": _processor(), "cores": os.cpu_count(), "system": _system()},
        "versions": {
            platform.python_implementation(): platform.python_version(),
            "Apache Kafka": kafka.VERSION,
            **{name: version(name) for name in PACKAGES},
        },
    }


def _system() -> str:
    return f"{platform.system()} {'.'.join(platform.release().split('.')[:2])}"


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text().splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


if __name__ == "__main__":
    write({})
