"""From evidence to reason and type: the precedence, in one place.

Words of the vendor first (code, then type), then the vendor's sentence, then the HTTP status. A word that
only says "something is wrong" (invalid_request_error, api_error) may be overruled by the sentence or the
status; one that names the cause may not. The cases are in tests/unit/classify/test_precedence.py.
"""

import re
from collections.abc import Iterable, Mapping
from http import HTTPStatus
from typing import NamedTuple

from agent.classify import exception_names, hints, learned, pairs, sentences, statuses
from agent.classify.codes import CODES, PLACEHOLDERS, VAGUE
from agent.classify.dialects.dialect import Dialect, Evidence
from agent.classify.loose_words import LOOSE_WORDS, guess
from agent.classify.matching import LONGEST_MESSAGE, Match, Phrases, Types, Words, words_of
from agent.classify.phrases import DETAILS, OVERRIDES
from agent.classify.taxonomy import OutcomeType, Reason
from agent.classify.unwrap import NAMED_STATUS
from agent.events.response import FIRST_ERROR, FIRST_SERVER_ERROR


class Decision(NamedTuple):
    """A reason and the rule that gave it.

    Attributes:
        kind: code, phrase, status, ending, learned, empty or none.

        rule: The code, the phrase, the status or the ending that decided.

        detail: What then picked the finer reason.

        timed: Whether the length of a wait has a say.
    """

    reason: Reason
    kind: str
    rule: str
    detail: str = ""
    timed: bool = False


NO_RULE = "no rule"
"""What is said instead of a rule where none knows an error."""

_T = OutcomeType
_VAGUE = frozenset({Reason.INVALID_REQUEST_GENERIC, Reason.INTERNAL_ERROR})

# What a sentence may still make of a reason that a word gave; None: anything. Reasons not listed are firm.
_OPEN: Mapping[Reason | None, frozenset[OutcomeType] | None] = {
    None: None,
    Reason.INVALID_REQUEST_GENERIC: None,
    Reason.BODY_VALIDATION: None,
    Reason.INTERNAL_ERROR: None,
    Reason.UPSTREAM_ERROR: None,
    Reason.SERVICE_UNAVAILABLE: None,
    Reason.BAD_GATEWAY: frozenset(
        {
            _T.API,
            _T.OVERLOADED,
            _T.TIMEOUT,
            _T.INSUFFICIENT_BALANCE,
            _T.AUTHENTICATION,
            _T.RATE_LIMIT,
            _T.PERMISSION,
            _T.CLIENT_CLOSED,
        }
    ),
    Reason.RATE_LIMIT_GENERIC: frozenset(
        {_T.RATE_LIMIT, _T.INSUFFICIENT_BALANCE, _T.OVERLOADED, _T.REQUEST_TOO_LARGE}
    ),
    Reason.AUTH_FAILED: frozenset({_T.AUTHENTICATION, _T.INSUFFICIENT_BALANCE, _T.PERMISSION}),
    Reason.ACCESS_DENIED: frozenset(
        {_T.PERMISSION, _T.AUTHENTICATION, _T.INSUFFICIENT_BALANCE, _T.INVALID_REQUEST, _T.RATE_LIMIT}
    ),
    Reason.RESOURCE_NOT_FOUND: frozenset({_T.NOT_FOUND, _T.INSUFFICIENT_BALANCE, _T.PERMISSION}),
    Reason.MODEL_NOT_FOUND: frozenset({_T.OVERLOADED, _T.INSUFFICIENT_BALANCE}),
    Reason.INVALID_STATE: frozenset({_T.INVALID_REQUEST, _T.INSUFFICIENT_BALANCE, _T.PERMISSION}),
    Reason.UPSTREAM_CONNECT_ERROR: frozenset({_T.TIMEOUT}),  # ResourceAccessException: Read timed out
    Reason.UPSTREAM_TIMEOUT: frozenset({_T.TIMEOUT}),
    Reason.BILLING_PROBLEM: frozenset({_T.INSUFFICIENT_BALANCE}),
    # Vendors give their numbers for these to keys and packages too.
    Reason.CONTEXT_LENGTH_EXCEEDED: frozenset({_T.AUTHENTICATION, _T.INSUFFICIENT_BALANCE}),
    Reason.UNSUPPORTED_FEATURE: frozenset({_T.INSUFFICIENT_BALANCE}),
}
_LATE = frozenset({_T.TIMEOUT, _T.INSUFFICIENT_BALANCE, _T.RATE_LIMIT, _T.OVERLOADED, _T.CLIENT_CLOSED})
# What a sentence may make of a status that a gateway gave to whatever went wrong behind it.
_CARRIED: Mapping[Reason | None, Types] = {
    **_OPEN,
    Reason.RATE_LIMIT_GENERIC: frozenset(
        {_T.RATE_LIMIT, _T.INSUFFICIENT_BALANCE, _T.OVERLOADED, _T.INVALID_REQUEST}
    ),
    Reason.RESOURCE_NOT_FOUND: frozenset(
        {_T.NOT_FOUND, _T.INSUFFICIENT_BALANCE, _T.OVERLOADED, _T.PERMISSION}
    ),
    Reason.PAYLOAD_TOO_LARGE: frozenset({_T.REQUEST_TOO_LARGE, _T.INSUFFICIENT_BALANCE, _T.RATE_LIMIT}),
    Reason.INSUFFICIENT_CREDITS: frozenset({_T.INSUFFICIENT_BALANCE, _T.PERMISSION, _T.RATE_LIMIT}),
    Reason.CLIENT_CLOSED: frozenset({_T.CLIENT_CLOSED}),
    Reason.GATEWAY_TIMEOUT: _LATE,
    Reason.CONNECTION_TIMEOUT: _LATE,
}
_BAD_REQUEST = 400
_OF_SERVERS = frozenset({502, 503, 504})  # which no bad request gets, whatever an adapter calls it
_FEWEST_LETTERS = 12  # of what a message says besides the name of its status
_LIKELY = 0.7  # share of the belief that outweighs such a status
# What a status is often given for too: an empty account is 429, and no machine left 503.
_GIVEN_TO_MANY: Mapping[int, frozenset[OutcomeType]] = {
    429: frozenset({_T.INSUFFICIENT_BALANCE, _T.OVERLOADED}),
    503: frozenset({_T.OVERLOADED}),
}
_SAY_LITTLE = frozenset({_T.API, _T.INVALID_REQUEST})  # beside a phrase or a status that names a cause
_STATUS_NAMES = frozenset(each.phrase.lower() for each in HTTPStatus)

