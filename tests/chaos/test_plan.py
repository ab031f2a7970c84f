"""What a seed decides."""

from itertools import pairwise

import pytest

from tests.chaos.load import RARE, draw
from tests.chaos.plan import BROKER, DECK, PARTITIONS, RECOVERY, faults


def test_one_seed_gives_one_run() -> None:
    one, again, other = draw(7), draw(7), draw(8)

    assert faults(7, 600) == faults(7, 600) != faults(8, 600)
    assert [next(one) for _ in range(100)] == [next(again) for _ in range(100)]
    assert [next(one) for _ in range(100)] != [next(other) for _ in range(100)]


@pytest.mark.parametrize("seed", range(5))
def test_two_minutes_have_every_kind_of_fault_and_more_partitions_once(seed: int) -> None:
    kinds = [fault.kind for fault in faults(seed, 120)]

    assert {*DECK, PARTITIONS} == {*kinds}
    assert kinds.count(PARTITIONS) == 1


@pytest.mark.parametrize("seed", range(5))
def test_a_target_has_one_fault_at_a_time(seed: int) -> None:
    for target in (BROKER, 0, 1):
        mine = [it for it in faults(seed, 600) if it.target == target and it.kind != PARTITIONS]
        assert mine
        for before, after in pairwise(mine):
            assert before.at + before.seconds + RECOVERY[before.kind] <= after.at + 0.001


def test_rare_series_are_rare() -> None:
    keys = draw(3)
    drawn = [next(keys) for _ in range(100_000)]

    assert 50 < sum(key in RARE for key in drawn) < 200
