"""Changes that nobody could notice, each with the reason."""

from typing import NamedTuple

from tests.mutants.mutations import Mutant


class Equivalent(NamedTuple):
    """What a change is known by: the module, the line as it stands, and what is changed in it."""

    path: str
    statement: str
    before: str
    after: str
    reason: str


_NEAR = (("500", "499"), ("500", "501"), ("100", "99"), ("100", "101"))

_OF_MEMORY = (
    ("agent/events/envoy.py", "_READ, _REMEMBERED = 256, 1024", (("1024", "10240"),)),
    ("agent/events/hosts.py", "_REMEMBERED = 1024", (("1024", "10240"),)),
    ("agent/events/extractor.py", "_MOST_PLANS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096", _NEAR),
    (
        "agent/events/extractor.py",
        "is_long = len(keys) > _MOST_KEYS or sum(map(len, keys)) > _LONGEST_KEYS",
        ((">", ">="), ("or", "and")),
    ),
    (
        "agent/events/extractor.py",
        "if is_long or len(self._plans) >= _MOST_PLANS:",
        ((">=", ">"), ("or", "and")),
    ),
    (
        "agent/events/extractor.py",
        "words = itemgetter(*at) if len(at) > 1 and is_flat else None  # of one key it would make no tuple",
        (("1", "2"),),
    ),
    (
        "agent/events/extractor.py",
        "if type(words[0]) in _FIRST_WORDS and all(type(word) in _WORDS for word in words[1:]):",
        (("0", "-1"), ("1", "0")),
    ),
    (
        "agent/events/extractor.py",
        "self._remembered.keep(what, known)",
        (("self._remembered.keep(what, known)", "pass"),),
    ),
    ("agent/fastpath.py", "_MOST_LAYOUTS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096", _NEAR),
    ("agent/fastpath.py", "self._bytes = 0  # of what is known", (("0", "1"), ("0", "-1"))),
    ("agent/fastpath.py", "self._bytes = 0", (("0", "1"), ("0", "-1"))),
    (
        "agent/fastpath.py",
        "if self._bytes >= _MOST_BYTES or len(self._known) >= _MOST_LAYOUTS:",
        ((">=", ">"),),
    ),
    (
        "agent/fastpath.py",
        "if keys not in self._known and len(keys) <= _MOST_KEYS and sum(map(len, keys)) <= _LONGEST_KEYS:",
        (("<=", "<"),),
    ),
    (
        "agent/classify/model.py",
        "_KEPT = 4  # texts: the last is asked about several times",
        (("4", "3"), ("4", "5")),
    ),
    ("agent/web/auth.py", "_MOST_REMEMBERED = 100", (("100", "101"), ("100", "99"))),
    ("agent/web/auth.py", "if len(self._right) >= _MOST_REMEMBERED:", ((">=", ">"),)),
)
"""Module and line, and what before and after is of each change."""

