import pytest

from agent.classify import RateLimit, classify
from agent.classify.limits import KNOWN, RESOURCES, rate_limits
from agent.events.response import ApiResponse

NOW = 1_700_000_000.0


@pytest.mark.parametrize(
    ("headers", "reading"),
    [
        ({"x-ratelimit-limit-requests": "30000", "x-ratelimit-remaining-requests": "29999",
          "x-ratelimit-reset-requests": "6m0s"}, RateLimit("requests", 30000, 29999, NOW + 360)),
        ({"x-ratelimit-limit-tokens": "10", "x-ratelimit-reset-tokens": "12ms"},
         RateLimit("tokens", 10, None, NOW + 0.012)),
        ({"anthropic-ratelimit-input-tokens-limit": "50", "anthropic-ratelimit-input-tokens-remaining": "0",
          "anthropic-ratelimit-input-tokens-reset": "2023-11-14T22:14:20Z"},
         RateLimit("input_tokens", 50, 0, NOW + 60)),
        ({"x-ratelimit-limit-req-minute": "0"}, RateLimit("requests_per_minute", 0, None, None)),
        ({"x-ratelimit-remaining-tokens-month": "7"}, RateLimit("tokens_per_month", None, 7, None)),
        ({"x-ratelimit-limit-minute": "5"}, RateLimit("requests_per_minute", 5, None, None)),
        ({"ratelimit-remaining": "3", "ratelimit-reset": "9"}, RateLimit("requests", None, 3, NOW + 9)),
        ({"ratelimit": '"api";r=999;t=295', "ratelimit-policy": '"api";q=1000;w=300'},
         RateLimit("requests", 1000, 999, NOW + 295, "api")),
        ({"x-endpoint-monthly-call-limit": "1000"}, RateLimit("requests_per_month", 1000, None, None)),
        ({"x-ratelimit-limit": "50", "x-ratelimit-reset": str(int((NOW + 5) * 1000))},
         RateLimit("requests", 50, None, NOW + 5)),
    ],
)  # fmt: skip
def test_the_headers_of_a_vendor_make_one_reading(headers: dict[str, str], reading: RateLimit) -> None:
    assert rate_limits(headers, {}, NOW) == (reading,)


def test_every_header_fills_a_resource_of_the_closed_set() -> None:
    assert {place.resource for place in KNOWN.values()} <= RESOURCES


@pytest.mark.parametrize("value", ["9.2e18", "9223372036854775807", "-1", "", "unlimited", "NaN"])
def test_a_sentinel_is_absent(value: str) -> None:
    assert rate_limits({"x-ratelimit-limit-requests": value}, {}, NOW) == ()


def test_without_a_clock_a_relative_reset_is_absent() -> None:
    headers = {"x-ratelimit-remaining-requests": "1", "x-ratelimit-reset-requests": "6s"}

    assert rate_limits(headers, {}, None) == (RateLimit("requests", None, 1, None),)


def test_a_reset_alone_is_no_reading() -> None:
    assert rate_limits({"x-ratelimit-reset-requests": "6s"}, {}, NOW) == ()


def test_groqs_requests_are_per_day_and_its_tokens_per_minute() -> None:
    headers = {"x-ratelimit-limit-requests": "14400", "x-ratelimit-limit-tokens": "6000"}

    found = classify(ApiResponse(status=200, provider="groq", headers=headers)).rate_limits
    assert [reading.resource for reading in found] == ["requests_per_day", "tokens_per_minute"]


def test_pipellms_body_gives_readings_too() -> None:
    error = {"type": "rate_limit_error", "code": "429", "message": "x", "rate_limit": {"rpm": 100, "qps": 1}}

    assert classify(ApiResponse(status=429, body={"error": error})).rate_limits == (
        RateLimit("requests_per_minute", 100, None, None),
        RateLimit("requests_per_second", 1, None, None),
    )


def test_openrouters_body_quotes_headers() -> None:
    headers = {"X-RateLimit-Limit": "50", "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": "1700000005000"}
    error = {"code": 429, "message": "x", "metadata": {"headers": headers}}

    assert classify(ApiResponse(429, body={"error": error})).rate_limits == (
        RateLimit("requests", 50, 0, NOW + 5),
    )


def test_headers_that_a_body_quotes_are_read_by_the_vendor_that_sent_them() -> None:
    error = {"code": 429, "message": "x", "metadata": {"headers": {"X-RateLimit-Limit-Tokens": "50"}}}

    assert classify(ApiResponse(429, "groq", body={"error": error})).rate_limits == (
        RateLimit("tokens_per_minute", 50, None, None),
    )
