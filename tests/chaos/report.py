"""How a run is told: one line per group, and where differences are what is known of them."""

from collections.abc import Iterator, Sequence

from tests.chaos.chaos import Outcome
from tests.chaos.rig import SETTLED_WITHIN
from tests.chaos.verdict import Verdict

MOST = 200  # lines of a kind


def line(name: str, verdict: Verdict, faults: int, seed: int) -> str:
    it = verdict.comparison
    return (
        f"{name}: produced={it.produced} counted={it.counted} lost={it.lost} doubled={it.doubled} "
        f"difference={it.difference} faults={faults} seed={seed}"
    )


def lines(outcome: Outcome) -> Iterator[str]:
    """All there is to say; the last line is that of the exact mode."""
    faults, seed = outcome.faults, outcome.seed
    for name, verdict in outcome.verdicts.items():
        if name != "exact":
            yield f"{line(name, verdict, faults, seed)}, {rare(verdict)}"
    exact = outcome.verdicts["exact"]
    yield from _few("the run failed", outcome.failures)
    if outcome.settled_after > SETTLED_WITHIN:
        yield f"lag was not 0 within {SETTLED_WITHIN:g} s"
    yield from why(exact)
    yield f"exact: {rare(exact)}, lag 0 {outcome.settled_after:.1f} s after the end"
    yield line("chaos", exact, faults, seed)


def rare(verdict: Verdict) -> str:
    return f"rare series exact {verdict.comparison.rare_exact} of {verdict.comparison.rare}"


def why(verdict: Verdict) -> Iterator[str]:
    """What is known of differences, and of what should not have been."""
    yield from _few("broken", verdict.breaches)
    if verdict.comparison.doubled:
        yield f"doubled {verdict.comparison.doubled}, explained {verdict.may_double}"
    yield from _few("evidence", verdict.evidence)


def _few(what: str, found: Sequence[str]) -> Iterator[str]:
    yield from (f"{what}: {one}" for one in found[:MOST])
    if len(found) > MOST:
        yield f"{what}: and {len(found) - MOST} more"
