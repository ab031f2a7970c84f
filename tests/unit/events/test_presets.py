"""Each preset reads a sample in the shape of that product's documentation."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.classify import Reason
from agent.events import ApiResponse, Event, Extractor, Field, InvalidReason
from agent.events.extractor import RecordHeaders
from agent.events.presets import PRESETS
from agent.events.response import Ending
from tests.examples import EXAMPLES
from tests.unit.events.samples import SAMPLES, sample
from tests.unit.events.understood import counted, words

AT = 1795323600.0  # 2026-11-22T05:00:00Z

EXPECTED = {
    "native": ApiResponse(
        status=429,
        provider="pipellm",
        method="POST",
        path="/v1/chat/completions",
        duration=0.182,
        timestamp=AT + 0.123,
        request_id="req_1",
        attributes={"model": "gpt-5"},
        headers={"retry-after": "12"},
        body={
            "error": {
                "type": "rate_limit_error",
                "code": "429",
                "message": "Request rate limit reached",
                "rate_limit": {"rpm": 100, "qps": 1},
            }
        },
    ),
    "cloudevents": ApiResponse(
        status=401,
        provider="openai",
        method="POST",
        path="/v1/embeddings",
        duration=0.095,
        timestamp=AT,
        request_id="req_7",
        attributes={"model": "text-embedding-3-small"},
        body={
            "error": {
                "message": "Incorrect API key provided",
                "type": "invalid_request_error",
                "param": None,
                "code": "invalid_api_key",
            }
        },
    ),
    "envoy": ApiResponse(
        status=503,
        provider="anthropic",
        method="POST",
        path="/v1/messages?beta=true",
        duration=1.043,
        timestamp=AT + 0.25,
        request_id="04186347-7203-41d0-8b56-965bc32ef60a",
        ending=Ending.CONNECTION_FAILED,
    ),
    "kong": ApiResponse(
        status=429,
        provider="openai",
        method="POST",
        path="/v1/chat/completions",
        duration=0.173,
        timestamp=AT - 0.182,
        request_id="2f6946328ffc4946b8c9120704a4a155",
        attributes={"model": "gpt-5"},
        headers={
            "retry-after": "20",
            "x-ratelimit-limit-requests": "500",
            "x-ratelimit-remaining-requests": "0",
            "via": "1.1 kong/3.9.0",
            "x-kong-proxy-latency": "2",
            "x-kong-upstream-latency": "171",
            "x-kong-request-id": "2f6946328ffc4946b8c9120704a4a155",
        },
    ),
    "nginx": ApiResponse(
        status=504,
        provider="mistral",
        method="POST",
        path="/v1/chat/completions",
        duration=60.004,
        timestamp=AT + 0.418,
        request_id="5c1f7a6f0e3f4b5c9a1d2e3f40516273",
        headers={"retry-after": "30"},
    ),
    "litellm": ApiResponse(
        status=429,
        provider="openai",
        method="POST",
        path="/v1/chat/completions",
        duration=2.5,
        timestamp=AT,
        request_id="chatcmpl-7f1c2b",
        attributes={"model": "gpt-5"},
        headers={"x-ratelimit-limit-requests": "500", "x-ratelimit-remaining-requests": "499"},
        body="litellm.RateLimitError: RateLimitError: OpenAIException - Error code: 429 - {'error': "
        "{'message': 'You exceeded your current quota', 'type': 'insufficient_quota', 'param': None, "
        "'code': 'insufficient_quota'}}",
    ),
    "apisix": ApiResponse(
        status=402,
        method="POST",
        path="/v1/chat/completions",
        duration=0.12099,
        timestamp=AT,
        request_id="b7c1",
        headers={"content-type": "application/json", "server": "APISIX/3.14.0", "x-request-id": "b7c1"},
        body='{"error":{"message":"Insufficient Balance","type":"unknown_error","param":null,'
        '"code":"invalid_request_error"}}',
    ),
    "traefik": ApiResponse(
        status=429,
        provider="openai",
        method="POST",
        path="/v1/chat/completions",
        duration=0.18725,
        timestamp=AT + 0.25,
        request_id="req-81",
        headers={"retry-after": "20"},
        attempts=(0,),
    ),
    "haproxy": ApiResponse(
        status=504,
        provider="anthropic",
        method="POST",
        path="/v1/messages",
        duration=60.003,
        timestamp=AT + 0.25,
        request_id="C0000207:CBF4_00000000:0050",
        ending=Ending.UPSTREAM_TIMEOUT,
        attempts=(0,),
    ),
    "caddy": ApiResponse(
        status=502,
        provider="mistral",
        method="POST",
        path="/v1/chat/completions",
        duration=1.043,
        timestamp=AT + 0.25,
        request_id="req-82",
        headers={"server": "Caddy", "retry-after": "3"},
    ),
    "cloudflare": ApiResponse(
        status=401,
        provider="openai",
        path="chat/completions",
        duration=0.412,
        timestamp=AT + 0.25,
        attributes={"model": "gpt-5"},
    ),
    "bifrost": ApiResponse(
        status=503,
        provider="openai",
        method="POST",
        path="/v1/chat/completions",
        duration=0.8125,
        timestamp=AT + 0.125,
        request_id="4f1c9a52-0d2e-4c2b-9f0b-6f0f3f1d7a11",
        attributes={"model": "gpt-5"},
        attempts=(429,),
        body=sample("bifrost")["error_details"],
    ),
    "azure": ApiResponse(
        status=429,
        provider="azure",
        method="POST",
        path="/openai/deployments/{deployment}/chat/completions",
        duration=0.014,
        timestamp=AT + 0.125,
        request_id="c9b1a7a0-2f5d-4d8c-8a2c-0d9f6b1c2e3f",
        attributes={"model": "gpt-5"},
    ),
    "otlp": ApiResponse(
        status=429,
        provider="openai",
        method="POST",
        duration=1.5,
        timestamp=AT,
        attributes={"model": "gpt-5"},
        body={
            "error": {
                "type": "RateLimitError",
                "message": "Error code: 429 - {'error': {'message': 'You exceeded your current quota', "
                "'type': 'insufficient_quota', 'param': None, 'code': 'insufficient_quota'}}",
            }
        },
    ),
    "ecs": ApiResponse(
        status=400,
        provider="openai",
        method="POST",
        path="/v1/chat/completions",
        duration=2.5,
        timestamp=AT,
        request_id="req-51",
        attributes={"model": "gpt-5"},
        body={"error": sample("ecs")["error"]},
    ),
}


def extract(preset: str, event: dict[str, object], headers: RecordHeaders = ()) -> Event:
    """The event in an object, or the first of several."""
    entries = PRESETS[preset].entries
    several = entries(event) if entries else None
    one = event if several is None else next((item for item in several if isinstance(item, dict)), {})
    return Extractor(("model",), preset).extract(one, headers)


def read(preset: str, event: dict[str, object]) -> ApiResponse:
    return extract(preset, event).response


def reason(preset: str) -> Reason:
    return counted(sample(preset), preset)[1].reason


@pytest.mark.parametrize("preset", PRESETS)
def test_a_preset_reads_its_sample_whole(preset: str) -> None:
    assert extract(preset, sample(preset)) == Event(EXPECTED[preset], ())


def test_every_preset_has_a_sample() -> None:
    assert {path.stem for path in SAMPLES.glob("*.json")} == set(PRESETS)


def test_the_meaning_is_found_in_the_samples_that_carry_a_body() -> None:
    assert reason("otlp") is Reason.QUOTA_EXHAUSTED
    assert reason("ecs") is Reason.CONTEXT_LENGTH_EXCEEDED
    assert reason("cloudevents") is Reason.INVALID_API_KEY
    assert reason("litellm") is Reason.QUOTA_EXHAUSTED
    assert reason("apisix") is Reason.INSUFFICIENT_CREDITS


def test_the_flags_or_else_the_status_give_the_meaning_where_there_is_no_body() -> None:
    assert reason("envoy") is Reason.UPSTREAM_CONNECT_ERROR
    assert reason("kong") is Reason.RATE_LIMIT_GENERIC
    assert reason("nginx") is Reason.GATEWAY_TIMEOUT


OF_APPLICATIONS = {"native", "cloudevents", "ecs", "otlp"}  # they name an error, or leave out what is no call


@pytest.mark.parametrize("preset", [name for name in PRESETS if name not in OF_APPLICATIONS])
@pytest.mark.parametrize("event", [{}, {"message": "no"}, {"error": {"code": "429", "message": "slow down"}}])
def test_a_log_of_a_gateway_is_no_bare_error_body(preset: str, event: dict[str, object]) -> None:
    assert words(event, preset) == [InvalidReason.NO_STATUS]


# --- cloudevents ----------------------------------------------------------------------------------------

DATA = '{"status": 429, "body": "slow down", "model": "gpt-5"}'


@pytest.mark.parametrize(
    "data",
    [
        {"data": {"status": 429, "body": "slow down", "model": "gpt-5"}},
        {"data": DATA},
        {"data_base64": b64encode(DATA.encode()).decode()},
    ],
)
def test_the_data_of_a_cloud_event_may_be_an_object_a_text_or_base64(data: dict[str, object]) -> None:
    response = read("cloudevents", {"specversion": "1.0", **data})

    assert (response.status, response.body, response.attributes) == (429, "slow down", {"model": "gpt-5"})


def test_a_binary_cloud_event_has_its_attributes_in_the_record_headers() -> None:
    headers = [("ce_specversion", b"1.0"), ("ce_time", b"2026-11-22T05:00:00Z"), ("ce_source", b"api.x.ai")]

    response = extract("cloudevents", {"status": 503, "model": "grok-4"}, headers).response

    assert (response.status, response.timestamp, response.provider) == (503, AT, "xai")


def test_a_cloud_event_is_opened_also_when_no_place_is_a_record_header() -> None:
    extractor = Extractor(preset="cloudevents", fields={"provider": "source", "timestamp": "time"})

    assert extractor.extract({"status": 429}).response.status == 429


@pytest.mark.parametrize("data", [None, 5, "no JSON", "[1]", {"data_base64": "§"}])
def test_data_that_is_no_object_has_no_fields(data: object) -> None:
    assert read("cloudevents", {"specversion": "1.0", "data": data}).status is None


def test_data_in_base64_that_is_none_has_no_fields() -> None:
    assert read("cloudevents", {"specversion": "1.0", "data_base64": "a"}).status is None


# --- envoy ----------------------------------------------------------------------------------------------


def test_the_response_code_goes_before_the_flag() -> None:
    assert read("envoy", {"response_code": 200, "response_flags": "UT"}).status == 200


def test_a_dash_is_no_value_and_no_bad_field() -> None:
    event = extract("envoy", {"response_code": "404", "method": "-", "duration": "-", ":authority": "-"})

    assert event == Event(ApiResponse(status=404), ())


def test_istio_names_the_fields_of_envoy_in_its_own_way() -> None:
    event: dict[str, object] = {
        "response_code": 200,
        "path": "/v1/models",
        "request_id": "r1",
        "authority": "gateway.internal",
        "upstream_cluster": "outbound|443||api.openai.com",
    }

    response = read("envoy", event)

    assert (response.path, response.request_id, response.provider) == ("/v1/models", "r1", "openai")


# --- kong, nginx, apisix --------------------------------------------------------------------------------


def test_kong_without_its_ai_plugins_tells_the_provider_by_the_service() -> None:
    response = read("kong", {"response": {"status": 200}, "service": {"host": "api.anthropic.com"}})

    assert response.provider == "anthropic"


def test_an_nginx_log_may_carry_the_request_line_only() -> None:
    response = read("nginx", {"status": 200, "request": "GET /v1/models?limit=5 HTTP/1.1"})

    assert (response.method, response.path) == ("GET", "/v1/models?limit=5")


def test_a_request_line_that_is_none_says_nothing() -> None:
    assert extract("nginx", {"status": 400, "request": "\x16\x03\x01"}) == Event(ApiResponse(status=400), ())


def test_of_two_nginx_headers_the_one_from_upstream_counts() -> None:
    response = read("nginx", {"status": 429, "sent_http_retry_after": "1", "upstream_http_retry_after": "2"})

    assert response.headers == {"retry-after": "2"}


def test_an_apisix_event_without_a_logged_body_has_none() -> None:
    assert read("apisix", {"response": {"status": 500}}).body is None


# --- litellm --------------------------------------------------------------------------------------------


def test_a_litellm_success_has_status_200_and_no_body() -> None:
    no_error = {"error_code": "", "error_class": "", "llm_provider": "", "error_message": ""}

    response = read("litellm", {"status": "success", "error_information": no_error})

    assert (response.status, response.body) == (200, None)


@pytest.mark.parametrize(
    ("code", "name", "expected"),
    [("503", "Timeout", 503), ("", "Timeout", 408), ("None", "APIConnectionError", 500), ("", "Odd", None)],
)
def test_a_litellm_failure_without_a_status_has_that_of_its_class(
    code: str, name: str, expected: int | None
) -> None:
    information = {"error_code": code, "error_class": name}

    assert read("litellm", {"status": "failure", "error_information": information}).status == expected


def test_a_litellm_provider_has_the_name_it_has_elsewhere() -> None:
    assert read("litellm", {"status": "success", "custom_llm_provider": "vertex_ai"}).provider == "vertex"


def test_the_host_tells_more_than_the_protocol_that_litellm_spoke_with_it() -> None:
    event = {"status": "success", "custom_llm_provider": "openai", "api_base": "https://api.aimlapi.com/v1"}

    assert read("litellm", event).provider == "aimlapi"  # type: ignore[arg-type]


def test_a_litellm_call_lasts_until_its_end_not_until_its_first_token() -> None:
    event: dict[str, object] = {"status": "success", "startTime": 100.0, "endTime": 107.0, "response_time": 1}

    assert read("litellm", event).duration == 7.0


def test_a_litellm_call_that_ends_before_it_begins_is_a_bad_duration() -> None:
    event = extract("litellm", {"status": "success", "startTime": 107.0, "endTime": 100.0})

    assert event.bad_fields == (Field.DURATION,)


# --- whatever comes -------------------------------------------------------------------------------------

KEYS = st.sampled_from(
    sorted(
        {name for preset in PRESETS for name in sample(preset)} | {"data_base64", "request", "sent_http_x"}
    )
)
NAMES = st.sampled_from(
    ["status", "headers", "body", "meta", "proxy", "uri", "error_code", "error_class", "x"]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.sampled_from(["-", "", "1e999"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=12,
)


@EXAMPLES
@given(st.sampled_from(sorted(PRESETS)), st.dictionaries(KEYS | st.text(), VALUES))
def test_no_json_object_makes_extraction_raise_under_any_preset(
    preset: str, event: dict[str, object]
) -> None:
    assert isinstance(extract(preset, event, [("ce_time", b"\xff"), ("ce_source", None)]), Event)
