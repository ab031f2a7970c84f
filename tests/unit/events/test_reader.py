"""What may lie in a record: several events, events in texts and envelopes, packed ones, and what is none."""

import gzip
import json
import zlib
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.events import Field, Reader
from agent.events.wrappers import MOST_EVENTS
from agent.meaning import Counted, Ignored, Invalid
from tests.examples import EXAMPLES
from tests.unit.events.understood import counted, understood, words

GOOD = {"provider": "openai", "path": "/v1/chat/completions", "status": 200}
LIMITED = {"provider": "openai", "path": "/v1/embeddings", "status": 429, "body": "slow down"}
OK, LIMIT = "ok", "rate_limit_error"
ENVOY = {"method": "POST", "path": "/v1/messages", "response_code": 529, "authority": "api.anthropic.com"}


def packed(value: bytes) -> bytes:
    return gzip.compress(value, mtime=0)  # or the names of tests would change with the clock


def text(*values: object, between: str = "\n") -> bytes:
    return between.join(json.dumps(value) for value in values).encode()


@pytest.mark.parametrize(
    ("record", "expected"),
    [
        ([GOOD, LIMITED], [OK, LIMIT]),
        ([LIMITED], [LIMIT]),
        ([], []),
        ([[GOOD], [[LIMITED]]], [OK, LIMIT]),
        ([GOOD, 17, LIMITED], [OK, "not_object", LIMIT]),
        ([json.dumps(GOOD), json.dumps(LIMITED)], [OK, LIMIT]),
        (json.dumps([GOOD, LIMITED]), [OK, LIMIT]),
        (json.dumps(json.dumps(LIMITED)), [LIMIT]),
        (text(GOOD, LIMITED), [OK, LIMIT]),
        (text(GOOD, LIMITED, between="\r\n\r\n"), [OK, LIMIT]),
        (text(GOOD, LIMITED, between=""), [OK, LIMIT]),
        (text(GOOD, LIMITED, between=", "), [OK, LIMIT]),
        (text(GOOD, LIMITED, between="\n\x1e"), [OK, LIMIT]),
        (text(GOOD) + b'\n{"provider": "op', [OK, "json"]),
        (text(GOOD) + b"\nplain words\n" + text(LIMITED), [OK, "json", LIMIT]),
        (packed(text(GOOD, LIMITED)), [OK, LIMIT]),
        (packed(text([GOOD, LIMITED])), [OK, LIMIT]),
    ],
)
def test_every_event_in_a_record_is_read(record: object, expected: list[str]) -> None:
    assert words(record) == expected


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        (packed(b"0" * 5000), "too_large"),
        (packed(text(GOOD))[:-9], "encoding"),
        (b"\x1f\x8b" + text(GOOD), "encoding"),
        (packed(packed(text(GOOD))), "encoding"),
    ],
)
def test_what_gzip_packed_is_unpacked_within_the_bound(value: bytes, reason: str) -> None:
    assert words(value, max_bytes=4096) == [reason]


def test_a_bomb_is_not_unpacked() -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, zlib.MAX_WBITS | 16)
    bomb = b"".join(packer.compress(bytes(2**20)) for _ in range(400)) + packer.flush()

    assert words(bomb, max_bytes=2**20) == ["too_large"]


def test_the_rest_of_a_record_with_too_many_events_is_one_invalid_event() -> None:
    found = words([GOOD] * (MOST_EVENTS + 5))

    assert found.count(OK) == MOST_EVENTS
    assert found[MOST_EVENTS:] == ["too_large"]


@pytest.mark.parametrize("depth", [50, 300])
def test_lists_in_lists_end_somewhere(depth: int) -> None:
    assert words(b"[" * depth + b"1" + b"]" * depth) == ["too_large"]


@pytest.mark.parametrize("each", ["records", "batch.items"])
def test_a_list_inside_holds_the_events(each: str) -> None:
    record: object = [GOOD, LIMITED]
    for key in reversed(each.split(".")):
        record = {key: record}

    assert words(record, each=each) == [OK, LIMIT]
    assert words(GOOD, each=each) == [OK]  # a record without the list is an event itself
    assert words({each: json.dumps([LIMITED])}, each=each.split(".", maxsplit=1)[0]) == [LIMIT] or "." in each


