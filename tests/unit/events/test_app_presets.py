"""How a call ended and who answered, as applications, LiteLLM, Bifrost, Azure, OTLP and ECS tell it."""

from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.events import ApiResponse, Ending, Extractor, Field
from agent.events.presets import PRESETS
from agent.events.response import UNKNOWN
from tests.examples import EXAMPLES
from tests.unit.events.samples import SAMPLES

LEFT = Ending.CLIENT_CLOSED


def events(preset: str, record: dict[str, Any]) -> list[ApiResponse | None]:
    """What each event of a record says; None for one that is no call."""
    shape = PRESETS[preset]
    several = shape.entries(record) if shape.entries else None
    found = [record] if several is None else list(several)
    return [_read(preset, event) for event in found if isinstance(event, dict)]


def _read(preset: str, event: dict[str, object]) -> ApiResponse | None:
    is_other = PRESETS[preset].is_other
    return None if is_other and is_other(event) else Extractor(("model",), preset).extract(event).response


def read(preset: str, **event: Any) -> ApiResponse:
    (response,) = events(preset, event)
    assert response is not None
    return response


def native(**event: Any) -> ApiResponse:
    return read("native", **event)


EXPECTED: dict[tuple[str, str], list[tuple[int | None, str, Ending | None] | None]] = {
    ("azure", "cancelled"): [(499, "azure", LEFT)],
    ("azure", "refused"): [(429, "azure-apim", Ending.RATE_LIMITED)],
    ("azure", "success"): [(200, "azure", None)],
    ("bifrost", "cancelled"): [(499, "anthropic", LEFT)],
    ("bifrost", "refused"): [(402, "bifrost", None)],
    ("bifrost", "success"): [(200, "azure", None)],
    ("cloudevents", "cancelled"): [(499, "openai", LEFT)],
    ("cloudevents", "success"): [(200, "mistral", None)],
    ("ecs", "cancelled"): [(499, "anthropic", LEFT)],
    ("ecs", "success"): [(200, "mistral", None)],
    ("litellm", "cancelled"): [(499, "openai", LEFT)],
    ("litellm", "refused"): [(429, "litellm", None)],
    ("litellm", "success"): [(200, "anthropic", None)],
    ("native", "cancelled"): [(499, "anthropic", LEFT)],
    ("native", "error"): [(429, "openai", None)],
    ("native", "success"): [(200, "openai", None)],
    ("otlp", "cancelled"): [(499, "anthropic", LEFT)],
    ("otlp", "log"): [(503, "groq", None), None],
    ("otlp", "success"): [(200, "azure", None), None],
}


@pytest.mark.parametrize(("preset", "name"), EXPECTED)
def test_a_sample_says_how_the_call_ended_and_who_answered(preset: str, name: str) -> None:
    record = orjson.loads(Path(SAMPLES / preset / f"{name}.json").read_bytes())

    said = [each and (each.status, each.provider, each.ending) for each in events(preset, record)]

    assert said == EXPECTED[preset, name]


# --- the native envelope under other names --------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        {"status_code": 429},
        {"http_status": "429"},
        {"httpStatus": 429},
        {"response": {"status_code": 429}},
        {"res": {"statusCode": 429}},
        {"http": {"response": {"status_code": 429}}},
        {"http.response.status_code": 429},
        {"status": "429 Too Many Requests"},
        {"status": "HTTP/1.1 429 Too Many Requests"},
        {"status": "error", "code": 429},
        {"status": 0, "error": "Error code: 429 - {}"},
        {"err": {"type": "RateLimitError", "message": "429 slow down", "status": 429}},
        {"exception": [{"exc_type": "RateLimitError", "exc_value": "Error code: 429 - {}"}]},
    ],
)
def test_the_status_has_many_names(event: dict[str, object]) -> None:
    assert native(**event).status == 429


@pytest.mark.parametrize(
    "event",
    [
        *({"status": word} for word in ("success", "succeeded", "successful", "ok", "OK")),
        *({"outcome": "success"}, {"success": True}),
    ],
)
def test_a_word_for_success_is_a_status_where_no_number_stands(event: dict[str, object]) -> None:
    assert native(**event).status == 200
    assert native(**event, status_code=503).status == 503


@pytest.mark.parametrize("status", [0, -1, "0", "000", "-1", "Error", "FAILED", {"code": 0}])
def test_what_stands_for_no_status_is_none(status: object) -> None:
    assert native(status=status).status is None


