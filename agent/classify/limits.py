"""Rate-limit headers of every vendor, read into one form; names of one vendor only stand in its dialect."""

import re
from collections.abc import Mapping, Sequence

from agent.classify.dialects import DIALECTS
from agent.classify.durations import moment, number
from agent.classify.evidence import LimitField
from agent.classify.outcome import RateLimit

# Anthropic answers 2^63-1 or so where there is no limit.
SENTINEL = 1e15

_COUNTED = {
    "requests": "requests",
    "tokens": "tokens",
    "input-tokens": "input_tokens",
    "output-tokens": "output_tokens",
    # Mistral
    "req-second": "requests_per_second",
    "req-minute": "requests_per_minute",
    "req-day": "requests_per_day",
    "req-month": "requests_per_month",
    "tokens-second": "tokens_per_second",
    "tokens-minute": "tokens_per_minute",
    "tokens-day": "tokens_per_day",
    "tokens-month": "tokens_per_month",
    # Cerebras
    "requests-second": "requests_per_second",
    "requests-minute": "requests_per_minute",
    "requests-day": "requests_per_day",
    "requests-month": "requests_per_month",
    # Fireworks
    "prompt-tokens": "input_tokens",
    "generated-tokens": "output_tokens",
    "tokens-prompt": "input_tokens",
    "tokens-generated": "output_tokens",
}
_WINDOWS = {"second": "requests_per_second", "minute": "requests_per_minute",
            "day": "requests_per_day", "month": "requests_per_month"}  # fmt: skip
# Groq documents its limits of requests per day and of tokens per minute under names that do not say so.
_BY_PROVIDER = {"groq": {"requests": "requests_per_day", "tokens": "tokens_per_minute"}}
_FIELDS: tuple[LimitField, ...] = ("limit", "remaining", "reset")


def _known() -> dict[str, tuple[str, LimitField]]:
    """Every header name that is read, with the resource and field it stands for."""
    names: dict[str, tuple[str, LimitField]] = {}
    for field in _FIELDS:
        for suffix, resource in _COUNTED.items():
            names[f"x-ratelimit-{field}-{suffix}"] = (resource, field)
        for window, resource in _WINDOWS.items():  # Kong: X-RateLimit-Limit-Minute
            names[f"x-ratelimit-{field}-{window}"] = (resource, field)
        for plain in (f"x-ratelimit-{field}", f"x-rate-limit-{field}", f"ratelimit-{field}"):
            names[plain] = ("requests", field)
    for dialect in DIALECTS:
        names.update(dialect.limits)
    return names


KNOWN = _known()
# IETF structured fields, as Hugging Face sends them: ratelimit: "api";r=999;t=295
_STRUCTURED_NAME = "ratelimit"
_STRUCTURED = re.compile(r"[;\s](r|t|q|w)=(\d{1,15})")
NAMES = frozenset({*KNOWN, _STRUCTURED_NAME})
"""Names of the headers that tell of a limit."""

RESOURCES = frozenset(
    name + window
    for name in ("requests", "tokens", "input_tokens", "output_tokens")
    for window in ("", "_per_second", "_per_minute", "_per_day", "_per_month")
)


def telling(names: Sequence[str], provider: str = "unknown") -> tuple[str, ...] | None:
    """Of headers with these names, those that make a reading of each resource that they can tell of.

    It is enough that their values are whole numbers. None where the names do not tell it.
    """
    windows = _BY_PROVIDER.get(provider, {})
    lower = [name.lower() for name in names]
    found: dict[str, str] = {}
    for name, plain in zip(names, lower, strict=True):
        resource, field = KNOWN.get(plain, ("", "reset"))
        if field != "reset":
            found.setdefault(windows.get(resource, resource), name)
    return None if "ratelimit" in lower or len({*lower}) < len(lower) else tuple(found.values())


def rate_limits(
    headers: Mapping[str, str], fields: Mapping[str, object], now: float | None, provider: str = "unknown"
) -> tuple[RateLimit, ...]:
    """Read the limits of *headers* and of a body's *fields*; resets become unix seconds."""
    found: dict[str, dict[LimitField, float]] = {}
    for source in (fields, headers):
        for name, value in source.items():
            place = KNOWN.get(name)
            if place is not None:
                _note(found, place, value, now)
    if _STRUCTURED_NAME in headers:
        _structured(found, headers, now)
    windows = _BY_PROVIDER.get(provider, {})
    return tuple(
        RateLimit(windows.get(resource, resource), got.get("limit"), got.get("remaining"), got.get("reset"))
        for resource, got in found.items()
        if "limit" in got or "remaining" in got
    )


def names_reset(fields: Mapping[str, object]) -> bool:
    """Say whether the limits in *fields* depend on the clock."""
    return any(KNOWN[name][1] == "reset" for name in fields if name in KNOWN)


def _note(
    found: dict[str, dict[LimitField, float]], place: tuple[str, LimitField], value: object, now: float | None
) -> None:
    resource, field = place
    amount = moment(value, now) if field == "reset" else number(value)
    if amount is not None and 0 <= amount < SENTINEL:
        found.setdefault(resource, {})[field] = amount


def _structured(
    found: dict[str, dict[LimitField, float]], headers: Mapping[str, str], now: float | None
) -> None:
    letters = {"r": "remaining", "t": "reset", "q": "limit"}
    text = f"{headers[_STRUCTURED_NAME]} {headers.get('ratelimit-policy', '')}"
    for letter, digits in _STRUCTURED.findall(text):
        field: LimitField | None = letters.get(letter)  # type: ignore[assignment]
        if field:
            _note(found, ("requests", field), digits, now)