EQUIVALENT = (
    Equivalent(
        "agent/pages.py",
        "return result is CommitResult.ACCEPTED and time.monotonic() - asked < LEASE",
        "<",
        "<=",
        "no clock hits a moment to the nanosecond",
    ),
    Equivalent(
        "agent/pages.py",
        'self.content = Content(iter(()), "")',
        'self.content = Content(iter(()), "")',
        "pass",
        "it is set before anybody gets the scrape",
    ),
    Equivalent("agent/web/connections.py", "NOTHING = 0", "0", "-1", "it stays the least"),
    Equivalent(
        "agent/web/connections.py",
        "SCRAPED = 2  # it has taken a whole page",
        "2",
        "3",
        "it stays the most",
    ),
    Equivalent(
        "agent/web/delivery.py",
        'return int(struct.unpack_from("I", _tcp_info(self._handle), _LAST_DATA_RECEIVED)[0]) / 1000',
        "0",
        "-1",
        "there is one number only",
    ),
    Equivalent(
        "agent/web/connections.py",
        "is_busy: bool = False",
        "False",
        "True",
        "until a request has set it, it is compared only with others that no request has set",
    ),
    *(
        Equivalent(
            "agent/web/negotiation.py",
            "exactness, quality, place = max(found, default=(0, 0.0, 0))",
            "0",
            after,
            "where the quality is 0, only that is asked",
        )
        for after in ("1", "-1")
    ),
    *(
        Equivalent(
            "agent/classify/model.py",
            "sums = [0] * len(self.labels)",
            "0",
            after,
            "what is added to all labels makes none of them likelier",
        )
        for after in ("1", "-1")
    ),
    Equivalent("agent/web/negotiation.py", "return 0", "0", "None", "both say that it is not meant"),
    Equivalent(
        "agent/ledger/ledger.py",
        "self._printed = {number: shown for number, shown in self._printed.items() if number >= had}",
        ">=",
        ">",
        "what the page with this number shows is acknowledged already, and is not asked for again",
    ),
    Equivalent(
        "agent/consumer/lag.py",
        "if latest > now_ms:",
        ">",
        ">=",
        "the latest of the times up to now is the same one when it is now",
    ),
    Equivalent(
        "agent/judge.py",
        "found = socket.getaddrinfo(host, 0, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)",
        ", flags=socket.AI_PASSIVE",
        "",
        "without a host it tries the loopback address, which a machine can have as well as all of them",
    ),
    Equivalent(
        "agent/pipeline.py",
        "found[series.labels[0]] += int(numbers[0])",
        "0",
        "-1",
        "a counter has one number only",
    ),
    Equivalent(
        "agent/pages.py", 'return ""', '""', "None", "the server asks only whether there are words in it"
    ),
    Equivalent(
        "agent/logs.py",
        "else structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)",
        "exception_formatter=structlog.dev.plain_traceback",
        "",
        "exceptions are text by then, of which only a structlog before 26 warns",
    ),
    Equivalent(
        "agent/consumer/rights.py",
        "await asyncio.sleep(_RETRY_AFTER)",
        "await asyncio.sleep(_RETRY_AFTER)",
        "pass",
        "the answer of the broker is waited for anyway, and what it says is the same",
    ),
    Equivalent(
        "agent/consumer/reader.py",
        "if records[0].offset < lag.next_offset:  # offsets ascend",
        "<",
        "<=",
        "of records of which none is behind us all are left",
    ),
    *(
        Equivalent(path, statement, "<", "<=", "no clock hits a moment to the nanosecond")
        for path, statement in (
            ("agent/gauges.py", "while self._seen[0][0] < now - _LAG_WINDOW:"),
            ("agent/consumer/retreat.py", "if still < _STUCK_AFTER or stand.tries >= _MOST_TRIES:"),
            ("agent/consumer/retreat.py", "if now < self._next_look and not self._client.refused:"),
        )
    ),
    *(
        Equivalent("agent/consumer/client.py", "_FETCH_BYTES = 16 * 1024 * 1024", "16", after, "a round size")
        for after in ("15", "17")
    ),
    Equivalent(
        "agent/events/extractor.py",
        "if type(words[0]) in _FIRST_WORDS and all(type(word) in _WORDS for word in words[1:]):",
        "0",
        "1",
        "numbers of one type that are equal say the same",
    ),
    Equivalent(
        "agent/ledger/ledger.py",
        "self._pages = 0",
        "0",
        "1",
        "a page only has to have a greater number than the page before it",
    ),
    *(
        Equivalent("agent/ledger/scrapers.py", statement, "0", "-1", "no page has the number 0")
        for statement in (
            "return 0",
            "return min((it.page for it in self._known.values()), default=0)",
        )
    ),
    *(
        Equivalent(
            "agent/events/layouts.py",
            "_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)",
            before,
            after,
            "what is earlier goes the plain way, which counts the same",
        )
        for before, after in (("1", "2"), ("2", "3"))
    ),
    Equivalent(
        "agent/events/decode.py",
        "unpacker = zlib.decompressobj(zlib.MAX_WBITS | 16)",
        "16",
        "17",
        "the largest window has that bit, too",
    ),
    Equivalent(
        "agent/events/decode.py",
        "found = unpacker.decompress(value, max_bytes + 1)",
        "1",
        "2",
        "one byte more than the bound is enough to see that it is longer",
    ),
    *(
        Equivalent(
            "agent/events/rules.py",
            "number = int(value) if value.isascii() and value.isdigit() and len(value) == 3 else 0"
            "  # noqa: PLR2004",
            "0",
            after,
            "any number below 100 is refused",
        )
        for after in ("1", "-1")
    ),
    *(
        Equivalent("agent/events/sources.py", statement, before, after, "it is only faster for the many")
        for statement, before, after in (
            ("_FEW = 4", "4", "3"),
            ("_FEW = 4", "4", "5"),
            ("if len(steps) <= _FEW:", "<=", "<"),
            ("if len(steps) <= _FEW:", "len(steps) <= _FEW", "(not (len(steps) <= _FEW))"),
        )
    ),
    *(
        Equivalent(path, statement, *change, "how much is remembered matters for speed alone")
        for path, statement, changes in _OF_MEMORY
        for change in changes
    ),
)

_KNOWN = {it[:4] for it in EQUIVALENT}


def is_equivalent(mutant: Mutant) -> bool:
    return (str(mutant.path), mutant.statement, mutant.before.strip(), mutant.after.strip()) in _KNOWN
