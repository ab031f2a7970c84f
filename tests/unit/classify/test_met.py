"""The short way to what an error means: it says what the long way says, or nothing."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from typing import NamedTuple

import pytest

from agent.classify import RateLimit, classify
from agent.classify.dialects import recognition
from agent.classify.memo import LONGEST
from agent.classify.met import verdict
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import own

NOW = 1_700_000_000.0
MOMENT = datetime.fromtimestamp(NOW, UTC)
LATER = "Tue, 14 Nov 2023 22:14:20 GMT"  # is NOW and a minute
SLOW = {"error": {"type": "rate_limit_error", "message": "Slow down"}}
LIMITED = {
    "error": {"type": "rate_limit_error", "code": "429", "message": "x", "rate_limit": {"rpm": 100, "qps": 1}}
}
RESET = {"error": {"type": "usage_limit_reached", "message": "No more", "resets_at": NOW + 30}}
NAMED = {"X-Amzn-ErrorType": "ThrottlingException"}
WRONG = {"error": {"type": "authentication_error", "message": "Who are you?"}}


@pytest.fixture(autouse=True)
def _forgetful() -> Iterator[None]:
    recognition.REGISTRY.memory.forget()
    yield
    recognition.REGISTRY.memory.forget()


class Said(NamedTuple):
    """What either way says of an error."""

    type: str
    wait: float | None
    limits: tuple[RateLimit, ...]


def long_way(body: object, status: int | None = 429, headers: Mapping[str, str] | None = None) -> Said:
    lower = {name.lower(): value for name, value in (headers or {}).items()}
    outcome = classify(ApiResponse(status, timestamp=NOW, headers=lower, body=body))
    return Said(outcome.type, outcome.retry_after, outcome.rate_limits)


def short_way(
    body: object, status: int | None = 429, headers: Mapping[str, str] | None = None
) -> Said | None:
    told = verdict(body, status, "unknown", headers, MOMENT)
    return told and Said(told[0].type, *told[1:])


def test_what_was_never_met_must_go_the_long_way() -> None:
    assert short_way(SLOW) is None
    assert short_way(RESET) is None
    assert short_way(SLOW, headers={"Retry-After": "7"}) is None


@pytest.mark.parametrize("body", [SLOW, LIMITED, RESET, WRONG, "429: retry in 7 s", ""], ids=str)
def test_what_was_met_means_the_same(body: object) -> None:
    assert short_way(body) is None

    assert [long_way(body), short_way(body), short_way(body)] == [long_way(body)] * 3


def test_all_that_we_know_means_the_same_when_it_is_met_again() -> None:
    bodies = [(row.response.body, row.response.status) for row in own() if not row.response.headers]
    short = [(long_way(*each), short_way(*each)) for each in bodies]

    assert [(long, told) for long, told in short if told not in {None, long}] == []
    assert sum(told is not None for _, told in short) > 0.95 * len(bodies)


@pytest.mark.parametrize(
    "headers",
    [
        {"Retry-After": "12"},
        {"retry-after": "12", "Server": "x"},
        {"Retry-After-Ms": "250"},
        {"Retry-After": LATER},
        {"Retry-After": LATER, "Date": LATER},
        {"Server": "nginx"},
        {"X-Request-Id": "7"},
    ],
    ids=str,
)
@pytest.mark.parametrize("body", [SLOW, WRONG, {"message": "nothing"}], ids=str)
def test_headers_tell_the_wait_of_what_was_met(body: object, headers: dict[str, str]) -> None:
    wanted = long_way(body, headers=headers)

    assert short_way(body, headers=headers) == wanted


def test_a_header_by_which_a_dialect_is_known_is_part_of_what_was_met() -> None:
    body = {"message": "no such thing"}
    long_way(body, 400, headers=NAMED)

    assert short_way(body, 400) is None
    told = short_way(body, 400, headers=NAMED)
    assert told is not None
    assert told.type == "rate_limit_error"


@pytest.mark.parametrize("body", [LIMITED, RESET], ids=str)
def test_headers_beside_what_a_body_tells_by_numbers_need_the_long_way(body: object) -> None:
    long_way(body, headers={"Server": "x"})

    assert short_way(body, headers={"Server": "x"}) is None


def test_without_a_moment_no_clock_is_asked() -> None:
    for body in (SLOW, RESET):
        long_way(body)
        long_way(body, headers={"Server": "x"})

    assert verdict(RESET, 429, "unknown", None, None) is None
    assert verdict(SLOW, 429, "unknown", {"Server": "x"}, None) is None
    assert verdict(SLOW, 429, "unknown", None, None) is not None


def test_very_many_headers_need_the_long_way() -> None:
    long_way(SLOW, headers={"X": "1"})
    most = {"x" * 4096: "1"}

    assert verdict(SLOW, 429, "unknown", most, MOMENT) is not None
    assert verdict(SLOW, 429, "unknown", {**most, "y": "1"}, MOMENT) is None


def test_a_long_body_is_not_remembered() -> None:
    fits, long = ("x" * (size - 8) + " timeout" for size in (LONGEST, LONGEST + 1))
    for body in (fits, long):
        long_way(body)

    assert short_way(fits) is not None
    assert short_way(long) is None


@pytest.mark.parametrize(
    ("first", "then", "wait"),
    [
        ("Slow down, try again in 12s (request 4711)", "Slow down, try again in 25s (request 9822)", 25),
        ("Slow down, retry-after: 12 (call 4711)", "Slow down, retry-after: 25 (call 9822)", 25),
        ("Slow down, wait a minute (call 4711)", "Slow down, wait a minute (call 9822)", 60),
        ("Slow down, 12 seconds remaining of 12s", "Slow down, 25 seconds remaining of 12s", 25),
        ("Try again in 12s. Try again in 12s.", "Try again in 25s. Try again in 12s.", 25),
        (
            "Versuchen Sie es in 12 Sekunden wieder (4711)",
            "Versuchen Sie es in 25 Sekunden wieder (9822)",
            25,
        ),
        ("请在 125 秒后重试", "请在 135 秒后重试", 135),
    ],
)
@pytest.mark.parametrize("key", [None, "message"])
def test_a_body_of_the_same_shape_has_its_own_wait(
    key: str | None, first: str, then: str, wait: float
) -> None:
    before, after = (
        {"error": {"type": "rate_limit_error", key: text}} if key else text for text in (first, then)
    )
    long_way(before)

    told = short_way(after)

    assert told is not None
    assert (told.type, told.wait) == ("rate_limit_error", wait)
    assert long_way(after).wait == wait


def test_a_field_of_the_same_shape_has_its_own_wait() -> None:
    for wait in (10, 25, 37):
        body = {"error": {"type": "rate_limit_error", "message": "Slow down", "retry_after": wait}}

        assert long_way(body).wait == wait
        assert short_way(body) == long_way(body)


def test_a_vendors_own_windows_are_known_on_the_short_way_too() -> None:
    headers = {"X-RateLimit-Limit-Tokens": "50"}
    body = {"error": {"code": 429, "message": "x", "metadata": {"headers": headers}}}
    classify(ApiResponse(429, "groq", body=body))

    told = verdict(body, 429, "groq", None, MOMENT)

    assert told is not None
    assert [limit.resource for limit in told[2]] == ["tokens_per_minute"]