@pytest.mark.parametrize(
    "word",
    [
        *("error", "failed", "failure", "fail", "timeout", "cancelled", "canceled", "aborted", "rejected"),
        *("warning", "unknown", "completed"),
    ],
)
def test_a_word_for_how_a_call_ended_is_no_bad_status_and_the_real_one_may_stand_beside_it(word: str) -> None:
    assert Extractor().extract({"status": word, "path": "/v1"}).bad_fields == ()
    assert native(status=word, status_code=429).status == 429


@pytest.mark.parametrize(
    "line", ["429", "429 Too Many Requests", "HTTP/1.1 429 Too Many Requests", "HTTP/2 429"]
)
def test_a_status_may_be_a_whole_status_line(line: str) -> None:
    assert native(status=line).status == 429


@pytest.mark.parametrize(
    "status", ["timeout after 300 seconds", "HTTP/1.1", "http/2", "HTTP/2 ok", "too many", 1, "00", "-2"]
)
def test_a_text_without_a_status_is_counted_by_field_and_the_event_goes_on(status: object) -> None:
    event = Extractor().extract({"status": status, "path": "/v1"})

    assert (event.response.status, event.response.path) == (None, "/v1")
    assert event.bad_fields == (Field.STATUS,)


@pytest.mark.parametrize("name", ["request", "request_line"])
def test_a_request_line_tells_the_method_and_the_path_and_another_text_neither(name: str) -> None:
    told, other = native(**{name: "GET /v1/models HTTP/1.1"}), native(**{name: "GET the models"})

    assert (told.method, told.path) == ("GET", "/v1/models")
    assert (other.method, other.path) == (UNKNOWN, "")


@pytest.mark.parametrize(
    ("event", "path"),
    [
        ({"endpoint": "/v1/embeddings"}, "/v1/embeddings"),
        ({"request_uri": "/v1/models?limit=2"}, "/v1/models?limit=2"),
        ({"request": {"url": "https://api.x.ai/v1/models"}}, "/v1/models"),
        ({"url": {"path": "/v1/models"}}, "/v1/models"),
        ({"request": "GET /v1/models HTTP/1.1"}, "/v1/models"),
    ],
)
def test_the_path_has_many_names(event: dict[str, object], path: str) -> None:
    assert native(status=200, **event).path == path


@pytest.mark.parametrize(
    ("event", "seconds"),
    [
        ({"latency_ms": 1500}, 1.5),
        ({"elapsed_seconds": 1.5}, 1.5),
        ({"responseTime": 1500}, 1.5),
        ({"duration_us": 1_500_000}, 1.5),
        ({"event": {"duration": 1_500_000_000}}, 1.5),
        ({"duration": "1.5s"}, 1.5),
        ({"latency": "00:00:01.5"}, 1.5),
        ({"duration": 1.5}, None),  # seconds or milliseconds: nobody says
    ],
)
def test_a_duration_needs_its_unit_in_the_name_or_in_the_text(
    event: dict[str, object], seconds: float | None
) -> None:
    assert native(status=200, **event).duration == seconds


@pytest.mark.parametrize(
    ("event", "provider"),
    [
        ({"vendor": "OpenAI"}, "openai"),
        ({"gen_ai.provider.name": "aws.bedrock"}, "bedrock"),
        ({"gen_ai": {"system": "az.ai.openai"}}, "azure"),
        ({"api_base": "https://api.groq.com/openai/v1"}, "groq"),
        ({"hostname": "pod-7f9"}, "unknown"),
    ],
)
def test_the_provider_has_many_names(event: dict[str, object], provider: str) -> None:
    assert native(status=200, **event).provider == provider


def test_an_own_field_goes_before_its_other_names() -> None:
    assert native(status=200, statusCode=500).status == 200


def test_a_response_body_is_read_also_under_200() -> None:
    body = {"error": {"type": "overloaded_error"}}

    assert native(status=200, response_body=body).body == body


def test_a_line_of_a_log_below_error_is_no_error_body() -> None:
    assert native(level="info", msg="rate limit reached for 3 of 500 users").body is None
    assert native(level=30, msg="rate limit reached for 3 of 500 users").body is None


def test_of_a_traceback_the_exception_at_its_end_is_the_body() -> None:
    trace = "Traceback (most recent call last):\n  File \"a.py\", line 1\nKeyError: 'x'\n\nDuring ...\n\n"

    assert native(level="error", exc_info=f"{trace}openai.APITimeoutError: slow").body == (
        "openai.APITimeoutError: slow"
    )