_UNKNOWN = "Unknown: "  # gRPC's status that says nothing, as its clients put it in front
_EXPLAINED = 4  # words before an object that make a sentence of their own
# A field or a value of the request: `top_p`, 'x', messages[0], messages.0.role, max_tokens, "temperature: ".
_NAMED = re.compile(
    r"[`'\"][^`'\"\n]{1,80}[`'\"]|(?<!status)= ?\S|\b(?!http|status|bad|error)[a-z]{2,20}[A-Z][a-z]"
    r"|\b[a-z]\w{0,40}(?:_\w|\[\d|\.\d|\.[a-z]{2,20}[.\[: ])"
)
_SENTENCE = 5  # words; "Bad Request" and "Test error" explain nothing
_SOON = 7200.0  # seconds: a quota that is whole again within two hours is a pace, not a payment
_PACED = {Reason.QUOTA_EXHAUSTED: _SOON, Reason.CONTEXT_LENGTH_EXCEEDED: float("inf")}
_EMPTY_TALK = Phrases(
    [
        ("contains|contained an invalid argument", Reason.INVALID_REQUEST_GENERIC),
        ("bad|invalid request", Reason.INVALID_REQUEST_GENERIC),
        ("client error", Reason.INVALID_REQUEST_GENERIC),
        ("provider returned error", Reason.INVALID_REQUEST_GENERIC),
        ("error|problem .. processing|with your|the request", Reason.INVALID_REQUEST_GENERIC),
    ]
)

# What a bad request is about under a 4xx that has no meaning of its own.
_ODD_STATUSES = {status: statuses.PRESUMED[status] for status in (409, 415)}

