"""What the page says first: whether all is well, and what is not."""

from dataclasses import replace
from typing import Any

import pytest

from agent.metrics import catalogue
from agent.metrics.catalogue import Metric
from agent.metrics.delta import Series
from agent.status.history import Recent
from agent.status.verdict import WELL, Health, verdict
from tests.tools.cache import ROOT

NOW = 1_795_323_600.0
GOOD = Health(
    started=NOW - 3600, lag_seconds=0.0, scraped_at=NOW - 9, waiting_since=NOW - 9, series=10, max_series=100
)
QUIET = Recent(300, {})


def counted(metric: Metric, number: float) -> Recent:
    records = {Series(catalogue.RECORDS, ("t", "0"), 1): 1000.0}
    return Recent(300, {**records, Series(metric, ("t", "0"), 1): number})


def test_an_agent_that_counts_and_is_scraped_is_well() -> None:
    assert verdict(GOOD, QUIET, NOW) == {"level": "well", "words": WELL, "concerns": []}


@pytest.mark.parametrize(
    ("health", "level", "words"),
    [
        ({"waits_for": "no broker has answered"}, "bad", "Not ready: no broker has answered"),
        ({"scraped_at": NOW - 600}, "bad", "Nobody has scraped /metrics for 10 min"),
        ({"scraped_at": None}, "bad", "Nobody has scraped /metrics for 1 h"),
        (
            {"lag_seconds": 200.0, "lag_records": 12_000},
            "warning",
            "Counting is 3 min behind, with 12,000 records to come",
        ),
        (
            {"waiting_since": NOW - 600, "waiting_records": 1},
            "warning",
            "1 record counted, and not shown for 10 min",
        ),
        ({"series": 95}, "warning", "95 of 100 time series are used"),
        ({"certificates": {"tls.crt": NOW + 86_400}}, "warning", "The certificate tls.crt ends in 1 d"),
        ({"certificates": {"tls.crt": NOW - 1}}, "warning", "The certificate tls.crt has ended"),
    ],
)
def test_what_is_not_well_is_said_in_a_sentence(health: dict[str, Any], level: str, words: str) -> None:
    said = verdict(replace(GOOD, **health), QUIET, NOW)

    assert (said["level"], said["words"]) == (level, words)


@pytest.mark.parametrize(
    ("metric", "number", "words"),
    [
        (catalogue.SKIPPED_RECORDS, 1, "1 record skipped in the last 5 min"),
        (catalogue.LATE_RECORDS, 40, "40 records came more than 5 min late in the last 5 min"),
        (catalogue.INVALID_EVENTS, 11, "11 events in the last 5 min could not be read as a response"),
    ],
)
def test_records_in_trouble_are_a_warning(metric: Metric, number: float, words: str) -> None:
    said = verdict(GOOD, counted(metric, number), NOW)

    assert (said["level"], said["words"]) == ("warning", words)


def test_a_few_invalid_events_among_many_are_no_concern() -> None:
    assert verdict(GOOD, counted(catalogue.INVALID_EVENTS, 3), NOW)["level"] == "well"


def test_an_agent_that_has_just_started_is_given_time_to_be_scraped() -> None:
    assert verdict(replace(GOOD, started=NOW - 20, scraped_at=None), QUIET, NOW)["level"] == "well"


def test_the_worst_comes_first_and_each_names_a_runbook_that_there_is() -> None:
    bad = replace(
        GOOD, lag_seconds=900.0, scraped_at=NOW - 900, waits_for="x", series=99, certificates={"tls.crt": NOW}
    )
    found = verdict(bad, counted(catalogue.SKIPPED_RECORDS, 2), NOW)["concerns"]
    found += verdict(replace(GOOD, waiting_since=NOW - 900), counted(catalogue.LATE_RECORDS, 2), NOW)[
        "concerns"
    ]
    found += verdict(GOOD, counted(catalogue.INVALID_EVENTS, 900), NOW)["concerns"]

    assert [concern["level"] for concern in found[:6]] == ["bad", "bad", *4 * ["warning"]]
    for concern in found:
        assert (ROOT / "grafana" / "runbooks" / f"{concern['runbook']}.md").exists()
