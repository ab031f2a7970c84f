"""From response to outcome: unwrap, recognise, decide, ask how the call ended, read the hints."""

from collections.abc import Mapping
from typing import NamedTuple

from agent.classify import endings, fields
from agent.classify.decide import Decision, type_of
from agent.classify.dialects import recognition
from agent.classify.dialects.dialect import Evidence
from agent.classify.finding import Finding, errs, find, text_of, unwrapped
from agent.classify.hints import WAITS, in_body, names_instant, now_of, retry_after, spot_of
from agent.classify.known import CURED_BY_WAITING, Known, verdict_of
from agent.classify.limits import are_silent, names_reset, rate_limits
from agent.classify.memo import asked
from agent.classify.outcome import Outcome
from agent.classify.success import may_state_error, states_error
from agent.classify.taxonomy import OutcomeType, Reason
from agent.classify.unwrap import list_in, unwrap
from agent.events.response import FIRST_ERROR, ApiResponse

OK = Outcome(OutcomeType.OK, Reason.NONE, "none")

_IS_OK = verdict_of(OK.type, OK.reason, OK.dialect)
_SUCCEEDED = frozenset({"success", "ok", "successful", "成功"})
_CODES_OF_SUCCESS = (0, 200, "0", "200")
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
    status = response.status
    if status is not None and status < FIRST_ERROR and response.ending is None and _succeeded(response):
        return _success(response, now)  # answers do not repeat
    known: Known = recognition.REGISTRY.memory.recall(response, _judge, retold)
    headers = response.headers
    if known.by_clock or (headers and not (WAITS.isdisjoint(headers) and are_silent(headers))):
        return hinted(known, response, now)
    return known.outcome


def explain(response: ApiResponse, now: float | None = None) -> Explanation:
    """Classify *response* and say what was undone, who recognised it, and which rule decided."""
    known = _judge(response)
    finding, decision = known.finding, known.finding.decision
    if known.outcome.type is OutcomeType.OK:
        return Explanation(_success(response, now), (), "none", "success", response.status, "")
    outcome = hinted(known, response, now)
    at = now_of(response.headers, response.timestamp, now)
    wait = retry_after(response.headers, in_body(finding.evidence, at, _text(response)), at)
    message = (finding.evidence[0].message if finding.evidence else "") or text_of(response, finding)
    rule = f"{decision.kind}: {decision.rule}" + (f"; {decision.detail}" if decision.detail else "")
    rule += left_out(wait, outcome.type)
    steps = unwrapped(response.body).steps
    return Explanation(outcome, steps, finding.dialect, rule, finding.status, message, finding, wait)


def left_out(wait: float | None, kind: OutcomeType) -> str:
    """Tell of a wait that is not passed on."""
    if wait is None or kind in CURED_BY_WAITING:
        return ""
    return f"; a wait of {wait:g} s is left out: waiting cures no {kind}"


def _judge(response: ApiResponse, written: str = "") -> Known:
    """Find out what can be said without the clock and without the headers that hint."""
    response = asked(response, recognition.REGISTRY.memory.names)
    is_success = _succeeded(response)
    if is_success and response.ending is None:
        return Known(Finding("none", _NOTHING_SAID, response.status), OK, _IS_OK)
    return _told(_find(response, is_success=is_success), response, written)


def _told(finding: Finding, response: ApiResponse, written: str) -> Known:
    reason, evidence, text = finding.decision.reason, finding.evidence, _text(response)
    kind, limits = type_of(reason, finding.status), _limits_in(evidence)
    verdict = verdict_of(kind, reason, finding.dialect)
    if names_reset(limits) or any(map(names_instant, evidence)):
        outcome = Outcome(kind, reason, finding.dialect)
        return Known(finding, outcome, verdict, by_clock=True, by_evidence=True)
    wait = retry_after({}, in_body(evidence, None, text), None) if kind in CURED_BY_WAITING else None
    readings = rate_limits({}, limits, None, response.provider) if limits else ()
    outcome = Outcome(kind, reason, finding.dialect, wait, readings)
    if limits or not (wait is None or written.isascii()):
        return Known(finding, outcome, verdict, by_evidence=True)
    spot = spot_of(wait, evidence, text, written) if wait is not None and written else None
    return Known(finding, outcome, verdict, spot=spot, by_evidence=wait is not None and spot is None)


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
    """Without an HTTP status, an object may say {"status": 200} or {"code": 0, "msg": "ok"}, also as text."""
    if isinstance(body, str) and body.lstrip()[:1] == "{" and ('"status' in body or '"code' in body):
        body = next(iter(unwrap(body).bodies), None)
    if not isinstance(body, dict) or states_error(body):
        return False
    if body.get("code") in _CODES_OF_SUCCESS and fields.message(body).lower() in _SUCCEEDED:
        return True
    stated = body.get("status", body.get("statusCode"))
    return isinstance(stated, int) and not isinstance(stated, bool) and 100 <= stated < FIRST_ERROR  # noqa: PLR2004


def _success(response: ApiResponse, now: float | None) -> Outcome:
    if not response.headers or are_silent(response.headers):
        return OK
    at = now_of(response.headers, response.timestamp, now)
    limits = rate_limits(response.headers, {}, at, response.provider)
    return OK._replace(rate_limits=limits) if limits else OK


def retold(known: Known, response: ApiResponse, written: str) -> Known:
    """Have its dialect read in a body of the same shape how long to wait, and what is left."""
    speaker, response = known.finding.speaker, asked(response, recognition.REGISTRY.memory.names)
    evidence = speaker.recognise(response.body, response) if speaker else None
    if evidence is None:
        return _judge(response)
    return _told(known.finding._replace(evidence=(evidence,)), response, written)


def hinted(known: Known, response: ApiResponse, now: float | None) -> Outcome:
    """The outcome with what headers say, and with what the clock makes of the body."""
    kind, reason, dialect, wait, _ = known.outcome
    headers, evidence = response.headers, known.finding.evidence
    at = now_of(headers, response.timestamp, now)
    if kind in CURED_BY_WAITING:
        wait = retry_after(headers, in_body(evidence, at, _text(response)) if known.by_clock else wait, at)
    limits = rate_limits(headers, _limits_in(evidence), at, response.provider)
    return Outcome(kind, reason, dialect, wait, limits)


def _text(response: ApiResponse) -> str:
    return response.body if isinstance(response.body, str) else ""


def _limits_in(evidence: tuple[Evidence, ...]) -> Mapping[str, object]:
    return next((each.limits for each in evidence if each.limits), {})
