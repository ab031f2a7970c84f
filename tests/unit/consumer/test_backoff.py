"""Tries that fail come ever less often, and not in step with those of others."""

from agent.consumer.backoff import Backoff


def test_pauses_double_up_to_the_longest() -> None:
    backoff = Backoff(1, 8)

    for want in (1, 2, 4, 8, 8, 8):
        assert 0.75 * want <= backoff.pause() <= 1.25 * want


def test_pauses_of_many_agents_are_spread() -> None:
    assert len({Backoff(1, 8).pause() for _ in range(50)}) == 50


def test_after_something_went_well_they_begin_anew() -> None:
    backoff = Backoff(1, 8)
    for _ in range(5):
        backoff.pause()
    backoff.reset()

    assert backoff.pause() <= 1.25
