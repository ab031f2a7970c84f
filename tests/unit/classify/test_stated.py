"""A body under HTTP 200 that states an error by its shape, and one that only looks as if it did."""

import json

import pytest

from agent.classify import classify
from agent.classify.classifier import OK
from agent.events.response import ApiResponse

LIMIT = "Rate limit exceeded, try again later"
BUY = "Insufficient credits. Buy some first."
CODED = {"code": 1302, "msg": LIMIT}


def under(names: str, value: object, **others: object) -> list[dict[str, object]]:
    """A body for each of the *names*, under which *value* stands."""
    return [{name: value, **others} for name in names.split()]


def each(name: str, values: str, **others: object) -> list[dict[str, object]]:
    """A body for each of the *values*, with a bar between them, which stand under *name*."""
    return [{name: value, **others} for value in values.split("|")]


ERRORS = [
    # an error field
    *under("error Error errors err", [LIMIT], id="r"),
    {"error": True, "message": LIMIT},
    # a code that is no success beside a sentence, in the body or in its header
    *under("code Code status_code StatusCode statusCode ret ret_code retcode rc resultCode result_code", 1302,
           msg=LIMIT),
    *under("header Header resp base_resp BaseResp baseResp meta status ResponseMetadata Response", CODED,
           id="r"),
    *under("errorCode error_code errorcode ErrorCode error-code ERROR_CODE errNo err_no errno ErrNo err-no"
           " ERR_NO errorNo error_no failureCode failure_code", 7, id="r"),
    {"code": -1, "msg": "The model did not answer"},
    {"code": 1000, "msg": "The model did not answer"},
    {"code": 1, "msg": "An error occurred"},
    {"code": 399, "msg": "Insufficient balance"},
    {"code": 1, "msg": "Insufficient balance"},
    {"code": 1302, "msg": "请求不成功"},
    {"code": "rate_limit_exceeded", "msg": "Slow down"},
    {"code": "server_error", "msg": "Sorry for that"},
    {"code": "points_insufficient", "msg": "Upgrade for more"},
    # a task that failed, with a cause
    *under("status state task_status taskStatus Status job_status", "failed", reason=LIMIT),
    *each("status", "failed|fail|failure|error|errored|cancelled|canceled|expired|rejected|aborted",
          reason=LIMIT),
    *each("status", "Content Moderated|Request Moderated", id="r"),
    *under("output data task job result response Response", {"status": "failed", "reason": LIMIT}, id="r"),
    *each("status", "FAILED|Failed|CANCELLED|Canceled|EXPIRED", reason=LIMIT),
    {"status": "failed", "log": BUY},
    {"status": "failed", "log": BUY.ljust(199, "!")},
    {"status": "failed", "log": "Insufficient credits left here"},
    # no success
    *under("success Success succeeded isSuccess ok", value=False, msg=LIMIT),
    {"success": False, "ret": 5},
    {"success": False, "errors": [], "id": "r"},
    # shapes of one vendor each
    {"response": {"status_code": 429, "body": {}}, "custom_id": "c"},
    *[{"result": {"type": kind}, "custom_id": "c"} for kind in ("errored", "expired", "canceled")],
    {"promptFeedback": {"blockReason": "SAFETY"}},
    {"type": "error", "id": "r"},
    {"object": "error", "id": "r"},
    {"event": "error", "message": LIMIT},
    {"response": {"error": {"code": "x"}}, "id": "r"},
    {"response": {"error": {"message": LIMIT}}, "id": "r"},
    {"choices": [{"error": {"code": 502}}], "id": "r"},
    {"detail": "Exhausted balance. Top up your balance."},
    *under("statusCode status code http_status", 429, detail="Later"),
    *under("statusCode status code http_status", 429, title="Later"),
    {"status": 503, "title": "Later"},
    {"code": "Throttling.RateQuota", "message": "Later", "request_id": "r"},
    {"code": "OddKind", "message": "Later", "request_id": "r"},
    # nothing but a sentence
    *each("html-message", "The connection was refused|The request timed out|The model is overloaded"),
    {"html-message": "The connection was refused".ljust(199, "!")},
]  # fmt: skip

SUCCESSES = [
    *each("error", "|none|null|false|ok|success|no error|0|No Error ", text="hello"),
    *each("error_code", "|0|200|ok|success|succeed|succeeded|none|null", id="r"),
    *under("data result results choices output payload content items response text images answer candidates"
           " embedding embeddings", ["x"], **CODED),
    {"code": 999, "msg": "The model did not answer"},
    {"code": "0000", "msg": LIMIT},
    {"code": 600, "msg": "The model did not answer"},
    {"code": "hello_world", "msg": "A first program"},
    {"code": 1302, "msg": ""},
    *each("msg", "ok|Okay|done|created|ok, accepted|pending|queued|running|processing|complete|completed"
          "|Request succeeded|操作成功|任务完成|一切正常|任务已提交", code=1302),
    *under("name title description desc prompt input text content summary", BUY, status="failed"),
    {"status": "failed", "log": "Rate limit exceeded"},
    {"status": "failed", "log": BUY.ljust(200, "!")},
    {"status": "failed", "log": ["a"] * 4},
    {"success": False, "id": "r"},
    {"result": {"type": "succeeded"}, "custom_id": "c"},
    {"response": {"status_code": 200, "body": {}}, "custom_id": "c"},
    {"response": {"error": {"message": ""}}, "id": "r"},
    {"detail": "The train leaves at noon"},
    {"code": "Throttling", "message": "", "request_id": "r", "output": {"text": "hello"}},
    {"html-message": "The connection was refused".ljust(200, "!")},
    {"html-message": "Hello there"},
    {"code": "OddKind", "message": "Later", "request_id": "r", "output": {"text": "hello"}},
    {"code": "OddKind", "message": "Later"},
]  # fmt: skip


@pytest.mark.parametrize("body", ERRORS, ids=str)
def test_an_error_that_a_body_states_by_its_shape_counts_under_200_also_as_text(body: object) -> None:
    outcome = classify(ApiResponse(status=200, body=body))

    assert outcome.type != "ok"
    for separators in ((",", ":"), (", ", ": ")):
        assert classify(ApiResponse(status=200, body=json.dumps(body, separators=separators))) == outcome


@pytest.mark.parametrize("body", SUCCESSES, ids=str)
def test_a_body_that_only_looks_like_an_error_is_ok_under_200_also_as_text(body: object) -> None:
    assert classify(ApiResponse(status=200, body=body)) == OK
    assert classify(ApiResponse(status=200, body=json.dumps(body))) == OK


def test_an_error_that_python_has_printed_counts_under_200() -> None:
    assert (
        classify(ApiResponse(status=200, body=str({"error": {"message": LIMIT}}))).type == "rate_limit_error"
    )


@pytest.mark.parametrize("status", [None, 200])
def test_the_result_of_an_agent_that_failed_means_what_its_text_says(status: int | None) -> None:
    body = {"type": "result", "is_error": True, "result": "Claude AI usage limit reached|1700000000"}

    assert classify(ApiResponse(status, body=body)).type == "rate_limit_error"
    assert classify(ApiResponse(status, body=body | {"is_error": False})).type in {"ok", "unknown"}
