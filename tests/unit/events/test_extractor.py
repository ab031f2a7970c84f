"""The fields of an event: where they stand, what they may be, and what a bad one costs."""

import pytest

from agent.events import ApiResponse, Event, Extractor, Field


def extract(**event: object) -> Event:
    return Extractor(("model",)).extract(event)


def read(**event: object) -> ApiResponse:
    return extract(**event).response


def test_the_native_envelope_is_read_whole() -> None:
    event = extract(
        timestamp="2026-11-22T05:00:00.123Z",
        provider="PipeLLM",
        method="post",
        path="/v1/chat/completions",
        status=429,
        duration_seconds=0.182,
        request_id="req_1",
        model="gpt-5",
        headers={"Retry-After": "12"},
        body={"error": {"type": "rate_limit_error"}},
    )

    assert event.bad_fields == ()
    assert event.response == ApiResponse(
        status=429,
        provider="pipellm",
        method="POST",
        path="/v1/chat/completions",
        duration=0.182,
        timestamp=1795323600.123,
        request_id="req_1",
        attributes={"model": "gpt-5"},
        headers={"retry-after": "12"},
        body={"error": {"type": "rate_limit_error"}},
    )


@pytest.mark.parametrize("status", [429, "429", " 429 ", 429.0])
def test_a_status_may_be_a_number_or_its_text(status: object) -> None:
    assert read(status=status).status == 429


@pytest.mark.parametrize(
    "status", [True, 99, 600, 99999, -2, "abc", "٤٢٩", "4290", [429], {}, 429.5, 1e308, "1e2"]
)
def test_a_status_that_cannot_be_one_is_counted_by_field_and_the_event_goes_on(status: object) -> None:
    event = extract(status=status, body={"error": {}})

    assert event.response.status is None
    assert event.bad_fields == (Field.STATUS,)


@pytest.mark.parametrize("duration", [-1, "NaN", "Infinity", 1e308, True, [], "1_0", 86_401])
def test_a_duration_that_cannot_be_one_is_counted_by_field(duration: object) -> None:
    event = extract(status=200, duration_seconds=duration)

    assert event.response.duration is None
    assert event.bad_fields == (Field.DURATION,)


def test_milliseconds_arrive_as_seconds() -> None:
    assert read(status=200, duration_ms=1500).duration == 1.5


@pytest.mark.parametrize(
    "timestamp",
    [
        "2026-11-22T05:00:00Z",
        "2026-11-22T06:00:00+01:00",
        "2026-11-22T05:00:00",
        1795323600,
        1795323600_000,
        1795323600_000_000_000,
        "1795323600",
    ],
)
def test_a_timestamp_is_told_by_its_form_and_size(timestamp: object) -> None:
    assert read(status=200, timestamp=timestamp).timestamp == 1795323600


@pytest.mark.parametrize("timestamp", ["yesterday", 0, -5, True, 1e300, "9999-12-31T23:59:59Z"])
def test_a_timestamp_that_cannot_be_one_is_counted_by_field(timestamp: object) -> None:
    assert extract(status=200, timestamp=timestamp).bad_fields == (Field.TIMESTAMP,)


def test_the_provider_comes_from_the_host_when_nobody_names_it() -> None:
    assert read(status=200, host="api.openai.com:443").provider == "openai"
    assert read(status=200, url="https://eu-aiplatform.googleapis.com/v1/x").provider == "vertex"
    assert read(status=200, url="https://gateway.internal/v1/x").provider == "unknown"


def test_the_path_comes_from_the_url_when_nobody_names_it() -> None:
    assert read(status=200, url="https://api.openai.com/v1/models").path == "/v1/models"


def test_header_names_are_lower_case_and_the_first_of_a_repeated_one_counts() -> None:
    assert read(status=200, headers={"Retry-After": ["3", "4"]}).headers == {"retry-after": "3"}
    assert read(status=200, headers=[["A", "1"], ["a", "2"]]).headers == {"a": "1"}


def test_the_flat_seed_body_alone_is_an_event() -> None:
    body = {
        "requestId": "r1",
        "statusCode": "403",
        "timestamp": "2026-11-22T05:00:00Z",
        "path": "/v1/embeddings",
        "message": "You've run out of credits.",
    }

    response = read(**body)

    assert (response.status, response.path, response.request_id) == (403, "/v1/embeddings", "r1")
    assert response.body == body


def test_the_nested_seed_body_alone_is_an_event() -> None:
    response = read(error={"type": "rate_limit_error", "code": "429", "message": "slow down"})

    assert response.status == 429
    assert response.body == {"error": {"type": "rate_limit_error", "code": "429", "message": "slow down"}}


def test_a_code_that_is_a_word_gives_no_status() -> None:
    assert read(error={"type": "rate_limit_error", "code": "rate_limit_exceeded"}).status is None


def test_a_body_in_a_text_gives_its_own_status_too() -> None:
    assert read(body='{"error": {"code": "429", "type": "x"}}').status == 429


def test_a_success_without_a_body_has_none() -> None:
    assert read(status=200, message="fine").body is None


def test_a_bad_attribute_is_counted_by_field() -> None:
    assert extract(status=200, model=5).bad_fields == (Field.ATTRIBUTES,)
