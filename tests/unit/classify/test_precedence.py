"""The hard cases, one by one: where words, sentence and status disagree."""

import pytest

from agent.classify import classify, explain
from agent.events.response import ApiResponse

QUOTA = "You exceeded your current quota, please check your plan and billing details."


def meaning(status: int | None, body: object, **headers: str) -> str:
    outcome = classify(ApiResponse(status=status, body=body, headers=headers))
    return f"{outcome.type}/{outcome.reason}"


def openai(message: str = "", **fields: object) -> dict[str, object]:
    return {
        "error": {"message": message, "type": "invalid_request_error", "param": None, "code": None, **fields}
    }


def test_the_same_sentence_is_money_at_openai_and_pace_at_google() -> None:
    google = {"error": {"code": 429, "message": QUOTA, "status": "RESOURCE_EXHAUSTED"}}

    assert meaning(429, openai(QUOTA, type="insufficient_quota")) == "insufficient_balance/quota_exhausted"
    assert meaning(429, google) == "rate_limit_error/rate_limit_generic"


def test_a_sentence_is_the_providers_own_whatever_shape_it_came_in() -> None:
    flat = classify(ApiResponse(429, "gemini", body={"message": QUOTA}))

    assert flat.type == "rate_limit_error"


def test_a_number_is_read_against_the_table_of_the_provider_that_answered() -> None:
    body = {"error": {"code": "1002", "message": "busy"}}

    assert classify(ApiResponse(provider="minimax", body=body)).type == "rate_limit_error"
    assert classify(ApiResponse(provider="zhipu", body=body)).type == "authentication_error"


def test_a_code_outranks_the_type_the_sentence_and_the_status() -> None:
    body = openai("We could not parse the JSON body", code="billing_hard_limit_reached")

    assert meaning(500, body) == "insufficient_balance/spend_limit_reached"


def test_a_rate_code_outranks_a_request_type_and_a_size_status() -> None:
    assert meaning(413, openai("tokens per minute (TPM)", code="rate_limit_exceeded")) == (
        "rate_limit_error/tokens_per_minute"
    )


def test_a_type_that_names_the_cause_outranks_the_status() -> None:
    body = {"type": "error", "error": {"type": "request_too_large", "message": "x"}}

    assert meaning(400, body) == "request_too_large/payload_too_large"


def test_a_vague_type_gives_way_to_the_status() -> None:
    assert meaning(401, openai("no")) == "authentication_error/auth_failed"
    assert meaning(429, openai("no")) == "rate_limit_error/rate_limit_generic"


def test_a_vague_type_gives_way_to_the_sentence() -> None:
    assert meaning(400, openai("Your credit balance is too low to access it")) == (
        "insufficient_balance/insufficient_credits"
    )
    assert meaning(500, openai("Overloaded", type="api_error")) == "overloaded_error/capacity"


@pytest.mark.parametrize("status", [401, 402, 400])
def test_a_vague_code_beside_a_vague_type_leaves_the_word_to_the_status(status: int) -> None:
    body = openai(
        "x", code="invalid_request_error", type="unknown_error" if status == 402 else "invalid_request_error"
    )

    wanted = {401: "authentication_error", 402: "insufficient_balance", 400: "invalid_request_error"}[status]
    assert meaning(status, body).startswith(wanted)


@pytest.mark.parametrize(
    ("status", "kind"), [(400, "invalid_request_error"), (404, "not_found_error"), (None, "not_found_error")]
)
def test_an_unknown_model_follows_the_status(status: int | None, kind: str) -> None:
    assert (
        meaning(status, openai("The model x does not exist", code="model_not_found"))
        == f"{kind}/model_not_found"
    )


def test_the_error_inside_wins_over_the_one_around_it() -> None:
    inner = '400 {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}'
    body = {"requestId": "x", "statusCode": 400, "timestamp": "t", "path": "/v1", "message": inner}

    outcome = classify(ApiResponse(status=400, body=body))
    assert (outcome.type, outcome.dialect) == ("overloaded_error", "aimlapi")


def test_an_echo_of_the_prompt_is_no_error() -> None:
    echo = 'Expected a string, got {"role": "user", "message": "Rate limit exceeded", "code": "x"}'

    assert meaning(400, openai(echo)).startswith("invalid_request_error/")


