"""What is known of an error that was found out about: what stays so, and what each body says by itself."""

from functools import cache
from typing import NamedTuple

from agent.classify.finding import Finding
from agent.classify.hints import Spot, retry_after
from agent.classify.outcome import Outcome
from agent.classify.taxonomy import OutcomeType, Reason

CURED_BY_WAITING = frozenset(
    {
        OutcomeType.RATE_LIMIT,
        OutcomeType.OVERLOADED,
        OutcomeType.API,
        OutcomeType.TIMEOUT,
        OutcomeType.UNKNOWN,
    }
)


class Verdict:
    """What an error is counted as. Compared by identity: there is one object for each."""

    __slots__ = ("dialect", "reason", "type")

    def __init__(self, type_: OutcomeType, reason: Reason, dialect: str) -> None:
        self.type, self.reason, self.dialect = type_, reason, dialect


verdict_of = cache(Verdict)
"""The one object for a type, a reason and the name of a dialect: there are not many."""


class Known(NamedTuple):
    """What a response means, but for what headers and the clock add.

    Attributes:
        outcome: With the wait and the limits that the body gives by itself.

        verdict: What of the outcome is the same for all bodies of the same shape.

        by_clock: Whether the body names instants, from which it follows with the clock how long to wait.

        spot: Where in the body the wait stands.

        by_evidence: Whether a wait or a limit must be looked for in the body by its dialect.
    """

    finding: Finding
    outcome: Outcome
    verdict: Verdict
    by_clock: bool = False
    spot: Spot | None = None
    by_evidence: bool = False

    @property
    def has_shape(self) -> bool:
        """Whether it holds for bodies that differ in numbers only, but for what these say."""
        finding = self.finding
        return not (finding.decision.timed or (self.by_evidence and finding.speaker is None))

    def wait_in(self, written: bytes) -> float | None:
        """How long to wait by another body of the same shape, where its dialect need not read that."""
        spot = self.spot
        if spot is None:
            return self.outcome.retry_after
        return retry_after({}, spot.read(written[spot.start : spot.end].decode()), None)

    def read_in(self, written: bytes) -> "Known":
        """The same of another body of the same shape, where its dialect need not read the wait."""
        if self.spot is None:
            return self
        outcome = self.outcome
        told = Outcome(outcome.type, outcome.reason, outcome.dialect, self.wait_in(written))
        return Known(self.finding, told, self.verdict, spot=self.spot)
