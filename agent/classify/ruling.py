"""Classify and explain as they are asked for: the users' own rules come before all that the agent knows.

They are laid over what was found without them, so that nothing else must know of them. Where no rule may
hold, nothing is read a second time.
"""

from agent.classify import classifier
from agent.classify.classifier import Explanation, left_out
from agent.classify.decide import Decision
from agent.classify.finding import Finding
from agent.classify.known import CURED_BY_WAITING
from agent.classify.outcome import Outcome
from agent.classify.rules import NO_RULES, Rule, Rules, provider_by, said_by
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import ApiResponse

OWN = "classify.rules"
"""The dialect of an error that only a rule of the users knows."""

_NO_DIALECT = "none"
_UNREAD = Decision(Reason.NONE, "none", "success")


def classify(response: ApiResponse, now: float | None = None, rules: Rules = NO_RULES) -> Outcome:
    """Say what *response* means by *rules*, else by itself; *now* is as in classifier.classify."""
    outcome = classifier.classify(response, now)
    if rules is NO_RULES or not _may_change(outcome, response, rules):
        return outcome
    return explain(response, now, rules).outcome


def explain(response: ApiResponse, now: float | None = None, rules: Rules = NO_RULES) -> Explanation:
    """Classify *response* and say which rule decided, and what would have decided without it."""
    how = classifier.explain(response, now)
    if rules is NO_RULES or not _may_change(how.outcome, response, rules):
        return how
    finding = how.finding or Finding(_NO_DIALECT, _UNREAD, response.status)
    said = said_by(response, finding)
    is_silent = said.status is None and finding.dialect == _NO_DIALECT
    rule = rules.first(said, is_success=how.finding is None, is_silent=is_silent)
    return how if rule is None else _under(rule, how, said.text)


def _may_change(outcome: Outcome, response: ApiResponse, rules: Rules) -> bool:
    if outcome.type is OutcomeType.OK and response.status not in rules.of_successes:
        return False
    return rules.concern(provider_by(response, outcome.dialect), response.status)


def _under(rule: Rule, how: Explanation, text: str) -> Explanation:
    """What *how* becomes where *rule* holds."""
    outcome = how.outcome._replace(
        type=rule.type,
        reason=rule.reason,
        dialect=OWN if how.dialect == _NO_DIALECT else how.dialect,
        retry_after=how.wait if rule.type in CURED_BY_WAITING else None,
    )
    told = f"{rule.place}; without it {how.rule}"
    if how.outcome.retry_after is not None:
        told += left_out(how.wait, rule.type)
    return how._replace(
        outcome=outcome, dialect=outcome.dialect, rule=told, message=how.message or text, is_own=True
    )
