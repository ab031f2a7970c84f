"""What gateways say in words of their own: each word is read, and no other."""

from typing import Any

import pytest

from agent.events import ApiResponse, Event, Extractor
from agent.events.otlp import value_of
from agent.events.response import UNKNOWN
from tests.unit.events.understood import words


def response(preset: str, **event: object) -> ApiResponse:
    return Extractor((), preset).extract(event).response


@pytest.mark.parametrize(
    ("state", "ending", "is_own"),
    [
        ("CD", "client_closed", False),
        ("CH", "client_closed", False),
        ("cD", "client_closed", False),
        ("cH", None, False),
        ("SC", "connection_failed", False),
        ("sC", "connection_failed", False),
        ("sQ", "overflow", True),
        ("SD", "upstream_closed", False),
        ("sH", "upstream_timeout", False),
        ("DH", "upstream_closed", False),
        ("PH", "failed", False),
        ("PD", "failed", False),
        ("RC", "failed", True),
        ("IH", "failed", True),
        ("KK", "failed", False),
        ("UU", "failed", False),
        ("PR", None, True),
        ("PC", None, True),
        ("PT", None, True),
        ("LR", None, True),
        ("cR", None, True),
        ("--", None, False),
    ],
)
@pytest.mark.parametrize("key", ["termination_state", "tsc", "ts"])
def test_haproxys_letters_say_who_ended_a_session(
    key: str, state: str, ending: str | None, *, is_own: bool
) -> None:
    read = response("haproxy", **{"status_code": 200, key: state})

    assert (read.ending and read.ending.value, read.provider == "haproxy") == (ending, is_own)


@pytest.mark.parametrize(("code", "status"), [(-1, 499), ("-1", 499), (0, 499), ("0", 499), (200, 200)])
def test_where_no_status_was_sent_a_caller_left(code: object, status: int) -> None:
    assert response("haproxy", status_code=code, termination_state="CD").status == status


def test_a_connection_to_no_server_is_the_lack_of_a_healthy_one() -> None:
    read = response("haproxy", status_code=503, termination_state="SC", server_name="openai/<NOSRV>")

    assert read.ending == "no_healthy_upstream"


@pytest.mark.parametrize(("retries", "hidden"), [(0, 0), ("+2", 2), ("1", 1)])
def test_retries_are_hidden_attempts(retries: object, hidden: int) -> None:
    assert len(response("haproxy", status_code=200, retries=retries).attempts) == hidden


@pytest.mark.parametrize(
    ("kind", "path"),
    [
        ("chat.completion", "/v1/chat/completions"),
        ("chat.completion.chunk", "/v1/chat/completions"),
        ("chat_completion_stream", "/v1/chat/completions"),
        ("text_completion_request", "/v1/completions"),
        ("response", "/v1/responses"),
        ("responses", "/v1/responses"),
        ("embedding", "/v1/embeddings"),
        ("list", "/v1/embeddings"),
        ("speech", "/v1/audio/speech"),
        ("audio.speech", "/v1/audio/speech"),
        ("transcription", "/v1/audio/transcriptions"),
        ("audio.transcription", "/v1/audio/transcriptions"),
        ("image.generation", "/v1/images/generations"),
        ("image.edit", "/v1/images/edits"),
        ("rerank", "/v1/rerank"),
        ("passthrough", ""),
    ],
)
def test_bifrosts_kind_of_call_has_a_route(kind: str, path: str) -> None:
    read = response("bifrost", object=kind, status="success")

    assert (read.path, read.method) == (path, "POST" if path else "unknown")


@pytest.mark.parametrize(
    "word",
    [
        "virtual_key_not_found",
        "virtual_key_required",
        "virtual_key_blocked",
        "model_blocked",
        "provider_blocked",
        "mcp_tool_blocked",
        "rate_limited",
        "token_limited",
        "request_limited",
        "budget_exceeded",
    ],
)
def test_bifrost_itself_refuses_by_its_virtual_keys_and_budgets(word: str) -> None:
    details = {"is_bifrost_error": False, "status_code": 402, "type": word, "error": {"type": word}}

    assert response("bifrost", status="error", provider="openai", error_details=details).provider == "bifrost"


def test_bifrosts_hidden_attempts_have_the_status_that_their_reason_tells() -> None:
    reasons = ["rate_limit_error", "authentication_error", "billing_error", "server_error", None, "last"]
    trail = [{"fail_reason": reason} for reason in reasons]

    assert response("bifrost", status="success", attempt_trail=trail).attempts == (429, 401, 402, 0)


