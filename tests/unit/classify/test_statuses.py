import pytest

from agent.classify import OutcomeType, Reason, classify
from agent.events.response import ApiResponse

TABLE = {
    400: "invalid_request_error/invalid_request_generic",
    401: "authentication_error/auth_failed",
    402: "insufficient_balance/insufficient_credits",
    403: "permission_error/access_denied",
    404: "not_found_error/resource_not_found",
    405: "invalid_request_error/method_not_allowed",
    406: "invalid_request_error/invalid_request_generic",
    408: "timeout_error/gateway_timeout",
    409: "invalid_request_error/invalid_state",
    412: "invalid_request_error/invalid_state",
    413: "request_too_large/payload_too_large",
    415: "invalid_request_error/invalid_media",
    416: "invalid_request_error/invalid_value",
    418: "unknown/unmapped_status",
    422: "invalid_request_error/body_validation",
    429: "rate_limit_error/rate_limit_generic",
    499: "client_closed_request/client_closed",
    500: "api_error/internal_error",
    502: "api_error/bad_gateway",
    503: "api_error/service_unavailable",
    504: "timeout_error/gateway_timeout",
    511: "api_error/internal_error",
    520: "api_error/bad_gateway",
    522: "timeout_error/connection_timeout",
    524: "timeout_error/gateway_timeout",
    529: "overloaded_error/capacity",
}


@pytest.mark.parametrize(("status", "meaning"), TABLE.items())
def test_a_status_alone_has_a_meaning(status: int, meaning: str) -> None:
    outcome = classify(ApiResponse(status=status))

    assert f"{outcome.type}/{outcome.reason}" == meaning
    assert outcome.dialect == "none"


@pytest.mark.parametrize("status", [101, 200, 204, 304])
def test_below_400_a_call_has_succeeded(status: int) -> None:
    assert classify(ApiResponse(status=status)).type is OutcomeType.OK


def test_an_empty_body_is_a_reason_and_an_absent_one_is_not() -> None:
    assert classify(ApiResponse(status=500, body=" \r\n")).reason is Reason.EMPTY_BODY
    assert classify(ApiResponse(status=500, body=None)).reason is Reason.INTERNAL_ERROR


def test_nothing_at_all_is_unknown_to_every_dialect() -> None:
    outcome = classify(ApiResponse())

    assert (outcome.type, outcome.dialect) == (OutcomeType.UNKNOWN, "none")


@pytest.mark.parametrize("status", [409, 412, 428])
def test_a_conflict_is_about_the_state_of_what_was_asked_for_where_no_word_says_more(status: int) -> None:
    outcome = classify(ApiResponse(status=status, body={"detail": "zorb flim"}))

    assert (outcome.type, outcome.reason) == ("invalid_request_error", "invalid_state")
