"""The edges of what is read: the deepest, the longest, the first of several, and what is none."""

import gzip
import json
from collections.abc import Mapping, Sequence
from typing import Any

import pytest

from agent.events import Event, Extractor, Field, Reader, dotted
from agent.events.applog import exception_in
from agent.events.cloudevents import opened as opened_data
from agent.events.hosts import host_of, provider_at
from agent.events.leaving import closed_request
from agent.events.lenient import LONGEST
from agent.events.lenient import read as read_leniently
from agent.events.only import keys_of
from agent.events.response import UNKNOWN
from agent.meaning import Counted
from tests.unit.events.understood import counted, understood, words

GOOD: dict[str, Any] = {"provider": "openai", "path": "/v1/chat/completions", "status": 200}
LIMITED: dict[str, Any] = {"provider": "openai", "path": "/v1/embeddings", "status": 429, "body": "slow"}
OK, LIMIT = "ok", "rate_limit_error"


def extract(preset: str = "native", **event: object) -> Event:
    return Extractor(("model", "tenant"), preset).extract(event)


# --- what carries events --------------------------------------------------------------------------------


def within(kind: str, event: object, times: int) -> object:
    """An event in so many lists, texts or objects."""
    for _ in range(times):
        event = {
            "lists": [event],
            "texts": json.dumps(event),
            "objects": {"message": event},
            "records": {"records": [event]},
        }[kind]
    return event


@pytest.mark.parametrize(
    ("kind", "how", "event"),
    [
        ("lists", {}, LIMITED),
        ("texts", {}, LIMITED),
        ("objects", {"unwrap": "message"}, LIMITED),
        ("records", {"each": "records"}, LIMITED),
        ("records", {"preset": "azure"}, {"resultSignature": "429"}),
    ],
)
def test_what_is_opened_by_the_settings_is_opened_six_times(
    kind: str, how: dict[str, Any], event: object
) -> None:
    assert words(within(kind, event, 6), **how) == [LIMIT]
    assert words(within(kind, event, 7), **how) == ["too_large"]


def test_envelopes_that_say_nothing_are_opened_three_times() -> None:
    three, four = (within("objects", LIMITED, times) for times in (3, 4))

    assert words(three) == [LIMIT]
    assert words([three, three]) == [LIMIT, LIMIT]
    assert words(four) == ["no_status"]
    assert words([three, four]) == [LIMIT, "no_status"]


def test_beside_an_event_an_envelope_is_not_opened_deeper() -> None:
    one, two, three = (within("objects", LIMITED, times) for times in (1, 2, 3))

    assert words({"message": [LIMITED, two]}) == [LIMIT, LIMIT]
    assert words({"message": [LIMITED, three]}) == [LIMIT, "no_status"]
    assert words(within("objects", [LIMITED, one], 3)) == [LIMIT, "no_status"]


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        (["plain words", LIMITED], ["not_object", LIMIT]),
        ([None, LIMITED], ["not_object", LIMIT]),
        ({"level": "info", "message": "header " + json.dumps(LIMITED)}, [LIMIT]),
        ({"level": "info", "message": "header " + json.dumps(LIMITED) + " trailer"}, ["no_status"]),
        ({"level": "info", "message": 'no JSON"}'}, ["no_status"]),
        ({"level": "info", "message": "x" * 256 + json.dumps(LIMITED)}, [LIMIT]),
        ({"level": "info", "message": "x" * 257 + json.dumps(LIMITED)}, ["no_status"]),
        ({"level": "info", "message": ["words", {"log": LIMITED}]}, ["not_object", LIMIT]),
        ({"level": "info", "message": ["words", "more"]}, ["no_status"]),
        ({"level": "info", "payload": {}, "message": "words"}, ["no_status"]),
    ],
    ids=str,
)
def test_an_envelope_holds_json_or_nothing(record: object, expected: list[str]) -> None:
    assert words(record) == expected


@pytest.mark.parametrize("held", [{}, 5, [], [""], [5], None, "words"])
def test_a_wrapper_without_an_event_is_no_wrapper(held: object) -> None:
    expected = ["not_object"] if held == [""] else [LIMIT]

    assert words(LIMITED | {"log": held}, unwrap="log") == expected


def test_half_a_character_in_a_text_is_no_event_and_no_failure() -> None:
    value = rb'{"statusCode": "x" "message": "{\"status\": \"\ud800\"}"}'

    assert words(value) == ["unknown"]


@pytest.mark.parametrize(
    "name",
    [
        *("message", "log", "payload", "msg", "event", "data", "line", "record", "fields", "json", "parsed"),
        *("log_processed", "MESSAGE", "textPayload", "jsonPayload", "value", "after", "detail", "_raw"),
    ],
)
def test_the_envelope_of_each_shipper_is_opened_without_a_setting(name: str) -> None:
    assert words({name: LIMITED}) == [LIMIT]
    assert words({name: json.dumps(LIMITED)}) == [LIMIT]


