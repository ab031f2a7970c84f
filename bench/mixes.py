"""Events for benches: mixes of successes and errors, always the same for the same words."""

import json
import random
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

BODIES = Path(__file__).parents[1] / "tests" / "data" / "bodies"
START = datetime(2026, 11, 22, 5, tzinfo=UTC)
EPOCH_MS = int(START.timestamp() * 1000)
ROUTES = (
    *("chat/completions", "responses", "messages", "embeddings", "models", "images/generations"),
    *("audio/speech", "audio/transcriptions", "moderations", "files", "batches", "completions"),
)
PROVIDERS = ("openai", "anthropic", "gemini", "aimlapi", "pipellm")
MODELS = ("gpt-5", "claude-opus", "gemini-pro")

_HEX = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{6,}\b")
_NUMBER = re.compile(r"(?<![\d.])\d{4,}(?!\d)")


class Mix(NamedTuple):
    """What the events of a topic are like.

    Attributes:
        errors: Share of them that are errors.

        is_fresh: Whether error bodies differ in their ids and numbers.

        has_limits: Whether every response carries rate-limit headers.

        paths, models: How many of them there are; the shipped routes and three models when None.
    """

    errors: float = 0.05
    is_fresh: bool = False
    has_limits: bool = False
    paths: int | None = None
    models: int | None = None


def events(mix: Mix, count: int) -> Iterator[bytes]:
    """The values of *count* records, a millisecond apart from START on."""
    rng = random.Random(f"{mix}")  # noqa: S311 - the same events each time
    paths = (
        [f"/v1/{route}" for route in ROUTES] if mix.paths is None else _named("/v1/tools/tool-", mix.paths)
    )
    models = MODELS if mix.models is None else _named("model-", mix.models)
    providers = PROVIDERS if mix.models is None else _named("provider-", 12)
    rows = _error_rows()
    for number in range(count):
        moment = START + timedelta(milliseconds=number)
        event: dict[str, object] = {
            "timestamp": moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{number % 1000:03d}Z",
            "provider": rng.choice(providers),
            "method": "POST",
            "path": rng.choice(paths),
            "status": 200,
            "duration_seconds": round(min(rng.lognormvariate(0.3, 1.1), 180.0), 4),
            "request_id": f"req_{rng.getrandbits(64):016x}",
            "model": rng.choice(models),
        }
        if mix.has_limits:
            event["headers"] = _limits(rng)
        if rng.random() < mix.errors:
            status, body = rng.choice(rows)
            event |= {"status": status, "body": _fresh(body, rng) if mix.is_fresh else body}
        yield json.dumps(event, separators=(",", ":")).encode()


def _named(start: str, count: int) -> list[str]:
    return [f"{start}{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(count)]


def _error_rows() -> list[tuple[int, object]]:
    """Status and body of the labelled errors; JSON bodies as objects."""
    texts = (path.read_text(encoding="utf-8") for path in sorted(BODIES.glob("*.jsonl")))
    rows = [json.loads(line) for text in texts for line in text.splitlines()]
    return [(row["status"], _parsed(row["body"])) for row in rows if (row["status"] or 0) >= 400]  # noqa: PLR2004


def _parsed(body: str) -> object:
    try:
        return json.loads(body)
    except ValueError:
        return body


def _fresh(body: object, rng: random.Random) -> object:
    text = json.dumps(body)
    text = _HEX.sub(lambda found: f"{rng.getrandbits(4 * len(found[0])):0{len(found[0])}x}", text)
    text = _NUMBER.sub(
        lambda found: found[0][0] + "".join(rng.choices("0123456789", k=len(found[0]) - 1)), text
    )
    return json.loads(text)


def _limits(rng: random.Random) -> dict[str, str]:
    return {
        "content-type": "application/json",
        "x-ratelimit-limit-requests": "10000",
        "x-ratelimit-remaining-requests": str(rng.randrange(10_000)),
        "x-ratelimit-reset-requests": f"{rng.randrange(60_000)}ms",
        "x-ratelimit-limit-tokens": "2000000",
        "x-ratelimit-remaining-tokens": str(rng.randrange(2_000_000)),
        "x-ratelimit-reset-tokens": f"{rng.randrange(60)}s",
    }
