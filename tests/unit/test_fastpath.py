"""The short way counts as the plain way does, whatever comes, and it is short."""

import gc
import json
import sys
import tracemalloc
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.assembly import Parts, assemble
from agent.events import Reader
from agent.events.layouts import Layout
from agent.fastpath import combinations, counting
from agent.metrics.delta import Batch
from agent.metrics.labels import Labels
from agent.metrics.tally import Tally
from agent.pipeline import Pipeline
from agent.settings import Settings
from tests.examples import EXAMPLES
from tests.unit.classify.alike import REAL, alike, parsed, text_of

NOW = 1_795_323_600.0
P = ("events", 3)

EVENT: dict[str, object] = {
    "timestamp": "2026-11-22T05:00:00.123Z",
    "provider": "openai",
    "method": "POST",
    "path": "/v1/embeddings",
    "status": 200,
    "duration_seconds": 0.25,
    "request_id": "req_1",
    "model": "gpt-5",
}
EXTRA = ("model", "tenant")


class Record(NamedTuple):
    """What is read of a Kafka record."""

    value: bytes | None
    offset: int = 0
    timestamp: int = int(NOW * 1000)
    headers: Sequence[tuple[str, bytes | None]] = ()


class Plain(Reader):
    """A reader that knows no short way."""

    def layout(self, event: object) -> Layout | None:  # noqa: ARG002
        return None


def pipeline(kind: type[Reader], max_series: int = 10_000, **how: object) -> tuple[Tally, Pipeline]:
    tally = Tally(Labels({"path": 3}, extra=EXTRA), extra=EXTRA, max_series=max_series)
    return tally, Pipeline(tally, kind(EXTRA, **how))  # type: ignore[arg-type]


def numbers(batch: Batch) -> dict[tuple[str, tuple[str, ...]], list[float]]:
    return {(series.metric.name, series.labels): it for series, it in batch.delta.items()}


WORDS = st.sampled_from(
    [
        None,
        "",
        "-",
        "openai",
        "OpenAI ",
        "azure",
        "POST",
        "get",
        "x" * 3000,
        "200",
        "429",
        "ok",
        "error",
        "/a",
        "/b",
        "/c",
        "/v1/files/file-1aaaaaaaaaaaa",
        "https://api.openai.com/v1/models",
        "gpt-5",
        "client disconnected",
        '{"status": 500}',
    ]
)
NUMBERS = st.sampled_from(
    [
        0,
        1,
        -1,
        0.0,
        1.0,
        200,
        200.0,
        404,
        429,
        600,
        1e300,
        10**400,
        86400,
        86400.1,
        0.25,
        1795323600,
        1795323661,
    ]
)
TIMES = st.sampled_from(
    [
        "2026-11-22T05:00:00Z",
        "2026-11-22T05:00:59.5Z",
        "2026-11-22T05:01:00Z",
        "2026-11-22T05:01:01Z",
        "2026-11-23T05:01:00.5Z",
        "2027-01-01T00:00:00Z",
        "2026-13-22T05:00:00Z",
        "1969-12-31T23:59:59Z",
        "0001-01-01T00:00:00Z",
        "2026-11-22T05:00:00",
        "2026-11-22 05:00:00+01:00",
        "Z",
        "20261122T050000Z",
    ]
)
BODIES: st.SearchStrategy[object] = st.sampled_from(
    [
        {"statusCode": 404},
        {"statusCode": 200},
        None,
        "",
        "text",
        {},
        {"id": 1},
        {"error": {"message": "slow down", "code": "rate_limit_exceeded"}},
        '{"error": "x"}',
        [],
        {"status": "failed", "message": "gone"},
    ]
)
HEADERS: st.SearchStrategy[object] = st.sampled_from(
    [
        "",
        0,
        {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "4"},
        {"x-ratelimit-limit-requests": "x", "x-ratelimit-remaining-requests": "-1"},
        {"X-RateLimit-Limit-Tokens": 7, "x-ratelimit-remaining-requests": ["2"]},
        {
            "x-ratelimit-limit-tokens": "5",
            "x-ratelimit-reset-tokens": "3s",
            "date": "Sun, 22 Nov 2026 05:00:00 GMT",
        },
        {"ratelimit": '"api";r=9;t=20'},
        None,
        {},
        {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "3"},
        {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "2", "openai-project": "a"},
        {"x-ratelimit-limit-requests": "10", "x-ratelimit-remaining-requests": "7", "openai-project": "b"},
        {"x-ratelimit-remaining-project-tokens": "7", "x-ratelimit-remaining-tokens": "70"},
        {"anthropic-ratelimit-unified-5h-utilization": "0.42"},
        {"retry-after": "3"},
        [],
        "x",
    ]
)
VALUES = WORDS | NUMBERS | TIMES | BODIES | HEADERS | st.booleans() | st.none()
KEYS = st.sampled_from(
    [
        *EVENT,
        "tenant",
        "user",
        "body",
        "headers",
        "message",
        "error",
        "response",
        "url",
        "duration_ms",
        "ttft_ms",
        "status_code",
        "attempts",
        "response_flags",
        "statusCode",
        "time",
        "response_body",
        "grpc_status",
        "RateLimited",
        "latencies",
    ]
)


