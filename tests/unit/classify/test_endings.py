"""How a call ended, said beside the status: what it means, and when body and status know better."""

import pytest

from agent.classify import Explanation, Outcome, OutcomeType, Reason, classify, explain
from agent.events.response import ApiResponse, Ending

BROKEN_OFF = {
    Ending.CLIENT_CLOSED: "client_closed_request/client_closed",
    Ending.UPSTREAM_TIMEOUT: "timeout_error/upstream_timeout",
    Ending.UPSTREAM_CLOSED: "api_error/upstream_connect_error",
    Ending.CONNECTION_FAILED: "api_error/upstream_connect_error",
    Ending.NO_HEALTHY_UPSTREAM: "api_error/no_healthy_upstream",
    Ending.OVERFLOW: "overloaded_error/circuit_breaker_overflow",
    Ending.RATE_LIMITED: "rate_limit_error/rate_limit_generic",
    Ending.UNAUTHENTICATED: "authentication_error/auth_failed",
    Ending.PERMISSION_DENIED: "permission_error/access_denied",
    Ending.NO_ROUTE: "not_found_error/endpoint_not_found",
    Ending.INVALID_REQUEST: "invalid_request_error/invalid_request_generic",
    Ending.UNAVAILABLE: "api_error/service_unavailable",
    Ending.FAILED: "api_error/internal_error",
}
ANSWER = {"choices": [{"message": {"role": "assistant", "content": "The request was cancelled."}}]}


def meaning(status: int | None, ending: Ending, body: object = None) -> str:
    outcome = classify(ApiResponse(status=status, ending=ending, body=body))
    return f"{outcome.type}/{outcome.reason}"


def test_every_ending_has_a_meaning() -> None:
    assert {*BROKEN_OFF} == {*Ending}


@pytest.mark.parametrize("body", [None, "", ANSWER, 'data: {"choices": []}\n\n'])
@pytest.mark.parametrize("status", [None, 200])
@pytest.mark.parametrize("ending", Ending)
def test_an_answer_that_broke_off_means_what_its_ending_says(
    status: int | None, ending: Ending, body: object
) -> None:
    assert meaning(status, ending, body if status else None) == BROKEN_OFF[ending]


@pytest.mark.parametrize("status", [500, 502, 503])
@pytest.mark.parametrize(
    "ending", [Ending.OVERFLOW, Ending.NO_HEALTHY_UPSTREAM, Ending.CONNECTION_FAILED, Ending.RATE_LIMITED]
)
def test_an_ending_gives_the_reason_where_the_status_says_only_that_something_failed(
    status: int, ending: Ending
) -> None:
    assert meaning(status, ending) == BROKEN_OFF[ending]
    assert meaning(status, ending, "") == BROKEN_OFF[ending]


@pytest.mark.parametrize(
    ("status", "ending", "wanted"),
    [
        (404, Ending.NO_ROUTE, "not_found_error/endpoint_not_found"),
        (408, Ending.UPSTREAM_TIMEOUT, "timeout_error/upstream_timeout"),
        (504, Ending.UPSTREAM_TIMEOUT, "timeout_error/upstream_timeout"),
        (418, Ending.RATE_LIMITED, "rate_limit_error/rate_limit_generic"),
    ],
)
def test_an_ending_makes_a_status_of_the_same_kind_finer(status: int, ending: Ending, wanted: str) -> None:
    assert meaning(status, ending) == wanted


@pytest.mark.parametrize(
    ("status", "ending", "wanted"),
    [
        (429, Ending.UPSTREAM_CLOSED, "rate_limit_error/rate_limit_generic"),
        (401, Ending.OVERFLOW, "authentication_error/auth_failed"),
        (499, Ending.UPSTREAM_TIMEOUT, "client_closed_request/client_closed"),
        (504, Ending.CONNECTION_FAILED, "timeout_error/gateway_timeout"),
        (529, Ending.FAILED, "overloaded_error/capacity"),
        (502, Ending.FAILED, "api_error/bad_gateway"),
    ],
)
def test_a_status_that_names_its_own_cause_is_not_contradicted(
    status: int, ending: Ending, wanted: str
) -> None:
    assert meaning(status, ending) == wanted


@pytest.mark.parametrize(
    ("status", "wanted"),
    [
        (499, "client_closed_request/client_closed"),
        (429, "rate_limit_error/rate_limit_generic"),
        (503, "api_error/service_unavailable"),
    ],
)
def test_a_caller_who_left_after_an_error_had_come_changes_nothing_about_it(status: int, wanted: str) -> None:
    assert meaning(status, Ending.CLIENT_CLOSED) == wanted


@pytest.mark.parametrize("status", [200, 503])
def test_the_bodys_own_words_outrank_the_ending(status: int) -> None:
    body = {"error": {"type": "insufficient_balance", "message": "Top up"}}

    assert meaning(status, Ending.UPSTREAM_CLOSED, body) == "insufficient_balance/insufficient_credits"
    assert meaning(status, Ending.CLIENT_CLOSED, body) == "insufficient_balance/insufficient_credits"


def test_a_retry_hint_beside_an_ending_is_read() -> None:
    response = ApiResponse(status=503, ending=Ending.OVERFLOW, headers={"retry-after": "7"})

    assert classify(response).retry_after == 7


@pytest.mark.parametrize("status", [None, 200, 503])
def test_an_explanation_names_the_ending(status: int | None) -> None:
    response = ApiResponse(status=status, ending=Ending.OVERFLOW)

    assert explain(response)._replace(finding=None) == Explanation(
        Outcome(OutcomeType.OVERLOADED, Reason.CIRCUIT_BREAKER_OVERFLOW, "none"),
        (),
        "none",
        "ending: overflow",
        status,
        "",
    )


def test_an_ending_that_says_little_leaves_the_word_to_a_status_of_an_error() -> None:
    assert classify(ApiResponse(400, ending=Ending.UNAVAILABLE)).reason == "invalid_request_generic"
    assert classify(ApiResponse(399, ending=Ending.UNAVAILABLE)).reason == "service_unavailable"
