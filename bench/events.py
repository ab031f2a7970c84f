"""Values of records by the mix, always the same ones for the same seed and moment. Pure."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from random import Random

from bench import bodies
from bench.bodies import Body
from bench.mixes import Mix

PER_SECOND = 10_000  # events, by their own timestamps
REPEATED = 40  # bodies that come again and again
RETRIES = 0.2  # share of fresh errors that repeat the one before, as retries do
STORMS = 0.7  # share of the errors that come in masses

PROVIDERS = ("openai", "anthropic", "gemini", "aimlapi", "pipellm")
MODELS = ("gpt-5", "claude-opus", "gemini-pro")
ROUTES = (
    *("/v1/chat/completions", "/v1/responses", "/v1/messages", "/v1/embeddings"),
    *("/v1/models", "/v1/images/generations", "/v1/audio/speech", "/v1/audio/transcriptions"),
    *("/v1/moderations", "/v1/files", "/v1/batches", "/v1/completions"),
)
WIDE_PROVIDERS = tuple(f"provider-{letter}" for letter in "abcdefghijkl")
WIDE_MODELS = tuple(f"model-{number}" for number in range(80))
WIDE_ROUTES = tuple(
    f"/v1/{route}/run" for route in (f"service-{chr(97 + n // 26)}{chr(97 + n % 26)}" for n in range(60))
)

GARBAGE = (
    b"",
    b'{"status":429,"body":{"error":',
    b"\xff\xfe\x00\x01",
    b'{"hello":"world"}',
    b"plain text",
    b"42",
)

_LIMITS = (
    '"headers":{"x-ratelimit-limit-requests":"10000","x-ratelimit-remaining-requests":"%d",'
    '"x-ratelimit-reset-requests":"6ms","x-ratelimit-limit-tokens":"2000000",'
    '"x-ratelimit-remaining-tokens":"%d","x-ratelimit-reset-tokens":"13ms"},'
)


class Events:
    """Draws events.

    Args:
        start: Unix seconds of the first event.
    """

    def __init__(self, mix: Mix, seed: int, start: float) -> None:
        self._mix = mix
        self._chance = Random(f"{mix.name} {seed}")
        self._start = int(start)
        self._durations = [f"{min(self._chance.lognormvariate(0.3, 1.1), 180):.4f}" for _ in range(5_000)]
        self._storms, self._others = _pools(mix, self._chance)
        self._path_of: dict[str, str] = {}
        self._last: tuple[Body, str] | None = None

    def values(self, count: int, start: float | None = None) -> Iterator[bytes]:
        """Values of *count* records; *start* is that of these, if it is another."""
        mix, random = self._mix, self._chance.random
        events = self._events(count * mix.batch, self._start if start is None else int(start))
        for _ in range(count):
            if mix.garbage and random() < mix.garbage:
                yield self._chance.choice(GARBAGE)
            elif mix.batch == 1:
                yield next(events).encode()
            else:
                yield f"[{','.join(next(events) for _ in range(mix.batch))}]".encode()

    def _events(self, count: int, start: int) -> Iterator[str]:
        for number in range(0, count, PER_SECOND):
            second = datetime.fromtimestamp(start + number // PER_SECOND, UTC)
            yield from self._second(f"{second:%Y-%m-%dT%H:%M:%S}", min(PER_SECOND, count - number))

    def _second(self, moment: str, count: int) -> Iterator[str]:
        mix, chance = self._mix, self._chance
        wide = mix.wide
        providers = chance.choices(WIDE_PROVIDERS if wide else PROVIDERS, k=count)
        routes = chance.choices(WIDE_ROUTES if wide else ROUTES, k=count)
        models = chance.choices(WIDE_MODELS if wide else MODELS, k=count)
        durations = chance.choices(self._durations, k=count)
        for number in range(count):
            head = (
                f'{{"timestamp":"{moment}.{number * 1000 // count:03}Z","method":"POST",'
                f'"duration_seconds":{durations[number]},"request_id":"req_{chance.getrandbits(64):016x}",'
                f'"model":"{models[number]}",'
            )
            if chance.random() < mix.errors:
                yield head + self._error(providers[number], routes[number])
            else:
                limits = self._limits() if mix.limits else ""
                place = f'"provider":"{providers[number]}","path":"{routes[number]}"'
                yield f'{head}{limits}{place},"status":200}}'

    def _limits(self) -> str:
        draw = self._chance.random
        return _LIMITS % (10_000 * draw(), 2_000_000 * draw())

    def _error(self, provider: str, route: str) -> str:
        body, text = self._body()
        if not self._mix.wide:
            provider = body.provider
            route = self._path_of.setdefault(provider, route)
        limits = self._limits() if self._mix.limits and '"headers"' not in text else ""
        return f'{limits}"provider":"{provider}","path":"{route}","status":{body.status},{text}}}'

    def _body(self) -> tuple[Body, str]:
        if self._mix.fresh and self._last is not None and self._chance.random() < RETRIES:
            return self._last
        body = self._chance.choice(self._storms if self._chance.random() < STORMS else self._others)
        self._last = body, body.drawn(self._chance)
        return self._last


def _pools(mix: Mix, chance: Random) -> tuple[Sequence[Body], Sequence[Body]]:
    """Bodies that come in masses, and the others."""
    found = bodies.load(fresh=mix.fresh)
    storms = [body for body in found if body.status in bodies.STORM]
    others = [body for body in found if body.status not in bodies.STORM]
    if mix.fresh:
        return storms, others
    half = REPEATED // 2
    return chance.sample(storms, half), chance.sample(others, half)