# --- who left -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error",
    [
        "CancelledError",
        "asyncio.exceptions.CancelledError",
        {"type": "AbortError", "message": "This operation was aborted"},
        {"name": "APIUserAbortError", "message": "Request was aborted."},
        "context canceled",
        'Post "https://api.openai.com/v1/responses": context canceled',
        "rpc error: code = Canceled desc = context canceled",
        "client disconnected",
        "starlette.requests.ClientDisconnect",
        "System.OperationCanceledException: The operation was canceled.",
        "org.apache.catalina.connector.ClientAbortException: java.io.IOException: Broken pipe",
        "the client closed the connection",
    ],
)
def test_a_caller_who_left_is_told_by_the_error(error: object) -> None:
    response = native(provider="openai", error=error)

    assert (response.status, response.ending) == (499, LEFT)


@pytest.mark.parametrize(
    "error",
    [
        "TaskCanceledException: canceled due to the configured HttpClient.Timeout of 100 seconds elapsing.",
        "context deadline exceeded",
        "Traceback (most recent call last):\nasyncio.CancelledError\n\nThe above ...\n\nTimeoutError: late",
        "the account was closed",
        "server closed the connection",
        {"type": "rate_limit_error", "message": "slow down"},
    ],
)
def test_a_deadline_and_other_failures_are_no_caller_who_left(error: object) -> None:
    response = native(provider="openai", error=error)

    assert (response.status, response.ending) == (None, None)


def test_a_status_that_was_written_stays() -> None:
    response = native(status=200, error="client disconnected")

    assert (response.status, response.ending) == (200, LEFT)


# --- LiteLLM --------------------------------------------------------------------------------------------


def failure(**error: object) -> ApiResponse:
    return read("litellm", status="failure", custom_llm_provider="openai", error_information=error)


@pytest.mark.parametrize(
    "error",
    [
        {"error_class": "BudgetExceededError"},
        {
            "error_class": "RouterRateLimitError",
            "error_message": "No deployments available, Try again in 5 s",
        },
        {
            "error_class": "ProxyException",
            "error_message": "Authentication Error, Invalid proxy server token",
        },
        {"error_class": "RateLimitError", "error_message": "Deployment over user-defined ratelimit."},
        {"error_class": "RateLimitError", "error_rate_limit_category": "litellm_batch_rate_limit"},
    ],
)
def test_litellm_answers_itself_where_it_refuses(error: dict[str, object]) -> None:
    assert failure(**error).provider == "litellm"


@pytest.mark.parametrize(
    "error",
    [
        {"error_class": "RateLimitError", "error_message": "OpenAIException - Rate limit reached"},
        {"error_class": "RateLimitError", "error_rate_limit_category": "vendor_rate_limit"},
        {"error_class": "HTTPException", "error_code": "499", "error_message": "Client disconnected"},
    ],
)
def test_litellm_is_not_who_answered_what_it_passes_on(error: dict[str, object]) -> None:
    assert failure(**error).provider == "openai"


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("acompletion", "/v1/chat/completions"),
        ("aembedding", "/v1/embeddings"),
        ("anthropic_messages", "/v1/messages"),
        ("_aresponses", "/v1/responses"),
        ("pass_through_endpoint", ""),
    ],
)
def test_a_call_type_stands_for_the_route_of_the_proxy(call: str, path: str) -> None:
    assert read("litellm", status="success", call_type=call).path == path


def test_the_first_token_of_litellm_is_that_of_a_stream() -> None:
    times = {"startTime": 100.0, "completionStartTime": 102.0, "endTime": 107.0}

    assert read("litellm", status="success", **times).time_to_first_token == 2.0
    assert read("litellm", status="success", stream=False, **times).time_to_first_token is None


# --- Bifrost and Azure ----------------------------------------------------------------------------------


def test_an_entry_of_bifrost_under_way_is_no_call_yet() -> None:
    assert events("bifrost", {"status": "processing", "provider": "openai"}) == [None]


@pytest.mark.parametrize("category", ["Audit", "AzureOpenAIRequestUsage", "GatewayLlmLogs"])
def test_the_same_call_in_another_category_of_azure_is_left_out(category: str) -> None:
    record = {"category": category, "resultSignature": "200", "operationName": "ChatCompletions_Create"}

    assert events("azure", {"records": [record, {"category": "RequestResponse", "resultSignature": "200"}]})[
        :1
    ] == [None]


