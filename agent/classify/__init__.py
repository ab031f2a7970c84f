"""ApiResponse in, Outcome out: what each API response means."""

from agent.classify.classifier import Explanation
from agent.classify.dialects import provider_of
from agent.classify.learned import load
from agent.classify.outcome import Outcome, RateLimit
from agent.classify.rules import NO_RULES, Rules
from agent.classify.ruling import classify, explain
from agent.classify.taxonomy import OutcomeType, Reason

__all__ = [
    "NO_RULES",
    "Explanation",
    "Outcome",
    "OutcomeType",
    "RateLimit",
    "Reason",
    "Rules",
    "classify",
    "explain",
    "load",
    "provider_of",
]