def test_what_was_opened_says_its_way() -> None:
    record = {"records": [json.dumps({"message": LIMITED})]}

    (found,) = Reader(each="records").read(json.dumps(record).encode())

    assert found.opened.way == ("records", "JSON in a text", "message")
    assert found.opened.around == record | {"message": LIMITED}


def test_only_the_fields_of_the_settings_are_looked_for_beside_the_wrapper() -> None:
    record = {"log": json.dumps({"status": 429}), "path": "/outer", "route": "/own", "method": "PUT"}

    mapped, _ = counted(record, unwrap="log", fields={"path": "route"})
    plain, _ = counted(record, unwrap="log")

    assert (mapped.path, mapped.method) == ("/own", UNKNOWN)
    assert (plain.path, plain.method) == ("", UNKNOWN)


def test_what_the_event_itself_says_goes_before_its_envelope() -> None:
    inner = {"status": 429, "provider": "xai", "timestamp": "2026-11-20T10:00:00Z"}
    around = {"provider": "openai", "timestamp": "2026-11-20T11:00:00Z"}

    whole, _ = counted(around | {"log": inner}, unwrap="log")
    without_time, _ = counted(around | {"log": inner | {"timestamp": ""}}, unwrap="log")
    without_name, _ = counted(around | {"log": {k: inner[k] for k in ("status", "timestamp")}}, unwrap="log")

    assert (whole.provider, whole.timestamp) == ("xai", 1795168800)
    assert (without_time.provider, without_time.timestamp) == ("xai", 1795172400)
    assert (without_name.provider, without_name.timestamp) == ("openai", 1795168800)


# --- bytes ----------------------------------------------------------------------------------------------


def test_what_is_unpacked_may_be_as_long_as_the_bound() -> None:
    value = json.dumps(LIMITED | {"x": " " * 3000}).encode()
    packed = gzip.compress(value, mtime=0)

    assert words(packed, max_bytes=len(value)) == [LIMIT]
    assert words(packed, max_bytes=len(value) - 1) == ["too_large"]


@pytest.mark.parametrize(
    ("value", "preset", "reason"),
    [
        (b'hello{"status": 200}', "native", "json"),
        (b"\x00\x00\x00\x00\x07hello", "native", "json"),
        (b'{"resourceSpans"', "otlp", "json"),
        (b"\xef\xbb\xbf[5", "otlp", "json"),
        (b'"x', "otlp", "json"),
        (b"hello", "otlp", "encoding"),
        (b" \n", "otlp", "empty"),
        (b"\x0a\xff\xff", "otlp", "encoding"),
    ],
)
def test_what_cannot_be_read_says_why_under_each_preset(value: bytes, preset: str, reason: str) -> None:
    assert words(value, preset) == [reason]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (b'{"statusCode": "429" "message": "\xff"}', {"statusCode": "429", "message": "\ufffd"}),
        (b'{"statusCode": "429"' + b" " * (LONGEST - 21) + b"}", {"statusCode": "429"}),
        (b'{"statusCode": "429"' + b" " * (LONGEST - 20) + b"}", None),
        (b'{"status": "429" "message": "x"}', None),
        (b'{"statusCode": {"a": 1}}', None),
    ],
    ids=["bytes that are no text", "longest", "too long", "other", "nested"],
)
def test_the_body_without_commas_is_read_leniently(value: bytes, expected: object) -> None:
    assert read_leniently(value) == expected


# --- fields ---------------------------------------------------------------------------------------------


def test_a_status_that_is_none_is_no_bad_field_where_the_caller_left() -> None:
    event = extract(status=600, error="client disconnected", duration_seconds=-1)

    assert event.response.status == 499
    assert event.bad_fields == (Field.DURATION,)


def test_a_header_of_a_record_that_is_no_text_is_read_as_far_as_it_is() -> None:
    extractor = Extractor(fields={"path": "header:x-path"})

    assert extractor.extract({"status": 200}, [("X-Path", b"/\xff")]).response.path == "/\ufffd"


@pytest.mark.parametrize(
    "word", ["2026-11-22T05:00:00." + "0" * 43 + "Z", "2026-11-22T05:00:00." + "0" * 45 + "Z"]
)
def test_an_instant_has_no_more_than_64_characters(word: str) -> None:
    assert bool(extract(status=200, timestamp=word).bad_fields) == (len(word) > 64)


