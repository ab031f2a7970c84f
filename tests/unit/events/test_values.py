"""What the values in an event may look like, as those write them who send it."""

import json

import pytest

from agent.events import ApiResponse, Event, Extractor, paths, rules, times
from agent.events.applog import error_in, failure_in, status_in
from agent.events.grpc import ending as grpc_ending
from agent.events.hosts import host_of, provider_at, provider_named
from agent.events.leaving import closed_request
from agent.events.response import Ending
from agent.events.tolerant import DEEPEST
from agent.events.tolerant import read as read_tolerantly
from agent.events.tracing import TRACE_ID
from tests.unit.events.samples import sample

AT = 1_795_323_600.0  # 2026-11-22T05:00:00Z


def extract(**fields: object) -> Event:
    return Extractor().extract({"status": 200} | fields)


def response(**fields: object) -> ApiResponse:
    return extract(**fields).response


@pytest.mark.parametrize(
    ("units", "seconds"),
    [
        (("ns", "nanos", "nanosecond", "nanoseconds"), 2e-9),
        (("us", "µs", "μs", "micros", "microsecond", "microseconds"), 2e-6),
        (("ms", "msec", "msecs", "millis", "millisecond", "milliseconds"), 2e-3),
        (("s", "sec", "secs", "second", "seconds"), 2),
        (("m", "min", "mins", "minute", "minutes"), 120),
        (("h", "hr", "hour", "hours"), 7200),
        (("d", "day", "days"), 172_800),
    ],
    ids=lambda it: it[0] if isinstance(it, tuple) else str(it),
)
def test_each_word_for_a_unit_is_known(units: tuple[str, ...], seconds: float) -> None:
    assert {unit: times.seconds(f"2 {unit}") for unit in units} == dict.fromkeys(
        units, pytest.approx(seconds)
    )


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("1m2.5s", 62.5),
        ("P1DT2H3M4.5S", 93_784.5),
        ("PT0.5S", 0.5),
        ("00:00:01.25", 1.25),
        ("01:02:03", 3723),
        ("2.00:00:01", 172_801),
        ("P", None),
        ("PT", None),
        ("", None),
        ("7", None),
        ("7 parsecs", None),
        (" " * 63 + "1s", None),
        (" " * 62 + "1s", 1),
    ],
)
def test_a_duration_in_a_text_has_a_unit_of_its_own(word: str, seconds: float | None) -> None:
    assert times.seconds(word) == seconds


@pytest.mark.parametrize(
    "word",
    [
        "2026-11-22T05:00:00Z",
        "2026-11-22T05:00:00.000000000Z",
        "2026-11-22 05:00:00 UTC",
        "2026-11-22 05:00:00 GMT",
        "2026-11-22 05:00:00,000",
        "2026-11-22T07:00:00+0200",
        "2026-11-22T07:00:00 +02:00",
        "2026-11-22 05:00:00",
        "[22/Nov/2026:05:00:00 +0000]",
        "22/Nov/2026:05:00:00",
        "22/Nov/2026:05:00:00.000 +0000",
        "2026/11/22 05:00:00",
        "Sun, 22 Nov 2026 05:00:00 GMT",
        1_795_323_600,
        "1795323600",
        1_795_323_600_000,
        1_795_323_600_000_000,
        1_795_323_600_000_000_000,
    ],
)
def test_an_instant_is_understood_in_every_usual_form(word: object) -> None:
    assert rules.timestamp(word) == AT


@pytest.mark.parametrize(
    "word", ["yesterday", "", 0, -1, 4_102_444_801, "x" * 65, True, "2026-11-22T05:00:00Z" * 9]
)
def test_what_is_no_instant_is_a_bad_field(word: object) -> None:
    assert [it.value for it in extract(timestamp=word).bad_fields] == ["timestamp"]