USUAL: dict[str, object] = {
    "user": "me",
    "body": None,
    "headers": {},
    "ttft_ms": 120,
    "message": "done",
    "error": None,
    "url": "https://api.openai.com/v1/models",
    "tenant": "a",
}


LIKELY: dict[str, st.SearchStrategy[object]] = {
    "timestamp": TIMES | NUMBERS | WORDS,
    "body": BODIES,
    "headers": HEADERS,
    **dict.fromkeys(("duration_seconds", "ttft_ms", "status"), NUMBERS),
}


@st.composite
def families(draw: st.DrawFn) -> list[bytes]:
    """A usual event, and others that differ from it in one place each."""
    usual = EVENT | {key: USUAL[key] for key in draw(st.sets(st.sampled_from(sorted(USUAL)), max_size=2))}
    usual["path"] = draw(st.sampled_from(["/a", "/b", "/c", "/d", "/v1/models"]))
    others = []
    for key in draw(
        st.lists(
            st.sampled_from([*usual, "timestamp", *sorted(USUAL.keys() & usual)]), min_size=3, max_size=10
        )
    ):
        other = usual | {key: draw(LIKELY.get(key, VALUES))}
        if draw(st.integers(0, 5)) == 0:
            del other[key]
            other |= {draw(KEYS): draw(VALUES)}
        others.append(other)
    return [as_value(event) for event in (usual, usual, *others)]


def as_value(event: object) -> bytes:
    return json.dumps(event).encode()


ODD: st.SearchStrategy[bytes | None] = (
    st.lists(st.sampled_from([EVENT, EVENT | {"status": 500}]), max_size=2).map(as_value)
    | st.none()
    | st.binary(max_size=20)
    | st.sampled_from(
        [
            b"null",
            b"[]",
            b'"x"',
            b"5",
            b"{}",
            as_value(list(EVENT)),
            b'{"status":200}',
            b'{"message":"{\\"status\\":200}"}',
            as_value(EVENT | {"user": "x" * 300}),
        ]
    )
)
STAMPS = st.sampled_from([-1, 0, int(NOW * 1000), int((NOW + 90) * 1000)])


@st.composite
def records(draw: st.DrawFn) -> list[Record]:
    values: list[bytes | None] = [
        value for family in draw(st.lists(families(), min_size=1, max_size=2)) for value in family
    ]
    if draw(st.integers(0, 3)) == 0:
        odd = [b"", b',{"hello":"world"}', b',{"message":"[{},{\\"status\\":429}]"}', b",5"]
        several = b"[%s%s]" % (b",".join(values[1:4]), draw(st.sampled_from(odd)))  # type: ignore[arg-type]
        values = [values[0], several, *values[4:], several]
    values += draw(st.lists(ODD, max_size=1))
    return [Record(value, offset, draw(STAMPS)) for offset, value in enumerate(values)]


HOW = st.sampled_from(
    [
        {},
        {},
        {},
        {"only": ["path != /a", "tenant exists", "user != x"]},
        {
            "fields": {
                "status": "status_code",
                "duration": {"path": "latencies", "unit": "ms"},
                "model": "tenant",
            }
        },
        {"fields": {"provider": ["tenant", "provider"], "timestamp": "time", "request_id": "user"}},
        {"unwrap": "message"},
        {"preset": "kong"},
        {"preset": "nginx"},
        {"preset": "envoy"},
        {"max_bytes": 250},
    ]
)
SERIES = st.sampled_from([900, 1000, 10_000])


@EXAMPLES
@given(records(), HOW, SERIES)
def test_the_short_way_counts_what_the_plain_way_counts(
    some: list[Record], how: dict[str, object], max_series: int
) -> None:
    (short_tally, short), (plain_tally, plain) = (
        pipeline(kind, max_series, **how) for kind in (Reader, Plain)
    )

    for _ in range(2):  # the second time what can be known is known
        one, other = (each.process(P, some, NOW) for each in (short, plain))

        assert numbers(one) == numbers(other)
        assert one[1:] == other[1:]
    assert short_tally.series_count == plain_tally.series_count
    for _ in ("lowest", "newest"):
        for by in ((), ("model", "pool")):
            shown = [each.readings.tightest(NOW, by=by) for each in (short_tally, plain_tally)]
            assert shown[0] == shown[1]
        short_tally.readings.seen("prometheus")
        plain_tally.readings.seen("prometheus")


