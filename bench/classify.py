"""What classify costs: per kind of body, and whether hostile bodies stay linear.

    python -m bench.classify

Prints microseconds per body, and exits with 1 if 1 MB of anything costs more than 12 times 100 KB of it.
"""

# ruff: noqa: T201 - a command that prints

import json
import os
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import product
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from agent.classify import classify, guesses, phrases  # noqa: E402
from agent.classify.dialects import DIALECTS  # noqa: E402
from agent.events.response import ApiResponse  # noqa: E402

SMALL, LARGE, MOST = 100_000, 1_000_000, 12
NOISE = 0.002  # seconds: below this a ratio says nothing

BAIT = {
    "one word": "a",
    "braces": "{",
    "brackets": "[",
    "nested objects": '{"error":',
    "nested strings": '"{\\"',
    "quotes": '"',
    "backticks": "`",
    "backticks and escapes": "` \\",
    "bare keys": "{ key: ",
    "joints": "{ a: 'x' +\n",
    "headers": "headers: {",
    "bodies": "headers: {'a': body: ",
    "humps": "RateLimit",
    "capitals": "AAAAAAAAb",
    "named": "error_type=server_error ",
    "single quotes": "'",
    "backslashes": "\\",
    "objects": '{"a":1} ',
    "spaces": " ",
    "brace and spaces": "{" + " " * 60,
    "line breaks": "\n",
    "digits": "7",
    "status": "[429 ",
    "events": "data: \n",
    "event errors": 'data: {"error":{"message":"x"}}\n\n',
    "tags": "<title ",
    "hints": "try again in ",
    "measures": "again in 1h1m",
    "clocks": "12:31:",
    "commas": ",",
    "unicode": "\u0130\ufffd",
}


def seconds(response: ApiResponse) -> float:
    best = float("inf")
    for _ in range(3):
        start = time.perf_counter()
        classify(response)
        best = min(best, time.perf_counter() - start)
    return best


def fragments() -> dict[str, str]:
    """Every phrase as bait: the beginning of it again and again, without its end."""
    tables = [
        phrases.OVERRIDES,
        guesses.GUESSES,
        *phrases.DETAILS.values(),
        *(dialect.phrases for dialect in DIALECTS),
    ]
    rules = sorted({phrase for table in tables for phrase, _ in table.rules})
    return {
        f"phrase {rule}": rule.strip("^$").replace("|", " ").rpartition(" ")[0] + " "
        for rule in rules
        if " " in rule
    }


def hostile(bait: str, size: int) -> Sequence[object]:
    text = bait * (size // len(bait))
    return (
        text,
        {"error": {"message": text, "type": text}},
        {"detail": [text]},
        f'{{"error":{{"message":"{text}',
    )


def slow() -> tuple[list[str], float]:
    """Name the baits whose cost grows faster than their size, and the most seconds that any of them took."""
    found, worst = [], 0.0
    for (name, bait), status in product({**BAIT, **fragments()}.items(), (400, None)):
        for kind, (small, large) in enumerate(zip(hostile(bait, SMALL), hostile(bait, LARGE), strict=True)):
            quick, long = (seconds(ApiResponse(status=status, body=body)) for body in (small, large))
            worst = max(worst, long)
            if long > MOST * max(quick, NOISE):
                found.append(
                    f"{name}, {status}, shape {kind}: {quick * 1e3:.1f} ms, then {long * 1e3:.1f} ms"
                )
    return found, worst


def responses(*, parsed: bool) -> list[ApiResponse]:
    found = []
    for path in sorted((ROOT / "tests" / "data" / "bodies").glob("*.jsonl")):
        for row in map(json.loads, path.read_text(encoding="utf-8").splitlines()):
            try:
                body = json.loads(row["body"])
            except ValueError:
                body = None
            if isinstance(body, dict) is parsed:
                found.append(
                    ApiResponse(row["status"], headers=row.get("headers") or {}, body=body or row["body"])
                )
    return found


def microseconds(bodies: list[ApiResponse]) -> float:
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter()
        for body in bodies:
            classify(body)
        best = min(best, time.perf_counter() - start)
    return best / len(bodies) * 1e6


def corpus(*, structured: bool) -> list[str]:
    """Bodies of the research corpus as they came: JSON objects, or what logs and SDKs made of them."""
    place = Path(os.environ.get("CORPUS", ROOT.parent / "shared" / "corpus" / "error_bodies.jsonl"))
    texts = [json.loads(line)["body"] for line in place.read_text().splitlines()] if place.exists() else []
    return [text for text in texts if text and is_object(text) is structured]


def is_object(text: str) -> bool:
    try:
        return isinstance(orjson.loads(text), dict)
    except orjson.JSONDecodeError:
        return False


def parse(text: str) -> None:
    with suppress(orjson.JSONDecodeError):
        orjson.loads(text)


def nanoseconds(texts: list[str], work: Callable[[str], object]) -> float:
    best = float("inf")
    for _ in range(20):
        start = time.perf_counter_ns()
        for text in texts:
            work(text)
        best = min(best, time.perf_counter_ns() - start)
    return best / len(texts)


def print_corpus() -> None:
    """Classifying the text of a body, beside orjson.loads of the same text."""
    for kind, structured in (("structured", True), ("mangled", False)):
        texts = corpus(structured=structured)
        if not texts:
            print(f"{kind} corpus bodies: not measured, there is no corpus (CORPUS=)")
            continue
        ours = nanoseconds(texts, lambda text: classify(ApiResponse(status=429, body=text)))
        print(f"{kind} corpus bodies: {ours:8.0f} ns, orjson.loads {nanoseconds(texts, parse):6.0f} ns")


def main() -> int:
    print(f"a success     {microseconds([ApiResponse(status=200)] * 1000):8.2f} us")
    print(f"parsed bodies {microseconds(responses(parsed=True)):8.2f} us")
    print(f"mangled texts {microseconds(responses(parsed=False)):8.2f} us")
    print_corpus()
    found, worst = slow()
    print(f"hostile 1 MB  {worst * 1e3:8.2f} ms at most, {len(BAIT) + len(fragments())} baits in four shapes")
    print("\n".join(found) or f"1 MB costs at most {MOST} times 100 KB")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
