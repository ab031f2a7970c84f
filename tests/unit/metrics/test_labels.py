"""Label values are closed, capped, printable, and never a secret."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.metrics.labels import Labels
from tests.examples import EXAMPLES


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdefghijklmnop",
        "sk-ant-REDACTED",
        "Bearer abcdefghijk",
        "eyJhbGciOiJIUzI1NiJ9.e30",
        "AKIAIOSFODNN7EXAMPLE",
        "AIzaSyA1234567890abcdefg",
        "Zm9vYmFyYmF6cXV4MTIzNDU2Nzg5MA",
        "d41d8cd98f00b204e9800998ecf8427e",
    ],
)
def test_a_value_shaped_like_a_secret_never_becomes_a_label(secret: str) -> None:
    assert Labels().value("provider", secret) == "other"


def test_a_model_name_is_no_secret() -> None:
    labels = Labels(extra=("model",))

    for model in (
        "claude-sonnet-4-5-20250929",
        "gpt-4o-mini-2024-07-18",
        "meta-llama/Llama-3.3-70B-Instruct",
        "meta-llama/Llama-3-70b-chat-hf",
        "mistralai/Mixtral-8x22B-Instruct-v0.1",
        "accounts/fireworks/models/deepseek-v3p1-terminus",
        "Qwen/Qwen2.5-VL-72B-Instruct-AWQ",
        "us.anthropic.claude-3-7-sonnet-20250219-v1:0",
    ):
        assert labels.value("model", model) == model


def test_unprintable_characters_are_replaced() -> None:
    assert Labels().value("provider", "a\nb\x00c\ud800") == "a\ufffdb\ufffdc\ufffd"


@pytest.mark.parametrize(
    "method", ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "CONNECT", "TRACE", "unknown"]
)
def test_a_method_of_http_is_kept(method: str) -> None:
    assert Labels().method(method) == method


def test_a_method_that_http_does_not_know_is_other() -> None:
    assert Labels().method("BREW") == "other"


def test_a_long_value_is_other_and_not_cut() -> None:
    fits, is_long = "a b " * 32, "a b " * 32 + "a"

    assert [Labels().value("provider", value) for value in (fits, is_long)] == [fits, "other"]


def test_budgets_are_those_of_each_label() -> None:
    labels = Labels({"model": 2}, extra=("model", "tenant"))

    assert [labels.value("model", f"m{n}") for n in range(3)] == ["m0", "m1", "other"]
    assert [labels.value("tenant", f"t{n}") for n in range(3)] == ["t0", "t1", "t2"]


def test_what_stands_for_nothing_takes_no_budget() -> None:
    labels = Labels({"provider": 1})

    seen = [labels.value("provider", value) for value in ("", "other", "openai", "unknown", "kong")]

    assert seen == ["unknown", "other", "openai", "unknown", "other"]


def test_statuses_have_a_budget_too() -> None:
    labels = Labels({"status": 1})

    assert [labels.status(status) for status in (200, 201, 200, None)] == ["200", "other", "200", "unknown"]


@EXAMPLES
@given(st.text(), st.text())
def test_any_text_gives_a_short_value_that_utf8_can_carry(provider: str, path: str) -> None:
    labels = Labels()

    for value in (labels.value("provider", provider), labels.path(path, 200)):
        assert 0 < len(value.encode()) <= 512