ERROR_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Date": st.just("Sun, 22 Nov 2026 04:59:58 GMT"),
        "Retry-After": st.sampled_from(["0", "12", 7, "Sun, 22 Nov 2026 05:01:00 GMT", "soon"]),
        "Server": st.sampled_from(["kong/3.4", "nginx"]),
        "x-amzn-errortype": st.sampled_from(["ThrottlingException", "ValidationException"]),
        "x-amzn-RequestId": st.sampled_from(["one", "another"]),
        "x-request-id": st.sampled_from(["one", "another"]),
        "x-ratelimit-remaining-requests": st.sampled_from(["0", "7", "x"]),
        "x-ratelimit-reset-requests": st.just("6m0s"),
    },
)


WAIT_HEADERS = st.fixed_dictionaries(
    {},
    optional={
        "Retry-After": st.sampled_from(["0", "2", "30", "3601", "soon"]),
        "OpenAI-Project": st.sampled_from(["a", "b", ["a"], None]),
        "x-ratelimit-remaining-requests": st.sampled_from(["0", "7"]),
    },
)


@st.composite
def errors(draw: st.DrawFn) -> list[Record]:
    """Errors that are like one another but for numbers, and for what else may matter."""
    real = draw(st.sampled_from(REAL))
    fixed = {"status": real.status, "provider": draw(st.sampled_from(["openai", "-", "minimax", "gemini"]))}
    usual = EVENT | fixed | draw(st.sampled_from([{}, {}, {"level": "info"}, {"ttft_ms": 120}]))
    told = draw(st.lists(alike(text_of(real)), min_size=3, max_size=5))
    others = st.fixed_dictionaries(
        {},
        optional={
            "status": st.sampled_from([str(real.status), 200, 404, 503]),
            "path": st.sampled_from(["/a", "/b", "/c", "/d"]),
            "level": st.sampled_from(["info", "error"]),
            "timestamp": TIMES,
            "message": st.sampled_from(["done", "Error code: 429 - slow down"]),
        },
    )
    usually, bodies = draw(st.sampled_from(["body", "response_body", "none"])), [*told, *told]
    events = (
        [usual | {"headers": draw(ERROR_HEADERS)} for _ in bodies] if draw(st.booleans()) else [usual] * 6
    )
    events = [
        event | {usually: parsed(body)} | (draw(others) if draw(st.integers(0, 3)) == 0 else {})
        for event, body in zip(events, bodies, strict=False)
    ]
    return [Record(as_value(event), offset) for offset, event in enumerate(events)]


@EXAMPLES
@given(errors(), SERIES)
def test_the_short_way_counts_errors_that_differ_in_numbers_as_the_plain_way_does(
    some: list[Record], max_series: int
) -> None:
    short, plain = (pipeline(kind, max_series) for kind in (Reader, Plain))

    for _ in range(3):
        one, other = (agent.process(P, some, NOW) for _, agent in (short, plain))

        assert numbers(one) == numbers(other)
        assert one[1:] == other[1:]
    shown = [tally.readings.tightest(NOW) for tally, _ in (short, plain)]
    assert shown[0] == shown[1]


LIMITED = "Limit 30000, used {n}. Please try again in {n}ms. Request id: {n:08x}-1f4c-00{n:08x}1f."
SLOW_DOWN = {"code": "rate_limit_exceeded", "message": "slow down"}
OF_MINIMAX = {"base_resp": {"status_code": 1002, "status_msg": "rate limit"}}
WAITING = {"code": "rate_limit_exceeded", "message": LIMITED.format(n=700)}


CALLS = st.sampled_from(
    [
        ("timestamp", "headers"),
        ("timestamp", "headers", "duration_seconds"),
        ("timestamp", "headers", "pool", "body"),
        ("timestamp", "duration_seconds", "body", "ttft_ms"),
        ("duration_seconds", "body"),
        ("body", "pool"),
    ]
)
"""Keys of events that tell a wait, and of calls that may not have waited."""


@st.composite
def calls_and_waits(draw: st.DrawFn) -> list[Record]:
    """Calls within a minute or two, to a few pools. Some are told to wait, some come early."""
    is_written = draw(st.booleans())
    said: dict[str, st.SearchStrategy[object]] = {
        "timestamp": st.integers(0, 100).map(lambda half: moment(half / 2, is_written=is_written)),
        "duration_seconds": st.sampled_from([0, 0.25, 1.0, 5.5, 60]),
        "pool": st.sampled_from(["a", "b"]),
        "headers": WAIT_HEADERS,
        "body": st.sampled_from([None, {"error": SLOW_DOWN}, {"error": WAITING}]),
        "ttft_ms": st.just(120),
    }
    usual = {key: said[key] for key in draw(CALLS)}
    kinds = {"status": st.sampled_from([200, 429, 503]), "model": st.sampled_from(["gpt-5", "gpt-6"])}
    event = {key: EVENT[key] for key in ("provider", "method", "path")}
    each = st.fixed_dictionaries(kinds | usual)
    values = [as_value(event | one) for one in draw(st.lists(each, min_size=10, max_size=30))]
    if draw(st.booleans()):
        values = [b"[%s]" % b",".join(values[at : at + 2]) for at in range(0, len(values), 2)]
    ages = st.integers(0, 60).map(lambda seconds: int((NOW - seconds) * 1000))
    stamps = st.sampled_from([-1, int((NOW + 90) * 1000)]) | ages
    return [Record(value, offset, draw(stamps)) for offset, value in enumerate(values)]


