import pytest

from agent.classify import classify
from agent.classify.dialects.dialect import Evidence
from agent.classify.durations import duration, instant
from agent.classify.hints import in_message, now_of, spot_of
from agent.events.response import ApiResponse

NOW = 1_700_000_000.0
DATE = "Tue, 14 Nov 2023 22:13:20 GMT"  # is NOW


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        (12, 12), (1.5, 1.5), ("12", 12), ("-3", -3), ("0.539s", 0.539), ("6ms", 0.006), ("12ms", 0.012),
        ("6m0s", 360), ("1m26.4s", 86.4), ("1h34m52.896s", 5692.896), ("19h14m47s", 69287), ("~8s", 8),
        ("86400 seconds", 86400), ("2 minutes", 120), ("1 day", 86400), ("12:31:07", 45067),
        ("68940s", 68940),
        ("", None), ("soon", None), (None, None), (True, None), ("NaN", None),
        (float("inf"), None), ("9" * 400, None),
    ],
)  # fmt: skip
def test_a_duration_is_read(text: object, seconds: float | None) -> None:
    assert duration(text) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "text",
    [NOW, str(int(NOW)), NOW * 1000, "2023-11-14T22:13:20Z", "2023-11-14T22:13:20.000+00:00", DATE,
     "Tuesday, 14-Nov-23 22:13:20 GMT"],
)  # fmt: skip
def test_an_instant_is_read(text: object) -> None:
    assert instant(text) == NOW


@pytest.mark.parametrize("text", [5, "5", "x", "2023-99-99", None, "Tue, 99 Foo 2023 22:13:20 GMT", [], -1])
def test_what_is_no_instant_is_none(text: object) -> None:
    assert instant(text) is None


@pytest.mark.parametrize(
    ("message", "seconds"),
    [
        ("Rate limit reached, retryAfterSeconds=7", 7),
        ("throttled (retry_after_ms: 700)", 0.7),
        ("retryAfter=2026-11-20T10:00", None),
        ("Please try again in 644ms.", 0.644),
        ("Please try again in 1m47.5854s. Visit x", 107.5854),
        ("Please retry after 86400 seconds.", 86400),
        ("Rate limit of 50 per 86400s exceeded for UserByModelByDay. Please wait 5631 seconds.", 5631),
        ("Your rate limit resets in ~8s.", 8),
        ("Your quota will reset after 18h11m8s.", 65468),
        ("Rate limit is exceeded. Try again in 56 seconds.", 56),
        ("max RPM: 3, please try again after 1 seconds", 1),
        ("Quota will be replenished in 12:31:07.", 45067),
        ("Please retry in 48.939935699s.", 48.939935699),
        ("Limit 3 / min. Please try again later.", None),
        ("Used 100000, Requested 5", None),
        ("Retry after 7", 7),
        ("Maximum tokens allowed 4096", None),
        ("Tokens available 30", None),
        ("Requests are limited 30", None),
        ("Available in 30", 30),
        ("Allowed after 30", 30),
        ("Allowed 30s", 30),
        ("Retry soon, retry again, retry in 9s", 9),
        ("retry " * 5 + "in 9s", None),  # the fifth is not looked at
    ],
)  # fmt: skip
def test_a_sentence_says_when_to_try_again(message: str, seconds: float | None) -> None:
    assert in_message(message) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    "message",
    [
        "Try again in 5s",
        "Please try a gain in 5s",
        "Retry in about 5s",
        "Retry your request after 5 seconds",
        "Please wait at least 5s",
        "Your limit resets in approximately 5s",
        "Available in 5s",
        "Tokens are replenished in 5s",
        "The next request is allowed in 5s",
        "You are rate limited for 5s",
        "Cooldown: 5s",
        "Backoff of 5s",
        "wait " * 3 + "5s",
        "Wait five seconds",
        "Allow 5 seconds before retrying",
        "5 seconds before you send the next request",
        "5 seconds before making another request",
        "5 seconds remaining",
        "There are 5 seconds left",
        "5 seconds until the next request",
        "5 second cooldown",
        "5s cool-down",
        "Try again\n  in\t5s",
        "TRY AGAIN IN 5S",
        "Consider waiting 5s",
        "retry_after: 5",
        "retry-after=5s",
        "'retry-after': '5'",
        "retryAfterMs=5000",
        "retry_after_millis: 5000",
        "retry-after: 5000ms",
        "retryAfterSecs=5",
        "a" * 4000 + " try again in 5s",
        "Warten Sie 5 Sekunden",
        "请在 5 秒后重试",
        "retry in 5s，共2次",
        "retry in 5s请求2次",
    ],
)
def test_a_wait_is_found_in_whatever_words(message: str) -> None:
    assert in_message(message) == 5


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        *(("one", 1), ("two", 2), ("three", 3), ("four", 4), ("five", 5), ("ten", 10), ("fifteen", 15)),
        *(("twenty", 20), ("thirty", 30), ("sixty", 60)),
    ],
)
def test_a_number_may_be_a_word(written: str, seconds: int) -> None:
    for unit, times in {"second": 1, "minute": 60, "hour": 3600, "day": 86_400}.items():
        assert in_message(f"Please try again in {written.title()} {unit}s") == seconds * times


@pytest.mark.parametrize(("unit", "seconds"), [("a minute", 60), ("an hour", 3600), ("a day", 86_400)])
def test_an_article_is_a_one(unit: str, seconds: int) -> None:
    for before in ("try again in", "retry after", "wait for", "wait"):
        assert in_message(f"Please {before} {unit}") == seconds


