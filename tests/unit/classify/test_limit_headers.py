"""Sets of headers as vendors document them, or as their clients have met them: what is read of each."""

import pytest

from agent.classify import RateLimit
from agent.classify.limits import RESOURCES, owner, rate_limits

NOW = 1_700_000_000.0


def read(headers: dict[str, str]) -> set[RateLimit]:
    return set(rate_limits(headers, {}, NOW))


def left(resource: str, limit: float | None, remaining: float | None, pool: str = "") -> RateLimit:
    return RateLimit(resource, limit, remaining, None, pool)


def used(resource: str, share: float, reset: float | None = None, pool: str = "") -> RateLimit:
    return RateLimit(resource, None, None, reset, pool, share)


OPENAI_PROJECT = {
    "x-ratelimit-limit-tokens": "100000",
    "x-ratelimit-remaining-tokens": "90000",
    "x-ratelimit-limit-project-tokens": "60000",
    "x-ratelimit-remaining-project-tokens": "5",
    "x-ratelimit-reset-project-tokens": "3s",
}
UNIFIED = {
    "anthropic-ratelimit-unified-status": "allowed",
    "anthropic-ratelimit-unified-5h-utilization": "0.42",
    "anthropic-ratelimit-unified-5h-reset": "1700003600",
    "anthropic-ratelimit-unified-7d-utilization": "0.17",
    "anthropic-ratelimit-unified-7d_sonnet-utilization": "0.9",
    "anthropic-ratelimit-unified-representative-claim": "five_hour",
}
LIVEKIT = {
    "x-livekit-inference-rpm-limit": "100",
    "x-livekit-inference-rpm-used": "101",
    "x-livekit-inference-tpm-limit": "50000",
    "x-livekit-inference-tpm-used": "48000",
    "x-livekit-inference-credits-limit": "1000000",
    "x-livekit-inference-credits-used": "999999",
}
CODEX = {
    "x-codex-plan-type": "pro",
    "x-codex-primary-used-percent": "30",
    "x-codex-primary-window-minutes": "10080",
    "x-codex-primary-reset-after-seconds": "60",
    "x-codex-secondary-used-percent": "12.5",
    "x-codex-secondary-window-minutes": "300",
}


@pytest.mark.parametrize(
    ("headers", "readings"),
    [
        pytest.param(
            OPENAI_PROJECT,
            {left("tokens", 100000, 90000), RateLimit("tokens", 60000, 5, NOW + 3, "project")},
            id="OpenAI, project",
        ),
        pytest.param(
            {"anthropic-priority-input-tokens-limit": "10", "anthropic-priority-input-tokens-remaining": "9"},
            {left("input_tokens", 10, 9, "priority")},
            id="Anthropic, priority",
        ),
        pytest.param(
            UNIFIED,
            {
                used("usage", 0.42, NOW + 3600, "5h"),
                used("usage_per_week", 0.17),
                used("usage_per_week", 0.9, pool="sonnet"),
            },
            id="Anthropic, unified",
        ),
        pytest.param(
            {
                "x-ai-ratelimit-limit-deepseek-instance": "500",
                "x-ai-ratelimit-remaining-deepseek-instance": "20",
                "x-ai-ratelimit-limit-openai-instance": "100",
            },
            {left("tokens", 500, 20, "deepseek-instance"), left("tokens", 100, None, "openai-instance")},
            id="APISIX, by instance",
        ),
        pytest.param(
            {"x-jack-ratelimit-limit": "10", "x-jack-ratelimit-remaining": "9", "x-1-ratelimit-limit": "3"},
            {left("requests", 10, 9, "jack"), left("requests", 3, None, "1")},
            id="APISIX, by rule",
        ),
        pytest.param(
            {
                "x-ai-ratelimit-limit-minute-openai": "500",
                "x-ai-ratelimit-remaining-minute-openai": "400",
                "x-ai-ratelimit-limit-30-azure": "1000",
            },
            {left("tokens_per_minute", 500, 400, "openai"), left("tokens", 1000, None, "30s-azure")},
            id="Kong AI",
        ),
        pytest.param(
            LIVEKIT,
            {
                left("requests_per_minute", 100, 0),
                left("tokens_per_minute", 50000, 2000),
                left("credits", 1000000, 1),
            },
            id="LiveKit",
        ),
        pytest.param(
            CODEX,
            {used("usage_per_week", 0.3, NOW + 60, "primary"), used("usage", 0.125, pool="secondary")},
            id="Codex",
        ),
        pytest.param(
            {"x-ratelimit-remaining-litellm-project-tokens": "7", "x-ratelimit-remaining-tokens": "70"},
            {left("tokens", None, 7, "litellm-project"), left("tokens", None, 70)},
            id="LiteLLM",
        ),
        pytest.param(
            {"x-ratelimit-limit-requests-1h": "33600", "x-ratelimit-remaining-requests-1h": "33590"},
            {left("requests_per_hour", 33600, 33590)},
            id="Nous",
        ),
    ],
)
def test_headers_of_a_vendor(headers: dict[str, str], readings: set[RateLimit]) -> None:
    assert read(headers) == readings