def test_an_object_without_a_status_in_a_sentence_is_the_callers_own() -> None:
    echo = 'An error occurred while we handled {"role": "user", "message": "Insufficient balance"}'

    assert meaning(500, openai(echo, type="api_error")) == "api_error/internal_error"


def test_braces_in_a_sentence_are_no_body() -> None:
    echo = "An error occurred while we handled {insufficient balance, 'too many requests'}"

    assert meaning(500, openai(echo, type="api_error")) == "api_error/internal_error"


def test_a_vague_code_gives_way_to_a_type_that_names_the_cause() -> None:
    body = openai("x", code="invalid_request_error", type="authentication_error")

    assert meaning(None, body) == "authentication_error/auth_failed"


def test_a_code_around_a_vague_error_keeps_the_last_word() -> None:
    metadata = {"raw": '{"error":"Rate limit exceeded"}', "limit_source": "upstream_provider_account"}
    error = {"message": "Provider returned error", "code": 429, "metadata": metadata}

    assert meaning(429, {"error": error}) == "rate_limit_error/upstream_rate_limited"


def test_anthropics_spend_cap_stands_in_the_details() -> None:
    details = {"error_code": "enforced_spend_limit_reached"}
    error = {"type": "rate_limit_error", "message": "Please try again later", "details": details}

    assert meaning(429, {"type": "error", "error": error}) == "insufficient_balance/spend_limit_reached"


def test_no_credits_were_charged_is_not_about_credits() -> None:
    error = {
        "code": 403,
        "message": "Your input was flagged. No credits were charged.",
        "metadata": {"reasons": ["x"]},
    }

    assert meaning(403, {"error": error}) == "invalid_request_error/content_policy"


def test_exhausted_your_capacity_is_the_callers_own_window() -> None:
    error = {
        "code": 429,
        "message": "You have exhausted your capacity on this model.",
        "status": "RESOURCE_EXHAUSTED",
    }

    assert meaning(429, {"error": error}) == "rate_limit_error/subscription_window"


def test_missing_authentication_token_means_an_unknown_route_when_it_stands_alone() -> None:
    assert meaning(403, {"message": "Missing Authentication Token"}) == "not_found_error/endpoint_not_found"


@pytest.mark.parametrize(
    ("cause", "wanted"),
    [
        ("overflow", "overloaded_error/circuit_breaker_overflow"),
        ("connection timeout", "timeout_error/connection_timeout"),
        ("connection failure", "api_error/upstream_connect_error"),
    ],
)
def test_envoys_reset_reasons_differ(cause: str, wanted: str) -> None:
    text = f"upstream connect error or disconnect/reset before headers. reset reason: {cause}"

    assert meaning(503, text) == wanted


def test_bedrocks_header_names_the_error() -> None:
    body = {"message": "The security token included in the request is expired"}

    assert meaning(403, body, **{"x-amzn-errortype": "ExpiredTokenException:http://x/"}) == (
        "authentication_error/expired_credential"
    )


def test_the_status_in_the_body_is_nearer_to_the_cause_than_the_one_that_carried_it() -> None:
    assert meaning(500, {"error": {"code": 429, "message": "no"}}) == "rate_limit_error/rate_limit_generic"


def test_containers_in_place_of_words_are_passed_over() -> None:
    error = {"type": ["rate_limit_error"], "code": 429.0, "message": {"text": "x"}, "rate_limit": "100"}

    assert meaning(None, {"error": error}) == "rate_limit_error/rate_limit_generic"


SAYS = {
    "rate_limit_error": "Rate limit exceeded",
    "insufficient_balance": "Insufficient balance",
    "authentication_error": "Invalid API key",
    "permission_error": "You do not have permission to access this",
    "timeout_error": "The request timed out",
    "overloaded_error": "The server is overloaded",
}
ALL = " ".join(SAYS)