def test_below_a_wrapper_the_whole_preset_holds() -> None:
    record = {"log": json.dumps(ENVOY), "kubernetes": {"pod_name": "gw-1"}}

    response, outcome = counted(record, "envoy", unwrap="log")

    assert (response.status, response.provider, outcome.type) == (529, "anthropic", "overloaded_error")


@pytest.mark.parametrize(
    "record",
    [
        {"message": json.dumps(LIMITED), "host": "h1"},
        {"log": json.dumps(LIMITED) + "\n", "stream": "stdout"},
        {"payload": LIMITED, "schema": {"type": "struct"}},
        {"payload": json.dumps(json.dumps(LIMITED))},
        {"message": json.dumps({"log": json.dumps(LIMITED)}), "agent": {"type": "filebeat"}},
        {"log": "2026-11-20T10:00:00Z stdout F " + json.dumps(LIMITED)},
        {"status": "info", "message": json.dumps(LIMITED)},
    ],
)
def test_an_envelope_that_says_nothing_itself_is_opened_without_a_setting(record: object) -> None:
    response, outcome = counted(record)

    assert (response.status, response.path, outcome.type) == (429, "/v1/embeddings", LIMIT)


@pytest.mark.parametrize(
    "record",
    [
        {"status": 200, "message": json.dumps(LIMITED)},
        {"status": 200, "payload": {"status": 500}},
    ],
)
def test_an_event_that_has_a_status_is_no_envelope(record: object) -> None:
    assert counted(record)[0].status == 200


def test_an_envelope_of_several_events_gives_all_of_them() -> None:
    assert words({"message": text(GOOD, LIMITED).decode()}) == [OK, LIMIT]
    assert words({"payload": [GOOD, LIMITED]}) == [OK, LIMIT]


def test_what_only_the_envelope_tells_is_taken_from_it() -> None:
    inner = {"status": 429, "path": "/v1/embeddings"}
    record = {
        "@timestamp": "x",
        "timestamp": "2026-11-20T10:00:00Z",
        "url": "https://api.openai.com",
        "log": inner,
    }

    response, _ = counted(record, unwrap="log")

    assert (response.provider, response.timestamp) == ("openai", 1795168800.0)


def test_a_field_of_the_settings_may_stand_beside_the_wrapper() -> None:
    record = {"log": json.dumps(LIMITED), "pod": {"model": "gpt-5"}}

    response, _ = counted(record, unwrap="log", fields={"model": "pod.model"})

    assert response.attributes == {"model": "gpt-5"}


def test_a_record_without_the_wrapper_is_read_as_it_is() -> None:
    assert words(LIMITED, unwrap="message") == [LIMIT]
    assert words(LIMITED | {"message": "plain words"}, unwrap="message") == [LIMIT]


@pytest.mark.parametrize(
    ("only", "expected"),
    [
        ([], [OK, LIMIT]),
        (["path != /v1/embeddings"], [OK, "ignored"]),
        (["path == /v1/embeddings"], ["ignored", LIMIT]),
        (["path = /v1/embeddings"], ["ignored", LIMIT]),
        (["status =~ 4.."], ["ignored", LIMIT]),
        (["status !~ 4..", "provider == openai"], [OK, "ignored"]),
        (["kind != probe"], [OK, LIMIT]),
        (["body exists"], ["ignored", LIMIT]),
        (["body absent"], [OK, "ignored"]),
        (["path =~ /v1"], ["ignored", "ignored"]),
    ],
)
def test_only_the_events_for_which_every_condition_holds_count(only: list[str], expected: list[str]) -> None:
    assert words([GOOD, LIMITED], only=only) == expected


def test_the_condition_that_leaves_an_event_out_is_told_as_it_was_written() -> None:
    reader = Reader(only=["provider = openai", "path != /healthz"])

    def told(**event: object) -> str:
        (found,) = reader.read(json.dumps({"status": 200, "provider": "openai"} | event).encode())
        return reader.left_out_by(found.opened)

    assert told(path="/healthz") == "path != /healthz"
    assert told(provider="xai") == "provider = openai"
    assert told(path="/v1") == ""


def test_a_condition_on_a_path_does_not_mind_its_query() -> None:
    assert words(GOOD | {"path": "/healthz?full=1"}, only=["path != /healthz"]) == ["ignored"]


def test_what_is_left_out_may_lack_a_status() -> None:
    assert words({"protocol": "tcp"}, only=["protocol != tcp"]) == ["ignored"]


