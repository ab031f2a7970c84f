"""From body to finding: which dialect recognises it, what it says, and what an error inside it says."""

from collections.abc import Mapping
from itertools import islice
from typing import NamedTuple

from agent.classify import sentences
from agent.classify.decide import GENERIC, NO_RULE, Decision, decide, last_resort, outweighed, told_apart
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.dialects.recognition import home_of, named_in, recognise
from agent.classify.statuses import presumed
from agent.classify.success import states_error
from agent.classify.taxonomy import Reason
from agent.classify.unwrap import LONGEST, NOTHING, Unwrapped, status_before, unwrap
from agent.events.response import FIRST_ERROR, ApiResponse

DEEPEST_INNER = 3  # an error in the message of an error in the message of an error
MOST_BODIES = 64
MOST_VALUES = 1000  # of a body that are looked at for a text
_PLAIN = ApiResponse()
_CARRIERS = frozenset({400, 500, 502, 503})


class Finding(NamedTuple):
    """What was found out about one error.

    Attributes:
        dialect: Name of the dialect that recognised it.

        decision: The reason and its rule.

        status: The HTTP status that counts: the body's own, else the response's.

        evidence: What the dialects read, the innermost body first.

        speaker: The dialect, where it has said all about the body as it came.
    """

    dialect: str
    decision: Decision
    status: int | None
    evidence: tuple[Evidence, ...] = ()
    speaker: Dialect | None = None


def unwrapped(body: object) -> Unwrapped:
    """Unwrap *body*; an object is what most bodies are, and hardly ever needs anything."""
    is_plain = isinstance(body, dict) and "is_error" not in body and (len(body) > 1 or "error" in body)
    return Unwrapped((body,)) if is_plain else unwrap(body)


def find(response: ApiResponse, inside: Unwrapped) -> Finding:
    """Take the first body that decides by its own words, else the first that anybody recognises."""
    fallback = None
    bodies = inside.bodies[:MOST_BODIES]
    if response.status is not None and response.status < FIRST_ERROR:
        bodies = tuple(filter(errs, bodies))  # the rest is an ordinary answer
    for body in bodies:
        finding = _read(body, response, inside.status, 0)
        if finding and body is not response.body:
            finding = finding._replace(speaker=None)
        if finding and finding.decision.kind in {"code", "phrase"}:
            return finding
        fallback = fallback or finding
    return fallback or _silent(response, inside)


def _silent(response: ApiResponse, inside: Unwrapped) -> Finding:
    """Judge a response whose body says nothing."""
    status = response.status
    empty = inside is NOTHING and response.body is not None
    reason = Reason.EMPTY_BODY if empty else presumed(status)
    if reason is None:
        return Finding("none", Decision(Reason.UNMAPPED_STATUS, "none", NO_RULE), status)
    kind = "empty" if empty else "status"
    return Finding("none", Decision(reason, kind, str(status)), status)


def text_of(response: ApiResponse, finding: Finding) -> str:
    """What an error says: its messages, the innermost first; where it has none, all texts of its body."""
    messages = [evidence.message for evidence in finding.evidence if evidence.message]
    return "\n".join(messages or _texts(response.body))[:LONGEST]


def _texts(body: object) -> list[str]:
    """Every text in a body, the outer ones first."""
    waiting, found = [body], list[str]()
    for value in islice(waiting, MOST_VALUES):  # which grows meanwhile
        if isinstance(value, str) and value:
            found.append(value[:LONGEST])
        elif isinstance(value, Mapping):
            waiting.extend(islice(value.values(), MOST_VALUES))
        elif isinstance(value, list):
            waiting.extend(value[:MOST_VALUES])
    return found


def errs(body: object) -> bool:
    """Say whether a body found inside a successful text is an error: an object, or a page that names one."""
    if isinstance(body, str):
        reading = recognise(body, _PLAIN)
        return reading is not None and reading[0].is_page and bool(reading[1].words)
    return states_error(body)


