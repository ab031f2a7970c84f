"""What a response means: the answer that classify gives and every later room counts."""

from typing import NamedTuple

from agent.classify.taxonomy import OutcomeType, Reason


class RateLimit(NamedTuple):
    """One reading of a provider's rate limit, as its headers or body give it.

    Absent stays None and 0 stays 0: a limit of 0 is a fact, a missing one is not.

    Attributes:
        resource: requests, tokens, input_tokens, output_tokens or another unit, plain or with
            _per_second, _per_minute, _per_hour, _per_day, _per_week or _per_month.

        limit: How much the window allows.

        remaining: How much is left of it.

        reset: Unix seconds at which the window resets.

        pool: Whose limit it is, or which of several, as far as the headers say it; "" where they do not.

        utilization: The share of the limit that is used, 0 to 1, where no more than that is told.
    """

    resource: str
    limit: float | None
    remaining: float | None
    reset: float | None
    pool: str = ""
    utilization: float | None = None


class Outcome(NamedTuple):
    """What a response means.

    Attributes:
        type: ok, or what kept the call from it.

        reason: The finer word; none when the response is ok.

        dialect: Name of the dialect that recognised the body; "none" when no dialect did.

        retry_after: Seconds after which the provider says to try again.

        rate_limits: Readings of the provider's limits.
    """

    type: OutcomeType
    reason: Reason
    dialect: str
    retry_after: float | None = None
    rate_limits: tuple[RateLimit, ...] = ()
