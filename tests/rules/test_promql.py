"""What the contract tests read out of a query: were it nothing, they would hold whatever the query says."""

from tests.rules.promql import bare, branches, kept, label_lists, matchers, parse, selectors

QUERY = """
sum by (job, topic) (rate(errors_total{job="a", type=~"x|y"}[5m]))
/ on (job) group_left (topic) sum by (job) (rate(all_total{job="a"}[5m])) > bool 0.5
or up
"""


def test_selectors_are_metrics_with_the_labels_that_they_match() -> None:
    assert selectors(QUERY) == [("errors_total", ["job", "type"]), ("all_total", ["job"]), ("up", [])]


def test_matchers_are_read_with_their_operators_and_values() -> None:
    assert matchers(QUERY) == [("job", "=", "a"), ("type", "=~", "x|y"), ("job", "=", "a")]


def test_a_metric_without_braces_is_bare() -> None:
    assert bare(QUERY) == {"up"}
    assert bare('up{job="a"}') == set()


def test_lists_of_labels_are_read_with_the_word_before_them() -> None:
    found = [("by", ["job", "topic"]), ("on", ["job"]), ("group_left", ["topic"]), ("by", ["job"])]

    assert sorted(label_lists(QUERY)) == sorted(found)


def test_the_sides_of_an_or_are_looked_at_one_by_one() -> None:
    assert [len(selectors(QUERY[side.start : side.end])) for side in branches(QUERY)] == [2, 1]


def test_what_is_grouped_away_does_not_come_out() -> None:
    known = {"errors_total": {"job", "topic", "type"}}

    assert kept(parse('sum by (job) (errors_total{job="a"})'), known) == {"job"}
    assert kept(parse('errors_total{job="a"}'), known) == {"job", "topic", "type"}
