"""Rules of one's own: which of them decides, and over what."""

from typing import Any

import pytest

from agent.classify import classify, explain
from agent.classify.classifier import OK
from agent.classify.rules import Rules, Text
from agent.events.response import ApiResponse
from agent.settings.own_rules import compiled, problems

BUDGET = {"error": {"type": "tenant_limit", "code": "T-17", "message": "Daily budget of team A is used up"}}


def rules(*written: dict[str, Any]) -> Rules:
    """Rules with these conditions; each gives another reason, so that it shows which has decided."""
    reasons = ["spend_limit_reached", "quota_exhausted", "billing_problem"]
    pairs = zip(written, reasons, strict=False)
    return compiled(
        [{"when": when, "type": "insufficient_balance", "reason": reason} for when, reason in pairs]
    )


def meaning(own: Rules, status: int | None = 403, body: object = BUDGET, provider: str = "foo") -> str:
    return classify(ApiResponse(status=status, provider=provider, body=body), None, own).reason


@pytest.mark.parametrize(
    "when",
    [
        {"provider": "FOO"},
        {"provider": ["bar", "fo*"]},
        {"status": 403},
        {"status": "403"},
        {"status": ["5xx", "4XX"]},
        {"code": "t-17"},
        {"code": "T-*"},
        {"type": "tenant_limit"},
        {"message": "budget of"},
        {"message": "BUDGET * used   up"},
        {"message": "daily*used up"},
        {"provider": "foo", "status": 403, "code": "t-17", "type": "tenant_*", "message": "team"},
    ],
)
def test_a_rule_decides_where_all_its_conditions_hold(when: dict[str, Any]) -> None:
    assert meaning(rules(when)) == "spend_limit_reached"


@pytest.mark.parametrize(
    "when",
    [
        {"provider": "fo"},
        {"status": 429},
        {"status": [402, "5xx"]},
        {"code": "t-1"},
        {"type": "limit"},
        {"message": "used up*budget"},
        {"message": "weekly"},
        {"provider": "foo", "message": "weekly"},
    ],
)
def test_a_rule_says_nothing_where_a_condition_does_not_hold(when: dict[str, Any]) -> None:
    assert meaning(rules(when)) == meaning(Rules())


def test_a_status_that_only_the_body_states_counts_where_there_is_no_other() -> None:
    body = {"error": {"code": 429, "message": "x"}}

    assert meaning(rules({"status": 429}), None, body) == "spend_limit_reached"
    assert meaning(rules({"status": 429}), 403, body) == meaning(Rules(), 403, body)
    assert meaning(rules({"status": 400}), 400, "no") == "spend_limit_reached"


def test_a_rule_without_a_status_is_passed_over_for_a_success_and_not_those_behind_it() -> None:
    body = {"answer": "the budget is used up"}

    assert meaning(rules({"message": "used up"}, {"status": 200}), 200, body) == "quota_exhausted"


def test_what_nothing_calls_an_error_is_one_by_its_type_or_its_code() -> None:
    body = {"note": "budget"}

    assert meaning(rules({"provider": "foo"}, {"message": "budget"}), None, body) == "quota_exhausted"


def test_the_first_rule_that_holds_decides() -> None:
    assert meaning(rules({"message": "weekly"}, {"status": 403}, {"code": "t-17"})) == "quota_exhausted"


@pytest.mark.parametrize(
    ("conditions", "left_nothing"),
    [
        ([{"code": "b"}, {"code": "B ", "message": "x"}], [1]),
        ([{"code": "b", "message": "x"}, {"code": "b"}], []),
        ([{"code": ["a", "b"]}, {"code": "b"}, {"code": ["b", "c"]}], [1]),
        ([{"message": "x"}, {"code": "b"}, {"code": "b"}, {"message": "x"}], [2, 3]),
        ([{"status": "4xx"}, {"status": "400"}, {"status": 499}, {"status": [499, 500]}], [1, 2]),
        ([{"status": "4xx"}, {"status": 399}, {"status": ["4XX", "5xx"]}], []),
        ([{"code": "b"}, {"code": "b", "status": 400}], [1]),
        # A success is an error only for a rule that names its status.
        ([{"code": "b"}, {"code": "b", "status": 399}], []),
        ([{"code": "b"}, {"code": "b", "status": [200, 500]}], []),
        ([{"code": "b"}, {"status": 200}, {"code": "b", "status": 200}], [2]),
    ],
)
def test_a_rule_that_those_before_it_leave_nothing_is_refused(
    conditions: list[dict[str, Any]], left_nothing: list[int]
) -> None:
    written = [{"when": when, "type": "api_error", "reason": "maintenance"} for when in conditions]

    assert [problem.place for problem in problems(written)] == [(number,) for number in left_nothing]


def test_a_rule_outranks_a_code_that_the_agent_knows() -> None:
    body = {"error": {"code": "invalid_api_key", "message": "Incorrect API key provided"}}

    assert meaning(Rules(), 401, body) == "invalid_api_key"
    assert meaning(rules({"code": "invalid_api_key"}), 401, body) == "spend_limit_reached"


