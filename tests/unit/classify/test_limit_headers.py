"""Sets of headers as vendors document them, or as their clients have met them: what is read of each."""

import pytest

from agent.classify import RateLimit
from agent.classify.limit_names import place_of
from agent.classify.limits import RESOURCES, are_silent, names_reset, owner, rate_limits, telling, whose

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
        ({"ratelimit": '"limit";r=5'}, {left("requests", None, 5, "limit")}),
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


def test_headers_that_say_whose_limits_they_are_are_listed_as_written() -> None:
    assert whose(["Server", "OpenAI-Project", "x-ms-region"]) == ("OpenAI-Project", "x-ms-region")


@pytest.mark.parametrize(
    ("names", "told"),
    [
        (("X-RateLimit-Limit", "X-RateLimit-Remaining", "Server"), ("X-RateLimit-Remaining",)),
        (("x-ratelimit-remaining", "x-ratelimit-limit"), ("x-ratelimit-remaining",)),
        (("x-ratelimit-limit", "x-ratelimit-reset"), ("x-ratelimit-limit",)),
        (("x-ratelimit-reset",), ()),
        (
            ("x-ratelimit-limit-tokens", "x-ratelimit-limit"),
            ("x-ratelimit-limit-tokens", "x-ratelimit-limit"),
        ),
        (("ratelimit", "x-ratelimit-limit"), None),
        (("RateLimit-Policy",), None),
        (("x-livekit-inference-rpm-used", "x-livekit-inference-rpm-limit"), None),
        (("x-codex-primary-used-percent",), None),
        (("x-codex-primary-window-minutes",), None),
        (("x-ratelimit-limit", "X-RateLimit-Limit"), None),
        ((), ()),
    ],
)
def test_one_header_of_each_limit_is_enough_to_know_that_it_is_told(
    names: tuple[str, ...], told: tuple[str, ...] | None
) -> None:
    assert telling(names) == told


def test_a_vendor_may_name_the_same_limit_in_two_ways() -> None:
    names = ("x-ratelimit-remaining-requests", "x-ratelimit-remaining-requests-day")

    assert telling(names, "groq") == names[1:]
    assert telling(names) == names


