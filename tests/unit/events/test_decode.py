"""The bytes of a record become JSON values, or a reason why they cannot."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.events import InvalidEventError, InvalidReason, decode
from tests.examples import EXAMPLES

EVENT = {"status": 200}
TEXT = json.dumps(EVENT).encode()


def reason(value: bytes | None, max_bytes: int = 1024) -> InvalidReason:
    with pytest.raises(InvalidEventError) as error:
        decode(value, max_bytes)
    return error.value.reason


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, InvalidReason.TOMBSTONE),
        (b"", InvalidReason.EMPTY),
        (b" \n", InvalidReason.EMPTY),
        (b"\xef\xbb\xbf", InvalidReason.EMPTY),
        (b'{"status": ' + b"2" * 2000 + b"}", InvalidReason.TOO_LARGE),
        (b'{"provider": "\xff"}', InvalidReason.ENCODING),
        ('{"status": 200}'.encode("utf-16"), InvalidReason.ENCODING),
        (b'{"provider": "\\ud800"}', InvalidReason.ENCODING),
        (b"hello", InvalidReason.JSON),
        (b'{"status": NaN}', InvalidReason.JSON),
        (b'{"status": 200 "path"', InvalidReason.JSON),
        (b'{"a":' * 390 + b"1", InvalidReason.JSON),
    ],
)
def test_a_value_that_is_no_event_has_a_reason(value: bytes | None, expected: InvalidReason) -> None:
    assert reason(value, 2000) is expected


def test_the_cap_is_in_bytes_and_inclusive() -> None:
    assert decode(TEXT, len(TEXT)) == [EVENT]
    assert reason(TEXT, len(TEXT) - 1) is InvalidReason.TOO_LARGE


def test_a_byte_order_mark_is_no_reason_to_lose_an_event() -> None:
    assert decode(b"\xef\xbb\xbf" + TEXT) == [EVENT]


def test_a_schema_registry_prefix_before_json_is_skipped() -> None:
    assert decode(b"\x00\x00\x00\x00\x07" + TEXT) == [EVENT]


def test_the_documented_body_without_commas_is_read() -> None:
    (body,) = decode(
        b'{\n "message": "Free-tier limit: say \\"hi\\""\n "path": "/v1/chat/completions"\n'
        b' "requestId": "798b860e"\n "statusCode": "429"\n "timestamp": "2025-03-11T07:13:27.813Z"\n}'
    )

    assert isinstance(body, dict)
    assert body["message"] == 'Free-tier limit: say "hi"'
    assert body["statusCode"] == "429"


def test_other_broken_json_is_not_guessed_at() -> None:
    assert reason(b'{"status": 429 "path": "/v1"}') is InvalidReason.JSON


@EXAMPLES
@given(st.binary() | st.text().map(str.encode))
def test_no_bytes_make_decoding_raise_anything_else(value: bytes) -> None:
    try:
        assert decode(value)
    except InvalidEventError as error:
        assert error.reason in InvalidReason  # noqa: PT017 - either outcome is right