@pytest.mark.parametrize(
    "message",
    [
        "Retrying in 10 minutes",
        "Client is waiting 5s",
        "The client will retry after 5s",
        "will now retry in 5s",
        "auto-retry in 5s",
        "total wait time: 5s",
        "Try again at 5 p.m.",
        "Wait five apples",
        "Try again 5dc4236a",
        "Slow down, retry 85c4ea3350e6b1f9",
        "All keys are in cooldown 834795b3-1f4c",
        "a" * 4096 + " try again in 5s",
    ],
)
def test_what_tells_no_wait_of_the_server_is_none(message: str) -> None:
    assert in_message(message) is None


def wait(headers: dict[str, str], body: object = None, now: float | None = None) -> float | None:
    return classify(ApiResponse(status=429, headers=headers, body=body), now).retry_after


BODY = {"detail": "Request was throttled.", "status": 429, "retry_after": 9}


def test_a_header_outranks_the_body() -> None:
    assert wait({"retry-after": "12"}, BODY) == 12


def test_a_header_of_zero_leaves_the_word_to_the_body() -> None:
    assert wait({"retry-after": "0"}, BODY) == 9
    assert wait({"retry-after": "0"}) == 0


def test_milliseconds_outrank_seconds_unless_they_are_zero() -> None:
    assert wait({"retry-after": "1", "retry-after-ms": "250"}) == 0.25
    assert wait({"retry-after": "1", "retry-after-ms": "0"}) == 1


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({"retry-after-ms": "0"}, 0),
        ({"retry-after-ms": "soon"}, None),
        ({"retry-after": "1m"}, 60),
        ({"retry-after": "-3"}, 0),
        ({"retry-after": str(int(NOW) + 9)}, 9),
        ({"retry-after": "100000000"}, None),  # an instant long ago would be no wait
        ({"retry-after": "99999999"}, 99999999),
    ],
)
def test_a_header_may_be_written_in_other_ways(headers: dict[str, str], seconds: float | None) -> None:
    assert wait(headers, now=NOW) == seconds


def test_a_header_that_names_an_instant_says_nothing_without_a_clock() -> None:
    assert wait({"retry-after": str(int(NOW) + 9)}) is None
    assert wait({"retry-after": DATE}) is None


def test_a_date_counts_from_the_responses_own_clock() -> None:
    later = "Tue, 14 Nov 2023 22:14:20 GMT"

    assert wait({"retry-after": later, "date": DATE}, now=0) == 60
    assert wait({"retry-after": later}, now=NOW) == 60
    assert wait({"retry-after": later}) is None


def test_an_epoch_in_the_body_counts_from_now() -> None:
    body = {"error": {"type": "usage_limit_reached", "message": "The usage limit", "resets_at": NOW + 30}}

    assert wait({}, body, NOW) == 30
    assert wait({}, body) is None


def test_a_hint_in_the_past_is_zero_and_one_that_is_no_number_is_none() -> None:
    assert wait({}, {**BODY, "retry_after": -3}) == 0
    assert wait({"retry-after": "soon"}) is None


def test_the_date_header_outranks_the_timestamp_and_that_the_record() -> None:
    assert now_of({"date": DATE}, 1.0, 2.0) == NOW
    assert now_of({"date": "garbage"}, 1.0, 2.0) == 1.0
    assert now_of({}, None, 2.0) == 2.0


def spot(wait: float, written: str, message: str = "", given: object = None, text: str = "") -> str | None:
    """What stands at the spot of a *wait*, with a mark where it is read as a sentence."""
    found = spot_of(wait, (Evidence((), message, wait=given),) if message or given else (), text, written)
    if found is None:
        return None
    at = written[found.start : found.end]
    assert found.read(at) == wait
    return at


@pytest.mark.parametrize(
    ("wait", "message", "written", "at"),
    [
        (12, "Try again in 12s", '{"message":"Try again in 12s"}', "12s"),
        (12, "Try again in 12s.", "Try again in 12s.", "12s"),
        (12, "Wait 12 seconds", "Wait 12 seconds", "12 seconds"),
        (60, "Please wait a minute.", '"Please wait a minute."', "wait a minute"),
        (12, "retry-after: 12", '"retry-after: 12"', "retry-after: 12"),
        (12, "12 seconds remaining", "12 seconds remaining", "12 seconds remaining"),
        # not sure
        (12, "Try again in 12s", '{"message":"Try again\\u0020in 12s"}', None),
        (12, "Try again in 12s", "Try again in 12s. Try again in 12s", None),
        (12, "Try again in 12s", "again in 12s again in 12s", None),
        (12, "Try again in 12", "Try again in 125", None),
        (13, "Try again in 12s", "Try again in 12s", None),
        (12, "Slow down", "Slow down", None),
    ],
)
def test_the_spot_of_a_wait_is_found_where_it_is_sure(
    wait: float, message: str, written: str, at: str | None
) -> None:
    assert spot(wait, written, message) == at
    assert spot(wait, written, text=message) == at


@pytest.mark.parametrize(
    ("given", "written", "at"),
    [
        (12, '{"retry_after":12}', "12"),
        ("12s", '{"retry_after":"12s"}', "12s"),
        (12, '{"retry_after":12,"code":12}', None),
        (12, '{"retry_after":1.2e1}', None),
        (12, '{"retry_after":125}', None),
    ],
)
def test_the_spot_of_a_wait_may_be_in_a_field(given: object, written: str, at: str | None) -> None:
    assert spot(12, written, "Try again in 99s", given) == at


def test_a_field_that_is_no_wait_leaves_the_spot_to_the_sentence() -> None:
    assert spot(12, "soon: try again in 12s", "try again in 12s", "soon") == "12s"