def test_a_rule_finds_a_text_under_any_key_and_inside_an_error_inside_an_error() -> None:
    own = rules({"message": "budget of team"})
    inner = '{"error": {"message": "the budget of team A"}}'

    assert meaning(own, 500, {"what": {"went": ["wrong", "the Budget of team A"]}}) == "spend_limit_reached"
    assert meaning(own, 500, {"error": {"message": f"upstream: {inner}"}}) == "spend_limit_reached"
    assert meaning(own, 500, "<html><title>The budget of team A</title></html>") == "spend_limit_reached"


def test_the_provider_may_be_the_one_that_only_the_body_tells() -> None:
    body = {"type": "error", "error": {"type": "not_found_error", "message": "x"}, "request_id": "req_1"}

    assert meaning(rules({"provider": "anthropic"}), 404, body, "unknown") == "spend_limit_reached"


def test_a_success_is_an_error_only_for_a_rule_that_names_its_status() -> None:
    body = {"answer": "the budget is used up"}

    assert meaning(rules({"message": "used up"}), 200, body) == "none"
    assert meaning(rules({"status": "2xx", "message": "used up"}), 200, body) == "spend_limit_reached"
    two = rules({"status": 200, "message": "no such text"}, {"message": "used up"})
    assert meaning(two, 200, body) == "none"
    assert (
        meaning(rules({"status": "2xx", "message": "used up"}), 200, "It is USED UP") == "spend_limit_reached"
    )


def test_an_error_may_be_called_a_success() -> None:
    own = compiled([{"when": {"status": 404, "provider": "foo"}, "type": "ok", "reason": "none"}])

    assert classify(ApiResponse(status=404, provider="foo", body="no such key"), None, own)[:2] == OK[:2]


def test_what_nothing_calls_an_error_is_one_only_by_its_words() -> None:
    body = {"note": "budget"}

    assert (
        classify(ApiResponse(body=body, provider="foo"), None, rules({"provider": "foo"})).dialect == "none"
    )
    found = classify(ApiResponse(body=body, provider="foo"), None, rules({"message": "budget"}))
    assert (found.type, found.dialect) == ("insufficient_balance", "classify.rules")


def test_the_type_of_a_rule_stands_where_a_reason_has_several() -> None:
    own = compiled(
        [{"when": {"status": 400}, "type": "request_too_large", "reason": "context_length_exceeded"}]
    )

    assert classify(ApiResponse(status=400, body="too long"), None, own).type == "request_too_large"


def test_a_wait_is_passed_on_where_waiting_cures_what_the_rule_says() -> None:
    response = ApiResponse(status=500, headers={"retry-after": "9"}, body="slow down")

    def wait(kind: str, reason: str) -> float | None:
        return classify(
            response, None, compiled([{"when": {"status": 500}, "type": kind, "reason": reason}])
        ).retry_after

    assert wait("rate_limit_error", "rate_limit_generic") == 9
    assert wait("authentication_error", "auth_failed") is None


def test_explain_names_the_rule_and_what_would_have_decided_without_it() -> None:
    response = ApiResponse(
        status=401, provider="foo", body={"error": {"code": "invalid_api_key", "message": "x"}}
    )

    assert explain(response, None, rules({"status": 500}, {"status": 401})).rule == (
        "classify.rules[1]; without it code: invalid_api_key"
    )
    assert explain(ApiResponse(status=200, body="hi"), None, rules({"status": 200})).rule == (
        "classify.rules[0]; without it success"
    )


@pytest.mark.parametrize(
    ("written", "said", "fits"),
    [
        ("a*b", "ab", True),
        ("a*b", "a b b", True),
        ("ab*ba", "aba", False),
        ("*", "", True),
        ("a**b", "axb", True),
        ("*a*", "bab", True),
        ("a", "aa", False),
        ("a*", "ba", False),
    ],
)
def test_a_star_stands_for_any_text(written: str, said: str, *, fits: bool) -> None:
    assert Text(written, is_part=False).fits(said) is fits


def test_a_hostile_text_takes_no_time() -> None:
    own = rules({"message": "*".join(["aaaa"] * 200) + "b"})

    assert meaning(own, 403, "a" * 2_000_000) == "access_denied"


def test_explain_under_a_rule_tells_the_text_its_dialect_and_a_wait_that_is_left_out() -> None:
    success = explain(ApiResponse(status=200, body="hi"), None, rules({"status": 200}))
    assert (success.message, success.dialect, success.outcome.dialect) == (
        "hi",
        "classify.rules",
        "classify.rules",
    )
    assert success.is_own

    known = ApiResponse(
        status=429, headers={"retry-after": "9"}, body={"error": {"type": "x", "message": "y"}}
    )
    limited = explain(known, None, rules({"status": 429}))
    assert (limited.message, limited.dialect) == ("y", "typed")
    assert limited.rule.endswith("; a wait of 9 s is left out: waiting cures no insufficient_balance")
    assert explain(known, None, rules({"status": 500})).rule == "status: 429"
