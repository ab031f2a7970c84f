"""Samples become rates; what is kept has an end."""

from agent.metrics import catalogue
from agent.metrics.delta import Series
from agent.status.history import EVERY, KEPT, Counts, History, counts_of

NOW = 1_795_323_600.0


def response(type_: str, *, timed: bool = False) -> Series:
    labels = ("openai", "POST", "/v1/embeddings", "200", type_, "none")
    return Series(catalogue.DURATION, labels, 4) if timed else Series(catalogue.RESPONSES, labels, 1)


OK, FAILED = response("ok"), response("api_error")


def take(history: History, now: float, counts: Counts) -> int:
    """Take a sample of counters; the answer is in how many steps."""
    return len(list(history.take(now, {series: [count] for series, count in counts.items()})))


def test_a_sample_of_many_series_is_taken_in_steps_and_is_all_of_them() -> None:
    history = History(NOW)
    many = {response("ok"): 1.0 for _ in range(10_000)}

    assert take(history, NOW + 5, many) == 3

    assert history.traffic(NOW + 5, many)["rates"] == {"ok": [2000.0]}


def test_rates_are_per_second_and_by_type() -> None:
    history = History(NOW)
    take(history, NOW + 5, {OK: 50})

    traffic = history.traffic(NOW + 10, {OK: 60, FAILED: 20})

    assert traffic["times"] == [NOW + 5, NOW + 10]
    assert traffic["rates"] == {"ok": [10.0, 2.0], "api_error": [0.0, 4.0]}


def test_the_present_is_no_point_before_it_lasts_some_seconds() -> None:
    history = History(NOW)
    take(history, NOW + 5, {OK: 50})

    assert history.traffic(NOW + 5.5, {OK: 90})["times"] == [NOW + 5]


def test_counts_that_another_instance_took_over_make_no_negative_rate() -> None:
    history = History(NOW)
    take(history, NOW + 5, {OK: 50})
    take(history, NOW + 10, {OK: 40})

    assert history.traffic(NOW + 10, {OK: 40})["rates"] == {"ok": [10.0, 0.0]}


def test_a_histogram_counts_what_is_in_its_buckets_and_not_their_sum() -> None:
    timed = response("ok", timed=True)

    assert counts_of([(timed, [1, 2, 3, 98.5]), (OK, [4])]) == {timed: 6, OK: 4}


def test_what_the_page_does_not_speak_of_is_left_out() -> None:
    assert counts_of([(Series(catalogue.FOLDED_EVENTS, ("path",), 1), [3])]) == {}


def after(minutes: int) -> tuple[float, History, Counts]:
    """A history of one response a second."""
    history, now = History(NOW), NOW
    counts: Counts = {}
    for number in range(1, int(minutes * 60 / EVERY) + 1):
        now = NOW + number * EVERY
        counts = {OK: number * EVERY}
        take(history, now, counts)
    return now, history, counts


def test_recent_is_all_since_the_start_and_later_some_minutes() -> None:
    now, history, counts = after(minutes=2)
    assert history.recent(now, counts) == (120, {OK: 120})

    now, history, counts = after(minutes=60)
    recent = history.recent(now, counts)
    assert 240 <= recent.seconds <= 300
    assert recent.of(catalogue.RESPONSES) == recent.seconds


def test_a_day_of_samples_takes_no_more_room_than_a_quarter_of_an_hour() -> None:
    now, history, counts = after(minutes=24 * 60)

    assert len(history.traffic(now, counts)["times"]) == KEPT - 1