@pytest.mark.parametrize(
    ("unit", "factor"), [("s", 1), ("ms", 1000), ("us", 1_000_000), ("ns", 1_000_000_000)]
)
def test_a_number_is_in_the_unit_that_the_settings_say(unit: str, factor: int) -> None:
    assert rules.duration_in(unit)(2 * factor) == 2
    assert rules.duration_in(unit)("2s") == 2
    assert rules.timestamp_in(unit)(AT * factor) == AT
    assert rules.timestamp_in(unit)("2026-11-22T05:00:00Z") == AT


@pytest.mark.parametrize("wrong", [-0.001, 86_401, "soon", "inf", "nan", True, [1], "1_0", "\u0661"])
def test_what_is_no_duration_is_a_bad_field_and_the_event_counts(wrong: object) -> None:
    event = extract(duration_seconds=wrong)

    assert [it.value for it in event.bad_fields] == ["duration"]
    assert (event.response.duration, event.response.status) == (None, 200)


@pytest.mark.parametrize(("value", "expected"), [(0, 0), (86_400, 86_400), ("0.5", 0.5), ("250ms", 0.25)])
def test_a_duration_is_between_nothing_and_a_day(value: object, expected: float) -> None:
    assert response(duration_seconds=value).duration == expected


@pytest.mark.parametrize("right", [100, 599, "429", " 429 ", 429.0])
def test_a_status_has_three_digits_however_it_is_written(right: float | str) -> None:
    assert rules.status(right) == int(float(right))


@pytest.mark.parametrize(
    "wrong", [99, 600, 429.5, "42", "4290", "\u0664\u0662\u0669", "4 9", True, None, [], 10**400]
)
def test_what_is_no_status_is_refused(wrong: object) -> None:
    assert [it.value for it in extract(status=wrong).bad_fields] == (["status"] if wrong is not None else [])


@pytest.mark.parametrize(
    ("word", "path"),
    [
        ("/v1/x", "/v1/x"),
        ("https://api.openai.com/v1/x://y", "/v1/x://y"),
        ("http://api.openai.com", "/"),
        ("POST /v1/x HTTP/1.1", "/v1/x"),
        ("GET https://api.openai.com/v1/x HTTP/1.1", "/v1/x"),
    ],
)
def test_a_path_is_also_that_of_an_address_or_a_request_line(word: str, path: str) -> None:
    assert response(path=word).path == path


@pytest.mark.parametrize(
    ("word", "method"), [(" post ", "POST"), ("Get /x HTTP/1.1", "GET"), ("G3T", "unknown")]
)
def test_a_method_is_a_word_or_the_first_of_a_request_line(word: str, method: str) -> None:
    assert response(method=word).method == method


@pytest.mark.parametrize(
    ("number", "seconds"), [(1, 1), (4_102_444_800, 4_102_444_800), (1e11, 1e8), (1e14, 1e8), (1e17, 1e8)]
)
def test_the_size_of_an_instant_tells_its_unit(number: float, seconds: float) -> None:
    assert rules.timestamp(number) == seconds


@pytest.mark.parametrize(
    ("fields", "bad"),
    [
        ({"attempts": {}}, ["attempts"]),
        ({"attempts": 5}, ["attempts"]),
        ({"attempts": [429, "x"]}, ["attempts"]),
        ({"headers": 5}, ["headers"]),
        ({"headers": [[5, "x"], ["a", None], ["b"]]}, []),
        ({"status": float("inf")}, ["status"]),
        ({"request_id": 1.5}, ["request_id"]),
        ({"request_id": ""}, ["request_id"]),
        ({"provider": "x" * 2049}, ["provider"]),
        ({"url": {"full": 5}, "host": ["a"]}, []),
    ],
)
def test_what_a_field_cannot_be_is_counted_and_the_event_goes_on(
    fields: dict[str, object], bad: list[str]
) -> None:
    event = extract(**fields)

    assert [it.value for it in event.bad_fields] == bad
    assert (event.response.headers, event.response.attempts) == ({}, ())


