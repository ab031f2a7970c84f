"""What gateways say in words of their own: each word is read, and no other."""

import pytest

from agent.events import ApiResponse, Extractor


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