def test_a_row_of_log_analytics_has_its_columns_in_upper_case() -> None:
    response = read(
        "azure",
        TimeGenerated="2026-11-22T05:00:00Z",
        OperationName="ApiManagementGatewayLogs",
        Method="POST",
        Url="https://ai.example.org/openai/responses",
        ResponseCode=503,
        BackendResponseCode=503,
        BackendUrl="https://chat.openai.azure.com/openai/responses",
        TotalTime=420,
    )

    assert (response.status, response.provider, response.duration) == (503, "azure", 0.42)


@pytest.mark.parametrize("name", ["operationName", "OperationName"])
@pytest.mark.parametrize(
    ("operation", "path"),
    [
        ("ChatCompletions_Create", "/openai/deployments/{deployment}/chat/completions"),
        ("Completions_Create", "/openai/deployments/{deployment}/completions"),
        ("Embeddings_Create", "/openai/deployments/{deployment}/embeddings"),
        ("ImageGenerations_Create", "/openai/deployments/{deployment}/images/generations"),
        ("Transcriptions_Create", "/openai/deployments/{deployment}/audio/transcriptions"),
        ("Translations_Create", "/openai/deployments/{deployment}/audio/translations"),
        ("Responses_Create", "/openai/responses"),
    ],
)
def test_an_operation_of_azure_openai_has_a_route(name: str, operation: str, path: str) -> None:
    response = read("azure", category="RequestResponse", resultSignature="200", **{name: operation})

    assert (response.method, response.path) == ("POST", path)


def test_an_operation_that_is_none_of_azure_openai_has_no_route() -> None:
    response = read("azure", category="RequestResponse", resultSignature="200", operationName="Files_List")

    assert (response.method, response.path) == (UNKNOWN, "")


@pytest.mark.parametrize(
    "category", ["RequestResponse", "GatewayLogs", "ApplicationGatewayAccessLog", "FrontDoorAccessLog", ""]
)
def test_the_categories_of_azure_that_tell_of_calls_count(category: str) -> None:
    assert read("azure", category=category, resultSignature="429").status == 429
    assert read("azure", Category=category, resultSignature="429").status == 429


BACKEND = "https://chat-eastus.openai.azure.com/openai/responses"


@pytest.mark.parametrize(
    ("reason", "ending", "provider"),
    [
        ("ClientConnectionFailure", LEFT, "azure"),
        ("BackendConnectionFailure", Ending.CONNECTION_FAILED, "azure"),
        ("Timeout", Ending.UPSTREAM_TIMEOUT, "azure"),
        ("OperationNotFound", Ending.NO_ROUTE, "azure-apim"),
        ("RateLimitExceeded", Ending.RATE_LIMITED, "azure-apim"),
        ("QuotaExceeded", Ending.RATE_LIMITED, "azure-apim"),
        ("SubscriptionKeyNotFound", Ending.UNAUTHENTICATED, "azure-apim"),
        ("SubscriptionKeyInvalid", Ending.UNAUTHENTICATED, "azure-apim"),
        ("BackendCircuitBreakerOpen", Ending.OVERFLOW, "azure-apim"),
        ("AnotherReason", None, "azure"),
    ],
)
def test_a_reason_of_api_management_says_how_a_call_ended_and_who_answered(
    reason: str, ending: Ending | None, provider: str
) -> None:
    properties = {"responseCode": 503, "backendUrl": BACKEND, "lastError": {"reason": reason}}

    log = read("azure", category="GatewayLogs", properties=properties)
    row = read(
        "azure",
        OperationName="ApiManagementGatewayLogs",
        ResponseCode=503,
        BackendUrl=BACKEND,
        LastErrorReason=reason,
    )

    assert (log.status, log.ending, log.provider) == (503, ending, provider)
    assert (row.status, row.ending, row.provider) == (503, ending, provider)


def test_what_the_backend_answered_is_not_of_api_management_itself() -> None:
    log = {"backendResponseCode": 429, "backendUrl": BACKEND, "lastError": {"reason": "RateLimitExceeded"}}
    row = {"BackendResponseCode": 429, "BackendUrl": BACKEND, "LastErrorReason": "RateLimitExceeded"}

    assert read("azure", category="GatewayLogs", properties=log).provider == "azure"
    assert read("azure", OperationName="ApiManagementGatewayLogs", **row).provider == "azure"


# --- OpenTelemetry --------------------------------------------------------------------------------------