@pytest.mark.parametrize(
    ("value", "seconds"),
    [
        *[("0.182s", 0.182), ("182ms", 0.182), ("1m2.5s", 62.5), ("PT0.5S", 0.5), ("00:00:01.25", 1.25)],
        *[("250 µs", 0.00025), ("1.5 seconds", 1.5), ("3", 3.0)],
    ],
)
def test_a_duration_may_name_its_unit(value: str, seconds: float) -> None:
    response, _ = counted(GOOD | {"took": value}, fields={"duration": "took"})

    assert response.duration == pytest.approx(seconds)


@pytest.mark.parametrize("value", ["soon", "1 parsec", "-1s", "25h", "1:2"])
def test_a_duration_that_cannot_be_read_is_a_bad_field(value: str) -> None:
    (meaning,) = understood(GOOD | {"took": value}, fields={"duration": "took"})

    assert isinstance(meaning, Counted)
    assert meaning.event.bad_fields == (Field.DURATION,)


@pytest.mark.parametrize(
    "value",
    [
        *["20/Nov/2026:10:00:00 +0000", "[20/Nov/2026:11:00:00 +0100]", "2026-11-20 10:00:00"],
        *["2026-11-20T10:00:00.000000000Z", "2026-11-20 10:00:00,000", "Fri, 20 Nov 2026 10:00:00 GMT"],
        *["2026-11-20T11:00:00+0100", "1795168800", "1795168800000", 1795168800000000],
    ],
)
def test_instants_are_read_as_logs_write_them(value: object) -> None:
    assert counted(GOOD | {"timestamp": value})[0].timestamp == 1795168800.0


@pytest.mark.parametrize(
    ("place", "expected"),
    [
        ("tries.last.code", 429),
        ("tries.0.code", 502),
        ("tries.where(host = b).code", 429),
        ("tries.7.code", None),
        ("text.code", 503),
        ({"path": "missing", "absent": 201}, 201),
        ({"path": "tries.last.code", "absent": 200}, 429),
    ],
)
def test_a_place_reaches_into_lists_and_texts(place: object, expected: int | None) -> None:
    record: dict[str, Any] = {
        "tries": [{"host": "a", "code": 502}, {"host": "b", "code": 429}],
        "text": '{"code": 503}',
    }
    record |= {"error": {"message": "rate limit reached"}}

    assert counted(record, fields={"status": place})[0].status == expected


def test_the_time_between_two_instants_is_a_duration() -> None:
    record = GOOD | {"begun": "2026-11-20T10:00:00Z", "done": "2026-11-20T10:00:01.5Z", "first": 1795168800.4}
    fields = {
        "duration": {"start": "begun", "end": "done"},
        "time_to_first_token": {"start": "begun", "end": "first", "unit": "s"},
    }

    response, _ = counted(record, fields=fields)

    assert response.duration == pytest.approx(1.5)
    assert response.time_to_first_token == pytest.approx(0.4)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "20"},
        {"Retry-After": ["20"]},
        [["Retry-After", "20"]],
        [{"name": "Retry-After", "value": "20"}],
        [{"key": "retry-after", "value": "20"}],
    ],
)
def test_headers_are_read_in_every_shape(headers: object) -> None:
    assert counted(LIMITED | {"headers": headers})[1].retry_after == 20


def test_headers_may_be_keys_with_a_prefix() -> None:
    record: dict[str, Any] = LIMITED | {"sent_http_retry_after": "20", "sent_http_date": "-"}

    assert counted(record, fields={"headers": {"prefix": "sent_http_"}})[1].retry_after == 20


documents = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.just(json.dumps(LIMITED)),
    lambda below: (
        st.lists(below, max_size=4)
        | st.dictionaries(
            st.sampled_from(["message", "log", "records", "status", "payload"]), below, max_size=4
        )
    ),
    max_leaves=12,
)


@EXAMPLES
@given(
    document=documents,
    settings=st.sampled_from([{}, {"each": "records"}, {"unwrap": "message"}]),
    is_packed=st.booleans(),
)
def test_whatever_a_record_holds_each_thing_in_it_has_one_end(
    *, document: object, settings: dict[str, Any], is_packed: bool
) -> None:
    value = json.dumps(document).encode()

    for meaning in understood(packed(value) if is_packed else value, **settings):
        assert isinstance(meaning, Counted | Invalid | Ignored)