def test_of_a_trace_the_last_model_call_counts_and_the_others_are_hidden() -> None:
    def span(kind: str, **said: object) -> dict[str, object]:
        return {"Kind": kind, "Attributes": {f"gen_ai.{name}": value for name, value in said.items()}}

    read = response(
        "bifrost",
        RootSpan={"Attributes": {}},
        Spans=[
            "no span",
            span("llm.call", **{"error": "slow down", "error.type": "rate_limit_error"}),
            span("plugin", error="other"),
            span("llm.call", **{"error": "no money", "error.code": "billing"}),
            {"Kind": "other", "Attributes": {"gen_ai.error": "after"}},
        ],
    )

    assert read.attempts == (0,)
    assert read.body == {"error": {"message": "no money", "code": "billing"}}


OWN: list[tuple[str, dict[str, Any], bool]] = [
    ("apisix", {"status": 399}, False),
    ("apisix", {"status": 400}, True),
    ("apisix", {"status": 499}, False),
    ("apisix", {"status": 502, "upstream_latency": "0"}, True),
    ("kong", {"response": {"status": 503}, "source": "kong"}, True),
    ("kong", {"response": {"status": 503}, "source": "kong", "tries": [{"code": 503}]}, False),
    ("kong", {"response": {"status": 429}, "source": "kong", "tries": [{"code": 429}]}, True),
    ("kong", {"response": {"status": 499}, "source": "kong"}, False),
    ("kong", {"response": {"status": 404}, "latencies": {"proxy": -1}}, True),
    ("kong", {"response": {"status": 404}, "latencies": {"proxy": -1}, "tries": [{}]}, False),
    ("kong", {"response": {"status": 404}, "latencies": {"proxy": 1}}, False),
    ("kong", {"response": {"status": 404}, "latencies": {"proxy": -1}, "source": "upstream"}, False),
    ("cloudflare", {"StatusCode": 399, "OriginResponseStatus": 0}, False),
    ("cloudflare", {"StatusCode": 400, "OriginResponseStatus": 0}, True),
    ("cloudflare", {"StatusCode": 499, "OriginResponseStatus": 0}, False),
    ("cloudflare", {"StatusCode": 498, "OriginResponseStatus": ""}, True),
    ("cloudflare", {"StatusCode": 500, "OriginResponseStatus": 0}, False),
    ("cloudflare", {"StatusCode": 403, "OriginResponseStatus": 403}, False),
    ("cloudflare", {"StatusCode": 403}, False),
    ("traefik", {"DownstreamStatus": 399}, False),
    ("traefik", {"DownstreamStatus": 400}, True),
    ("traefik", {"DownstreamStatus": 499}, False),
    ("traefik", {"DownstreamStatus": 400, "ServiceName": "a"}, False),
    ("traefik", {"DownstreamStatus": 499, "OriginStatus": 0}, False),
    ("traefik", {"DownstreamStatus": 404, "OriginStatus": 0, "ServiceName": "a"}, True),
    ("traefik", {"DownstreamStatus": 500, "OriginStatus": 0, "ServiceName": "a"}, False),
    ("traefik", {"DownstreamStatus": 500, "OriginStatus": 0}, True),
    ("traefik", {"DownstreamStatus": 500, "OriginStatus": 500}, False),
    ("nginx", {"status": 499, "upstream_status": "-"}, False),
    ("nginx", {"status": 413, "upstream_status": ""}, True),
    ("envoy", {"response_code": 429, "response_flags": "DI", "upstream_host": "a"}, False),
    ("envoy", {"response_code": 429, "response_flags": "DI"}, True),
    ("envoy", {"response_code": 404, "upstream_host": "-", "response_code_details": "via_upstream"}, False),
]


@pytest.mark.parametrize(("preset", "event", "is_own"), OWN, ids=str)
def test_a_gateway_answered_itself_where_it_asked_nobody(
    preset: str, event: dict[str, Any], *, is_own: bool
) -> None:
    assert response(preset, **event).provider == (preset if is_own else UNKNOWN)


@pytest.mark.parametrize(
    "said",
    [
        {"request_type": "ai_chat"},
        {"status": 400},
        {"llm_summary_stream": "false"},
        {"llm_stream": "false"},
        {"llm_request_stream": "false"},
        {"llm_time_to_first_token": 0},
        {"llm_time_to_first_token": ""},
    ],
)
def test_the_first_token_of_apisix_is_that_of_a_streamed_success(said: dict[str, Any]) -> None:
    told: dict[str, Any] = {"status": 399, "llm_time_to_first_token": 250, "request_type": "ai_stream"}

    assert response("apisix", **told).time_to_first_token == 0.25
    assert response("apisix", **(told | said)).time_to_first_token is None