def span(attributes: dict[str, object], **more: object) -> dict[str, object]:
    pairs = [{"key": key, "value": {"stringValue": str(value)}} for key, value in attributes.items()]
    return {"startTimeUnixNano": "1", "endTimeUnixNano": "2", "kind": 3, "attributes": pairs, **more}


def traces(*spans: dict[str, object]) -> list[ApiResponse | None]:
    return events("otlp", {"resourceSpans": [{"scopeSpans": [{"spans": list(spans)}]}]})


@pytest.mark.parametrize(
    "attributes",
    [
        {"db.system": "postgresql"},
        {"db.system": "postgresql", "gen_ai.request.model": "gpt-5"},
        *(
            {"gen_ai.operation.name": operation, "gen_ai.provider.name": "openai"}
            for operation in (
                *("execute_tool", "invoke_agent", "create_agent", "invoke_workflow", "run_task", "retrieval"),
                *("search_memory", "plan", "handoff", "guardrail", "Invoke_Agent"),
            )
        ),
        {"traceloop.span.kind": "workflow"},
        {"openinference.span.kind": "CHAIN"},
        {"openinference.span.kind": "CHAIN", "gen_ai.request.model": "gpt-5"},
        {"server.address": "example.org", "http.response.status_code": 200},
    ],
)
def test_a_span_that_is_no_call_of_a_model_is_left_out(attributes: dict[str, object]) -> None:
    assert traces(span(attributes)) == [None]


@pytest.mark.parametrize(
    "attributes",
    [
        {"gen_ai.system": "openai", "gen_ai.request.model": "gpt-5"},
        {"llm.request.type": "chat", "gen_ai.system": "openai"},
        {"openinference.span.kind": "LLM", "llm.provider": "openai"},
        {"url.full": "https://api.openai.com/v1/responses", "http.status_code": 200},
    ],
)
def test_a_call_of_a_model_is_told_by_old_and_new_names(attributes: dict[str, object]) -> None:
    (response,) = traces(span(attributes))

    assert response is not None
    assert (response.status, response.provider) == (200, "openai")


@pytest.mark.parametrize(
    "attributes",
    [
        *(
            {name: "gpt-5"}
            for name in (
                *("gen_ai.system", "gen_ai.provider.name", "gen_ai.request.model"),
                *("llm.request.type", "llm.model_name"),
            )
        ),
        *({"openinference.span.kind": kind} for kind in ("LLM", "EMBEDDING", "RERANKER")),
        {"traceloop.span.kind": "llm"},
        {"gen_ai.request.model": "gpt-5", "gen_ai.operation.name": "chat"},
    ],
)
def test_each_name_of_a_model_call_is_enough_by_itself(attributes: dict[str, object]) -> None:
    assert traces(span(attributes, kind=1)) != [None]


HOSTS_OF_CALLS = ("server.address", "url.full", "http.url", "net.peer.name", "http.host", "peer.service")


@pytest.mark.parametrize("name", HOSTS_OF_CALLS)
def test_an_http_request_to_a_provider_is_a_call_under_each_name_of_its_host(name: str) -> None:
    called: dict[str, object] = {name: "api.openai.com"}

    requests = [span(called, kind=kind) for kind in (3, "SPAN_KIND_CLIENT", 2, "SPAN_KIND_SERVER")]

    assert [request is not None for request in traces(*requests)] == [True, True, False, False]


@pytest.mark.parametrize("scopes", ["scopeSpans", "instrumentationLibrarySpans"])
def test_spans_stand_below_the_old_and_the_new_name_of_their_library(scopes: str) -> None:
    request = {"resourceSpans": [{scopes: [{"spans": [span({"gen_ai.request.model": "gpt-5"})]}]}]}

    assert None not in events("otlp", request)


@pytest.mark.parametrize("scopes", ["scopeLogs", "instrumentationLibraryLogs"])
@pytest.mark.parametrize(
    ("name", "is_call"),
    [
        ("gen_ai.client.inference.operation.details", True),
        ("gen_ai.client.operation.exception", True),
        ("gen_ai.user.message", False),
        ("gen_ai.choice", False),
    ],
)
def test_a_message_that_is_logged_by_itself_is_no_call(scopes: str, name: str, *, is_call: bool) -> None:
    attributes = [{"key": "gen_ai.request.model", "value": {"stringValue": "gpt-5"}}]
    record = {"eventName": name, "attributes": attributes}

    found = events("otlp", {"resourceLogs": [{scopes: [{"logRecords": [record]}]}]})

    assert [one is not None for one in found] == [is_call]


