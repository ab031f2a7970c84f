"""How a run is told: one line per group, and where differences are what is known of them."""

from collections.abc import Iterator

from tests.chaos.chaos import Outcome
from tests.chaos.rig import SETTLED_WITHIN, Verdict

MOST = 25  # lines of a kind


def line(name: str, outcome: Outcome, verdict: Verdict) -> str:
    it = verdict.comparison
    return (
        f"{name}: produced={it.produced} counted={it.counted} lost={it.lost} doubled={it.doubled} "
        f"difference={it.difference} faults={outcome.faults} seed={outcome.seed}"
    )


def lines(outcome: Outcome) -> Iterator[str]:
    """All there is to say; the last line is that of the exact mode."""
    for name, verdict in outcome.verdicts.items():
        if name != "exact":
            yield f"{line(name, outcome, verdict)}, {_rare(verdict)}"
    exact = outcome.verdicts["exact"]
    yield from _why(outcome, exact)
    yield f"exact: {_rare(exact)}, lag 0 {outcome.settled_after:.1f} s after the end"
    yield line("chaos", outcome, exact)


def _rare(verdict: Verdict) -> str:
    return f"rare series exact {verdict.comparison.rare_exact} of {verdict.comparison.rare}"


def _why(outcome: Outcome, exact: Verdict) -> Iterator[str]:
    yield from _few("the run failed", outcome.failures)
    if outcome.settled_after > SETTLED_WITHIN:
        yield f"lag was not 0 within {SETTLED_WITHIN:g} s"
    yield from _few("broken", exact.breaches)
    if exact.comparison.doubled:
        yield f"doubled {exact.comparison.doubled}, explained {exact.may_double}"
        yield from _few("in doubt", [str(doubt) for doubt in exact.doubts])
    if not exact.is_sound:
        wrong = exact.comparison.wrong.items()
        yield from _few("difference", [f"{' '.join(key)}: {amount:+d}" for key, amount in wrong])
        yield from _few("hint", exact.hints)


def _few(what: str, found: list[str]) -> Iterator[str]:
    yield from (f"{what}: {one}" for one in found[:MOST])
    if len(found) > MOST:
        yield f"{what}: and {len(found) - MOST} more"
