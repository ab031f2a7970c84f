"""What classify costs: per kind of body, and whether hostile bodies stay linear.

    python -m bench.classify

Prints microseconds per body, and exits with 1 if 1 MB of anything costs more than 12 times 100 KB of it.
"""

# ruff: noqa: T201 - a command that prints

import json
import os
import random
import re
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from itertools import product
from pathlib import Path

import orjson

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from agent.classify import classify, loose_words, phrases  # noqa: E402
from agent.classify.dialects import DIALECTS, recognition  # noqa: E402
from agent.classify.memo import Memory  # noqa: E402
from agent.events.response import ApiResponse  # noqa: E402

SEED, ROUNDS = 7, 20
ID = re.compile(r"\b(?=[0-9a-f]*[a-f])(?=[0-9a-f]*\d)[0-9a-f]{6,}\b")
COUNTER = re.compile(r"(?<![\d.])\d{4,}(?!\d)")
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
        start = time.process_time()
        classify(response)
        best = min(best, time.process_time() - start)
    return best


def fragments() -> dict[str, str]:
    """Every phrase as bait: the beginning of it again and again, without its end."""
    tables = [
        phrases.OVERRIDES,
        loose_words.LOOSE_WORDS,
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


def microseconds(rounds: list[list[ApiResponse]], *, forget: bool = False) -> float:
    """CPU time per body of the best round."""
    best = float("inf")
    for responses in rounds:
        if forget:
            recognition.REGISTRY.memory = Memory(recognition.REGISTRY.memory.names)
        start = time.process_time()
        for response in responses:
            classify(response)
        best = min(best, time.process_time() - start)
    return best / len(rounds[0]) * 1e6


def drawn_anew(response: ApiResponse, dice: random.Random) -> ApiResponse:
    """The same error with other ids and counters: runs of hex of six and more, of digits of four and more."""
    is_text = isinstance(response.body, str)
    text = str(response.body) if is_text else orjson.dumps(response.body).decode()
    text = ID.sub(lambda id_: "".join(dice.choices("0123456789abcdef", k=len(id_[0]))), text)
    text = COUNTER.sub(
        lambda each: each[0][0] + "".join(dice.choices("0123456789", k=len(each[0]) - 1)), text
    )
    return replace(response, body=text if is_text else orjson.loads(text))


def print_costs(kind: str, responses: list[ApiResponse]) -> None:
    """What bodies cost that were never seen, that differ in ids and counters only, and that repeat."""
    dice = random.Random(SEED)
    rounds = [[drawn_anew(each, dice) for each in responses] for _ in range(ROUNDS)]
    new = microseconds(rounds, forget=True)
    like = microseconds([[drawn_anew(each, dice) for each in responses] for _ in range(ROUNDS)])
    seen = microseconds([responses] * ROUNDS)
    print(
        f"{kind}: never seen {new:6.1f} us, with other ids and counters {like:6.1f} us, seen {seen:5.2f} us"
    )


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


def print_corpus() -> None:
    """Bodies of the corpus, beside orjson.loads of their text."""
    for kind, structured in (("structured", True), ("mangled", False)):
        texts = corpus(structured=structured)
        if not texts:
            print(f"{kind} corpus bodies: not measured, there is no corpus (CORPUS=)")
            continue
        bodies = [orjson.loads(text) if structured else text for text in texts]
        print_costs(f"{kind} corpus bodies", [ApiResponse(429, body=body) for body in bodies])
        start = time.process_time()
        for text in texts * ROUNDS:
            parse(text)
        print(f"  orjson.loads of them {(time.process_time() - start) / len(texts) / ROUNDS * 1e6:5.2f} us")


def main() -> int:
    print(f"a success {microseconds([[ApiResponse(status=200)] * 1000] * ROUNDS):5.2f} us")
    print_costs("parsed bodies", responses(parsed=True))
    print_costs("mangled texts", responses(parsed=False))
    print_corpus()
    found, worst = slow()
    print(f"hostile 1 MB  {worst * 1e3:8.2f} ms at most, {len(BAIT) + len(fragments())} baits in four shapes")
    print("\n".join(found) or f"1 MB costs at most {MOST} times 100 KB")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
