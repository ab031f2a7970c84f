"""Every query of every panel gives data, on what real agents have shown, at every usual time range."""

import math
import re

import pytest

from grafana.src.dashboards.queries import YESTERDAY
from tests.boards.boards import Json, Target, panels, targets
from tests.boards.history import CYCLE
from tests.boards.interpolation import Range, Series, run
from tests.tools.prometheus import Prometheus

ALL = tuple(targets())

# What does not happen in this run, and why. What comes to happen makes its test here fail.
ONLY_ZERO = {
    "agent: Records skipped or deleted unread B": "the embedded broker has no retention (tests/kafka)",
}

# The agents are faster than anything that is sent here; a scrape rarely meets them behind
# (tests/unit/consumer/test_lag.py has the numbers).
HARDLY_SEEN = {
    "overview: Counting is behind by A",
    "agent: Counting is behind by A",
    "agent: Lag in seconds by partition A",
    "agent: Lag in records by partition A",
}

SEEN = [
    each
    for each in ALL
    if str(each) not in {*ONLY_ZERO, *HARDLY_SEEN} and YESTERDAY not in each.query["expr"]
]
RANGES = ("15m", "6h", "7d")


def legend_labels(target: Target) -> set[str]:
    """The labels that the legend of a graph, or the columns of a table, show."""
    if target.query.get("format") != "table":
        return set(re.findall(r"{{(\w+)}}", target.query["legendFormat"]))
    (panel,) = (each for each in panels(target.board) if each["title"] == target.panel)
    columns = panel["transformations"][-1]["options"]["indexByName"]
    asked_for = re.findall(r"\w+", target.query["expr"])  # the other columns are those of other queries
    return {each for each in columns if not each.startswith("Value") and each in asked_for}


OPTIONAL = {"pool", "about"}
"""Labels that a series need not have; of a missing one a legend shows nothing."""


def at_some_moment(target: Target) -> Json:
    """A table says how it is now, and at the end of a recording nobody may be calling."""
    return target.query | {"instant": False}


def numbers(series: list[Series]) -> list[float]:
    return [float(value) for each in series for _, value in each["values"] if not math.isnan(float(value))]


@pytest.mark.parametrize("target", ALL, ids=str)
@pytest.mark.parametrize("filled", RANGES, indirect=True)
def test_a_query_gives_data_with_the_labels_of_its_legend(
    request: pytest.FixtureRequest, filled: tuple[Prometheus, Range], target: Target
) -> None:
    """What was yesterday is there if there was one."""
    server, shown = filled
    if YESTERDAY in target.query["expr"]:
        server, end = request.getfixturevalue("week")
        shown = Range(end - CYCLE / 2, shown.seconds)

    found = run(server, at_some_moment(target), shown)

    assert numbers(found)
    for each in found:
        assert legend_labels(target) - OPTIONAL <= each["metric"].keys(), each["metric"]


@pytest.mark.parametrize("target", SEEN, ids=str)
def test_a_query_sees_what_happened(minute: tuple[Prometheus, Range], target: Target) -> None:
    assert any(numbers(run(minute[0], at_some_moment(target), minute[1])))


@pytest.mark.parametrize("target", [each for each in ALL if str(each) in ONLY_ZERO], ids=str)
def test_what_does_not_happen_here_is_zero(minute: tuple[Prometheus, Range], target: Target) -> None:
    assert set(numbers(run(minute[0], target.query, minute[1]))) == {0}, ONLY_ZERO[str(target)]


def test_every_exception_names_a_query() -> None:
    assert {*ONLY_ZERO, *HARDLY_SEEN} <= set(map(str, ALL))
