"""What the name of a header says of a limit, read word by word, as vendors build such names.

In x-ratelimit-remaining-tokens-minute or anthropic-ratelimit-unified-5h-utilization a word says which part of
a reading it is, others of what and in which window. What is left says whose limit it is, such as a project's.

Sources: the rate-limit pages of OpenAI (also of projects), Anthropic (also of the priority and fast tiers),
Mistral, Cerebras, Fireworks and Groq; anthropics/claude-code#12829 for the unified headers of subscriptions;
apisix/plugins/ai-rate-limiting.lua; Kong's AI Rate Limiting Advanced; LiteLLM's proxy; livekit/agents#6736
for X-LiveKit-Inference-*; clients of OpenAI's Codex backend for x-codex-*.
"""

import re
from typing import Literal, NamedTuple

Part = Literal["limit", "remaining", "reset", "used", "share", "window"]


class Place(NamedTuple):
    """What a header stands for.

    Attributes:
        pool: Whose limit it is, as far as the name says it.

        scale: By which a number is multiplied, for a part, or for seconds.
    """

    resource: str
    part: Part
    pool: str = ""
    scale: float = 1.0


class Subject(NamedTuple):
    """What words say of a limit: of what, in which window, "" where they do not say it; and the rest."""

    unit: str
    window: str
    rest: str


WINDOWS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800, "month": 2592000}
OTHER, USAGE = "other", "usage"
"""Units: of what has no name here, and of a share of nobody knows what."""

_UNITS = {
    **dict.fromkeys(("request", "requests", "req", "reqs", "call", "calls"), "requests"),
    **dict.fromkeys(("token", "tokens"), "tokens"),
    **dict.fromkeys(("image", "images"), "images"),
    **dict.fromkeys(("character", "characters", "chars"), "characters"),
    **dict.fromkeys(("credit", "credits"), "credits"),
    **dict.fromkeys(("concurrent", "concurrency", "parallel"), "concurrency"),
    "audioseconds": "audio_seconds",
    "unified": USAGE,
}
_WAYS = {
    **dict.fromkeys(("input", "prompt"), "input_tokens"),
    **dict.fromkeys(("output", "completion", "generated", "generation"), "output_tokens"),
}
_RATES = {
    f"{short}p{letter}": f"{unit} {window}"
    for short, unit in (("r", "requests"), ("q", "requests"), ("t", "tokens"))
    for letter, window in (("s", "second"), ("m", "minute"), ("h", "hour"), ("d", "day"))
}
RESOURCES = frozenset(
    unit + window
    for unit in {*_UNITS.values(), *_WAYS.values(), OTHER}
    for window in ("", *(f"_per_{name}" for name in WINDOWS))
)

_WORDS_OF_TIME = {
    **{form: name for name in WINDOWS for form in (name, f"{name}s", f"{name}ly")},
    "sec": "second",
    "min": "minute",
    "mins": "minute",
    "hr": "hour",
    "daily": "day",
}
_LETTERS = {"s": "second", "m": "minute", "h": "hour", "d": "day", "w": "week"}
_SPAN = re.compile(rf"(\d{{1,5}})-?({'|'.join((*_WORDS_OF_TIME, *_LETTERS))})(?=-|$)")
_BARE_SPAN = re.compile(r"^(\d{1,7})(?=-|$)")
_SILENT = frozenset({"x", "anthropic", "api", "ai", "per", "in", "inference"})

_PARTS: dict[str, tuple[Part, float]] = {
    "limit": ("limit", 1),
    "remaining": ("remaining", 1),
    "reset": ("reset", 1),
    "used": ("used", 1),
    "utilization": ("share", 1),
    "usedpercent": ("share", 0.01),
    "windowminutes": ("window", 60),
}
_FORMS_OF_A_RESET = frozenset({"after", "at", "in", "seconds", "time", "timestamp", "epoch"})
_AS_ONE_WORD = {
    "rate-limit": "ratelimit",
    "audio-seconds": "audioseconds",
    "used-percent": "usedpercent",
    "window-minutes": "windowminutes",
}
# Of vendors that write no "ratelimit": what their names begin with, and what that says.
_BEGINNINGS = {
    "anthropic-priority-": "priority",
    "anthropic-fast-": "fast",
    "x-livekit-inference-": "",
    "x-codex-": "unified",
}


def place_of(name: str) -> Place | None:
    """What a header of this lower-case name stands for; None if it tells no part of a limit."""
    text = name[:128].replace("_", "-")
    for words, word in _AS_ONE_WORD.items():
        text = text.replace(words, word)
    before, after = _halves(text)
    if after and "reset" in after:
        while after[-1] in _FORMS_OF_A_RESET:
            after.pop()
    at = next((place for place in (0, -1) if after and after[place] in _PARTS), None)
    if at is None:
        return None
    part, scale = _PARTS[after.pop(at)]
    subject = subject_of("-".join(before), "-".join(after))
    usual = "tokens" if "ai" in before else USAGE if part == "share" else "requests"
    return Place(resource(subject.unit or usual, subject.window), part, subject.rest, scale)


def _halves(text: str) -> tuple[list[str], list[str]]:
    """The words before, and behind, what says that it is a rate limit."""
    words = text.split("-")
    if "ratelimit" in words:
        at = words.index("ratelimit")
        return words[:at], words[at + 1 :]
    for beginning, said in _BEGINNINGS.items():
        if text.startswith(beginning):
            return [said] * bool(said), text.removeprefix(beginning).split("-")
    return [], []


def subject_of(*texts: str) -> Subject:
    """What words, joined by hyphens, say of a limit."""
    unit = way = window = ""
    rest: list[str] = []
    for words in texts:
        window, text = _windows(words, window)
        for word in text.split("-"):
            if word in _RATES:
                unit, window = _RATES[word].split()
            elif word in _UNITS:
                unit = unit if unit == "concurrency" else _UNITS[word]
            elif word in _WAYS:
                way = _WAYS[word]
            elif word and word not in _SILENT:
                rest.append(word)
    unit = way if way and unit in ("", "tokens") else unit
    return Subject(unit, window, "-".join(rest))


def _windows(text: str, window: str) -> tuple[str, str]:
    """The name of the window in *text*, and the rest; a window that has no name stays there as a word."""
    if bare := _BARE_SPAN.match(text):
        text = f"{bare[1]}s{text[bare.end() :]}"
    if span := _SPAN.search(text):
        unit = _WORDS_OF_TIME.get(span[2]) or _LETTERS[span[2]]
        window = window_of(int(span[1]) * WINDOWS[unit]) or window
        left = "" if window_of(int(span[1]) * WINDOWS[unit]) else f"{span[1]}{unit[0]}"
        text = text[: span.start()] + left + text[span.end() :]
    words = text.split("-")
    window = next((_WORDS_OF_TIME[word] for word in words if word in _WORDS_OF_TIME), window)
    return window, "-".join(word for word in words if word not in _WORDS_OF_TIME)


def window_of(seconds: float | None) -> str:
    """The name of a window; "" where it has none."""
    return next((name for name, length in WINDOWS.items() if length == seconds), "")


def resource(unit: str, window: str) -> str:
    return f"{unit}_per_{window}" if window else unit