def test_a_bad_attribute_costs_no_other() -> None:
    event = extract(status=200, model=5, tenant="a")

    assert (event.response.attributes, event.bad_fields) == ({"tenant": "a"}, (Field.ATTRIBUTES,))


@pytest.mark.parametrize(("status", "is_body"), [(399, False), (400, True), (None, True)])
def test_an_event_without_a_body_is_one_itself_where_it_failed(status: int | None, *, is_body: bool) -> None:
    event: dict[str, object] = {"status": status, "message": "slow down"}

    assert Extractor().extract(event).response.body == (event if is_body else None)


def test_an_event_with_hundreds_of_keys_and_many_kinds_of_events_are_read() -> None:
    extractor = Extractor()
    wide = {f"key_{number}": number for number in range(300)}

    for number in range(600):
        assert extractor.extract({"status": 429, f"key_{number}": 1}).response.status == 429
    assert extractor.extract({**wide, "status": 429}).response.status == 429


ALIKE = (
    {"outcome": "x", "success": True},
    {"outcome": "x", "success": 1},
    {"success": True, "path": "/x"},
    {"success": 1, "path": "/x"},
    {"success": 1.0, "path": "/x"},
    {"status": 429, "path": "/x", "model": "a"},
    {"status": 429, "path": "/x", "model": "b"},
    {"status": "429", "path": "/x", "model": ["b"]},
)


@pytest.mark.parametrize("order", [1, -1])
def test_events_that_are_alike_are_told_apart(order: int) -> None:
    extractor = Extractor(("model",))

    for event in 2 * ALIKE[::order]:
        assert extractor.extract(event) == Extractor(("model",)).extract(event)


@pytest.mark.parametrize(
    ("flags", "provider"), [("RL", "envoy"), ("UT", "xai"), ("DI", "xai"), ("DI,NR", "envoy"), ("-", "xai")]
)
def test_envoys_flags_in_an_own_envelope_say_who_answered(flags: str, provider: str) -> None:
    assert extract(status=503, provider="xai", response_flags=flags).response.provider == provider


def test_data_in_a_text_may_be_an_error_body_itself() -> None:
    event: dict[str, object] = {"specversion": "1.0", "data": '{"error": "slow down"}'}

    assert extract("cloudevents", **event).response.body == {"error": "slow down"}
    assert opened_data(event)["data"] == {"error": "slow down"}


@pytest.mark.parametrize(
    ("raised", "text"),
    [
        ({"type": "RateLimitError", "message": "slow down"}, "RateLimitError: slow down"),
        ({"exc_type": "RateLimitError"}, "RateLimitError"),
        ({"exc_value": "slow down"}, "slow down"),
        ([{"exc_type": "First", "exc_value": "a"}, {"exc_type": "Second"}], "First: a"),
        (["RateLimitError", "slow", 5, "left out"], "RateLimitError slow 5"),
        ("slow down", "slow down"),
        ([], ""),
        ({}, ""),
        (5, ""),
    ],
)
def test_an_exception_is_its_type_and_what_it_says(raised: object, text: str) -> None:
    assert exception_in(raised) == text


def test_of_several_things_that_were_raised_the_first_counts() -> None:
    assert closed_request(["client disconnected", "slow down"]) == 499
    assert closed_request(["slow down", "client disconnected"]) is None


@pytest.mark.parametrize(
    ("host", "provider"),
    [
        ("bedrock-runtime.eu-west-1.amazonaws.com", "bedrock"),
        ("bedrock-runtime.cn-north-1.amazonaws.com.cn", "bedrock"),
        ("s3.eu-west-1.amazonaws.com", None),
        ("bedrock.example.org", None),
        ("eu-aiplatform.googleapis.com", "vertex"),
        ("com", None),
        ("", None),
    ],
)
def test_a_region_may_stand_in_the_name_of_a_host(host: str, provider: str | None) -> None:
    assert provider_at(host) == provider


def test_the_port_of_an_address_in_numbers_is_no_part_of_it() -> None:
    assert host_of("https://[2001:db8::1]:443/v1") == "[2001:db8::1]"


@pytest.mark.parametrize(
    ("event", "opened"),
    [
        ({"a.b": 1, "a.c.d": 2}, {"a": {"b": 1, "c": {"d": 2}}}),
        ({"a": {"b.c": 1}, "a.d": 2}, {"a": {"b": {"c": 1}, "d": 2}}),
        ({"a.b": 1, "a": {"b": 2, "c": 3}}, {"a": {"b": 1, "c": 3}}),
        ({"a": 5, "a.b": 1}, {"a": 5}),
        ({".x": 1, "a..b": 2, "c.": 3}, {".x": 1, "a..b": 2, "c.": 3}),
        ({"a": [{"b.c": 1}]}, {"a": [{"b.c": 1}]}),
    ],
)
def test_a_key_with_dots_is_a_path(event: dict[str, object], opened: object) -> None:
    assert dotted.opened(event) == opened