@pytest.mark.parametrize(
    ("time", "mode", "seconds"),
    [(250, "stream", 0.25), (250, "oneshot", None), (0, "", None), (1, "", 0.001)],
)
def test_the_first_token_of_kong_is_not_that_of_an_answer_in_one_piece(
    time: int, mode: str, seconds: float | None
) -> None:
    proxy = {"usage": {"time_to_first_token": time}, "meta": {"request_mode": mode}}

    read = Extractor((), "kong").extract({"response": {"status": 200}, "ai": {"proxy": proxy}})

    assert (read.response.time_to_first_token, read.bad_fields) == (seconds, ())


def test_the_plugin_of_kong_that_speaks_with_a_provider_counts_first() -> None:
    said = {"a-guard": {"meta": {"provider_name": "openai"}}, "ai-proxy": {"meta": {"provider_name": "groq"}}}

    assert response("kong", response={"status": 200}, ai=said).provider == "groq"


@pytest.mark.parametrize(
    ("preset", "event"),
    [
        ("nginx", {"status": 200, "host": 5}),
        ("nginx", {"status": 200, "request_method": {"a": 1}, "request_uri": {"a": 1}}),
        ("apisix", {"status": 200, "upstream": "10.0.0.1:443, "}),
        ("apisix", {"status": 200, "upstream": ""}),
        ("haproxy", {"status_code": -1}),
        ("haproxy", {"status_code": "-1", "ta": -1, "retries": "many"}),
        ("haproxy", {"status_code": 0}),
        ("haproxy", {"status_code": "0"}),
        ("otlp", {"startTimeUnixNano": "100"}),
        ("otlp", {"endTimeUnixNano": 0}),
        ("otlp", {"startTimeUnixNano": "abc", "endTimeUnixNano": str(10**18)}),
        ("otlp", {"startTimeUnixNano": "\u0663" * 3, "endTimeUnixNano": str(10**18)}),
        ("otlp", {"startTimeUnixNano": "1" * 21}),
        ("bifrost", {"status": "success", "StartTime": 5, "call": {"failed": 5}}),
        ("litellm", {"status": "success", "startTime": "", "endTime": 5}),
        ("azure", {"resultSignature": "Succeeded", "properties": {"lastError": "words"}}),
    ],
    ids=str,
)
def test_what_is_no_value_is_no_bad_field(preset: str, event: dict[str, Any]) -> None:
    read: Event = Extractor((), preset).extract(event)

    assert (read.bad_fields, read.response.provider, read.response.duration) == ((), UNKNOWN, None)
    assert read.response.body is None


@pytest.mark.parametrize(
    ("written", "attempts"),
    [("+999", 32), ("1000", 0), ("\u0663", 0), ("many", 0), (2, 2), ("2.5", 0), (None, 0)],
)
def test_retries_are_a_small_number(written: object, attempts: int) -> None:
    assert response("haproxy", status_code=200, retries=written).attempts == (0,) * attempts


@pytest.mark.parametrize(
    ("written", "attempts"),
    [
        ("400, 200", (400,)),
        ("399, 200", ()),
        ("-, 200", (0,)),
        ("502, 504 : 200", (502, 504)),
        ("502", ()),
        ([502, 200], (502,)),
        ("5020, 200", (0,)),
        (", ".join(["502"] * 40), (502,) * 32),
    ],
    ids=str,
)
def test_the_statuses_of_the_servers_before_the_last_are_hidden_attempts(
    written: object, attempts: tuple[int, ...]
) -> None:
    assert response("nginx", status=200, upstream_status=written).attempts == attempts


@pytest.mark.parametrize(
    ("name", "is_found"),
    [("Sent-Http-X-Ratelimit-" + "a" * 42, True), ("Sent-Http-X-Ratelimit-" + "a" * 43, False)],
)
def test_a_key_that_is_respelled_has_an_end(name: str, *, is_found: bool) -> None:
    assert bool(response("nginx", **{"status": 200, name: "3"}).headers) == is_found


