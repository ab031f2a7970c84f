"""Numbers, durations and instants as vendors write them, up to the last that is read."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from agent.classify.durations import duration, http_date, instant, moment, number, seconds_until

NOW = 1_700_000_000.0
DAY = 86_400.0


@pytest.mark.parametrize(
    ("units", "seconds"),
    [
        (("ns",), 5e-9),
        (("us", "µs"), 5e-6),
        (("ms", "millisecond", "milliseconds", "MS"), 5e-3),
        (("s", "sec", "secs", "second", "seconds", "Seconds", "SECONDS"), 5),
        (("m", "min", "mins", "minute", "minutes", "M"), 300),
        (("h", "hr", "hrs", "hour", "hours", "H"), 18_000),
        (("d", "day", "days", "DAYS"), 5 * DAY),
    ],
)
def test_every_unit_is_read_with_and_without_a_space(units: tuple[str, ...], seconds: float) -> None:
    for unit in units:
        for written in (f"5{unit}", f"5 {unit}", f"~5{unit}", f"5.0{unit}"):
            assert duration(written) == pytest.approx(seconds), written


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("1d2h3m4.5s6ms", DAY + 7200 + 180 + 4.506),
        ("1:00:00", 3600),
        ("0:01:00", 60),
        ("0:00:01.999", 1),
        ("123:04:05", 123 * 3600 + 245),
        ("~ 8 ", 8),
        (" 7.5 ", 7.5),
        ("5 parsecs", None),
        ("s", None),
        ("5x", None),
        ([5], None),
        (False, None),
    ],
)
def test_a_duration_may_have_parts(written: object, seconds: float | None) -> None:
    assert duration(written) == (seconds if seconds is None else pytest.approx(seconds))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("9" * 24, float("9" * 24)),
        ("9" * 25, None),
        (" 5 ", 5),
        (" -0.5", -0.5),
        ("5s", None),
        (0, 0),
        (True, None),
        (10**400, None),
        (float("-inf"), None),
        (float("nan"), None),
        (None, None),
    ],
)
def test_a_number_is_finite(value: object, expected: float | None) -> None:
    assert number(value) == expected


@pytest.mark.parametrize("month", range(1, 13))
def test_a_date_of_any_month_is_read(month: int) -> None:
    at = datetime(2026, month, 28, 23, 58, 59, tzinfo=UTC)
    usual = format_datetime(at, usegmt=True)

    assert http_date(usual) == at.timestamp()
    assert http_date(usual.replace("GMT", "+0000")) == at.timestamp()
    assert instant(usual) == at.timestamp()


@pytest.mark.parametrize(
    ("value", "at"),
    [
        (100_000_001, 100_000_001),
        (100_000_000, None),
        (500_000_000, 500_000_000),
        (99_999_999_999, 99_999_999_999),
        (100_000_000_000, None),
        (200_000_000_000, 200_000_000),
        ("1700000000123", 1_700_000_000.123),
        ("2023-11-14T22:13:20", NOW),
        ("2023-11-14T23:13:20+01:00", NOW),
        ("2023-11-14 22:13:20Z ", NOW),
        ("0000-11-14", None),
        ("", None),
        ("T", None),
    ],
)
def test_an_instant_is_in_seconds_or_milliseconds_and_of_our_time(value: object, at: float | None) -> None:
    assert instant(value) == at


@pytest.mark.parametrize(
    ("value", "now", "at"),
    [
        ("5s", NOW, NOW + 5),
        (0, NOW, NOW),
        (-1, NOW, None),
        (366 * DAY - 1, NOW, NOW + 366 * DAY - 1),
        (366 * DAY, NOW, None),
        (NOW + 9, NOW, NOW + 9),
        (NOW + 9, None, NOW + 9),
        ("5s", None, None),
        ("soon", NOW, None),
        ("5s".rjust(32), NOW, NOW + 5),
        ("5s".rjust(33), NOW, None),  # a sentence
    ],
)
def test_a_reset_is_an_instant_or_a_duration_from_now(
    value: object, now: float | None, at: float | None
) -> None:
    assert moment(value, now) == at


def test_without_a_clock_an_instant_says_nothing() -> None:
    assert seconds_until(NOW + 9, NOW) == 9
    assert seconds_until(NOW - 9, NOW) == -9
    assert seconds_until(NOW, None) is None
    assert seconds_until("soon", NOW) is None
