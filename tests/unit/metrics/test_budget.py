"""What is given up, in which order and how early, where events would make more series than the budget has."""

from collections.abc import Iterable, Iterator

import pytest

from agent.classify.taxonomy import OutcomeType
from agent.metrics import catalogue
from agent.metrics.budget import SeriesBudget, project

BUCKETS = 3
ROOM = 1000
"""Time series beside what is set aside."""

WORDS = ("provider", "method", "path", "status", "type", "reason")


def budget(room: int = ROOM, **how: bool) -> SeriesBudget:
    return SeriesBudget(SeriesBudget.reserve(BUCKETS) + room, BUCKETS, **how)


def different(*, extra: bool) -> Iterator[tuple[str, ...]]:
    """Errors without end that differ in all: each is two counters."""
    for number in range(ROOM):
        yield tuple(f"{number}" for _ in (*WORDS, *(["model"] if extra else [])))


def folds(fitted: Iterable[tuple[str, ...]]) -> list[tuple[set[str], int]]:
    """Which labels are other, in the order in which it came to that, and how many were before."""
    found: list[tuple[set[str], int]] = []
    for at, labels in enumerate(fitted):
        folded = {name for name, it in zip((*WORDS, "model"), labels, strict=False) if it == "other"}
        if not found or found[-1][0] != folded:
            found.append((folded, at))
    return found


FIRST_TO_LAST = [{"path"}, {"path", "method"}, {"path", "method", "provider"}, {*WORDS[:4]}]


@pytest.mark.parametrize(
    ("extra", "expected"),
    [
        (False, [(set(), 0), *zip(FIRST_TO_LAST, (400, 475, 485, 500), strict=True)]),
        # Each has room set aside for the same without the label of one's own, and so takes it twice.
        (
            True,
            [
                (set(), 0),
                ({"model"}, 200),
                *((it | {"model"}, at) for it, at in zip(FIRST_TO_LAST, (250, 275, 285, 300), strict=True)),
            ],
        ),
    ],
    ids=["no extra label", "an extra label"],
)
def test_labels_of_ones_own_are_given_up_first_then_the_path_and_the_status_last(
    expected: list[tuple[set[str], int]],
    extra: bool,  # noqa: FBT001
) -> None:
    tight = budget()

    assert folds(tight.fit(labels, is_timed=False) for labels in different(extra=extra)) == expected


@pytest.mark.parametrize(
    ("metric", "expected"),
    [
        (catalogue.TIME_TO_FIRST_TOKEN, [(0, 0), (1, 0.8), (2, 0.95)]),
        (catalogue.ATTEMPTS, [(0, 0), (1, 0.8), (2, 0.95), (3, 1.0)]),
    ],
    ids=lambda it: getattr(it, "name", ""),
)
def test_what_is_counted_beside_a_response_gives_up_its_path_first(
    metric: catalogue.Metric, expected: list[tuple[int, float]]
) -> None:
    """How many labels are folded after which share of the room: path, then provider, then status."""
    cost = len(metric.buckets) + 3 if metric.buckets else 1
    tight = budget(ROOM * cost)
    order = [metric.labels.index(name) for name in ("path", "provider", "status") if name in metric.labels]
    found: list[tuple[int, int]] = []
    for number in range(2 * ROOM):
        labels = tight.fit_beside(metric, tuple(f"{number}" for _ in metric.labels))
        folded = [it for it in range(len(labels)) if labels[it] == "other"]
        assert folded == sorted(order[: len(folded)])
        if not found or found[-1][0] != len(folded):
            found.append((len(folded), number))

    assert found == [(folds_, round(share * ROOM)) for folds_, share in expected]


@pytest.mark.parametrize(
    ("type_", "is_timed", "cost"),
    [("ok", False, 1), ("ok", True, 1 + 6), ("timeout_error", False, 2), ("timeout_error", True, 2 + 6)],
)
def test_a_combination_costs_what_prometheus_counts_for_it(type_: str, *, is_timed: bool, cost: int) -> None:
    """A histogram has its buckets, +Inf, the sum and the count."""
    wide = budget()
    for path in ("/a", "/b", "/b"):
        wide.fit(("openai", "POST", path, "200", type_, "none"), is_timed=is_timed)

    assert wide.used == 2 * cost


@pytest.mark.parametrize(
    ("metric", "cost"),
    [(catalogue.ATTEMPTS, 1), (catalogue.TIME_TO_FIRST_TOKEN, len(catalogue.FIRST_TOKEN_BUCKETS) + 3)],
    ids=["counter", "histogram"],
)
def test_what_is_counted_beside_a_response_costs_its_series(metric: catalogue.Metric, cost: int) -> None:
    wide = budget()
    for path in ("/a", "/b", "/b"):
        wide.fit_beside(metric, tuple(path for _ in metric.labels))

    assert wide.used == 2 * cost


@pytest.mark.parametrize(("on_histograms", "histograms"), [(False, 1), (True, 2)])
def test_an_extra_label_costs_a_histogram_only_where_it_stands_on_it(
    histograms: int,
    on_histograms: bool,  # noqa: FBT001
) -> None:
    wide = budget(extra_on_histograms=on_histograms)
    for model in ("gpt-5", "gpt-6"):
        wide.fit(("openai", "POST", "/a", "200", "ok", "none", model), is_timed=True)

    assert wide.used == 2 + histograms * (BUCKETS + 3)


def test_what_is_set_aside_is_all_that_is_folded_wholly_with_a_hundred_reasons_of_errors() -> None:
    tight = budget(0)

    for type_ in OutcomeType:
        for number in range(3):
            asked = (f"p{number}", f"m{number}", f"/{number}", f"{number}", type_.value, "a_reason")
            assert tight.fit(asked, is_timed=False)[:4] == ("other",) * 4
            assert tight.fit(asked, is_timed=True)[:4] == ("other",) * 4
        for metric in (catalogue.TIME_TO_FIRST_TOKEN, catalogue.ATTEMPTS):
            tight.fit_beside(metric, tuple(type_.value if it == "type" else "x" for it in metric.labels))

    reasons = len(OutcomeType) - 1  # one of each type that is an error
    assert SeriesBudget.reserve(BUCKETS) == tight.used - reasons + 100


def test_what_has_room_takes_no_more_of_it() -> None:
    tight = budget(10)

    again = [("openai", "POST", "/a", "200", "ok", "none")] * 50

    assert [tight.fit(labels, is_timed=False) for labels in again] == again


def test_what_an_error_is_shown_under_names_its_reason_and_no_method() -> None:
    labels = ("openai", "POST", "/a", "429", "rate_limit_error", "tokens_per_minute", "gpt-5")

    shown = dict(project(labels, is_timed=True, extra_on_histograms=True))

    assert {metric.name: len(it) for metric, it in shown.items()} == {
        metric.name: len(metric.labels) + 1
        for metric in (catalogue.RESPONSES, catalogue.ERRORS, catalogue.DURATION)
    }
    for metric, values in shown.items():
        named = dict(zip((*metric.labels, "model"), values, strict=True))
        assert named == {
            name: it for name, it in zip((*WORDS, "model"), labels, strict=True) if name in named
        }