def test_the_http_request_below_a_call_is_no_second_call() -> None:
    call = span({"gen_ai.system": "openai", "gen_ai.request.model": "gpt-5"}, traceId="t")
    request = span({"url.full": "https://api.openai.com/v1/responses", "http.status_code": 429}, traceId="t")

    assert [response is None for response in traces(request, call)] == [True, False]


@pytest.mark.parametrize(
    ("error", "ending"),
    [("timeout", Ending.UPSTREAM_TIMEOUT), ("_OTHER", Ending.FAILED), ("context canceled", LEFT)],
)
def test_a_failed_span_without_a_status_says_how_it_ended(error: str, ending: Ending) -> None:
    (response,) = traces(span({"gen_ai.system": "openai", "error.type": error}, status={"code": 2}))

    assert response is not None
    assert response.ending is ending


def test_values_of_attributes_may_be_lists_and_objects() -> None:
    header = {"arrayValue": {"values": [{"stringValue": "20"}]}}
    inner = {"kvlistValue": {"values": [{"key": "a", "value": {"boolValue": True}}]}}
    found = span({"gen_ai.system": "openai", "http.response.status_code": 429})
    found["attributes"] += [  # type: ignore[operator]
        {"key": "http.response.header.retry-after", "value": header},
        {"key": "extra", "value": inner},
    ]

    (response,) = traces(found)

    assert response is not None
    assert response.headers == {"retry-after": "20"}


def test_metrics_hold_no_calls() -> None:
    assert events("otlp", {"resourceMetrics": [{}]}) == []


@pytest.mark.parametrize("signal", ["resourceSpans", "resourceLogs"])
@pytest.mark.parametrize(
    "content", [None, 5, "x", [5], [{}], [{"scopeSpans": 1, "scopeLogs": [{"logRecords": 2}]}]]
)
def test_a_damaged_request_holds_nothing(signal: str, content: object) -> None:
    assert events("otlp", {signal: content}) == []


# --- Elastic Common Schema ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "event",
    [
        {"http.response.status_code": 503},
        {"http": {"response.status_code": 503}},
        {"http.response": {"status_code": 503}},
        {"http": {"request": {"method": "POST"}}, "http.response.status_code": 503},
    ],
)
def test_keys_of_ecs_may_be_nested_or_joined_by_dots(event: dict[str, object]) -> None:
    assert read("ecs", **event).status == 503


def test_a_line_of_ecs_that_tells_of_no_call_is_left_out() -> None:
    assert events("ecs", {"@timestamp": "2026-11-22T05:00:00Z", "message": "started"}) == [None]


def test_a_line_of_ecs_that_carries_an_event_in_a_text_is_not_left_out() -> None:
    assert events("ecs", {"message": '{"http.response.status_code": 503}'}) != [None]


# --- whatever comes -------------------------------------------------------------------------------------

OF_PRESETS = ("native", "cloudevents", "litellm", "bifrost", "azure", "otlp", "ecs")
WORDS = st.sampled_from(
    [
        "status",
        "failure",
        "type",
        "timeUnixNano",
        "error",
        "err",
        "exception",
        "exc_info",
        "message",
        "level",
        "kwargs",
        "standard_logging_object",
        "metadata",
        "error_information",
        "error_code",
        "error_class",
        "startTime",
        "endTime",
        "completionStartTime",
        "call_type",
        "resourceSpans",
        "resourceLogs",
        "scopeSpans",
        "scopeLogs",
        "spans",
        "logRecords",
        "attributes",
        "key",
        "value",
        "kvlistValue",
        "arrayValue",
        "values",
        "intValue",
        "stringValue",
        "events",
        "name",
        "body",
        "resource",
        "startTimeUnixNano",
        "endTimeUnixNano",
        "traceId",
        "records",
        "properties",
        "lastError",
        "reason",
        "category",
        "operationName",
        "resultSignature",
        "attempt_trail",
        "error_details",
        "http",
        "http.response.status_code",
        "http.response",
        "event.duration",
        "gen_ai.system",
        "data",
        "specversion",
    ]
)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=5),
    max_leaves=25,
)


@EXAMPLES
@given(st.sampled_from(OF_PRESETS), st.dictionaries(WORDS, VALUES))
def test_no_json_object_makes_a_preset_raise(preset: str, record: dict[str, Any]) -> None:
    assert all(each is None or isinstance(each, ApiResponse) for each in events(preset, record))