def moment(seconds: float, *, is_written: bool) -> object:
    return (
        f"2026-11-22T04:{56 + int(seconds) // 60}:{seconds % 60:04.1f}Z"
        if is_written
        else NOW - 240 + seconds
    )


@EXAMPLES
@given(calls_and_waits())
def test_the_short_way_finds_who_did_not_wait_as_the_plain_way_does(some: list[Record]) -> None:
    short, plain = (Pipeline(Tally(Labels()), kind(("model", "pool"))) for kind in (Reader, Plain))

    for _ in range(3):
        one, other = (agent.process(P, some, NOW) for agent in (short, plain))

        assert numbers(one) == numbers(other)


def test_a_call_that_did_not_wait_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    _, agent = pipeline(Reader)
    told = [limited(n, headers={"retry-after": "20"}) for n in range(2)]
    called = [as_value(EVENT | {"timestamp": f"2026-11-22T05:00:0{n}Z"}) for n in (0, 5, 9)]
    agent.process(P, [Record(called[0]), *told], NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, [Record(value) for value in called], NOW)

    assert numbers(batch)["api_calls_in_cooldown_total", ("openai", "ok")] == [2]


@pytest.mark.parametrize("other", [{}, {"user": "me"}, {"body": None}, {"ttft_ms": 3.5}, {"status": "200"}])
def test_a_success_that_says_nothing_new_goes_the_short_way(
    other: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent = pipeline(Reader, max_bytes=len(as_value(EVENT | other)))
    agent.process(P, [Record(as_value(EVENT | other))], NOW)
    monkeypatch.setattr(Reader, "read", None)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(
        P, [Record(as_value(EVENT | other | {"duration_seconds": 7, "request_id": "req_2"}))], NOW
    )

    assert numbers(batch)["api_error_agent_events_total", ("events", "3")] == [1]


SEVERAL = 3
"""Records of a kind that are counted before the first that has to go the short way."""


@pytest.mark.parametrize(
    ("said", "labels"),
    [
        ({"path": "/v1/models", "status": 404}, ("openai", "POST", "/v1/models", "404")),
        ({"path": "/d", "status": 429}, ("openai", "POST", "other", "429")),
        ({"path": "/d"}, ("openai", "POST", "other", "200")),
    ],
    ids=["a known path that is not there", "an error of a folded path", "a success of a folded path"],
)
def test_what_has_its_labels_for_good_goes_the_short_way(
    said: dict[str, object], labels: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent = pipeline(Reader)
    body = {"error": SLOW_DOWN} if "status" in said else None
    records = [Record(as_value(EVENT | {"body": body} | said))] * SEVERAL
    agent.process(P, [Record(as_value(EVENT | {"path": path})) for path in ("/a", "/b", "/c")], NOW)
    agent.process(P, records, NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    found = numbers(agent.process(P, records, NOW))

    (shown,) = (it for (name, it) in found if name == "api_responses_total")
    assert shown[:4] == labels
    folded = found.get(("api_error_agent_folded_events_total", ("path",)))
    assert folded == ([SEVERAL] if "other" in labels else None)


COMBINED = {"path": "/b", "model": "gpt-6"}


@pytest.mark.parametrize(
    ("said", "counted"),
    [
        ({"status": 429, "body": {"error": SLOW_DOWN}}, "rate_limit_error"),
        ({"body": {"error": SLOW_DOWN}}, "rate_limit_error"),
        ({"provider": None, "status": 429, "body": OF_MINIMAX}, "minimax"),
        ({}, "ok"),
        ({"body": {"id": 1}, "ttft_ms": 120}, "ok"),
    ],
    ids=[
        "an error",
        "an error that no status says",
        "whose body says of whom it is",
        "a success",
        "an answer",
    ],
)
def test_what_is_known_goes_the_short_way_where_it_had_not_come_before(
    said: dict[str, object], counted: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The property tests say that it is counted rightly."""
    answer = EVENT | {"body": {"id": 1}}
    records = [Record(as_value(it)) for it in (answer, answer | COMBINED, EVENT | said)]
    (_, agent), (_, plain) = (pipeline(kind) for kind in (Reader, Plain))
    for each in (agent, plain):
        each.process(P, records, NOW)
    right = numbers(plain.process(P, [Record(as_value(EVENT | said | COMBINED))], NOW))
    monkeypatch.setattr(Reader, "read_parsed", None)

    found = numbers(agent.process(P, [Record(as_value(EVENT | said | COMBINED))], NOW))

    assert found == right
    assert any({counted, "/b", "gpt-6"} <= {*labels} for _, labels in found)


def test_an_error_that_nobody_knows_is_looked_at_where_it_had_not_come_before() -> None:
    _, agent = pipeline(Reader)
    event = EVENT | {"status": 418, "body": "Wumpus."}

    for path in ("/a", "/a", "/b"):
        agent.process(P, [Record(as_value(event | {"path": path}))], NOW)

    ((_, kept),) = agent.unclassified.newest()
    assert kept.events == 3


@pytest.mark.parametrize("path", ["/a", "/b"])
def test_an_error_on_which_the_users_have_a_rule_is_read_in_full_each_time(path: str) -> None:
    rule = {
        "when": {"provider": "openai", "message": "for number 7"},
        "type": "insufficient_balance",
        "reason": "insufficient_credits",
    }
    agent = parts_of(classify={"rules": [rule]}).pipeline
    told = [
        {"error": {"code": "rate_limit_exceeded", "message": f"slow down for number {n}"}} for n in (5, 7)
    ]
    before, after = (EVENT | {"status": 429, "body": body} for body in told)
    agent.process(P, [Record(as_value(before | {"path": "/a"}))] * SEVERAL, NOW)

    batch = agent.process(P, [Record(as_value(after | {"path": path}))], NOW)

    assert any("insufficient_balance" in labels for _, labels in numbers(batch))


def test_a_404_of_a_path_that_is_met_later_is_counted_under_it_from_then_on() -> None:
    _, agent = pipeline(Reader)
    lost = [Record(as_value(EVENT | {"path": "/our/own", "status": 404, "body": {"error": SLOW_DOWN}}))]
    paths = []
    for records in (lost * SEVERAL, [Record(as_value(EVENT | {"path": "/our/own"}))], lost):
        found = numbers(agent.process(P, records, NOW))
        paths += [labels[2] for name, labels in found if name == "api_responses_total"]

    assert paths == ["other", "/our/own", "/our/own"]


def test_an_error_that_no_status_says_is_counted_as_one_beside_successes_that_say_the_same() -> None:
    _, agent = pipeline(Reader)
    bodies = [{"error": SLOW_DOWN}, {"error": SLOW_DOWN}, {"id": 1}, {"error": SLOW_DOWN}, {"id": 2}]

    found = numbers(agent.process(P, [Record(as_value(EVENT | {"body": body})) for body in bodies * 2], NOW))

    counted = {labels[4]: it[0] for (name, labels), it in found.items() if name == "api_responses_total"}
    assert counted["ok"] == 4
    assert counted["rate_limit_error"] == 6


def test_a_time_that_lies_ahead_of_the_clock_is_a_bad_field_though_its_like_was_seen() -> None:
    _, agent = pipeline(Reader)
    agent.process(P, [Record(as_value(EVENT))] * SEVERAL, NOW)

    batch = agent.process(P, [Record(as_value(EVENT | {"timestamp": "2026-11-22T05:01:00.5Z"}))], NOW)

    assert numbers(batch)["api_error_agent_invalid_fields_total", ("timestamp",)] == [1]


ENDING = {"fields": {"ending": "grpc_status"}}


@pytest.mark.parametrize(
    ("said", "how"),
    [
        ({"attempts": [504, 502]}, {}),
        ({"duration_seconds": -1}, {}),
        ({"timestamp": "soon"}, {}),
        ({"request_id": 7}, {}),
        ({"grpc_status": "CANCELLED"}, ENDING),
        ({"status": None, "grpc_status": "CANCELLED"}, ENDING),
        ({"status": None, "body": {"statusCode": 404}}, {}),
        ({"status": "completed", "body": {"statusCode": 404}}, {}),
        ({"status": None, "body": {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}}, {}),
        ({"message": json.dumps(EVENT | {"status": 500})}, {"unwrap": "message"}),
        ({"path": "/healthz"}, {"only": ["path != /healthz"]}),
        ({"sampled": True}, {"only": ["sampled != 1"]}),
        ({"provider": None, "body": {"error": {"type": "overloaded_error", "message": "x"}}}, {}),
    ],
    ids=str,
)
def test_what_the_short_way_does_not_know_is_counted_each_time(
    said: dict[str, object], how: dict[str, object]
) -> None:
    usual = EVENT | {key: EVENT.get(key) for key in said}  # with the same keys
    told = (EVENT | said, EVENT | said, EVENT, EVENT | said, usual, usual, EVENT | said)
    records = [Record(as_value(it)) for it in told]

    short, plain = (
        Pipeline(Tally(Labels()), kind(**how)).process(P, records, NOW)  # type: ignore[arg-type]
        for kind in (Reader, Plain)
    )

    assert numbers(short) == numbers(plain)


def test_values_that_python_takes_for_equal_are_told_apart() -> None:
    records = [Record(as_value(EVENT | {"sampled": value})) for value in (1, 1, True, 1.0, 1)]

    short, plain = (
        Pipeline(Tally(Labels()), kind(only=["sampled == 1"])).process(P, records, NOW)
        for kind in (Reader, Plain)
    )

    assert numbers(short) == numbers(plain)


def test_after_an_error_under_the_same_words_a_success_goes_the_short_way(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    _, agent = pipeline(Reader)
    answer, failure = (Record(as_value(EVENT | {"body": body})) for body in ({"id": 1}, {"error": SLOW_DOWN}))
    agent.process(P, [answer, answer, failure, failure], NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    found = numbers(agent.process(P, [answer, failure], NOW))

    assert sum(it[0] for (name, _), it in found.items() if name == "api_responses_total") == 2


def test_an_error_under_a_status_of_successes_takes_no_series_of_a_success() -> None:
    tallies = []
    for kind in (Reader, Plain):
        tally, agent = pipeline(kind)
        for body in (None, {"error": SLOW_DOWN}, {"error": SLOW_DOWN}):
            path = "/b" if body else "/a"
            agent.process(P, [Record(as_value(EVENT | {"path": path, "body": body}))], NOW)
        tallies.append(tally.series_count)

    assert tallies[0] == tallies[1]


@pytest.mark.parametrize("more", [0, 1])
def test_a_list_holds_as_many_events_as_it_may_and_no_more(
    more: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(counting, "MOST_EVENTS", 5)
    _, agent = pipeline(Reader)
    agent.process(P, [Record(as_value(EVENT))], NOW)
    looked_at: list[object] = []

    def look(_: Reader, values: list[object], _headers: object) -> list[object]:
        looked_at.extend(values)
        return []

    monkeypatch.setattr(Reader, "read_parsed", look)

    agent.process(P, [Record(as_value([EVENT] * (5 + more)))], NOW)

    assert len(looked_at) == more


def test_of_events_with_as_many_keys_each_kind_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    _, agent = pipeline(Reader)
    without_model = {key: value for key, value in EVENT.items() if key != "model"}
    records = [Record(as_value(without_model | {key: "me"})) for key in ("user", "tenant", "team")]
    agent.process(P, records, NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, records, NOW)

    assert numbers(batch)["api_error_agent_events_total", ("events", "3")] == [3]


# --- how much is remembered ---------------------------------------------------------------------------


MOST_REMEMBERED = 40
"""Events that say something of their own, for which there is room in these tests."""

MOST_ERRORS = 8
"""The same of errors, of which more is kept."""


@pytest.fixture
def little_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "_MOST_BYTES", MOST_REMEMBERED * combinations._OF_WORDS)


def sayings(key: str, length: int = 1, **other: object) -> list[Record]:
    """Events that say some things of their own in few or in many words, with other keys in between."""
    words = [f"{chr(97 + n // 20)}{chr(97 + n % 20)}" * length for n in range(400)]
    return [
        Record(as_value(EVENT | other | {key: word} | ({"user": "me"} if n % 50 == 0 else {})))
        for n, word in enumerate(words)
    ]


@pytest.mark.usefixtures("little_room")
@pytest.mark.parametrize("length", [1, 1000])
@pytest.mark.parametrize(
    ("other", "most"),
    [({}, MOST_REMEMBERED), ({"status": 429, "body": {"error": SLOW_DOWN}}, MOST_ERRORS)],
    ids=["ok", "error"],
)
def test_what_events_say_is_remembered_within_a_bound(
    other: dict[str, object], most: int, length: int
) -> None:
    _, agent = pipeline(Reader)

    for at, record in enumerate(sayings("model", length, **other)):
        agent.process(P, [record], NOW)
        known = [it for it in agent._fast._known.values() if it]
        assert sum(len(it._kept) for it in known) <= most, at
        assert len(agent._fast._room._words) <= 10 + MOST_REMEMBERED


@pytest.mark.usefixtures("little_room")
def test_errors_beside_successes_take_room_of_their_own() -> None:
    _, agent = pipeline(Reader)
    answers, failures = (
        sayings("model", body=body)[: MOST_REMEMBERED // 2] for body in ({"id": 1}, {"error": SLOW_DOWN})
    )

    most = 0
    for record in (*answers, *failures):
        agent.process(P, [record], NOW)
        known = [it for it in agent._fast._known.values() if it]
        most = max(most, sum(like is not None for it in known for _, like in it._kept.values()))

    assert 1 < most <= MOST_ERRORS


CODES = (
    *("rate_limit_exceeded", "insufficient_quota", "invalid_api_key", "model_not_found"),
    *("context_length_exceeded", "content_filter", "server_error", "timeout", "unsupported_parameter"),
    *("billing_hard_limit_reached", "invalid_image", "unsupported_country_region_territory"),
)


@pytest.mark.parametrize(("more", "most"), [(0, 0), (1500, 7)])
def test_what_is_full_takes_no_more_meanings(more: int, most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(combinations, "_MOST_BYTES", combinations._OF_WORDS + combinations._OF_LIKE + more)
    _, agent = pipeline(Reader)
    bodies = [{"error": {"code": code, "message": "no"}} for code in CODES]
    records = [Record(as_value(EVENT | {"status": 429, "body": body})) for body in bodies]

    for batch in (agent.process(P, records, NOW) for _ in range(3)):
        counted = sum(it[0] for (name, _), it in numbers(batch).items() if name == "api_responses_total")
        kept = [like for it in agent._fast._known.values() if it for _, like in it._kept.values() if like]
        assert counted == len(CODES)
        assert sum(len(like.seen) for like in kept) <= most


@pytest.mark.usefixtures("little_room")
def test_after_all_was_forgotten_what_comes_again_is_remembered_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    _, agent = pipeline(Reader)
    agent.process(P, sayings("model"), NOW)
    again = [Record(as_value(EVENT | {"model": model})) for model in ("gpt-5", "gpt-6", "gpt-7")]
    agent.process(P, again, NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, again, NOW)

    assert numbers(batch)["api_error_agent_events_total", ("events", "3")] == [3]


def test_layouts_without_end_are_remembered_within_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counting, "_MOST_LAYOUTS", 10)
    _, agent = pipeline(Reader)

    for number in range(50):
        agent.process(P, [Record(as_value(EVENT | {f"key_{number}": 1}))], NOW)
        assert len(agent._fast._known) <= 10


def limited(number: int, **other: object) -> Record:
    body = {"error": {"code": "rate_limit_exceeded", "message": LIMITED.format(n=number)}}
    return Record(as_value(EVENT | {"status": 429, "body": body} | other), number)


@pytest.mark.parametrize("other", [{}, {"headers": {"server": "kong", "x-ratelimit-limit-requests": "9"}}])
def test_an_error_with_other_ids_and_numbers_goes_the_short_way_and_keeps_its_own_wait(
    other: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent = pipeline(Reader)
    agent.process(P, [limited(number, **other) for number in (710, 811)], NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, [limited(923, **other)], NOW)

    waits = numbers(batch)["api_retry_after_seconds", ("openai", "rate_limit_error")]
    assert waits[-1] == 0.923


@pytest.mark.parametrize("status", [400, 401, 403, 429, 499, 500, 529, 599])
def test_an_error_goes_the_short_way_from_the_first_status_of_errors_on(
    status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, agent = pipeline(Reader)
    agent.process(P, [limited(number, status=status) for number in (710, 811)], NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, [limited(923, status=status)], NOW)

    assert numbers(batch)["api_error_agent_events_total", ("events", "3")] == [1]


def test_an_error_whose_body_tells_of_a_limit_goes_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    tally, agent = pipeline(Reader)
    left = {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1795330000000"}
    told = {"code": 429, "message": "Rate limit exceeded: free-models-per-day", "metadata": {"headers": left}}
    event = EVENT | {"provider": "openrouter", "status": 429, "body": {"error": told}}
    agent.process(P, [Record(as_value(event))], NOW)
    before = tally.readings.tightest(NOW + 1)
    monkeypatch.setattr(Reader, "read_parsed", None)

    agent.process(P, [Record(as_value(event | {"timestamp": "2026-11-22T05:00:01Z"}))], NOW)

    assert before
    assert tally.readings.tightest(NOW + 1) != before


def test_an_error_that_has_no_body_is_what_its_log_line_says() -> None:
    _, agent = pipeline(Reader)
    told = ("RateLimitError: slow down", "RateLimitError: slow down", "APITimeoutError: Request timed out.")
    lines = [EVENT | {"status": 500, "level": "info", "exception": text} for text in told]

    batch = agent.process(P, [Record(as_value(line), offset) for offset, line in enumerate(lines)], NOW)

    kinds = {
        labels[4]: it[0] for (name, labels), it in numbers(batch).items() if name == "api_responses_total"
    }
    assert kinds == {"rate_limit_error": 2, "timeout_error": 1}


LONG = "{:065536}"
MOST_TRACED = 100 << 20  # bytes, of the 131 MB that were said


@pytest.fixture
def no_collector() -> Iterator[None]:
    """Nobody looks for what hangs in a circle: an agent looks through its old objects seldom."""
    gc.disable()
    yield
    gc.enable()


@pytest.mark.usefixtures("no_collector")
@pytest.mark.parametrize("key", ["path", "model", "status", "body", LONG, "headers"])
def test_long_words_that_never_come_again_are_not_all_remembered(key: str) -> None:
    _, agent = pipeline(Reader)
    tracemalloc.start()
    for number in range(2000):
        word = LONG.format(number)
        told = {key.format(number): {word: "7"} if key == "headers" else word}
        agent.process(P, [Record(as_value(EVENT | told))], NOW)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert used < MOST_TRACED


@pytest.mark.usefixtures("no_collector")
def test_what_is_forgotten_of_events_with_other_keys_takes_no_more_room() -> None:
    _, agent = pipeline(Reader)
    tracemalloc.start()
    for shape in range(20):
        keys = {f"key_{number}": "" for number in range(shape)}
        for number in range(140):
            word = LONG.format(140 * shape + number)
            agent.process(P, [Record(as_value(EVENT | keys | {"model": word}))], NOW)
    used, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert used < MOST_TRACED


def test_events_with_as_many_keys_are_told_apart_by_them() -> None:
    _, agent = pipeline(Reader)
    untimed = {key: value for key, value in EVENT.items() if key != "duration_seconds"} | {"error_body": None}
    agent.process(P, [Record(as_value(untimed))], NOW)

    batch = agent.process(P, [Record(as_value(EVENT))], NOW)

    observed = [it for (name, _), it in numbers(batch).items() if name == "api_response_duration_seconds"]
    assert [(sum(buckets), seconds) for (*buckets, seconds) in observed] == [(1, 0.25)]


def test_events_in_a_list_go_the_short_way(monkeypatch: pytest.MonkeyPatch) -> None:
    _, agent = pipeline(Reader)
    agent.process(P, [Record(as_value([EVENT]))], NOW)
    monkeypatch.setattr(Reader, "read_parsed", None)

    batch = agent.process(P, [Record(as_value([EVENT, EVENT]))], NOW)

    assert numbers(batch)["api_error_agent_events_total", ("events", "3")] == [2]


def test_what_is_no_event_is_told_by_its_place_in_the_whole_record() -> None:
    _, agent = pipeline(Reader)
    two = {"message": json.dumps([EVENT, EVENT])}

    batch = agent.process(P, [Record(as_value([EVENT, two, {"hello": "world"}]))], NOW)

    assert [(it.place, it.reason) for it in batch.invalid] == [(3, "no_status")]


def parts_of(**sections: object) -> Parts:
    return assemble(Settings.model_validate(sections))


def test_a_rule_of_ones_own_on_a_success_sees_every_body() -> None:
    when = {"status": 200, "message": "over your plan"}
    rule = {"when": when, "type": "insufficient_balance", "reason": "insufficient_credits"}
    agent = parts_of(classify={"rules": [rule]}).pipeline
    agent.process(P, [Record(as_value(EVENT | {"body": {"message": "done"}}))], NOW)

    batch = agent.process(P, [Record(as_value(EVENT | {"body": {"message": "You are over your plan"}}))], NOW)

    assert any("insufficient_balance" in labels for _, labels in numbers(batch))


def test_an_exemplar_is_of_the_newest_success() -> None:
    parts = parts_of(metrics={"exemplars": "request_id"})

    for id_ in ("req_1", "req_2"):
        parts.pipeline.process(P, [Record(as_value(EVENT | {"request_id": id_}))], NOW)

    assert parts.exemplars is not None
    (kept,) = parts.exemplars.newest().values()
    assert [exemplar.id for exemplar in kept.values()] == ["req_2"]


def test_a_status_that_only_a_body_says_is_read_in_each_body() -> None:
    _, agent = pipeline(Reader)
    bodies = [{"statusCode": status} for status in (200, 200, 404, 404)]

    batch = agent.process(
        P, [Record(as_value(EVENT | {"status": "completed", "body": it})) for it in bodies], NOW
    )

    shown = {
        labels[3]: it[0] for (name, labels), it in numbers(batch).items() if name == "api_responses_total"
    }
    assert shown == {"200": 2, "404": 2}


def calls(work: Callable[[], object]) -> int:
    """How many functions are called, those of C too."""
    found: list[str] = []
    sys.setprofile(lambda _frame, event, _argument: found.append(event) if event.endswith("call") else None)
    try:
        work()
    finally:
        sys.setprofile(None)
    return len(found)


FULL = {"max_series": 900}
"""A budget that is used up by what the test counts first."""


@pytest.mark.parametrize(
    ("other", "how", "most"),
    [
        ({}, {}, 11),  # one of them for the extra labels: their counter stands beside the histogram
        ({"user": "me", "body": None, "headers": {}, "ttft_ms": 3.5}, {}, 17),
        ({"model": "gpt-6"}, FULL, 16),
        (
            {"status": 429, "body": {"error": {"code": "rate_limit_exceeded", "message": "slow down"}}},
            {},
            500,
        ),
    ],
    ids=["success", "success with more keys", "folded success", "error"],
)
def test_an_event_whose_like_was_seen_takes_few_calls(
    other: dict[str, object], how: dict[str, int], most: int
) -> None:
    """Calls, not time: they are the same on every machine."""
    _, agent = pipeline(Reader, **how)
    paths = [Record(as_value(EVENT | {"path": f"/{letter}/{n}"})) for n in range(9) for letter in "abcdefgh"]
    records = [Record(as_value(EVENT | other | {"request_id": f"req_{n}"}), n) for n in range(200)]
    for some in (paths, records):
        agent.process(P, some, NOW)

    empty = calls(lambda: agent.process(P, records[:1], NOW))
    found = calls(lambda: agent.process(P, records, NOW))

    assert (found - empty) / (len(records) - 1) <= most