# Reasons that leave the cause open.
GENERIC = frozenset(
    {
        Reason.INVALID_REQUEST_GENERIC,
        Reason.BODY_VALIDATION,
        Reason.RATE_LIMIT_GENERIC,
        Reason.AUTH_FAILED,
        Reason.ACCESS_DENIED,
        Reason.RESOURCE_NOT_FOUND,
        Reason.INTERNAL_ERROR,
        Reason.UPSTREAM_ERROR,
        Reason.SERVICE_UNAVAILABLE,
    }
)


def decide(dialect: Dialect, evidence: Evidence, status: int | None, home: Dialect | None = None) -> Decision:
    """Give the reason of an error whose HTTP status, by its own words or the response's, is *status*.

    *home* is the dialect of the provider that is known to have answered, whatever shape its words came in.
    """
    if not PLACEHOLDERS.isdisjoint(evidence.words):
        return Decision(Reason.PLACEHOLDER, "code", "placeholder")
    found = _by_words(dialect, evidence.words, home)
    reason = found.reason if found else None
    if reason not in _OPEN and reason not in DETAILS:
        return found or Decision(Reason.UNMAPPED_STATUS, "none", NO_RULE)
    message = evidence.message[:LONGEST_MESSAGE].removeprefix(_UNKNOWN)
    message = message if dialect.shape == "text" else _without_echo(message)
    words = words_of(message)
    may_be_prose = found is None and status is None and dialect.speaks_for_all and dialect.shape != "nested"
    if may_be_prose and sentences.is_prose(message, words):
        return Decision(Reason.UNMAPPED_STATUS, "none", "prose")
    if reason in _OPEN:
        match = _by_sentence(dialect, evidence, message, words, _may_mean(reason, status), home)
        if match is None and reason is Reason.INTERNAL_ERROR and (status or 0) < FIRST_ERROR:
            match = guess(words) or learned.guess(words)  # "api_error" says less than any word
        if match and match.reason is not reason:
            found = Decision(match.reason, "phrase", match.phrase)
    found = _by_status(found, status) or _unmapped(message, words, status)
    if found is None:
        return Decision(Reason.UNMAPPED_STATUS, "none", NO_RULE)
    finer = _detail(found, words, evidence.about, message, status)
    if finer.reason is found.reason and (unknown := _unknown(evidence.words, dialect, home)):
        finer = _detail(found, _spelled(unknown), evidence.about, message, status)
    return _paced(finer, message)


def last_resort(evidence: Evidence, status: int | None, least: float = learned.CONFIDENT) -> Decision | None:
    """Say what labelled errors with the words of an error meant, with a share of *least* in the belief."""
    words = _all_words(evidence)
    match = learned.guess(words, least) if words else None
    return _learned(match, words, evidence, status) if match and words else None


def _all_words(evidence: Evidence) -> Words | None:
    """Give the words of an error and of its codes; None where it only names a status."""
    if evidence.message.strip().lower() in _STATUS_NAMES:
        return None
    return words_of(" ".join((evidence.message, *map(sentences.spelled, evidence.words))))


def _learned(match: Match, words: Words, evidence: Evidence, status: int | None) -> Decision:
    return _detail(Decision(match.reason, "learned", match.phrase), words, "", evidence.message, status)


def outweighed(found: Decision, evidence: Evidence, status: int | None) -> Decision:
    """Believe all words of an error more than a phrase or number in it, if surely of another type."""
    better = last_resort(evidence, status, learned.SURE) if found.kind in {"phrase", "status"} else None
    if better is None:
        return found
    kind, old = type_of(better.reason, status), type_of(found.reason, status)
    says_more = old not in _SAY_LITTLE and (found.kind == "status" or kind in _SAY_LITTLE)
    agrees = status is not None and old is statuses.type_of(status)
    return found if kind is old or says_more or agrees else better


def told_apart(found: Decision, evidence: Evidence, status: int | None) -> Decision:
    """Believe all words of an error more than a status that may mean that too, or a vague word."""
    is_vague = found.kind == "code" and found.reason in _VAGUE
    said = evidence._replace(words=()) if is_vague else evidence  # that code has been asked already
    words = _all_words(said) if is_vague or found.rule == str(status) else None
    if words is None:
        return found
    kind = type_of(found.reason, status)
    match = learned.guess(words, _LIKELY)
    if match is None or type_of(match.reason, status) not in _GIVEN_TO_MANY.get(status or 0, frozenset()):
        match = learned.guess_under(status, words, kind)
    if match is None or type_of(match.reason, status) is kind:
        return found
    return _learned(match, words, evidence, status)


