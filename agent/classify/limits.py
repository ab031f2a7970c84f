"""Rate-limit headers of every vendor, read into one form."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from agent.classify.dialects import DIALECTS
from agent.classify.durations import moment, number
from agent.classify.limit_names import (
    OTHER,
    RESOURCES,
    Part,
    Place,
    place_of,
    resource,
    subject_of,
    window_of,
)
from agent.classify.outcome import RateLimit
from agent.classify.policies import Policy, policies, quotas

__all__ = ["KNOWN", "RESOURCES", "are_silent", "names_reset", "owner", "rate_limits", "telling", "whose"]

# Anthropic answers 2^63-1 or so where there is no limit.
SENTINEL = 1e15

# Groq documents its limits of requests per day and of tokens per minute under names that do not say so.
_BY_PROVIDER = {"groq": {"requests": "requests_per_day", "tokens": "tokens_per_minute"}}

KNOWN = {name: Place(*what) for dialect in DIALECTS for name, what in dialect.limits.items()}
"""Names that only a vendor's own dialect can know."""

_LIMITS, _POLICY = "ratelimit", "ratelimit-policy"
_STRUCTURED = frozenset({_LIMITS, _POLICY})  # fields of the IETF
WHOSE = (
    *("openai-organization", "openai-project", "anthropic-organization-id", "anthropic-workspace-id"),
    *("x-ms-deployment-name", "azureml-model-deployment", "x-ms-region", "x-litellm-model-id"),
)
"""Headers that say whose limits the others tell of: organisation, project, deployment, region."""

_WHOSE = frozenset(WHOSE)
_MOST_NAMES, _LONGEST_NAME = 4096, 128  # that are remembered; characters of one


class _Places(dict[str, Place | None]):
    """What the headers of names that were met stand for: a look-up in a dictionary, without a call."""

    def __missing__(self, name: str) -> Place | None:
        place = KNOWN.get(name) or place_of(name)
        if len(name) > _LONGEST_NAME:
            return place
        if len(self) >= _MOST_NAMES:
            self.clear()
        self[name] = place
        return place


_PLACES = _Places()

_Said = dict[Part, float]
_Found = defaultdict[tuple[str, str], _Said]


def are_silent(names: Iterable[str]) -> bool:
    """Whether no header with one of these names tells of a limit."""
    for name in names:  # without a call for each  # noqa: SIM110
        if _PLACES[name] is not None or name in _STRUCTURED:
            return False
    return True


def whose(names: Iterable[str]) -> tuple[str, ...]:
    """Of headers with these names those that say whose limits they tell of."""
    return tuple(name for name in names if name.lower() in _WHOSE)


def owner(headers: Mapping[str, str]) -> str:
    """Whose limits *headers* tell of, in their own words; "" where they do not say."""
    return "" if _WHOSE.isdisjoint(headers) else "/".join(headers[name] for name in WHOSE if name in headers)


def telling(names: Sequence[str], provider: str = "unknown") -> tuple[str, ...] | None:
    """Of headers with these names one for each limit: what is left of it, else its limit.

    It is enough for a reading that their values are whole numbers. None where the names do not tell it.
    """
    windows = _BY_PROVIDER.get(provider, {})
    lower = [name.lower() for name in names]
    found: dict[tuple[str, str], str] = {}
    for name, plain in zip(names, lower, strict=True):
        place = _PLACES[plain]
        if plain in _STRUCTURED or (place and place.part in ("used", "share", "window")):
            return None
        if place and place.part != "reset":
            key = windows.get(place.resource, place.resource), place.pool
            if key not in found or place.part == "remaining":
                found[key] = name
    return None if len({*lower}) < len(lower) else tuple(found.values())


def rate_limits(
    headers: Mapping[str, str], fields: Mapping[str, object], now: float | None, provider: str = "unknown"
) -> tuple[RateLimit, ...]:
    """Read the limits of *headers* and of a body's *fields*; resets become unix seconds."""
    found: _Found = defaultdict(dict)
    for source in (fields, headers):
        for name, value in source.items():
            place = _PLACES[name]
            if place is not None:
                _note(found, place, value, now)
    if not _STRUCTURED.isdisjoint(headers):
        _structured(found, headers, now)
    windows = _BY_PROVIDER.get(provider, {})
    readings = (_reading(windows.get(what, what), pool, said) for (what, pool), said in found.items())
    return tuple(reading for reading in readings if reading is not None)


def names_reset(fields: Mapping[str, object]) -> bool:
    """Say whether the limits in *fields* depend on the clock."""
    return any(place.part == "reset" for name in fields if (place := _PLACES[name]))


def _note(found: _Found, place: Place, value: object, now: float | None) -> None:
    amount = moment(value, now) if place.part == "reset" else number(value)
    if amount is None and place.part != "reset" and isinstance(value, str):
        amount = number(value.partition(",")[0].partition(";")[0])  # of 100, 100;w=60
        if amount is not None and amount in (windows := quotas(value)):
            found[place.resource, place.pool]["window"] = windows[amount]
    if amount is not None and 0 <= amount < SENTINEL:
        found[place.resource, place.pool][place.part] = amount * place.scale


def _reading(what: str, pool: str, said: _Said) -> RateLimit | None:
    limit, remaining, share = said.get("limit"), said.get("remaining"), said.get("share")
    if remaining is None and limit is not None and "used" in said:
        remaining = max(0.0, limit - said["used"])
    if limit is None and remaining is None and share is None:
        return None
    if "window" in said and "_per_" not in what:
        what = resource(what, window_of(said["window"]))
    share = share if limit is None and remaining is None else None
    return RateLimit(what, limit, remaining, said.get("reset"), pool, share)


def _structured(found: _Found, headers: Mapping[str, str], now: float | None) -> None:
    limits, policy = headers.get(_LIMITS, ""), headers.get(_POLICY, "")
    for each in policies(limits, policy):
        _note_policy(found, each, now)
    for said in found.values():
        window = quotas(policy).get(said.get("limit", -1.0))
        if window is not None:
            said.setdefault("window", window)


def _note_policy(found: _Found, policy: Policy, now: float | None) -> None:
    unit = subject_of(policy.said.get("qu", "").lower()).unit or (OTHER if "qu" in policy.said else "")
    subject = subject_of(policy.name.lower())
    named = resource(unit or subject.unit or "requests", subject.window)
    pool = "/".join(filter(None, (policy.name, policy.said.get("pk"))))
    parts: dict[str, Part] = {"r": "remaining", "t": "reset", "q": "limit", "w": "window"}
    for letter, part in parts.items():
        if letter in policy.said:
            _note(found, Place(named, part, pool), policy.said[letter], now)