def test_keys_are_joined_four_deep() -> None:
    four = {"sent": {"http": {"retry": {"after": "3"}}}}
    five = {"sent": {"http": {"x": {"ratelimit": {"limit": "3"}}}}}

    assert response("nginx", status=200, **four).headers == {"retry-after": "3"}
    assert response("nginx", status=200, **five).headers == {}


def test_a_backend_without_a_known_name_is_called_by_its_own() -> None:
    for name in ("my-llm", "default/my-llm/route/a/rule/0"):
        assert response("envoy", response_code=200, backend_name=name).provider == "my-llm"


def test_what_holds_several_events_is_opened_and_what_is_none_left_out() -> None:
    call = {"status": "success", "provider": "openai"}

    assert words({"logs": [call, {"status": "processing"}]}, "bifrost") == ["ok", "ignored"]
    assert words(call, "bifrost") == ["ok"]
    assert words({"metricName": "Latency", "resultSignature": "429"}, "azure") == ["ignored"]
    assert words({"logger": "http.log.error", "status": 500}, "caddy") == ["ignored"]
    assert words({"logger": "http.log.access.a", "status": 200}, "caddy") == ["ok"]
    assert words({"RouterName": "ping@internal", "DownstreamStatus": 200}, "traefik") == ["ignored"]


def test_a_trace_of_bifrost_lasts_from_its_start_to_its_end() -> None:
    read = response("bifrost", StartTime="2026-11-22T05:00:00Z", EndTime="2026-11-22T05:00:01.5Z")

    assert (read.duration, read.timestamp) == (1.5, 1795323601.5)


@pytest.mark.parametrize(
    ("event", "is_own"),
    [
        ({"status": "failure", "error_information": {"error_class": "BudgetExceededError"}}, True),
        ({"metadata": {"error_information": {"error_class": "BudgetExceededError"}}}, True),
        ({"status": "success", "error_information": {"error_class": "BudgetExceededError"}}, False),
        ({"status": "failure", "error_information": {"error_rate_limit_category": ""}}, False),
        ({"status": "failure", "error_information": {"error_rate_limit_category": 5}}, False),
        ({"status": "failure", "error_information": {"error_message": " " * 501 + "virtual key"}}, True),
        ({"status": "failure", "error_information": {"error_message": " " * 502 + "virtual key"}}, False),
    ],
    ids=lambda it: str(it)[:90],
)
def test_litellm_refuses_where_an_error_of_its_own_says_so(event: dict[str, Any], *, is_own: bool) -> None:
    assert response("litellm", **event).provider == ("litellm" if is_own else UNKNOWN)


def test_an_error_of_ecs_may_be_a_word_or_a_trace() -> None:
    trace = "Traceback (most recent call last):\n  File x\nopenai.RateLimitError: slow down"

    assert response("ecs", error="slow down").body == "slow down"
    assert response("ecs", error={"stack_trace": trace}).body == {
        "error": {"type": None, "code": None, "message": "openai.RateLimitError: slow down"}
    }
    assert response("ecs", error={"stack_trace": 5, "code": "x"}).body == {
        "error": {"type": None, "code": "x", "message": None}
    }


# --- OpenTelemetry --------------------------------------------------------------------------------------


def span(*, status: object = None, events: object = None, **attributes: object) -> dict[str, object]:
    named = {name.replace("_", "."): value for name, value in attributes.items()}
    pairs = [{"key": key, "value": {"stringValue": value}} for key, value in named.items()]
    times = {"startTimeUnixNano": "1", "endTimeUnixNano": "2"}
    return {**times, "status": status, "events": events, "attributes": pairs}


def raised(name: str, **said: str) -> dict[str, object]:
    pairs = [{"key": f"exception.{key}", "value": {"stringValue": text}} for key, text in said.items()]
    return {"name": name, "attributes": pairs}


FAILED = {"code": 2}


