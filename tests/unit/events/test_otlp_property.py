"""Whatever stands where OTLP has spans, logs and their attributes, in JSON and in protobuf"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.meaning import Counted, Ignored, Invalid
from tests.examples import EXAMPLES
from tests.unit.events.understood import understood, words

ODD: st.SearchStrategy[Any] = (
    st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.just([]) | st.just({})
)
NUMBERS = st.integers().map(str) | st.sampled_from(["--5", "-", "9" * 5000, "٣", "1e9", "", "0x1"])
KEYS = st.sampled_from(
    [
        "http.response.status_code",
        "gen_ai.request.model",
        "gen_ai.system",
        "server.address",
        "error.type",
        "url.full",
        "openinference.span.kind",
        "exception.message",
        "exception.type",
        "event.name",
    ]
)


def span(status: object) -> dict[str, Any]:
    listed = [
        {"key": "gen_ai.system", "value": {"stringValue": "openai"}},
        {"key": "http.response.status_code", "value": {"intValue": status}},
    ]
    spans = [{"startTimeUnixNano": "1796000000000000000", "attributes": listed}]
    return {"resourceSpans": [{"scopeSpans": [{"spans": spans}]}]}


@pytest.mark.parametrize(
    ("written", "read"), [("429", "rate_limit_error"), (429, "rate_limit_error"), ("--5", "no_status")]
)
def test_an_integer_is_a_number_or_its_text_and_anything_else_is_none(written: object, read: str) -> None:
    assert words(span(written), preset="otlp") == [read]


def test_a_number_of_thousands_of_digits_is_none() -> None:
    assert words(span("9" * 5000), preset="otlp") == ["no_status"]


def mostly(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """What belongs there, or something else in its place."""
    return usual | usual | usual | ODD


def some(usual: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return mostly(st.lists(mostly(usual), max_size=3))


def values(below: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    listed = st.fixed_dictionaries({"values": some(below)})
    pairs = st.fixed_dictionaries(
        {"values": some(st.fixed_dictionaries({"key": mostly(KEYS), "value": below}))}
    )
    return st.fixed_dictionaries({"arrayValue": mostly(listed)}) | st.fixed_dictionaries(
        {"kvlistValue": mostly(pairs)}
    )


plain = (
    st.fixed_dictionaries(
        {"stringValue": mostly(st.sampled_from(["openai", "LLM", "api.openai.com", "429"]))}
    )
    | st.fixed_dictionaries({"intValue": mostly(NUMBERS)})
    | st.fixed_dictionaries({"doubleValue": mostly(st.floats(allow_nan=False, allow_infinity=False))})
)
value = st.recursive(plain, values, max_leaves=4)
attributes = some(st.fixed_dictionaries({"key": mostly(KEYS), "value": mostly(value)}))
happened = some(st.fixed_dictionaries({"name": mostly(st.just("exception")), "attributes": attributes}))
items = some(
    st.fixed_dictionaries(
        {"attributes": attributes},
        optional={
            "traceId": mostly(st.sampled_from(["a", "b"])),
            "kind": mostly(st.just(3)),
            "startTimeUnixNano": mostly(NUMBERS),
            "endTimeUnixNano": mostly(NUMBERS),
            "timeUnixNano": mostly(NUMBERS),
            "status": mostly(
                st.fixed_dictionaries({"code": mostly(st.just(2)), "message": mostly(st.just("x"))})
            ),
            "body": mostly(value),
            "events": happened,
        },
    )
)


def export(signal: str, scope: str, item: str) -> st.SearchStrategy[Any]:
    resource = mostly(st.fixed_dictionaries({"attributes": attributes}))
    scopes = some(st.fixed_dictionaries({item: items}))
    return st.fixed_dictionaries({signal: some(st.fixed_dictionaries({scope: scopes, "resource": resource}))})


@EXAMPLES
@given(
    document=export("resourceSpans", "scopeSpans", "spans")
    | export("resourceLogs", "scopeLogs", "logRecords"),
    preset=st.sampled_from(["native", "otlp"]),
)
def test_whatever_stands_in_an_export_each_thing_in_it_has_one_end(document: Any, preset: str) -> None:
    for meaning in understood(json.dumps(document).encode(), preset=preset):
        assert isinstance(meaning, Counted | Invalid | Ignored)


@EXAMPLES
@given(data=st.binary(max_size=200), start=st.sampled_from([b"", b"\x0a", b"\x0a\x10\x12\x0e\x12\x0c"]))
def test_whatever_bytes_stand_for_an_export_each_thing_in_it_has_one_end(data: bytes, start: bytes) -> None:
    for meaning in understood(start + data, preset="otlp"):
        assert isinstance(meaning, Counted | Invalid | Ignored)
