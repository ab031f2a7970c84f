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
        ((">", ">="),),
    ),
    ("agent/events/extractor.py", "if is_long or len(self._plans) >= _MOST_PLANS:", ((">=", ">"),)),
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
    ("agent/web/auth.py", "self._right.clear()", (("self._right.clear()", "pass"),)),
    ("agent/web/auth.py", "if len(self._right) >= _MOST_REMEMBERED:", ((">=", ">"),)),
)

_OF_BOUNDS = (
    (
        "agent/strictyaml.py",
        "_MOST_BYTES = 4 * _MOST_CHARACTERS  # no character of UTF-8 has more",
        (("4", "5"),),
    ),
    ("agent/strictyaml.py", "content = stream.read(_MOST_BYTES + 1)", (("1", "2"),)),
    ("agent/judge.py", 'return "" if stream.read(1) else "is empty"', (("1", "2"),)),
    ("agent/settings/problems.py", "_LOOKED_AT = 2000", (("2000", "20000"),)),
    (
        "agent/settings/written.py",
        'return re.sub(r"[^a-z0-9]", "", word[:100].lower())',
        (("100", "99"), ("100", "101")),
    ),
    ("agent/web/listener.py", "_BACKLOG = 128", (("128", "127"), ("128", "129"))),
)

_OF_SECRETS = (
    (
        "agent/web/auth.py",
        "_NOBODY = bcrypt.hashpw(os.urandom(16).hex().encode(), bcrypt.gensalt(10))",
        (("16", "15"), ("16", "17"), ("10", "9"), ("10", "11")),
    ),
    ("agent/web/auth.py", "self._key = os.urandom(32)", (("32", "31"), ("32", "33"))),
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
            statement,
            "0",
            after,
            "where the quality is 0, only that is asked",
        )
        for statement in (
            "exactness, quality, place = max(found, default=(0, 0.0, 0))",
            "return (quality, exactness, place) if quality else (0.0, 0, 0)",
        )
        for after in ("1", "-1")
    ),
    Equivalent(
        "agent/web/server.py",
        "runner = web.AppRunner("
        "self._app, access_log=None, keepalive_timeout=KEEPALIVE, shutdown_timeout=1.0)",
        ", access_log=None",
        "",
        "what it would write is no warning, and so is not told",
    ),
    Equivalent(
        "agent/web/server.py",
        "lambda: peer.is_gone or time.monotonic() - asked_at > timeout / 2,",
        ">",
        ">=",
        "no clock hits a moment to the nanosecond",
    ),
    Equivalent(
        "agent/web/aiohttplog.py",
        "peer = record.args[0] if isinstance(record.args, tuple) and record.args else None",
        "0",
        "-1",
        "there is one argument only",
    ),
    Equivalent("agent/web/sending.py", "await asyncio.sleep(0)", "0", "-1", "the loop turns once either way"),
    *(
        Equivalent("agent/web/guard.py", "return str(path), 0, 0", "0", after, "no file has this stamp")
        for after in ("1", "-1")
    ),
    *(
        Equivalent(
            "agent/web/sending.py",
            "gzip = zlib.compressobj(level=1, wbits=_GZIP)",
            *change,
            "how well a page is packed is a matter of speed",
        )
        for change in (("level=1,", ""), ("1", "2"))
    ),
    Equivalent(
        "agent/web/negotiation.py",
        "return 1 + names.index(wanted.name) + len(shared)",
        "1",
        "2",
        "it stays more than 0",
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
        Equivalent(path, statement, *change, "a bound a little higher or lower bounds as well")
        for path, statement, changes in _OF_BOUNDS
        for change in changes
    ),
    *(
        Equivalent(path, statement, *change, "as hard to guess, and about as slow")
        for path, statement, changes in _OF_SECRETS
        for change in changes
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