@pytest.mark.parametrize(
    ("event", "status", "body"),
    [
        (span(), 200, None),
        *((span(status={"code": code}), 200, None) for code in (0, 1, "STATUS_CODE_UNSET", "STATUS_CODE_OK")),
        *((span(status={"code": code}, error_type="X"), None, ("X", "")) for code in (0, 1, 2, "")),
        (span(status={"code": "STATUS_CODE_ERROR"}), None, None),
        (span(status={"code": 7}, error_type="X"), 200, None),
        (span(status={"code": 1, "message": "fine"}), 200, None),
        (span(status={"code": 2, "message": "boom"}), None, (None, "boom")),
        (span(status=FAILED, error_type="", exception_type="Y"), None, ("Y", "")),
        (span(status=FAILED, exception_message="", error_message="boom"), None, (None, "boom")),
        (span(status=FAILED, error_message="Error code: 429"), 429, (None, "Error code: 429")),
        (span(events=[raised("exception", type="Z", message="boom")]), None, ("Z", "boom")),
        (span(events=[raised("gen_ai.client.exception", type="Z")]), None, ("Z", "")),
        (span(events=[raised("exception.other", type="Z")]), 200, None),
        (span(events=[raised("exception", type="A"), raised("exception", type="B")]), None, ("B", "")),
        (span(error_type=5), 200, None),
        ({"body": {"x": 1}, "attributes": []}, None, None),
        ({"attributes": {"exception.type": "X"}}, None, ("X", "")),
        ({**span(), "attributes": {"error.type": 5, "exception.type": "X"}}, None, ("X", "")),
    ],
)  # fmt: skip
def test_a_span_failed_where_it_says_so_or_names_an_error(
    event: dict[str, object], status: int | None, body: tuple[str | None, str] | None
) -> None:
    read = response("otlp", **event)
    expected = body and {"error": {"type": body[0], "message": body[1]}}

    assert (read.status, read.body) == (status, expected)


@pytest.mark.parametrize("word", ["timeout", "timed out", "timed_out", "DeadlineExceeded"])
def test_a_span_that_failed_by_waiting_says_so(word: str) -> None:
    named = span(status=FAILED, error_type=word)
    said = span(status=FAILED, error_type="X", exception_message=f"it {word}")
    late = span(status=FAILED, error_type="X", exception_message=" " * 512 + word)

    endings = [response("otlp", **event).ending for event in (named, said, late)]

    assert endings == ["upstream_timeout", "upstream_timeout", "failed"]


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ({"intValue": "5"}, 5),
        ({"intValue": "-5"}, -5),
        ({"intValue": 5}, 5),
        ({"intValue": "x"}, "x"),
        ({"stringValue": "5"}, "5"),
        ({"arrayValue": {"values": [{"intValue": "5"}, {"boolValue": True}]}}, [5, True]),
        ({"arrayValue": 5}, 5),
        ({"kvlistValue": {"values": [{"key": "a", "value": {"doubleValue": 0.5}}]}}, {"a": 0.5}),
        ({"kvlistValue": 5}, 5),
        ({}, None),
        (5, None),
    ],
    ids=str,
)
def test_a_value_of_otlp_is_what_it_holds(value: object, expected: object) -> None:
    assert value_of(value) == expected


@pytest.mark.parametrize("kind", ["arrayValue", "kvlistValue"])
def test_values_of_otlp_are_read_eight_deep(kind: str) -> None:
    def nested(times: int) -> object:
        value: object = {"stringValue": "inner"}
        for _ in range(times):
            value = {kind: {"values": [value if kind == "arrayValue" else {"key": "a", "value": value}]}}
        return value

    assert "inner" in str(value_of(nested(8)))
    assert "inner" not in str(value_of(nested(9)))


def test_the_times_of_a_span_have_up_to_twenty_digits() -> None:
    start = 10**19

    read = response("otlp", startTimeUnixNano=str(start), endTimeUnixNano=str(start + 1_500_000_000))

    assert read.duration == 1.5


def test_spans_without_the_id_of_a_trace_belong_to_none() -> None:
    call = {"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5"}}
    host = {"key": "server.address", "value": {"stringValue": "api.openai.com"}}
    times = {"startTimeUnixNano": "1", "endTimeUnixNano": "2", "kind": 3}

    def found(*traces: str | None) -> list[str]:
        spans: list[object] = [
            {**times, "attributes": [pair], "traceId": trace}
            for pair, trace in zip((call, host), traces, strict=True)
        ]
        return words({"resourceSpans": [{"scopeSpans": [{"spans": ["no span", *spans]}]}]}, "otlp")

    assert found("t", "t") == ["not_object", "ok", "ignored"]
    assert found("t", "u") == ["not_object", "ok", "ok"]
    assert found(None, None) == ["not_object", "ok", "ok"]
    assert found("", "") == ["not_object", "ok", "ok"]
    assert found("t", None) == ["not_object", "ok", "ok"]


def test_who_left_goes_before_the_status_of_an_error() -> None:
    left = span(status={"code": 2, "message": "Error code: 500 - client disconnected"})

    assert response("bifrost", status="cancelled", status_code=500).status == 499
    assert response("otlp", **left).status == 499