def _read(body: object, response: ApiResponse, before: int | None, depth: int) -> Finding | None:
    reading = recognise(body, response)
    if reading is None:
        return None
    dialect, evidence = reading
    home = home_of(response.provider)
    if home is not None and (codes := named_in(evidence.message, home)):
        evidence = evidence._replace(words=(*codes, *evidence.words))
    status = _status(dialect, evidence, response, before)
    decision = decide(dialect, evidence, status, home)
    decision = _carried(decision, dialect, evidence, status, before, home)
    inside = evidence.inner or (evidence.message if dialect.shape != "text" else None)
    inner = _inner(inside, response, status, depth)
    if inner and _outranks(inner.decision, decision):
        name = inner.dialect if dialect.speaks_for_all else dialect.name
        timed = inner.decision.timed or decision.timed
        said = inner.decision._replace(timed=timed)
        return Finding(name, said, inner.status, (*inner.evidence, evidence))
    if decision.kind == "none" and response.status is None and not _is_error(body, dialect, evidence):
        return None
    if decision.rule == NO_RULE:
        decision = last_resort(evidence, status) or _presumed(decision, status)
    elif response.status is None:
        decision = outweighed(decision, evidence, status)
    else:
        decision = told_apart(decision, evidence, status)
    decision = decision._replace(timed=True) if inner and inner.decision.timed else decision
    return Finding(dialect.name, decision, status, (evidence,), dialect)


def _presumed(decision: Decision, status: int | None) -> Decision:
    """Let a status decide that says little, where nothing else says anything."""
    reason = presumed(status)
    return decision if reason is None else Decision(reason, "status", str(status))


def _carried(
    decision: Decision,
    dialect: Dialect,
    evidence: Evidence,
    status: int | None,
    before: int | None,
    home: Dialect | None,
) -> Decision:
    """Believe a status in or before the sentence more than one that carries whatever went wrong behind it."""
    is_carried = decision.kind != "code" and status in _CARRIERS
    told = (_told_in(evidence.message, status) or before) if is_carried else None
    return decision if told in {None, status} else decide(dialect, evidence, told, home)


def _told_in(message: str, status: int | None) -> int | None:
    """The status that a sentence tells; behind the one that it came with, where it tells another one too."""
    told = status_before(message)
    if told is None or told != status:
        return told
    return status_before(message.partition(str(told))[2]) or told


def _is_error(body: object, dialect: Dialect, evidence: Evidence) -> bool:
    """Say whether a body that nobody understands is an error at all, where no status says so."""
    return _is_shaped(dialect) or sentences.says_error(evidence.message) or states_error(body)


def _is_shaped(dialect: Dialect) -> bool:
    """Say whether the shape of a body tells that it is an error, whatever its words are."""
    return not dialect.speaks_for_all or dialect.shape == "nested"


def _status(dialect: Dialect, evidence: Evidence, response: ApiResponse, before: int | None) -> int | None:
    """Choose the status that counts: what a body states is nearer to the cause than what carried it."""
    carried = response.status if response.status is not None and response.status >= FIRST_ERROR else None
    if dialect.shape == "text":
        return carried or evidence.status or before
    return evidence.status or carried or before or status_before(evidence.message)


def _inner(inner: object, response: ApiResponse, status: int | None, depth: int) -> Finding | None:
    """Read an error inside an error; it must be a recognisable one, and decide by its own words."""
    if not inner or depth >= DEEPEST_INNER or (isinstance(inner, str) and not _may_hold_body(inner)):
        return None
    found = unwrapped(inner)
    for body in found.bodies[:2]:
        finding = _read(body, response, found.status or status, depth + 1)
        if finding and finding.decision.kind in {"code", "phrase"} and _credible(finding):
            return finding
    return None


def _outranks(inner: Decision, outer: Decision) -> bool:
    """Let the error inside win, unless it is vague where the one around it names the cause by a code."""
    return outer.kind != "code" or outer.reason in GENERIC or inner.reason not in GENERIC


def _may_hold_body(text: str) -> bool:
    return "{" in text or "<" in text or text.startswith("error code:")


def _credible(finding: Finding) -> bool:
    """Prose and an echo of the prompt are no errors: an unknown object must at least state a status."""
    if finding.dialect == "text":
        return False
    return finding.dialect != "flat" or any(evidence.status for evidence in finding.evidence)
