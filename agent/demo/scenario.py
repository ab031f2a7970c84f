"""The scenario: five phases of traffic at five providers, the same for the same seed.

Pure: no clock, no socket. Each event comes with what it is expected to be counted as.
"""

import json
import random
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import NamedTuple

from agent.demo.vendors import AIMLAPI, ANTHROPIC, OPENAI, VENDORS, Call, Fault, Vendor, filled

DEFAULT_SEED = 1
EVERYDAY = 0.04
"""Share of errors when nothing special happens."""

_OK = "ok"
_UNTIL_FIRST_TOKEN = 0.2  # of the whole time of an answer that comes in pieces
_WINDOW = 60.0  # seconds in which a used-up rate limit is whole again


class Row(NamedTuple):
    """What the final comparison tells apart: label values of api_responses_total."""

    provider: str
    status: str
    type: str


class Event(NamedTuple):
    """One record of the topic.

    Attributes:
        at: Unix seconds at which it is sent.

        phase: Index into PHASES.

        expected: What we mean it to be counted as.
    """

    at: float
    phase: int
    expected: Row
    value: bytes


@dataclass(frozen=True, slots=True)
class Phase:
    """A stretch of the scenario.

    Attributes:
        share: Of the whole time.

        traffic: Events per second by provider.

        troubled: The provider that has its bad hour.

        failing: Share of its answers that are errors of that hour.

        headroom: What is left of its rate limits, from and to, as a share.
    """

    name: str
    share: float
    traffic: Mapping[str, float]
    troubled: Vendor | None = None
    failing: float = 0.0
    headroom: tuple[float, float] = (0.5, 0.95)


_USUAL = {"openai": 70.0, "anthropic": 45.0, "gemini": 35.0, "aimlapi": 30.0, "pipellm": 20.0}
_HEALTHY = (0.5, 0.95)

PHASES = (
    Phase("calm", 0.2, _USUAL),
    Phase("rate-limit storm at openai", 0.25, {**_USUAL, "openai": 160.0}, OPENAI, 0.7, (0.0, 0.02)),
    Phase("overload at anthropic", 0.2, {**_USUAL, "anthropic": 90.0}, ANTHROPIC, 0.6),
    Phase("empty balance at aimlapi", 0.2, _USUAL, AIMLAPI, 0.9),
    Phase("recovery", 0.15, _USUAL),
)


def events(seconds: float, seed: int, start: float) -> Iterator[Event]:
    """The events of the whole scenario, in the order of their time.

    Args:
        start: Unix seconds at which it begins.
    """
    chance = random.Random(seed)  # noqa: S311 - the same dice for everybody, not a secret
    begins = start
    for number, phase in enumerate(PHASES):
        length = seconds * phase.share
        count = round(length * sum(phase.traffic.values()))
        for at in sorted(begins + chance.random() * length for _ in range(count)):
            yield _event(chance, at, number)
        begins += length


def _event(chance: random.Random, at: float, number: int) -> Event:
    phase = PHASES[number]
    vendor = chance.choices(VENDORS, [phase.traffic[vendor.name] for vendor in VENDORS])[0]
    call, fault = chance.choice(vendor.calls), _fault(chance, phase, vendor)
    facts = _facts(chance, at, call, vendor, phase.headroom if vendor is phase.troubled else _HEALTHY)
    expected = Row(vendor.name, str(fault.status if fault else 200), fault.type if fault else _OK)
    return Event(at, number, expected, _value(chance, vendor, call, fault, facts))


def _fault(chance: random.Random, phase: Phase, vendor: Vendor) -> Fault | None:
    if vendor is phase.troubled and chance.random() < phase.failing:
        return chance.choice(vendor.trouble)
    return chance.choice(vendor.everyday) if chance.random() < EVERYDAY else None


def _facts(
    chance: random.Random, at: float, call: Call, vendor: Vendor, headroom: tuple[float, float]
) -> dict[str, str]:
    left = chance.uniform(*headroom)
    resets_in = _WINDOW * (1 - left)
    requests, tokens = vendor.limits
    facts = {
        "hex": f"{chance.getrandbits(96):024x}",
        "uuid": str(uuid.UUID(int=chance.getrandbits(128), version=4)),
        "model": call.model,
        "timestamp": _rfc3339(at),
        "limit_requests": str(requests),
        "limit_tokens": str(tokens),
        "remaining_requests": str(int(requests * left)),
        "remaining_tokens": str(int(tokens * left)),
        "reset_seconds": f"{resets_in:.3f}",
        "reset_at": _rfc3339(at + resets_in),
    }
    return {**facts, "path": str(filled(call.path, facts))}


def _value(
    chance: random.Random, vendor: Vendor, call: Call, fault: Fault | None, facts: Mapping[str, str]
) -> bytes:
    body = filled(fault.body, facts) if fault else None
    if fault and fault.bare:
        return (body if isinstance(body, str) else json.dumps(body)).encode()
    seconds = (fault.seconds if fault else call.seconds) * chance.lognormvariate(0, 0.4)
    event: dict[str, object] = {
        "timestamp": facts["timestamp"],
        "provider": vendor.name,
        "method": call.method,
        "path": facts["path"],
        "status": fault.status if fault else 200,
        "duration_seconds": round(seconds, 4),
        "request_id": filled(vendor.request_id, facts),
        "model": call.model,
        "headers": filled({**vendor.headers, **(fault.headers if fault else {})}, facts),
    }
    if call.streams and fault is None:
        event["time_to_first_token"] = round(_UNTIL_FIRST_TOKEN * seconds, 4)
    return json.dumps(event if body is None else {**event, "body": body}).encode()


def _rfc3339(at: float) -> str:
    return datetime.fromtimestamp(at, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