def _paced(found: Decision, message: str) -> Decision:
    """Take a quota with a short wait, and a limit in tokens with any, for a rate limit: waiting cures it."""
    if found.reason not in _PACED or found.kind != "phrase":
        return found
    wait = hints.in_message(message)
    if wait is None:
        return found
    if wait <= _PACED[found.reason]:
        pace = found._replace(reason=Reason.RATE_LIMIT_GENERIC, detail="a wait")
        found = _detail(pace, words_of(message), "", message, None)
    return found._replace(timed=True)


def _may_mean(reason: Reason | None, status: int | None) -> Types:
    """List the types that a sentence may still give, beside a code's *reason* or the status alone."""
    types = _OPEN[reason]
    return _CARRIED.get(statuses.BY_STATUS.get(status or 0)) if types is None else types


def _without_echo(message: str) -> str:
    """Cut off an object that stands in a sentence: it is the caller's own data, full of misleading words."""
    brace = message.find("{")
    before = message[:brace] if brace > 0 else ""
    return before if before.count(" ") >= _EXPLAINED else message


def _by_words(dialect: Dialect, words: tuple[str, ...], home: Dialect | None) -> Decision | None:
    vague = None
    for written in words:
        word = written.lower()
        reason = (
            (home and home.codes.get(word)) or dialect.codes.get(word) or CODES.get(word) or VAGUE.get(word)
        )
        if reason is None and word.endswith(("error", "exception")):
            reason = exception_names.reason_of(word)
        if reason is not None and reason not in _VAGUE:
            return Decision(reason, "code", word)
        if reason is not None and vague is None:
            vague = Decision(reason, "code", word)
    return vague


def _by_sentence(
    dialect: Dialect, evidence: Evidence, message: str, words: Words, types: Types, home: Dialect | None
) -> Match | None:
    """Search the server's own sentence, then the whole message, then what an unknown code spells."""
    bare = _without_status_name(message)
    inner = list(map(words_of, sentences.inner(bare, words)))
    parts = [*inner, words_of(bare)] if bare is not message else inner
    matches = (_by_phrases(dialect, part, types, home) for part in parts)
    found = next(filter(None, matches), None)
    if found is None:
        found = _by_phrases(dialect, words, types, home)
        vague = found is not None and (found.reason in GENERIC or found.reason.types == (_T.API,))
        found = (guess(inner[0], types) if inner and vague else None) or found
    return found or _by_spelling(_unknown(evidence.words, dialect, home), types)


def _without_status_name(message: str) -> str:
    """Leave out "429 Too Many Requests", which says no more than the status, if a message says more."""
    if not NAMED_STATUS.search(message):
        return message
    rest = NAMED_STATUS.sub(" ", message)
    return rest if sum(map(str.isalpha, rest)) >= _FEWEST_LETTERS else message


def _by_phrases(dialect: Dialect, words: Words, types: Types, home: Dialect | None) -> Match | None:
    match = dialect.phrases.match(words, types)
    if match is None and home is not None and home is not dialect:
        match = home.phrases.match(words, types)
    return match or OVERRIDES.match(words, types) or pairs.meaning(words, types)


def _unknown(codes: tuple[str, ...], dialect: Dialect, home: Dialect | None) -> tuple[str, ...]:
    tables = (dialect.codes, CODES, VAGUE, home.codes if home else {})
    return tuple(code for code in codes if not any(code.lower() in table for table in tables))


def _spelled(codes: Iterable[str]) -> Words:
    """What codes say that stand in no table."""
    return words_of(" ".join(map(sentences.spelled, codes)))


def _by_spelling(codes: tuple[str, ...], types: Types) -> Match | None:
    """Read codes that stand in no table as sentences: "points_insufficient", "PlanLimitReached"."""
    for code in codes:
        words = words_of(sentences.spelled(code))
        if match := OVERRIDES.match(words, types) or LOOSE_WORDS.match(words, types):
            return match
    return None


