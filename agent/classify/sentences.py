"""Which part of a message to believe: clients put their own words in front of what the server said.

"TypeError: fetch failed", "Authentication failed: the model x is not supported": the innermost sentence is
the server's. Also told here: whether a text of any language is about an error at all, and whether it is mere
prose.
"""

import re

from agent.classify import learned
from agent.classify.languages import ERROR_CHARACTERS, ERROR_ENDINGS, ERROR_WORDS
from agent.classify.matching import Words, words_of

_SEARCHED = 2048  # characters in which the word error is looked for
_MOST_PREFIXES = 6
# "openai.RateLimitError: ", "[API Error] ", "Stream error - ", "调用出错：": a short clause in front.
_CLAUSE = re.compile(r"\s*(?:\[[^\]\n]{1,60}\]|[^:：\n]{1,80}?(?:[:：]|\s[-–]\s))\s*")
_CODED = re.compile(r"\bcode:? \d{3,5}\W*$", re.IGNORECASE)  # a connection closed with code 1008: ...
_IN_PARTICULAR = re.compile(
    r"(?:(?:in particular|specifically|namely|caused by|\bcause|last error|\blast(?=:)|reason|具体|原因)"
    r"(?: is|是)?\s?[:：,，]?|(?:error|exception) (?:details?|message)\W{0,3}:\W{0,3})\s",
    re.IGNORECASE,
)
MARKS = frozenset(
    {
        "particular",
        "specifically",
        "namely",
        "caused",
        "cause",
        "last",
        "reason",
        "details",
        "detail",
        "message",
    }
)
_LONGEST_PREFIX = 90
_LONE_NUMBER = re.compile(r"[45]\d\d\b[\s:：,\-–]{0,3}|\d{4,7}(?:\s?[:：]|\s[-–])\s{0,3}")
_FEWEST = 8  # characters of a sentence

# What a text about a call speaks of. Ordinary prose may hold one of these words, and hardly two.
CALLS = frozenset(
    {"api", "key", "keys", "token", "tokens", "model", "models", "llm", "ai", "server", "servers",
     "service", "services", "request", "requests", "response", "endpoint", "deployment", "provider",
     "upstream", "gateway", "quota", "rate", "limit", "limits", "usage", "account", "credits", "credit",
     "balance", "plan", "subscription", "billing", "prompt", "context", "input", "output", "http",
     "https", "url", "client", "connection", "network", "stream", "retry", "again", "please", "you",
     "your", "user", "organization", "project", "workspace", "tier", "error", "errors", "exception",
     "failed", "timeout", "timed", "unable", "cannot", "invalid", "unavailable", "overloaded",
     "exceeded", "reached", "message", "messages", "payload", "json", "body", "file", "image",
     "parameter", "field", "capacity", "worker", "workers", "gpu", "gpus", "queue", "replica",
     "replicas", "instance", "pod", "container", "upload", "session", "login", "auth", "permission",
     "access", "scope", "region", "tool", "tools", "function", "page", "support"}
)  # fmt: skip
ENGLISH = frozenset(
    {"the", "and", "of", "was", "were", "is", "are", "with", "a", "who", "but", "she", "he", "it",
     "when", "had", "they", "her", "his", "their"}
)  # fmt: skip
FIRST_PERSON = frozenset(
    {
        "my",
        "she",
        "his",
        "her",
        "ich",
        "mein",
        "meine",
        "meinen",
        "j",
        "yo",
        "meu",
        "minha",
        "я",
        "меня",
        "мне",
        "мой",
    }
)
_SAYS_I = (" je n ", " je ne ", " i am unable ", " im unable ", " i cannot ", " i cant ")
_PROSE = 12  # words; shorter texts say too little to tell them from a message
_WORDS_PER_CALL = 25
_LIKELY = 0.5  # share of the belief that a text with few words of a call reports no error
# How an answer begins that explains errors, and reports none.
_TOPICS = r"(?:errors?|status|codes?|limits?|exceptions?|timeouts?)"
_ANSWERS = re.compile(
    r"\s*(?:(?:sure|of course|certainly)[,!.]|here (?:is|are)\b|here's\b|summary:|translation:"
    r"|question:|answer:|in this (?:chapter|article|post|guide|section)|step \d|def |class |import "
    r"|#{1,4} (?![^\n]{0,40}\b(?:error report|error details|crash report|exception)\b)"
    rf"|(?:(?:an?|the) )?[\w ]{{0,40}}{_TOPICS} (?:means?|happens?|occurs?|protects?|says?)\b"
    r"|to (?:handle|avoid|fix|prevent|understand|debug)\b"
    r"|(?:how|why|what|when) (?:do|does|is|are|to|a|an|you)\b)",
    re.IGNORECASE,
)

