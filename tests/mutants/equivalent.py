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
    ("agent/fastpath/counting.py", "_MOST_LAYOUTS, _MOST_KEYS, _LONGEST_KEYS = 500, 100, 4096", _NEAR),
    (
        "agent/ledger/stage.py",
        "_MOST_IN_FLIGHT = 256  # pages without a commit",
        (("256", "257"), ("256", "255")),
    ),
    ("agent/ledger/stage.py", "if len(self._flight) > _MOST_IN_FLIGHT:", ((">", ">="),)),
    (
        "agent/metrics/protobuf.py",
        "_SMALL = [bytes((value,)) for value in range(_SEVEN_BITS + 1)]",
        (("1", "2"),),
    ),
    ("agent/metrics/exposition.py", "_SERIES_AT_ONCE = 500", (("500", "499"), ("500", "501"))),
    (
        "agent/metrics/exposition.py",
        "_COUNTERS, _HISTOGRAMS = 64, 8  # in a block",
        (("64", "63"), ("64", "65"), ("8", "7"), ("8", "9")),
    ),
    (
        "agent/metrics/writing.py",
        "_PIECE = 1 << 18  # bytes: a page does not come in crumbs",
        (("1", "2"), ("18", "17"), ("18", "19")),
    ),
    ("agent/metrics/writing.py", "size = 0", (("0", "1"), ("0", "-1"))),
    ("agent/metrics/writing.py", "held, size = [], 0", (("0", "1"), ("0", "-1"))),
    ("agent/metrics/writing.py", "if size >= _PIECE:", ((">=", ">"),)),
    (
        "agent/metrics/rows.py",
        "return held[0] if len(held) == 1 else list(map(sum, zip(*held, strict=True)))",
        (("1", "0"), ("0", "-1")),
    ),
    (
        "agent/metrics/sheet.py",
        "return (islice(rest, size) for _ in range(0, len(items), size))",
        (("0", "-1"),),
    ),
    ("agent/metrics/readings.py", "MOST_READINGS = 2000", (("2000", "20000"),)),
    ("agent/metrics/readings.py", "MOST_SCRAPERS = 8", (("8", "7"), ("8", "9"))),
    ("agent/metrics/readings.py", "if len(self._lowest) > MOST_SCRAPERS:", ((">", ">="),)),
    ("agent/metrics/limits.py", "_LONGEST_NAMES = 4096  # characters", (("4096", "40960"),)),
    (
        "agent/metrics/limits.py",
        "_MOST_SAID, _MOST_POOLS, _MOST_GROUPS, _LONGEST = 1000, 4000, 4000, 128",
        (("1000", "10000"), ("4000", "40000")),
    ),
    ("agent/metrics/cooldowns.py", "KEPT = timedelta(minutes=5)", (("5", "4"), ("5", "6"))),
    (
        "agent/metrics/cooldowns.py",
        "MOST_POOLS, MOST_OWNERS = 4000, 100",
        (("4000", "40000"), ("100", "99"), ("100", "101")),
    ),
    (
        "agent/metrics/cooldowns.py",
        "elif running is not None and not is_early and at > running.kept:",
        ((">", ">="),),
    ),
    (
        "agent/metrics/labels.py",
        "_MOST_BYTES = 1 << 20  # of paths whose templates are remembered, and of other words",
        (("1", "0"), ("1", "2"), ("20", "19"), ("20", "21")),
    ),
    (
        "agent/metrics/labels.py",
        "self._templates.keep((raw,), found)",
        (("self._templates.keep((raw,), found)", "pass"),),
    ),
    (
        "agent/metrics/labels.py",
        "self._values.keep((label, raw), value)",
        (("self._values.keep((label, raw), value)", "pass"),),
    ),
    (
        "agent/metrics/tally.py",
        "_MOST_BYTES = 32 << 20  # of raw combinations: ids in paths make them endless",
        (("32", "31"), ("32", "33"), ("20", "19"), ("20", "21")),
    ),
    *(
        ("agent/metrics/tally.py", statement, ((", overhead=256", ""), ("256", "255"), ("256", "257")))
        for statement in (
            "self._remembered: Bounded[Shown] = Bounded(_MOST_BYTES, overhead=256)",
            "_MOST_BYTES // 4, overhead=256",
        )
    ),
    (
        "agent/metrics/tally.py",
        "_MOST_BYTES // 4, overhead=256",
        (("//", "/"), ("4", "3"), ("4", "5")),
    ),
    (
        "agent/fastpath/combinations.py",
        "_MOST_BYTES = 48 << 20  # of what events said, and of what is kept for each",
        (("48", "49"), ("48", "47"), ("20", "21"), ("20", "19")),
    ),
    (
        "agent/fastpath/combinations.py",
        "_OF_WORDS, _OF_LIKE, _OF_VERDICT = 256, 768, 128",
        (("256", "257"), ("256", "255"), ("768", "769"), ("768", "767"), ("128", "129"), ("128", "127")),
    ),
    ("agent/fastpath/combinations.py", "self._bytes = 0", (("0", "1"), ("0", "-1"))),
    ("agent/fastpath/combinations.py", "return self._bytes >= _MOST_BYTES", ((">=", ">"),)),
    (
        "agent/fastpath/counting.py",
        "if self._room.is_full or len(self._known) >= _MOST_LAYOUTS:",
        ((">=", ">"),),
    ),
    (
        "agent/fastpath/counting.py",
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

_AT_ONCE = (
    (
        "raw.py",
        "_PIECE = 512  # records that are decoded at once: a batch may hold a million",
        "512",
        (511, 513),
    ),
    ("unpacking.py", "_PIECE = 1 << 20", "1", (2,)),
    ("unpacking.py", "_PIECE = 1 << 20", "20", (19, 21)),
    ("unpacking.py", "_FIRST_TRY = 1 << 16", "1", (0, 2)),
    ("unpacking.py", "_FIRST_TRY = 1 << 16", "16", (15, 17)),
    ("unpacking.py", "_USUAL_RATIO = 16  # what JSON seldom exceeds", "16", (15, 17)),
    ("unpacking.py", "_GROWTH = 4", "4", (3, 5)),
    ("reader.py", "POLL_MS = 200", "200", (199, 201)),
    ("pace.py", "_FEWEST, _FIRST = 20, 100", "20", (19, 21)),
    ("pace.py", "_FEWEST, _FIRST = 20, 100", "100", (99, 101)),
)
"""The same of agent/consumer."""

_CHEAPER = "it is only a cheaper question before the real one"
_SHARES = "no share of belief is exactly that"
_KEPT = "how much is remembered matters for speed and memory alone"
_ONE_TYPE = "each of these reasons has one type"
_CLASSIFY = (
    (
        "classifier.py",
        "if not response.headers or are_silent(response.headers):",
        (("or", "and"),),
        _CHEAPER,
    ),
    (
        "matching.py",
        "return options[0] if len(options) == 1 else f\"(?:{'|'.join(options)})\"",
        (("0", "-1"), ("1", "0")),
        "one word alone is matched in brackets too",
    ),
    (
        "matching.py",
        "for letter in min(places, key=lambda letters: sum(often[each] for each in letters)):",
        ((", key=lambda letters: sum(often[each] for each in letters)", ""),),
        _CHEAPER,
    ),
    (
        "matching.py",
        "rarest = sorted(_choices(phrase), key=lambda words: sum(often[word] for word in words))",
        ((", key=lambda words: sum(often[word] for word in words)", ""),),
        _CHEAPER,
    ),
    (
        "matching.py",
        "either = frozenset(next((words for words in rarest[1:] if len(words) > 1), ()))",
        (("1", "0"), ("1", "2"), (">", ">="), ("len(words) > 1", "(not (len(words) > 1))")),
        _CHEAPER,
    ),
    ("learned.py", "if share < least or word == _T.UNKNOWN:", (("<", "<="),), _SHARES),
    (
        "learned.py",
        "return ordinary < doubt and likeliest(belief)[1] > ordinary",
        (("<", "<="), (">", ">=")),
        _SHARES,
    ),
    (
        "learned.py",
        "return types().belief(model.features(words)).get(_T.OK, 0.0) >= least",
        ((">=", ">"),),
        _SHARES,
    ),
    ("learned.py", "reasons()", (("reasons()", "pass"),), "it is then read with the first unknown error"),
    (
        "success.py",
        "if len(text) < 2 * LONE and 'essage\"' in text:  # with its key and what JSON escapes",
        (("<", "<="), ("2", "3")),
        "it is then read, and found to state no error",
    ),
    (
        "endings.py",
        "by_status, by_ending = statuses.type_of(status), REASONS[ending].types[0]",
        (("0", "-1"),),
        _ONE_TYPE,
    ),
    ("decide.py", "kind = by_status.types[0]", (("0", "-1"),), _ONE_TYPE),
    (
        "limits.py",
        'window = quotas(policy).get(said.get("limit", -1.0))',
        (("1.0", "10.0"),),
        "no quota is negative",
    ),
    (
        "unwrap.py",
        "at = max(0, first.start() - _LONGEST_BEFORE)",
        (("0", "-1"),),
        "a search from before the beginning begins there",
    ),
    (
        "hints.py",
        "is_own = is_name or _OWN.search(text[max(0, at - 24) : at + 8])",
        (("24", "23"), ("24", "25")),
        "a round size",
    ),
    ("hints.py", "at = text.find(key, at + 1)", (("1", "2"),), "no key begins again within itself"),
    (
        "dialects/recognition.py",
        "if len(keys) > _MOST_KEYS or any(len(str(key)) > _LONGEST_KEY for key in keys):",
        ((">", ">="), ("or", "and")),
        _KEPT,
    ),
    (
        "dialects/recognition.py",
        "self._remember(keys, found)",
        (("self._remember(keys, found)", "pass"),),
        _KEPT,
    ),
    (
        "dialects/recognition.py",
        "self._remembered[keys] = found",
        (("self._remembered[keys] = found", "pass"),),
        _KEPT,
    ),
    (
        "dialects/recognition.py",
        "if len(self._remembered) >= _MOST_SHAPES:",
        (
            (">=", ">"),
            ("len(self._remembered) >= _MOST_SHAPES", "(not (len(self._remembered) >= _MOST_SHAPES))"),
        ),
        _KEPT,
    ),
    (
        "limits.py",
        "if len(name) > _LONGEST_NAME:",
        ((">", ">="), ("len(name) > _LONGEST_NAME", "(not (len(name) > _LONGEST_NAME))")),
        _KEPT,
    ),
    (
        "limits.py",
        "if len(self) >= _MOST_NAMES:",
        ((">=", ">"), ("len(self) >= _MOST_NAMES", "(not (len(self) >= _MOST_NAMES))")),
        _KEPT,
    ),
    (
        "memo.py",
        "_MOST_BYTES, _MOST_BYTES_OF_SHAPES = 8 << 20, 16 << 20",
        (("8", "7"), ("8", "9"), ("16", "15"), ("16", "17"), ("20", "19"), ("20", "21")),
        _KEPT,
    ),
    (
        "memo.py",
        "_WEIGHT, _OVERHEAD = 3, 2048  # bytes: what is known of a body quotes it, and has a size of its own",
        (("3", "2"), ("3", "4"), ("2048", "20480")),
        _KEPT,
    ),
    (
        "shapes.py",
        (
            "_WEIGHT, _OVERHEAD = 4, 2048"
            "  # bytes for each byte of a body, and besides: what is known of it quotes it"
        ),
        (("4", "3"), ("4", "5"), ("2048", "20480")),
        _KEPT,
    ),
    ("kinds.py", "_MOST_SPANS = 1024  # whose patterns are remembered", (("1024", "10240"),), _KEPT),
    (
        "kinds.py",
        "fewest = 1 if len(written) <= SHORT_SPAN else 2",
        (("1", "0"),),
        "there are no digits of no length",
    ),
    (
        "kinds.py",
        'parts = (_digits(len(part), fewest) if part[0] == "0" else part for part in _PART.findall(written))',
        (("0", "-1"),),
        "a part is zeros alone, or has none",
    ),
    ("shapes.py", "_MOST_FRAMES = 32", (("32", "31"), ("32", "33")), _KEPT),
    (
        "dialects/recognition.py",
        "_MOST_SHAPES, _MOST_KEYS, _LONGEST_KEY = 1024, 24, 40",
        (("1024", "10240"), ("24", "23"), ("24", "25"), ("40", "39"), ("40", "41")),
        _KEPT,
    ),
    (
        "limits.py",
        "_MOST_NAMES, _LONGEST_NAME = 4096, 128  # that are remembered; characters of one",
        (("4096", "40960"), ("128", "127"), ("128", "129")),
        _KEPT,
    ),
    (
        "met.py",
        (
            "_MOST_NAMES, _LONGEST_NAMES = 1000, 4096"
            "  # sets of names of headers that are remembered; characters of one"
        ),
        (("1000", "10000"),),
        _KEPT,
    ),
    ("memo.py", "self._bodies.keep(key, told)", (("self._bodies.keep(key, told)", "pass"),), _KEPT),
    ("memo.py", "if body in self._met:", (("in", "not in"),), _KEPT),
    (
        "memo.py",
        "if len(self._met) >= _MOST_MET:",
        ((">=", ">"), ("len(self._met) >= _MOST_MET", "(not (len(self._met) >= _MOST_MET))")),
        _KEPT,
    ),
    ("memo.py", "if told is not None or len(data) > LONGEST:", ((">", ">="),), _KEPT),
    ("shapes.py", "self._most_bytes, self._bytes = most_bytes, 0", (("0", "1"), ("0", "-1")), _KEPT),
    ("shapes.py", "self._bytes = 0", (("0", "1"), ("0", "-1")), _KEPT),
    ("shapes.py", "if self._bytes > self._most_bytes:", ((">", ">="),), _KEPT),
    ("shapes.py", "del alike.frames[: -_MOST_FRAMES + 1]", (("1", "0"), ("1", "2")), _KEPT),
)
"""The same of agent/classify, each with its reason."""

_LEVEL_OF_GZIP = "_LEVEL = 1  # of gzip: the next one takes four times as long for a sixth less"

EQUIVALENT = (
    Equivalent(
        "agent/pages.py",
        "return result is CommitResult.ACCEPTED and time.monotonic() - asked < LEASE",
        "<",
        "<=",
        "no clock hits a moment to the nanosecond",
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
            statement,
            *change,
            "how well a page is packed is a matter of speed",
        )
        for statement, change in (
            (_LEVEL_OF_GZIP, ("1", "2")),
            (_LEVEL_OF_GZIP, ("1", "0")),
            ("gzip = cramjam.gzip.Compressor(level=_LEVEL)", ("level=_LEVEL", "")),
        )
    ),
    Equivalent(
        "agent/web/negotiation.py",
        "return 1 + names.index(wanted.name) + len(shared)",
        "1",
        "2",
        "it stays more than 0",
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
    *(
        Equivalent(path, statement, "0", "-1", "a counter has one number only")
        for path, statement in (
            ("agent/fastpath/counting.py", "numbers[0] += 1"),
            (
                "agent/metrics/cooldowns.py",
                "numbers[0] += is_early  # 0 where one is told makes it exist: nobody came too early",
            ),
            ("agent/metrics/tally.py", "numbers[0] += 1"),
            ("agent/metrics/tally.py", "numbers_of(delta, series)[0] += 1"),
            ("agent/metrics/tally.py", "numbers_of(delta, label)[0] += 1"),
            ("agent/metrics/tally.py", "numbers_of(delta, self.series(metric, labels))[0] += amount"),
        )
    ),
    Equivalent(
        "agent/metrics/cooldowns.py",
        "if told >= self.told and (self.over - told).total_seconds() >= seconds:",
        ">=",
        ">",
        "a wait with the same begin and end adds nothing either way",
    ),
    Equivalent(
        "agent/metrics/labels.py",
        'text = _UNPRINTABLE.sub("\\ufffd", raw[: _LONGEST + 1])',
        "1",
        "2",
        "it is too long either way",
    ),
    Equivalent("agent/metrics/limits.py", "_NO_NUMBER = -1", "1", "2", "it has to be below 0"),
    Equivalent("agent/metrics/limits.py", "self._number += 1", "1", "2", "numbers have to ascend"),
    Equivalent(
        "agent/metrics/limits.py",
        "for _, told in sorted(said, key=itemgetter(0)):",
        ", key=itemgetter(0)",
        "",
        "no two have the same number",
    ),
    Equivalent(
        "agent/metrics/readings.py",
        "if key not in found or reading.headroom < found[key].headroom:",
        "<",
        "<=",
        "of two that are as tight either is",
    ),
    *(
        Equivalent(
            "agent/metrics/exemplars.py",
            "exemplar = Exemplar(self._label, id_, 1 if duration is None else duration, at)",
            "1",
            after,
            "at a count stands 1 in any case",
        )
        for after in ("2", "0")
    ),
    *(
        Equivalent(
            "agent/metrics/exemplars.py",
            "bucket = 0 if duration is None else bisect_left(self._buckets, duration)",
            "0",
            after,
            "what has no duration has one place, whatever it is called",
        )
        for after in ("1", "-1")
    ),
    Equivalent(
        "agent/fastpath/counting.py",
        "counted = found[0] if len(found) == 1 else None",
        "0",
        "-1",
        "there is one only",
    ),
    *(
        Equivalent(
            "agent/metrics/native.py",
            "_FIRST, _LAST = -40, 68  # from a millisecond to more than a day, the longest duration",
            "68",
            after,
            "a day is within it",
        )
        for after in ("67", "69")
    ),
    Equivalent(
        "agent/metrics/budget.py",
        "catalogue.TIME_TO_FIRST_TOKEN: (((), 0.8), ((1,), 0.95), ((1, 0), 1.0)),",
        "1.0",
        "10.0",
        "what is folded last is taken whether or not it has room",
    ),
    *(
        Equivalent(
            "agent/metrics/budget.py",
            "_FOLDED_PAIRS = 100  # an upper bound of the (type, reason) pairs of errors",
            "100",
            after,
            "a round number that is high enough",
        )
        for after in ("99", "101")
    ),
    Equivalent(
        "agent/ledger/board.py",
        "del self._new[series]",
        "del self._new[series]",
        "pass",
        "it is only faster: it would be found seen again",
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
            (
                "agent/consumer/kafkalog.py",
                'return self.reason if time.monotonic() - self._complained_at < _EVERY else ""',
            ),
            ("agent/consumer/retreat.py", "if still < _STUCK_AFTER or stand.tries >= _MOST_TRIES:"),
            ("agent/consumer/retreat.py", "if now < self._next_look and not self._client.refused:"),
        )
    ),
    *(
        Equivalent("agent/consumer/client.py", statement, before, after, "a round size")
        for statement, before, afters in (
            ("_FETCH_BYTES = 16 * 1024 * 1024", "16", ("15", "17")),
            ("HEARTBEATS = 15", "15", ("14", "16")),
            ("FETCH_WAIT_MS = 500", "500", ("499", "501")),
            ("MAX_RECORDS = 1000", "1000", ("10000",)),
            ("max_poll_interval_ms=3_600_000,", "3_600_000", ("36000000",)),
            ("_LOOK_WAIT_MS = 50  # who only looks does not wait for what may come", "50", ("49", "51")),
        )
        for after in afters
    ),
    *(
        Equivalent(
            "agent/consumer/positions.py", statement, *change, "it is only asked whether it has changed"
        )
        for statement, change in (
            ("self._changes = 0  # of what is pending", ("0", "1")),
            ("self._changes = 0  # of what is pending", ("0", "-1")),
            ("self._changes += 1", ("1", "2")),
        )
    ),
    *(
        Equivalent(
            "agent/consumer/membership.py", statement, *change, "it is only asked whether it has changed"
        )
        for statement, change in (
            ("self._epoch = 0  # of what is ours", ("0", "1")),
            ("self._epoch = 0  # of what is ours", ("0", "-1")),
            ("self._epoch += 1", ("1", "2")),
        )
    ),
    *(
        Equivalent("agent/service.py", f"{statement}  # {words}", before, after, "nobody promises it exactly")
        for statement, words, before, after in (
            *(
                (
                    "_HANG = 30",
                    "seconds without a turn of the event loop after which all stacks are written to stderr",
                    "30",
                    after,
                )
                for after in ("29", "31")
            ),
        )
    ),
    Equivalent(
        "agent/assembly.py",
        "load()  # else the first unknown error would hold up all else",
        "load()",
        "pass",
        "what is learned is then read in a tenth of a second, with the first unknown error",
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
    Equivalent(
        "agent/ledger/ledger.py",
        "self._pages += 1",
        "1",
        "2",
        "a page only has to have a greater number than the page before it",
    ),
    *(
        Equivalent("agent/ledger/scrapers.py", statement, "0", "-1", "no page has the number 0")
        for statement in ("return 0", "self._newest = 0")
    ),
    *(
        Equivalent(
            "agent/ledger/scrapers.py",
            "self._expected, self._expected_until = 0, 0.0",
            before,
            after,
            "of the two, one is enough to wait for nobody",
        )
        for before, after in (("0", "1"), ("0", "-1"), ("0.0", "1.0"))
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
        Equivalent(
            f"agent/consumer/{module}", statement, before, str(after), "a round size of what is done at once"
        )
        for module, statement, before, afters in _AT_ONCE
        for after in afters
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
        Equivalent(f"agent/classify/{module}", statement, *change, reason)
        for module, statement, changes, reason in _CLASSIFY
        for change in changes
    ),
    *(
        Equivalent(path, statement, *change, _KEPT)
        for path, statement, changes in _OF_MEMORY
        for change in changes
    ),
)

_KNOWN = {it[:4] for it in EQUIVALENT}


def is_equivalent(mutant: Mutant) -> bool:
    return (str(mutant.path), mutant.statement, mutant.before.strip(), mutant.after.strip()) in _KNOWN