def _by_status(found: Decision | None, status: int | None) -> Decision | None:
    """Let the status decide where nothing has, and where a vague word says less than the status."""
    reason = statuses.reason_of(status)
    if reason is None or status is None:
        return found
    by_status = Decision(reason, "status", str(status))
    if found is None:
        return by_status
    return by_status if found.kind == "code" and _vaguer(found, reason, status) else found


def _unmapped(message: str, words: Words, status: int | None) -> Decision | None:
    """Ask a sentence what the request did wrong, under a 4xx without a meaning of its own (409, 415).

    Without any status even a loose word is better than nothing, best one behind what a client put in front.
    """
    asked = Reason.INVALID_REQUEST_GENERIC
    if status is None:
        parts = (*map(words_of, sentences.inner(message, words)), words)
        match = next(filter(None, map(guess, parts)), None)
    else:
        match = DETAILS[asked].match(words) or pairs.finer(asked, words) or guess(words)
    return Decision(match.reason, "phrase", match.phrase) if match else None


def _vaguer(found: Decision, by_status: Reason, status: int) -> bool:
    kind = by_status.types[0]
    if found.reason is Reason.INVALID_REQUEST_GENERIC:
        return _BAD_REQUEST < status < FIRST_SERVER_ERROR or status in _OF_SERVERS
    if found.reason is Reason.UPSTREAM_ERROR:
        return status < FIRST_SERVER_ERROR or kind is not _T.API
    if found.reason is Reason.INTERNAL_ERROR:
        # PipeLLM: type api_error for every 5xx, a 504 included
        return found.rule != "api_error" or kind is not _T.TIMEOUT
    return False


def _detail(found: Decision, words: Words, about: str, message: str, status: int | None) -> Decision:
    """Look for the finer reason; a sentence that has already named it is not asked again."""
    table = DETAILS.get(found.reason)
    if found.kind == "phrase" and found.reason not in GENERIC:
        return found
    match = table.match(words) if table else None
    if match is None and (table or found.kind == "status"):
        match = pairs.finer(found.reason, words)
    if match:
        kind = "phrase" if found.kind == "status" else found.kind
        return Decision(match.reason, kind, found.rule, match.phrase)
    if found.reason in GENERIC or found.kind == "learned":
        found = _learned_detail(found, words, status)
    if found.reason is Reason.INVALID_REQUEST_GENERIC:
        return _wrong_value(found, words, about, message, status)
    return found


def _learned_detail(found: Decision, words: Words, status: int | None) -> Decision:
    """Take for the reason what errors of this type with these words were about."""
    kind = type_of(found.reason, status)
    match = learned.finer(kind, words)
    if match is None or type_of(match.reason, status) is not kind:
        return found
    if match.reason in GENERIC and found.kind != "learned":
        return found  # it says no more
    return found._replace(reason=match.reason, detail=match.phrase)


def _wrong_value(found: Decision, words: Words, about: str, message: str, status: int | None) -> Decision:
    """Take a bad request that names a field or a value in a sentence to be about a value."""
    if status in _ODD_STATUSES:
        return found._replace(reason=_ODD_STATUSES[status], detail=str(status))
    explained = words.text.count(" ") > _SENTENCE and not _EMPTY_TALK.match(words)
    if about or (explained and _NAMED.search(message)):
        return found._replace(reason=Reason.INVALID_VALUE, detail="a field is named")
    return found


def type_of(reason: Reason, status: int | None) -> OutcomeType:
    """Give the type of *reason*; where the same cause has two homes, the status chooses."""
    if len(reason.types) == 1:
        return reason.types[0]
    if reason in {Reason.MODEL_NOT_FOUND, Reason.MODEL_DECOMMISSIONED}:
        return _T.INVALID_REQUEST if status in {400, 422} else _T.NOT_FOUND
    if reason is Reason.CONTEXT_LENGTH_EXCEEDED:
        return _T.REQUEST_TOO_LARGE if status == 413 else _T.INVALID_REQUEST  # noqa: PLR2004
    if reason is Reason.BURST_LIMIT:
        return _T.OVERLOADED if status == 503 else _T.RATE_LIMIT  # noqa: PLR2004
    return statuses.type_of(status)
