"""The sample of each preset; docs/events.md shows the same files."""

from pathlib import Path

import orjson

SAMPLES = Path(__file__).parents[2] / "data" / "events"


def sample(preset: str) -> dict[str, object]:
    found = orjson.loads((SAMPLES / f"{preset}.json").read_bytes())
    assert isinstance(found, dict)
    return found