def test_texts_have_an_end() -> None:
    assert response(path="/" + "x" * 2047).path == "/" + "x" * 2047
    assert [it.value for it in extract(path="/" + "x" * 2048).bad_fields] == ["path"]


@pytest.mark.parametrize(
    "written",
    [
        {"Retry-After": 7, "X": ["1", "2"]},
        [["Retry-After", "7"], ["x", "1"], ["X", "2"]],
        [{"name": "Retry-After", "value": "7"}, {"name": "X", "values": ["1", "2"]}],
        [{"key": "Retry-After", "value": "7"}, {"key": "X", "value": "1"}, "rest", ["x"]],
    ],
)
def test_headers_are_an_object_or_a_list_and_of_a_repeated_one_the_first_counts(written: object) -> None:
    assert response(headers=written).headers == {"retry-after": "7", "x": "1"}


@pytest.mark.parametrize(
    "address",
    [
        "https://user:secret@API.openai.com:443/v1/x?to=https://a.b/@c:1",
        "api.openai.com:443",
        "api.openai.com/v1:batch",
        "api.openai.com?x=/y",
        " api.openai.com ",
        "me@you@api.openai.com",
    ],
)
def test_a_host_is_found_in_an_address(address: str) -> None:
    assert host_of(address) == "api.openai.com"


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("api.groq.com", "groq"),
        ("api.deepseek.com", "deepseek"),
        ("api.together.xyz", "together"),
        ("api.together.ai", "together"),
        ("api.replicate.com", "replicate"),
        ("router.huggingface.co", "huggingface"),
        ("api.moonshot.cn", "moonshot"),
        ("api.moonshot.ai", "moonshot"),
        ("api.voyageai.com", "voyage"),
        ("api.githubcopilot.com", "github-copilot"),
        ("notgroq.com", None),
    ],
)
def test_providers_without_a_dialect_are_known_by_their_host(host: str, provider: str | None) -> None:
    assert provider_at(host) == provider


@pytest.mark.parametrize(
    ("name", "provider"),
    [
        ("azure-openai", "azure"),
        ("my_bedrock_claude", "bedrock"),
        ("aws-anthropic", "bedrock"),
        ("vertex-gemini", "vertex"),
        ("vertexai", "vertex"),
        ("openrouter/openai", "openrouter"),
        ("aimlapi-claude", "aimlapi"),
        ("pipellm.openai", "pipellm"),
        ("google-gemini", "gemini"),
        ("gcp-claude", "vertex"),
        ("google", "gemini"),
        ("claude", "anthropic"),
        ("GROK-4", "xai"),
        ("aliyun", "dashscope"),
        ("qwen3", "dashscope"),
        ("ai/qwen-backend", "dashscope"),
        ("backend-7", None),
    ],
)
def test_a_provider_is_known_by_a_word_of_a_backends_name(name: str, provider: str | None) -> None:
    assert provider_named(name) == provider


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        *((name, "vertex") for name in ("vertex_ai", "vertex_ai_beta")),
        *((name, "azure") for name in ("azure_ai", "azure_text")),
        ("bedrock_converse", "bedrock"),
        ("text-completion-openai", "openai"),
        ("cohere_chat", "cohere"),
        ("together_ai", "together"),
        ("fireworks_ai", "fireworks"),
        ("nvidia_nim", "nvidia"),
        ("aiml", "aimlapi"),
        ("zai", "zhipu"),
        ("github", "github-models"),
        ("github_copilot", "github-copilot"),
    ],
)
def test_litellms_names_are_told_as_ours(theirs: str, ours: str) -> None:
    record = sample("litellm") | {"custom_llm_provider": theirs}

    assert Extractor((), "litellm").extract(record).response.provider == ours


