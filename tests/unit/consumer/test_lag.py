"""Lag is nothing when all is counted, else as old as the last counted record or the last moment of rest."""

from agent.consumer.lag import Lag, time_of

HOUR = 3600.0


def test_before_a_broker_has_said_where_the_log_ends_there_is_none() -> None:
    assert (Lag(5).records, Lag(5).seconds(200.0)) == (0, 0)


def test_it_is_the_age_of_the_last_counted_record_while_records_wait() -> None:
    lag = Lag(5)
    lag.heard(50, 101.0)
    lag.counted(10, 60.0)

    assert (lag.records, lag.seconds(200.0)) == (40, 140.0)


def test_a_backlog_of_an_hour_is_seen_as_one_from_the_first_records_on() -> None:
    lag = Lag(5)
    lag.counted(10, 10_000.0 - HOUR)
    lag.heard(50, 10_000.0)

    assert lag.seconds(10_000.0) == HOUR


def test_it_is_nothing_once_all_is_counted_however_old_the_records_are() -> None:
    lag = Lag(5)
    lag.heard(10, 101.0)
    lag.counted(10, 3.0)

    assert (lag.records, lag.seconds(500.0)) == (0, 0)


def test_after_a_rest_it_counts_from_the_end_of_the_rest() -> None:
    lag = Lag(5)
    lag.counted(10, 50.0)
    lag.heard(10, 400.0)
    lag.heard(11, 401.0)

    assert lag.seconds(405.0) == 5.0


def test_what_is_no_record_is_passed_like_one() -> None:
    lag = Lag(5)
    lag.heard(10, 101.0)
    lag.passed(10)

    assert (lag.records, lag.seconds(500.0)) == (0, 0)


def test_where_nothing_was_ever_counted_it_counts_from_when_something_first_waited() -> None:
    lag = Lag(5)
    lag.heard(10, 100.0)
    lag.heard(12, 150.0)

    assert (lag.records, lag.seconds(160.0)) == (7, 60.0)


def test_nobody_knows_how_old_records_are_of_which_none_is_counted_but_can_be() -> None:
    lag = Lag(5)
    lag.heard(10, 100.0, is_readable=True)

    assert (lag.records, lag.seconds(160.0)) == (5, None)

    lag.counted(6, 60.0)

    assert lag.seconds(160.0) == 100.0


def test_what_comes_after_a_rest_is_younger_than_the_rest_though_none_of_it_is_counted() -> None:
    lag = Lag(5)
    lag.heard(5, 100.0)
    lag.heard(10, 101.0, is_readable=True)

    assert lag.seconds(160.0) == 60.0


def test_a_clock_that_runs_ahead_gives_no_negative_lag() -> None:
    lag = Lag(5)
    lag.heard(50, 100.0)
    lag.counted(10, 999.0)

    assert lag.seconds(200.0) == 0


def test_a_later_batch_corrects_what_an_earlier_one_said() -> None:
    lag = Lag(5)
    lag.heard(50, 100.0)
    lag.counted(10, 199.0)
    lag.counted(20, 60.0)
    lag.counted(30, None)

    assert lag.seconds(200.0) == 140.0


def test_one_record_dated_in_the_future_does_not_date_its_neighbours() -> None:
    assert time_of([50_000, 9_999_000, 60_000], now=100.0) == 60.0


def test_one_record_dated_in_the_past_does_not_date_its_neighbours() -> None:
    assert time_of([50_000, 60_000, 1], now=100.0) == 60.0


def test_records_without_a_time_of_the_past_have_none() -> None:
    assert time_of([-1, 0, 9_999_000], now=100.0) is None
    assert time_of([], now=100.0) is None