_LOGGED = re.compile(
    r"\s*(?:\[(?:err(?:or)?|warn(?:ing)?|fatal)\]|\[?\d{4}[-/]\d\d[-/]\d\d[ T])", re.IGNORECASE
)
_HUMPS = re.compile(r"(?<=[a-z0-9])(?=[A-Z])|(?<=[A-Z])(?=[A-Z][a-z])")


def names_error(text: str) -> bool:
    """Say whether *text* speaks of an error, in any of the languages of the tables."""
    _, found, dense = words_of(text[:_SEARCHED])
    if not ERROR_WORDS.isdisjoint(found) or any(each in dense for each in ERROR_CHARACTERS if dense):
        return True
    return any(word.endswith(ERROR_ENDINGS) for word in found)


def says_error(text: str) -> bool:
    """Say whether *text* reports an error: as texts with its words do, else by one word of an error."""
    words = words_of(text)
    if learned.is_error(words) or _opens_with_error(text):
        return True
    return names_error(text) and not learned.is_ordinary(words)


def _opens_with_error(text: str) -> bool:
    """Recognise "ReadTimeout: ...", "[API Error] ...", "Error in handler: ..."."""
    found = _CLAUSE.match(text) if _may_have_prefix(text[:_LONGEST_PREFIX]) else None
    return found is not None and names_error(found.group())


def is_prose(text: str, words: Words) -> bool:
    """Say whether *text* is an ordinary text or an answer about errors, and no message or log line of one."""
    if _LOGGED.match(text):
        return False
    if _is_personal(words) or learned.is_ordinary(words):
        return True
    long = words.text.count(" ") > _PROSE
    if not long or any(word.endswith(ERROR_ENDINGS) and word not in ERROR_WORDS for word in words.found):
        return False
    if _ANSWERS.match(text):
        return True
    spoken = len(words.found & CALLS)
    is_english = len(words.found & ENGLISH) > 1
    return (
        is_english
        and spoken < max(2, words.text.count(" ") // _WORDS_PER_CALL)
        and learned.is_ordinary(words, _LIKELY)
    )


def _is_personal(words: Words) -> bool:
    """Say whether somebody says "I": a person or a model, and no server."""
    return (
        not words.found.isdisjoint(FIRST_PERSON)
        or any(each in words.text for each in _SAYS_I)
        or any(each in words.dense for each in ("私は", "私に", "僕は", "저는", "나는"))
        or words.dense.count("我") > words.dense.count("我们")
    )


def _may_have_prefix(head: str) -> bool:
    return ":" in head or "：" in head or "[" in head or " - " in head or " – " in head


def inner(message: str, words: Words) -> list[str]:
    """List what *message*, whose *words* are known, is without the clauses in front, the innermost first.

    Each clause taken off may have been a client's prefix, or what the server said: "Quota failed, left: 0".
    """
    rest, found = message, list[str]()
    for _ in range(_MOST_PREFIXES):
        clause = _CLAUSE.match(rest) if _may_have_prefix(rest[:_LONGEST_PREFIX]) else None
        if clause is None or len(rest) - clause.end() < _FEWEST:
            break
        front = clause.group()
        is_coded = "code" in front and _CODED.search(front) is not None
        if not (is_coded or names_error(front) or rest.lstrip().startswith("[")):
            break
        if is_coded:
            found.clear()  # that a connection was closed says less than why
        rest = rest[clause.end() :]
        if number := _LONE_NUMBER.match(rest):
            rest = rest[number.end() :]
        found.insert(0, rest)
    if not MARKS.isdisjoint(words.found) or "原因" in words.dense or "具体" in words.dense:
        cause = _IN_PARTICULAR.search(rest)
        if cause and len(rest) - cause.end() >= _FEWEST:
            found.insert(0, rest[cause.end() :])
    return found


def spelled(code: str) -> str:
    """Write a code as a sentence: "InsufficientQuota", "plan_limit-reached" -> "Insufficient Quota" ..."""
    return _HUMPS.sub(" ", code).replace("_", " ").replace("-", " ").replace("::", " ")
