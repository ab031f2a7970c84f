"""From what was seen to the figures that stand in results.json."""

import pytest

from bench import report
from bench.arithmetic import Figures, Sample, added, figures, typical
from bench.behind import Behind, problems
from bench.flat import Held, trends
from bench.rounds import Settled, part, shares
from bench.scale import together

PAGE = """\
# TYPE seen_total counter
seen_total{topic="a",partition="0"} 3.0
seen_total{topic="odd } name",partition="1"} 4.0 1700000000
seen_total_of_others 100
seen_total 1e2 # {trace_id="x"} 1.0
"""


def sample(at: float, cpu: float, records: int, **other: float) -> Sample:
    return Sample(
        at, cpu, int(other.get("rss", 50e6)), records, other.get("gap", 0.0), other.get("scrape", 0.01)
    )


RUN = [
    sample(0, 1.0, 100),
    sample(1, 1.5, 100_100, gap=0.03),
    sample(2, 2.0, 200_100),
    sample(3, 2.1, 250_100),
]


def test_samples_of_one_name_are_added_up_whatever_their_labels() -> None:
    assert added(PAGE, "seen_total") == 107
    assert added(PAGE, "never_seen") == 0


def test_cpu_counts_from_the_first_look_to_the_last() -> None:
    assert figures(RUN).us == pytest.approx(1.1 / 250_000 * 1e6)


def test_the_wait_after_the_last_record_does_not_slow_the_rate() -> None:
    assert figures(RUN).rate == pytest.approx(100_000)


def test_a_record_of_fifty_events_counts_as_fifty() -> None:
    assert figures(RUN, 50).us == pytest.approx(figures(RUN).us / 50)
    assert figures(RUN, 50).rate == pytest.approx(figures(RUN).rate * 50)


def test_the_worst_gap_of_a_run_is_kept() -> None:
    assert figures(RUN).gap_ms == pytest.approx(30)


def test_a_run_that_read_nothing_has_no_figures() -> None:
    with pytest.raises(ValueError, match=r"nothing was read in 2\.0 s"):
        figures([sample(0, 1, 5), sample(2, 2, 5)])


def test_of_several_rounds_the_median_is_told() -> None:
    rounds = [Figures(us, 1e6 / us, 50, 10, 5) for us in (9.0, 2.0, 3.0)]

    assert typical(rounds) == Figures(3.0, 1e6 / 3, 50, 10, 5)


def test_results_have_a_figure_for_each_candidate_and_mix() -> None:
    one = Figures(us=3.0, rate=300_000, rss_mb=80, gap_ms=12, scrape_ms=4)

    found = part({("floor", "repeat_5"): Settled(one, 0, 1.0), ("agent", "repeat_5"): Settled(one, 1, 0.2)})

    assert found["floor_us"] == found["agent_us"] == {"repeat_5": 3.0}
    assert (found["loop_gap_ms"], found["first_count_seconds"]) == (12, 0.2)
    assert found["failed_scrapes"] == {"repeat_5": 1}


def test_shares_leave_out_what_is_less_than_a_percent() -> None:
    assert shares({"events": 600, "logs": 1, "classify": 399}) == {"events": 60.0, "classify": 39.9}


def test_agents_together_have_what_all_of_them_have() -> None:
    both = together([sample(1, 2, 30, gap=0.2), sample(2, 3, 40, gap=0.1)])

    assert (both.cpu, both.records, both.gap, both.rss) == (5, 70, 0.2, 100_000_000)


def held(**grown: float) -> list[Held]:
    """A hundred looks; a figure grows by so much from each look to the next."""
    start = Held(rss_mb=100, blocks=100, fds=20, tasks=12, threads=4, series=500)
    return [
        Held(*(value + grown.get(name, 0) * turn for name, value in start._asdict().items()))
        for turn in range(100)
    ]


def test_what_stays_is_flat() -> None:
    assert all(trend.is_flat for trend in trends(held()).values())


@pytest.mark.parametrize("name", Held._fields)
def test_what_grows_is_not_flat(name: str) -> None:
    found = trends(held(**{name: 1.0}))

    assert [it for it, trend in found.items() if not trend.is_flat] == [name]


def test_too_short_a_soak_says_nothing() -> None:
    with pytest.raises(ValueError, match="3 looks are too few"):
        trends(held()[:3])


def test_a_backlog_that_was_read_well_has_no_problems() -> None:
    fine = Behind(RUN, peak_mb=120, slowest=0.4, failed=0, late=90, old=90)

    assert problems(fine, 250_100, memory=256, within=10) == []
    assert problems(fine._replace(late=89, peak_mb=300), 250_100, memory=256, within=10) == [
        "it had 300 MB, more than 256",
        "89 records were late by its own words, and 90 were",
    ]


def test_the_page_shows_what_has_been_measured_so_far() -> None:
    assert report.page({}).strip() == "# What the agent costs"
