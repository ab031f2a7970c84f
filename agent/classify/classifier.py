"""From response to outcome: unwrap, recognise, decide, ask how the call ended, read the hints."""

from collections.abc import Mapping
from typing import NamedTuple

from agent.classify import endings
from agent.classify.decide import Decision, type_of
from agent.classify.dialects import recognition
from agent.classify.evidence import Evidence
from agent.classify.finding import Finding, errs, find, unwrapped
from agent.classify.hints import WAITS, in_body, names_instant, now_of, retry_after
from agent.classify.limits import NAMES, names_reset, rate_limits
from agent.classify.memo import asked, key_of
from agent.classify.outcome import Outcome
from agent.classify.statuses import FIRST_ERROR
from agent.classify.success import may_state_error, states_error
from agent.classify.taxonomy import OutcomeType, Reason
from agent.classify.unwrap import unwrap
from agent.events.response import ApiResponse

OK = Outcome(OutcomeType.OK, Reason.NONE, "none")

CURED_BY_WAITING = frozenset(
    {
        OutcomeType.RATE_LIMIT,
        OutcomeType.OVERLOADED,
        OutcomeType.API,
        OutcomeType.TIMEOUT,
        OutcomeType.UNKNOWN,
    }
)

HINTING = WAITS | NAMES
"""Names of the headers that say when to try again, or what is left of a limit."""

_NOTHING_SAID = Decision(Reason.UNMAPPED_STATUS, "none", "no rule")


class Explanation(NamedTuple):
    """An outcome and how it came about, for people."""

    outcome: Outcome
    steps: tuple[str, ...]
    dialect: str
    rule: str
    status: int | None
    message: str


class Known(NamedTuple):
    """What a response means, but for what headers and the clock add.

    Attributes:
        outcome: With the wait and the limits that the body gives by itself.

        by_clock: Whether the body names instants or limits, which are to be read anew.
    """

    finding: Finding
    outcome: Outcome
    by_clock: bool


def classify(response: ApiResponse, now: float | None = None) -> Outcome:
    """Say what *response* means.

    Total: any response gives an outcome, in time linear in at most 64 KiB of its body.

    Args:
        now: Unix seconds for hints that name an instant, if the response has neither a date header nor a
            timestamp. Without any of them such a hint says nothing.
    """
    status = response.status
    if status is not None and status < FIRST_ERROR and response.ending is None and _succeeded(response):
        return _success(response, now)  # answers do not repeat
    known = _known(response)
    if known.by_clock or not HINTING.isdisjoint(response.headers):
        return _hinted(known.outcome, known.finding.evidence, response, now, by_clock=known.by_clock)
    return known.outcome


def explain(response: ApiResponse, now: float | None = None) -> Explanation:
    """Classify *response* and say what was undone, who recognised it, and which rule decided."""
    if response.ending is None and _succeeded(response):
        return Explanation(_success(response, now), (), "none", "success", response.status, "")
    known = _judge(response)
    evidence, decision = known.finding.evidence, known.finding.decision
    outcome = _hinted(known.outcome, evidence, response, now, by_clock=True)
    message = evidence[0].message if evidence else ""
    rule = f"{decision.kind}: {decision.rule}" + (f"; {decision.detail}" if decision.detail else "")
    rule += _contradiction(evidence, response, outcome, now)
    steps = unwrapped(response.body).steps
    return Explanation(outcome, steps, outcome.dialect, rule, known.finding.status, message)


def _contradiction(
    evidence: tuple[Evidence, ...], response: ApiResponse, outcome: Outcome, now: float | None
) -> str:
    """Tell of a wait that is not passed on."""
    if outcome.type in CURED_BY_WAITING:
        return ""
    at = now_of(response.headers, response.timestamp, now)
    wait = retry_after(response.headers, in_body(evidence, at, _text(response)), at)
    return "" if wait is None else f"; a wait of {wait:g} s is left out: waiting cures no {outcome.type}"


def _known(response: ApiResponse) -> Known:
    """Judge *response*, or remember what was found out about its like."""
    registry = recognition.REGISTRY
    key = key_of(response, registry.headers)
    known: Known | None = registry.memo.get(key) if key else None
    if known is None:
        known = _judge(response)
        if key:
            registry.memo.keep(key, known)
    return known


def _judge(response: ApiResponse) -> Known:
    """Find out what can be said without the clock and without the headers that hint."""
    response = asked(response, recognition.REGISTRY.headers)
    is_success = _succeeded(response)
    if is_success and response.ending is None:
        return Known(Finding("none", _NOTHING_SAID, response.status), OK, by_clock=False)
    finding = _find(response, is_success=is_success)
    kind, evidence = type_of(finding.decision.reason, finding.status), finding.evidence
    wait = in_body(evidence, None, _text(response)) if kind in CURED_BY_WAITING else None
    limits = _limits_in(evidence)
    told = rate_limits({}, limits, None, response.provider) if limits else ()
    outcome = Outcome(kind, finding.decision.reason, finding.dialect, retry_after({}, wait, None), told)
    return Known(finding, outcome, by_clock=names_reset(limits) or any(map(names_instant, evidence)))


def _find(response: ApiResponse, *, is_success: bool) -> Finding:
    """What body and status say, and then how the call ended. An answer that broke off says nothing itself."""
    if is_success:
        finding = Finding("none", _NOTHING_SAID, response.status)
    else:
        finding = find(response, unwrapped(response.body))
    decision = endings.decide(finding.decision, response.ending, finding.status)
    return finding if decision is finding.decision else finding._replace(decision=decision)


def _succeeded(response: ApiResponse) -> bool:
    status, body = response.status, response.body
    if status is None:
        return _says_success(body)
    if status >= FIRST_ERROR:
        return False
    if body is None:
        return True
    if isinstance(body, str):
        return not (may_state_error(body) and any(map(errs, unwrap(body).bodies)))
    return not states_error(body)


def _says_success(body: object) -> bool:
    """Without an HTTP status, an object may say {"status": 200} itself, also as text."""
    if isinstance(body, str) and body.lstrip()[:1] == "{" and '"status' in body:
        body = next(iter(unwrap(body).bodies), None)
    if not isinstance(body, dict) or states_error(body):
        return False
    stated = body.get("status", body.get("statusCode"))
    return isinstance(stated, int) and not isinstance(stated, bool) and 100 <= stated < FIRST_ERROR  # noqa: PLR2004


def _success(response: ApiResponse, now: float | None) -> Outcome:
    if NAMES.isdisjoint(response.headers):
        return OK
    at = now_of(response.headers, response.timestamp, now)
    limits = rate_limits(response.headers, {}, at, response.provider)
    return OK._replace(rate_limits=limits) if limits else OK


def _hinted(
    outcome: Outcome,
    evidence: tuple[Evidence, ...],
    response: ApiResponse,
    now: float | None,
    *,
    by_clock: bool,
) -> Outcome:
    """Add to what is known what headers say, and what a body says *by_clock*."""
    kind, reason, dialect, wait, _ = outcome
    headers = response.headers
    at = now_of(headers, response.timestamp, now)
    if kind in CURED_BY_WAITING:
        wait = retry_after(headers, in_body(evidence, at, _text(response)) if by_clock else wait, at)
    limits = rate_limits(headers, _limits_in(evidence), at, response.provider)
    return Outcome(kind, reason, dialect, wait, limits)


def _text(response: ApiResponse) -> str:
    return response.body if isinstance(response.body, str) else ""


def _limits_in(evidence: tuple[Evidence, ...]) -> Mapping[str, object]:
    return next((each.limits for each in evidence if each.limits), {})
