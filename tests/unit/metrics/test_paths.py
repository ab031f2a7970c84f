"""Paths become templates: no ids, no queries, no secrets, and no more than the budget allows."""

import pytest

from agent.metrics.labels import Labels


def path(raw: str, status: int | None = 200) -> str:
    return Labels().path(raw, status)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("/v1/chat/completions", "/v1/chat/completions"),
        ("/v1/chat/completions/", "/v1/chat/completions"),
        ("/v1/chat/completions?key=sk-abcdefgh12345678", "/v1/chat/completions"),
        ("https://user:pass@api.openai.com/v1/models?x=1#y", "/v1/models"),
        ("/v1/responses/resp_68c42de022c881948db7ed1c", "/v1/responses/{id}"),
        ("/v1/threads/thread_abc123def456/runs/run_abc123def456", "/v1/threads/{id}/runs/{id}"),
        ("/v1beta/models/gemini-2.5-pro:generateContent", "/v1beta/models/{model}:generateContent"),
        (
            "/v1/projects/p-1/locations/us-east1/publishers/google/models/gemini-2.5-pro:streamGenerateContent",
            "/v1/projects/{project}/locations/{location}/publishers/{publisher}/models/{model}:streamGenerateContent",
        ),
        (
            "/openai/deployments/prod-gpt/chat/completions",
            "/openai/deployments/{deployment}/chat/completions",
        ),
        ("/model/anthropic.claude-v2%3A1/invoke", "/model/{model}/invoke"),
        ("/model/anthropic.claude-v2:1/invoke", "/model/{model}/invoke"),
        ("/v1/widgets/42/parts", "/v1/widgets/{id}/parts"),
        ("/v1/widgets/3f2b8c1e-98c2-4e8e-8c50-550bcfc2eccc", "/v1/widgets/{id}"),
        ("/v1/widgets/sk-proj-abcdefgh1234", "/v1/widgets/{id}"),
        ("/v1/widgets/AKIAIOSFODNN7EXAMPLE", "/v1/widgets/{id}"),
        ("/v1/widgets/" + "x" * 60, "/v1/widgets/{id}"),
        ("/v1/widgets/" + "x-" * 20, "/v1/widgets/" + "x-" * 20),
        ("/v1/widgets/" + "x-" * 20 + "x", "/v1/widgets/{id}"),
        ("/a/b/c/d/e/f/g/h", "/a/b/c/d/e/f/g/h"),
        ("/a/b/c/d/e/f/g/h/i", "other"),
        ("/v1/wid\u2028gets", "/v1/{id}"),
        ("/a/b/c/d/e/f/g/h/i/j", "other"),
        ("/" + "a/" * 400, "other"),
        ("/" + "x" * 511, "/{id}"),
        ("/" + "x" * 512, "other"),
        ("https://api.openai.com/fetch/https://b", "/fetch/https://b"),
        ("thirteen-long://host/a", "/a"),
        ("fourteen-longs://host/a", "/fourteen-longs://host/a"),
        ("", "unknown"),
        ("/", "/"),
    ],
)
def test_a_path_becomes_a_template(raw: str, expected: str) -> None:
    assert path(raw) == expected


@pytest.mark.parametrize("status", [404, 405])
def test_a_path_first_seen_as_a_wrong_address_is_other(status: int) -> None:
    labels = Labels()

    assert labels.path("/wp-login.php", status) == "other"
    assert labels.path("/v1/widgets", 200) == "/v1/widgets"
    assert labels.path("/v1/widgets", status) == "/v1/widgets"


def test_a_known_route_is_admitted_whatever_the_status() -> None:
    assert path("/v1/chat/completions", 404) == "/v1/chat/completions"


def test_a_path_of_the_settings_is_admitted_whatever_the_status() -> None:
    assert Labels(paths=("/shop/{item}/buy",)).path("/shop/blue-shoes/buy", 404) == "/shop/{item}/buy"


def test_paths_beyond_the_budget_are_other_and_admitted_ones_stay() -> None:
    labels = Labels({"path": 2})

    seen = [labels.path(f"/{name}", 200) for name in ("a", "b", "c", "a")]

    assert seen == ["/a", "/b", "other", "/a"]
