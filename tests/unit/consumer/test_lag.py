"""Lag is nothing when all is counted, else as old as the last counted record or the last moment of rest."""

from agent.consumer.lag import Lag


def test_before_the_first_answer_there_is_none() -> None:
    assert (Lag(5, 100.0).records, Lag(5, 100.0).seconds(200.0)) == (0, 0)


def test_it_is_the_age_of_the_last_counted_record_while_records_wait() -> None:
    lag = Lag(5, 100.0)
    lag.heard(50, 101.0)
    lag.counted(10, 60.0, 102.0)

    assert (lag.records, lag.seconds(200.0)) == (40, 100.0)


def test_it_is_nothing_once_all_is_counted_however_old_the_records_are() -> None:
    lag = Lag(5, 100.0)
    lag.heard(10, 101.0)
    lag.counted(10, 3.0, 102.0)

    assert (lag.records, lag.seconds(500.0)) == (0, 0)


def test_after_a_rest_it_counts_from_the_end_of_the_rest() -> None:
    lag = Lag(5, 100.0)
    lag.counted(10, 50.0, 101.0)
    lag.heard(10, 400.0)
    lag.heard(11, 401.0)

    assert lag.seconds(405.0) == 5.0


def test_a_clock_that_runs_ahead_gives_no_negative_lag() -> None:
    lag = Lag(5, 100.0)
    lag.heard(50, 100.0)
    lag.counted(10, 999.0, 102.0)

    assert lag.seconds(200.0) == 0