@pytest.mark.parametrize(
    ("headers", "readings"),
    [
        (
            {"x-ratelimit-limit": "100;w=60", "x-ratelimit-remaining": "5"},
            {left("requests_per_minute", 100, 5)},
        ),
        ({"x-ratelimit-limit": "100;w=60, 100"}, {left("requests_per_minute", 100, None)}),
        ({"x-ratelimit-utilization": "0.5"}, {used("usage", 0.5)}),
        ({"x-ratelimit-limit": "100, burst", "x-ratelimit-remaining": "5;x"}, {left("requests", 100, 5)}),
        ({"x-ratelimit-limit-requests-day": "100;w=60"}, {left("requests_per_day", 100, None)}),
        ({"x-ratelimit-limit": "0", "x-ratelimit-remaining": "0"}, {left("requests", 0, 0)}),
        (
            {"x-livekit-inference-rpm-limit": "5", "x-livekit-inference-rpm-used": "4"},
            {left("requests_per_minute", 5, 1)},
        ),
        (
            {
                "x-livekit-inference-rpm-limit": "5",
                "x-livekit-inference-rpm-used": "4",
                "x-livekit-inference-rpm-remaining": "3",
            },
            {left("requests_per_minute", 5, 3)},
        ),
        ({"x-livekit-inference-rpm-used": "4"}, set()),
        (
            {
                "anthropic-ratelimit-unified-5h-utilization": "0.5",
                "anthropic-ratelimit-unified-5h-limit": "8",
            },
            {left("usage", 8, None, "5h")},
        ),
        (
            {
                "anthropic-ratelimit-unified-5h-utilization": "0.5",
                "anthropic-ratelimit-unified-5h-remaining": "8",
            },
            {left("usage", None, 8, "5h")},
        ),
        ({"x-ratelimit-limit": "999999999999999"}, {left("requests", 999999999999999, None)}),
        ({"x-ratelimit-limit": "1000000000000000"}, set()),
        ({"ratelimit-limit": "100", "ratelimit-policy": "50;w=1"}, {left("requests", 100, None)}),
        ({"ratelimit-policy": '"day";q=9;w=86400'}, {left("requests_per_day", 9, None, "day")}),
        ({"ratelimit-policy": '"day";q=9;pk=:QQ==:'}, {left("requests_per_day", 9, None, "day/QQ==")}),
        ({"ratelimit": '"tokens-per-minute";r=5'}, {left("tokens_per_minute", None, 5, "tokens-per-minute")}),
        ({"x-ratelimit-limit-reqs-1s": "5"}, {left("requests_per_second", 5, None)}),
        ({"x-ratelimit-limit-calls-24-hours": "5"}, {left("requests_per_day", 5, None)}),
        ({"x-ratelimit-limit-2h": "5"}, {left("requests", 5, None, "2h")}),
        ({"x-ratelimit-limit-60": "5"}, {left("requests_per_minute", 5, None)}),
        ({"x-ratelimit-limit-chars-hourly": "5"}, {left("characters_per_hour", 5, None)}),
        ({"x-ratelimit-limit-parallel-requests": "5"}, {left("concurrency", 5, None)}),
        ({"x-ratelimit-limit-requests-concurrent": "5"}, {left("concurrency", 5, None)}),
        ({"x-ratelimit-limit-prompt-tokens": "5"}, {left("input_tokens", 5, None)}),
        ({"x-ratelimit-limit-generated-images": "5"}, {left("images", 5, None)}),
        ({"x-ratelimit-limit-completion": "5"}, {left("output_tokens", 5, None)}),
        ({"x-ratelimit-limit-audio-seconds": "5"}, {left("audio_seconds", 5, None)}),
        ({"x-rate-limit-limit": "5"}, {left("requests", 5, None)}),
        ({"x_ratelimit_limit": "5"}, {left("requests", 5, None)}),
        ({"x-ratelimit-tokens-limit": "5"}, {left("tokens", 5, None)}),
        ({"anthropic-fast-input-tokens-limit": "5"}, {left("input_tokens", 5, None, "fast")}),
        *(
            ({f"x-ratelimit-limit-{rate}": "5"}, {left(f"{unit}_per_{window}", 5, None)})
            for letter, window in {"s": "second", "m": "minute", "h": "hour", "d": "day"}.items()
            for rate, unit in {
                f"rp{letter}": "requests",
                f"qp{letter}": "requests",
                f"tp{letter}": "tokens",
            }.items()
        ),
        *(
            ({f"x-ratelimit-limit-{word}": "5"}, {left(f"requests_per_{window}", 5, None)})
            for window, words in {
                "second": "second seconds secondly sec 1s",
                "minute": "minute minutes min mins 1m 60s",
                "hour": "hour hours hourly hr 1h 60m",
                "day": "day days daily 1d 24h",
                "week": "week weeks weekly 1w 7d",
                "month": "month months monthly 30d",
            }.items()
            for word in words.split()
        ),
    ],
    ids=str,
)
def test_a_name_and_a_value_are_read_word_by_word(headers: dict[str, str], readings: set[RateLimit]) -> None:
    assert read(headers) == readings


@pytest.mark.parametrize(
    "form", ["after", "at", "in", "seconds", "time", "timestamp", "epoch", "after-seconds"]
)
def test_a_reset_may_say_how_it_is_written(form: str) -> None:
    headers = {"x-ratelimit-remaining": "5", f"x-ratelimit-reset-{form}": "9"}

    assert read(headers) == {RateLimit("requests", None, 5, NOW + 9)}


def test_a_long_name_is_read_up_to_its_128th_character() -> None:
    name = "x-ratelimit-limit-"
    pool = "a" * (128 - len(name))

    for more in ("", "a", "aa"):
        place = place_of(name + pool + more)
        assert place is not None
        assert place.pool == pool


def test_what_tells_no_limit_is_silent() -> None:
    assert are_silent(["server", "date", "x-request-id"])
    assert not are_silent(["server", "x-ratelimit-limit"])
    assert not are_silent(["ratelimit"])
    assert are_silent([])


def test_only_a_reset_depends_on_the_clock() -> None:
    assert names_reset({"x-ratelimit-reset": "1"})
    assert not names_reset({"x-ratelimit-limit": "1", "server": "x"})