@pytest.mark.parametrize(("depth", "is_opened"), [(8, True), (9, False)])
def test_keys_with_dots_are_opened_eight_objects_deep(depth: int, *, is_opened: bool) -> None:
    event: dict[str, object] = {"a.b": 1}
    for _ in range(depth):
        event = {"x": event}

    found: object = dotted.opened(event)
    for _ in range(depth):
        assert isinstance(found, Mapping)
        found = found["x"]

    assert found == ({"a": {"b": 1}} if is_opened else {"a.b": 1})


# --- settings -------------------------------------------------------------------------------------------


def test_a_time_that_is_not_there_yet_gives_no_duration() -> None:
    fields = {"duration": {"start": "begun", "end": "done"}}
    events: Sequence[dict[str, object]] = (
        {"begun": 5},
        {"done": 5},
        {"begun": 5, "done": "-"},
        {"begun": ""},
    )

    found = [Extractor(fields=fields).extract({"status": 200, **event}) for event in events]

    assert [(event.response.duration, event.bad_fields) for event in found] == [(None, ())] * 4


def test_an_attribute_of_the_settings_that_is_the_id_of_a_trace_is_read_as_one() -> None:
    parent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    extractor = Extractor(
        ("trace_id", "tenant"), fields={"attributes": {"trace_id": "parent", "tenant": "parent"}}
    )

    read = extractor.extract({"status": 200, "parent": parent}).response.attributes

    assert read == {"trace_id": "0af7651916cd43dd8448eb211c80319c", "tenant": parent}


def test_a_condition_may_ask_for_a_truth_value() -> None:
    events = [LIMITED | {"stream": it} for it in (True, False, "true", "True", None)]

    assert words(events, only=["stream == true"]) == [LIMIT, "ignored", LIMIT, "ignored", "ignored"]


def test_a_condition_is_decided_by_the_first_keys_of_its_paths() -> None:
    assert keys_of(["call.kind != probe", "tenant exists", "a.b.c absent"]) == {"call", "tenant", "a"}


def test_a_condition_that_broke_is_told_also_of_what_stood_beside_the_event() -> None:
    reader = Reader(only=["path != /healthz"], unwrap="log", fields={"path": "route"})
    record = {"route": "/healthz", "log": {"status": 200}}

    (found,) = reader.read(json.dumps(record).encode())

    assert found.event is None
    assert reader.left_out_by(found.opened) == "path != /healthz"
    assert reader.left_out_by(Reader().read(b"5")[0].opened) == ""


def test_where_each_field_was_found_is_told_as_a_path() -> None:
    fields = {
        "path": "route",
        "method": "header:X-Method",
        "request_id": "tries.where(host = b).id",
        "provider": ['"the.host"', "host"],
        "attributes": {"tenant": "pod.tenant"},
        "duration": "took",
    }
    extractor = Extractor(("tenant", "model"), fields=fields)
    event = {
        "status": 429,
        "tries": [{"host": "b", "id": "r-1"}],
        "the.host": "xai",
        "took": "soon",
        "body": {},
    }
    around = {"route": "/v1", "pod": {"tenant": "a"}, "timestamp": "2026-11-20T10:00:00Z"}

    found = extractor.places(event, [("x-method", b"PUT")], around)

    assert {name: tuple(place) for name, place in found.items()} == {
        "status": ("status", 429),
        "path": ("route", "/v1"),
        "method": ("header:x-method", "PUT"),
        "request_id": ("tries.where(host = b).id", "r-1"),
        "provider": ('"the.host"', "xai"),
        "attributes.tenant": ("pod.tenant", "a"),
        "duration": ("took", "soon"),
        "body": ("body", {}),
    }
    assert extractor.places({"status": 429}).keys() == {"status"}
    assert tuple(Extractor(fields={"body": "*"}).places({"a": 1})["body"]) == ("*", {"a": 1})


@pytest.mark.parametrize(
    "record",
    [{"tries": []}, {"tries": 7}, {"tries": [{"code": 500}]}, {"tries": [1, 2]}, {"tries": "[]"}, {}],
)
@pytest.mark.parametrize(
    "place", ["tries.last.codes", "tries.1.code", "tries.2.code", "tries.where(a = b).code"]
)
def test_a_place_that_a_list_does_not_have_holds_nothing(place: str, record: dict[str, object]) -> None:
    (meaning,) = understood(
        GOOD | record | {"error": "slow down"}, fields={"status": [place, {"value": 503}]}
    )

    assert isinstance(meaning, Counted)
    assert meaning.response.status == 503