@pytest.mark.parametrize(
    ("headers", "readings"),
    [
        (
            {
                "ratelimit": '"daily";r=900, "burst";r=3',
                "ratelimit-policy": '"daily";q=1000, "burst";q=10;w=1',
            },
            {left("requests_per_day", 1000, 900, "daily"), left("requests_per_second", 10, 3, "burst")},
        ),
        (
            {"ratelimit": '"daily";r=900, burst;q=10'},
            {left("requests_per_day", None, 900, "daily"), left("requests", 10, None, "burst")},
        ),
        (
            {"ratelimit": '"a,b;c";r=1;t=77', "ratelimit-policy": '"a,b;c"; q=9 ;qu="tokens"; w=60'},
            {RateLimit("tokens_per_minute", 9, 1, NOW + 77, "a,b;c")},
        ),
        (
            {
                "ratelimit": '"x";r=1;pk=:QQ==:, "x";r=5;pk=:Qg==:',
                "ratelimit-policy": '"x";q=9;qu="content-bytes"',
            },
            {left("other", 9, 1, "x/QQ=="), left("other", 9, 5, "x/Qg==")},
        ),
        (
            {"ratelimit": "limit=100, remaining=50, reset=5", "ratelimit-policy": "10;w=1, 100;w=60"},
            {RateLimit("requests_per_minute", 100, 50, NOW + 5)},
        ),
        (
            {"ratelimit-limit": "100, 100;w=60, 5000;w=86400", "ratelimit-remaining": "50"},
            {left("requests_per_minute", 100, 50)},
        ),
        (
            {"ratelimit-limit": "100", "ratelimit-remaining": "50", "ratelimit-policy": "100;w=60;burst=7"},
            {left("requests_per_minute", 100, 50)},
        ),
        ({"ratelimit": ""}, set()),
        ({"ratelimit": ';;,"'}, set()),
    ],
)
def test_policies_are_read_each_by_its_own_name_and_unit(
    headers: dict[str, str], readings: set[RateLimit]
) -> None:
    assert read(headers) == readings


@pytest.mark.parametrize(
    "name",
    ["x-ratelimit-scope", "x-ratelimit-tokens-query-cost", "retry-after", "x-request-id", "ratelimited",
     "x-ratelimit", "anthropic-ratelimit-unified-status", "x-ratelimit-renewalperiod-tokens"],
)  # fmt: skip
def test_other_headers_tell_no_limit(name: str) -> None:
    assert read({name: "7"}) == set()


def test_whose_limits_they_are_stands_in_other_headers() -> None:
    assert owner({"openai-project": "p", "openai-organization": "o", "server": "x"}) == "o/p"
    assert owner({"server": "x"}) == ""


def test_every_unit_may_have_every_window() -> None:
    assert {"tokens", "tokens_per_week", "usage_per_day", "audio_seconds_per_hour"} <= RESOURCES