@pytest.mark.parametrize(
    "said",
    [
        "CancelledError",
        "asyncio.CancelledError: ",
        "APIUserAbortError: Request was aborted.",
        "ERR_CANCELED",
        "ClientDisconnect()",
        "java.io.ClientAbortException: broken pipe",
        "System.OperationCanceledException: done",
        "context canceled",
        "rpc error: code = Canceled",
        "the request was cancelled",
        "client disconnected",
        "user has aborted the call",
        "canceled",
        "aborted by the user",
        *({name: "ClientDisconnect"} for name in ("type", "name", "code", "class", "message", "msg")),
        *({name: "ClientDisconnect"} for name in ("exc_type", "exc_value", "Type", "Message")),
        ["client disconnected"],
        "Traceback (most recent call last):\n  File x\nValueError: a\nasyncio.CancelledError\n",
    ],
    ids=str,
)
def test_a_caller_who_left_is_told_from_what_was_raised(said: object) -> None:
    assert closed_request(said) == 499


@pytest.mark.parametrize(
    "said",
    [
        "context canceled: deadline exceeded",
        "request timed out and was cancelled by the client: client disconnected",
        "the subscription is cancelled",
        "Traceback (most recent call last):\n  File x\nCancelledError: a\nValueError: b\n",
        {"other": "ClientDisconnect"},
        [],
        7,
        None,
    ],
    ids=str,
)
def test_other_endings_are_not_the_callers(said: object) -> None:
    assert closed_request(said) is None


RAISED = {"exc_type": "RateLimitError", "exc_value": "Error code: 429 - slow down"}


@pytest.mark.parametrize("name", ["exception", "exc_info", "exc_text", "stack_trace", "@x", "Exception"])
def test_an_exception_is_found_under_the_names_of_each_library(name: str) -> None:
    text = "RateLimitError: Error code: 429 - slow down"

    for value in (text, [RAISED], RAISED, ["RateLimitError:", "Error code: 429", "-", "left out"]):
        assert str(failure_in({name: value, "level": "info"})).startswith("RateLimitError: Error code: 429")
        assert str(error_in({name: value})).startswith("RateLimitError: Error code: 429")
        assert status_in(value) == 429


@pytest.mark.parametrize("name", ["error", "err"])
def test_an_event_that_names_an_error_is_one_whatever_its_level(name: str) -> None:
    event = {name: "slow down", "level": "info"}

    assert failure_in(event) == event
    assert error_in(event) == event


@pytest.mark.parametrize("name", ["level", "levelname", "severity", "log_level", "loglevel", "@l"])
@pytest.mark.parametrize(
    "level", ["TRACE", "debug", "info", "information", "notice", "verbose", "warn", "warning", 10, 49, 1]
)
def test_a_line_below_error_is_no_failure(name: str, level: object) -> None:
    assert failure_in({name: level, "message": "slow down"}) is None


@pytest.mark.parametrize("level", ["error", "critical", 50, 0, -1, None, [], "loud"])
def test_other_lines_may_be_a_failure(level: object) -> None:
    event = {"level": level, "message": "slow down"}

    assert failure_in(event) == event


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Error code: 429 - {'error': 1}", 429),
        ("429 Too Many Requests", 429),
        ("openai.RateLimitError: 429 slow down", 429),
        ("got HTTP 503", 503),
        ("HTTP/1.1 502 Bad Gateway", 502),
        ("status_code=401", 401),
        ("status 200", None),
        ("waited 429 ms", None),
        ("x" * 395 + " status 429", None),
        ("", None),
    ],
)
def test_a_status_is_found_in_what_an_exception_says(text: str, status: int | None) -> None:
    assert status_in(text) == status


GRPC = """
0 OK -
1 CANCELLED client_closed
2 UNKNOWN failed
3 INVALID_ARGUMENT invalid_request
4 DEADLINE_EXCEEDED upstream_timeout
5 NOT_FOUND no_route
6 ALREADY_EXISTS invalid_request
7 PERMISSION_DENIED permission_denied
8 RESOURCE_EXHAUSTED rate_limited
9 FAILED_PRECONDITION invalid_request
10 ABORTED failed
11 OUT_OF_RANGE invalid_request
12 UNIMPLEMENTED no_route
13 INTERNAL failed
14 UNAVAILABLE unavailable
15 DATA_LOSS failed
16 UNAUTHENTICATED unauthenticated
"""


