"""What stands in RESULTS.md is what stands in results.json."""

import pytest

from bench import picture, report, results
from bench.arithmetic import Figures
from bench.mixes import MIXES
from bench.rounds import Settled, part

ONE = Settled(Figures(us=3.0, rate=300_000, rss_mb=80, gap_ms=12, scrape_ms=4), 0, 0.25)


@pytest.fixture
def found() -> dict[str, object]:
    measured = {(name, mix.name): ONE for mix in MIXES for name in mix.candidates}
    return part(measured) | results.circumstances() | {"events": 1_000, "rounds": 2}


def test_the_page_and_the_picture_are_those_of_the_figures() -> None:
    above, mark, by_hand = report.PAGE.read_text().partition(report.MARK)

    assert above == f"{report.page(results.read())}\n", "run make bench, or python -m bench.results"
    assert mark
    assert by_hand
    assert report.PICTURE.read_text() == picture.bars(results.read())


def test_each_mix_has_a_row_with_what_was_measured(found: dict[str, object]) -> None:
    page = report.page(found)

    assert "| 5 % errors, bodies that repeat | 3 | 3 | 3 | 3 | 1.00 |" in page
    assert "| records of 50 events | 3 | - | - | 3 | 1.00 |" in page


def test_the_picture_has_a_bar_for_each_figure(found: dict[str, object]) -> None:
    bars = sum(len(mix.candidates) for mix in MIXES)

    assert picture.bars(found).count(">3.0</text>") == bars


def test_a_page_without_go_says_nothing_of_it(found: dict[str, object]) -> None:
    del found["go_us"]

    assert "| 5 % errors, bodies that repeat | 3 | - | 3 | 3 | 1.00 |" in report.page(found)