@pytest.mark.parametrize(
    ("code", "types"),
    [
        ("invalid_request_error", ALL),
        ("validation_error", ALL),
        ("api_error", ALL),
        ("upstream_error", ALL),
        ("unavailable_error", ALL),
        ("bad_gateway", ALL),
        ("rate_limit_error", "rate_limit_error insufficient_balance overloaded_error"),
        ("authentication_error", "authentication_error insufficient_balance permission_error"),
        ("permission_error", "permission_error authentication_error insufficient_balance rate_limit_error"),
        ("not_found_error", "insufficient_balance permission_error"),
        ("model_not_found", "insufficient_balance overloaded_error"),
        ("invalid_request_state", "insufficient_balance permission_error"),
        ("timeout_error", "timeout_error"),
        ("billing_error", "insufficient_balance"),
        ("context_length_exceeded", "authentication_error insufficient_balance"),
        ("not_supported_error", "insufficient_balance"),
        ("invalid_api_key", "authentication_error"),
        ("insufficient_quota", "insufficient_balance"),
    ],
)
def test_a_sentence_makes_of_a_code_only_what_the_code_leaves_open(code: str, types: str) -> None:
    found = {kind: meaning(None, {"error": {"code": code, "message": said}}) for kind, said in SAYS.items()}

    assert {kind for kind, told in found.items() if told.startswith(kind)} == set(types.split())


@pytest.mark.parametrize(
    ("status", "types"),
    [
        *((status, ALL) for status in (400, 405, 409, 415, 422, 500, 502, 503, 520, 529)),
        (413, "insufficient_balance rate_limit_error"),
        (401, "authentication_error insufficient_balance permission_error"),
        (402, "authentication_error insufficient_balance permission_error rate_limit_error"),
        (403, "authentication_error insufficient_balance overloaded_error permission_error rate_limit_error"),
        (404, "authentication_error insufficient_balance overloaded_error permission_error"),
        (410, "insufficient_balance overloaded_error permission_error"),
        *(
            (status, "insufficient_balance overloaded_error rate_limit_error timeout_error")
            for status in (408, 504, 522, 524)
        ),
        (429, "insufficient_balance overloaded_error rate_limit_error"),
        (499, ""),
    ],
)
def test_a_sentence_makes_of_a_status_only_what_the_status_leaves_open(status: int, types: str) -> None:
    found = {kind: meaning(status, {"error": {"message": said}}) for kind, said in SAYS.items()}

    assert {kind for kind, told in found.items() if told.startswith(kind)} == set(types.split())


@pytest.mark.parametrize(
    ("status", "sentence", "wanted"),
    [
        (429, "Your wallet has no funds left", "insufficient_balance"),
        (429, "You have used up your monthly quota.", "insufficient_balance"),
        (503, "No GPUs available at the moment", "overloaded_error"),
        (503, "Too many users right now", "overloaded_error"),
        (429, "This did not go as planned", "rate_limit_error"),
        (503, "This did not go as planned", "api_error"),
    ],
)
def test_a_status_that_is_given_to_several_causes_says_less_than_all_words(
    status: int, sentence: str, wanted: str
) -> None:
    assert classify(ApiResponse(status, body={"error": {"message": sentence}})).type == wanted


@pytest.mark.parametrize(
    ("status", "sentence", "wanted"),
    [
        (402, "Invalid user key", "authentication_error"),
        (500, "Your key was not recognised", "authentication_error"),
        (500, "File is larger than 20 MB", "request_too_large"),
        (400, "Too many jobs of yours run at once", "rate_limit_error"),
        (502, "All your tokens of this minute are used", "rate_limit_error"),
        (500, "This did not go as planned", "api_error"),
        (499, "Your key was not recognised", "client_closed_request"),
    ],
)
def test_all_words_outweigh_a_status_under_which_errors_of_their_type_have_been_met(
    status: int, sentence: str, wanted: str
) -> None:
    assert classify(ApiResponse(status, body={"error": {"message": sentence}})).type == wanted


@pytest.mark.parametrize(
    ("status", "wanted"), [(400, "rate_limit_error"), (504, "timeout_error"), (405, "invalid_request_error")]
)
def test_all_words_outweigh_a_vague_code_only_where_their_type_has_been_met(status: int, wanted: str) -> None:
    error = {"code": "invalid_request_error", "message": "Too many jobs of yours run at once"}

    assert classify(ApiResponse(status, body={"error": error})).type == wanted


def test_explain_tells_of_the_status_that_was_weighed() -> None:
    why = explain(ApiResponse(402, body={"error": {"message": "Invalid user key"}}))

    assert why.rule.startswith("learned: like authentication_error under 402")