@pytest.mark.parametrize(("number", "word", "ending"), [line.split() for line in GRPC.strip().splitlines()])
def test_a_grpc_status_says_how_a_call_ended(number: str, word: str, ending: str) -> None:
    expected = None if ending == "-" else Ending(ending)
    spellings = (number, int(number), word, word.title().replace("_", ""))

    assert [grpc_ending(it) for it in spellings] == [expected] * 4


def test_a_grpc_word_may_have_one_l() -> None:
    assert grpc_ending("Canceled") is Ending.CLIENT_CLOSED
    assert grpc_ending("17") is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{'a': None, 'b': True, 'c': False}", {"a": None, "b": True, "c": False}),
        ('{"a": null, "b": true, "c": false}', {"a": None, "b": True, "c": False}),
        ('{"a": 1 "b": 2.5, c: word}', {"a": 1, "b": 2.5, "c": "word"}),
        ('{"a": {"b": ["x", "y', {"a": {"b": ["x", "y"]}}),
        (r'{"a": "\n\t\r\b\f\"\\ \u00e9 \q"}', {"a": '\n\t\r\b\f"\\ é q'}),
        ("{`a`: u'b', b'c': r\"d\"}", {"a": "b", "c": "d"}),
        ("{'a': ''}", {"a": ""}),
        ("{1: 2, 3: (4, 5)}", {"1": 2, "3": [4, 5]}),
        ("{{'a': 1}: 2}", {"": {"a": 1}}),
        ("[1, 2] {'a': 1}", [1, 2]),
        ("[1]] 7", [1]),
        (f"[{'9' * 30}]", [int("9" * 18)]),
        ("word {'a': 1}", None),
        ("", None),
    ],
)
def test_what_is_almost_json_is_read(text: str, expected: object) -> None:
    assert json.dumps(read_tolerantly(text)) == json.dumps(expected)


def test_a_hostile_depth_ends_the_reading() -> None:
    depth = str(read_tolerantly("[" * 500)).count("[")

    assert depth == DEEPEST == 64


@pytest.mark.parametrize(
    ("escape", "meant"),
    [
        *(("n", "\n"), ("t", "\t"), ("r", "\r"), ("b", "\b"), ("f", "\f"), ("/", "/"), ("\\", "\\")),
        *(("u0041", "A"), ("u20ac", "\u20ac"), ("uD7FF", "\ud7ff"), ("u12", "u12")),
    ],
)
def test_an_escape_in_a_text_is_undone(escape: str, meant: str) -> None:
    assert read_tolerantly(f'{{"a": "<\\{escape}>"}}') == {"a": f"<{meant}>"}


TRACE = "0af7651916cd43dd8448eb211c80319c"


@pytest.mark.parametrize(
    "place",
    [
        *("trace_id", "traceId", "traceID", "TraceId", "trace.id", '"trace.id"', "otelTraceID"),
        *('"otel.trace_id"', '"dd.trace_id"', "dd.trace_id", "x_trace_id", '"x-trace-id"'),
        *("traceparent", "headers.traceparent", "request_headers.traceparent", "request.headers.traceparent"),
        *('"x-b3-traceid"', 'headers."x-b3-traceid"', 'request_headers."x-b3-traceid"'),
        *("context.trace_id", "span_context.trace_id", "attributes.trace_id", "resource.trace_id"),
    ],
)
def test_the_id_of_a_trace_is_found_in_each_place_where_it_is_written(place: str) -> None:
    event: object = TRACE
    for key in reversed(paths.parsed(place)):
        event = {key: event}
    assert isinstance(event, dict)

    assert Extractor((TRACE_ID,)).extract(event).response.attributes == {TRACE_ID: TRACE}
