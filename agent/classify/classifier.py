"""From response to outcome: unwrap, recognise, decide, ask how the call ended, read the hints."""

from typing import NamedTuple

from agent.classify import endings
from agent.classify.decide import Decision, type_of
from agent.classify.finding import Finding, errs, find, text_of, unwrapped
from agent.classify.hints import now_of, retry_after
from agent.classify.limits import rate_limits
from agent.classify.outcome import Outcome
from agent.classify.statuses import FIRST_ERROR
from agent.classify.success import may_state_error, states_error
from agent.classify.taxonomy import OutcomeType, Reason
from agent.classify.unwrap import Unwrapped, list_in, unwrap
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

_NOTHING_SAID = Decision(Reason.UNMAPPED_STATUS, "none", "no rule")


class Explanation(NamedTuple):
    """An outcome and how it came about, for people.

    Attributes:
        finding: What was found in the body; None where nobody looked for an error.

        wait: Seconds after which the response says to try again, also where waiting cures nothing.

        is_own: Whether a rule of the users decided.
    """

    outcome: Outcome
    steps: tuple[str, ...]
    dialect: str
    rule: str
    status: int | None
    message: str
    finding: Finding | None = None
    wait: float | None = None
    is_own: bool = False


def classify(response: ApiResponse, now: float | None = None) -> Outcome:
    """Say what *response* means.

    Total: any response gives an outcome, in time linear in at most 64 KiB of its body.

    Args:
        now: Unix seconds for hints that name an instant, if the response has neither a date header nor a
            timestamp. Without any of them such a hint says nothing.
    """
    is_success = _succeeded(response)
    if is_success and response.ending is None:
        return _success(response, now)
    return _outcome(_find(response, unwrapped(response.body), is_success=is_success), response, now)


def explain(response: ApiResponse, now: float | None = None) -> Explanation:
    """Classify *response* and say what was undone, who recognised it, and which rule decided."""
    is_success = _succeeded(response)
    if is_success and response.ending is None:
        return Explanation(_success(response, now), (), "none", "success", response.status, "")
    inside = unwrapped(response.body)
    finding = _find(response, inside, is_success=is_success)
    outcome = _outcome(finding, response, now)
    wait = _wait(finding, response, now_of(response.headers, response.timestamp, now))
    message = (finding.evidence[0].message if finding.evidence else "") or text_of(response, finding)
    decision = finding.decision
    rule = f"{decision.kind}: {decision.rule}" + (f"; {decision.detail}" if decision.detail else "")
    rule += left_out(wait, outcome.type)
    return Explanation(outcome, inside.steps, finding.dialect, rule, finding.status, message, finding, wait)


def left_out(wait: float | None, kind: OutcomeType) -> str:
    """Tell of a wait that is not passed on."""
    if wait is None or kind in CURED_BY_WAITING:
        return ""
    return f"; a wait of {wait:g} s is left out: waiting cures no {kind}"


def _find(response: ApiResponse, inside: Unwrapped, *, is_success: bool) -> Finding:
    """What body and status say, and then how the call ended. An answer that broke off says nothing itself."""
    finding = Finding("none", _NOTHING_SAID, response.status) if is_success else find(response, inside)
    decision = endings.decide(finding.decision, response.ending, finding.status)
    return finding if decision is finding.decision else finding._replace(decision=decision)


def _succeeded(response: ApiResponse) -> bool:
    status, body = response.status, response.body
    if status is None:
        return _says_success(body)
    return status < FIRST_ERROR and is_answer(body)


def is_answer(body: object) -> bool:
    """Whether the body of a response with the status of a success states no error all the same."""
    if body is None:
        return True
    if isinstance(body, str):
        return not (may_state_error(body) and _text_errs(body))
    return not states_error(body)


def _text_errs(text: str) -> bool:
    """Whether a text under a success is an error, or is a stream that holds one; a list is one answer."""
    listed = list_in(text)
    return any(map(errs, unwrap(text).bodies)) if listed is None else states_error(listed)


def _says_success(body: object) -> bool:
    """Without an HTTP status, an object may say {"status": 200} itself, also as text."""
    if isinstance(body, str) and body.lstrip()[:1] == "{" and '"status' in body:
        body = next(iter(unwrap(body).bodies), None)
    if not isinstance(body, dict) or states_error(body):
        return False
    stated = body.get("status", body.get("statusCode"))
    return isinstance(stated, int) and not isinstance(stated, bool) and 100 <= stated < FIRST_ERROR  # noqa: PLR2004


def _success(response: ApiResponse, now: float | None) -> Outcome:
    if not response.headers:
        return OK
    at = now_of(response.headers, response.timestamp, now)
    limits = rate_limits(response.headers, {}, at, response.provider)
    return OK._replace(rate_limits=limits) if limits else OK


def _wait(finding: Finding, response: ApiResponse, at: float | None) -> float | None:
    text = response.body if isinstance(response.body, str) else ""
    return retry_after(response.headers, finding.evidence, at, text)


def _outcome(finding: Finding, response: ApiResponse, now: float | None) -> Outcome:
    reason, headers = finding.decision.reason, response.headers
    kind = type_of(reason, finding.status)
    at = now_of(headers, response.timestamp, now)
    wait = _wait(finding, response, at) if kind in CURED_BY_WAITING else None
    body = next((evidence.limits for evidence in finding.evidence if evidence.limits), {})
    limits = rate_limits(headers, body, at, response.provider) if headers or body else ()
    return Outcome(kind, reason, finding.dialect, wait, limits)
