"""What a tally remembers, folds and refuses: it loses no event by that, and its memory has a bound."""

from dataclasses import replace

import pytest

from agent.classify.outcome import Outcome, RateLimit
from agent.classify.taxonomy import OutcomeType, Reason
from agent.events.response import ApiResponse
from agent.metrics import catalogue, readings, tally
from agent.metrics.budget import SeriesBudget
from agent.metrics.delta import Delta
from agent.metrics.labels import Labels
from agent.metrics.readings import Readings, Source
from agent.metrics.tally import Tally
from tests.unit.metrics.test_readings import GPT, KEY, MINI, NOW, reading, tightest

PATH = "/v1/embeddings"
OK = Outcome(OutcomeType.OK, Reason.NONE, "none", None, ())
LIMITED = Outcome(OutcomeType.RATE_LIMIT, Reason.RATE_LIMIT_GENERIC, "openai", 7.0, ())


def response(**fields: object) -> ApiResponse:
    known: dict[str, object] = {"status": 200, "provider": "openai", "method": "POST", "path": PATH}
    absent: dict[str, object] = dict.fromkeys(("duration", "timestamp", "request_id", "body"))
    return ApiResponse(**absent | known | {"attributes": {}, "headers": {}} | fields)  # type: ignore[arg-type]


def counted(of: Tally, *responses: ApiResponse, outcome: Outcome = OK) -> Delta:
    delta: Delta = {}
    for one in responses:
        of.response(delta, one, outcome)
    return delta


def labels(delta: Delta, name: str) -> list[tuple[str, ...]]:
    return [series.labels for series in delta if series.metric.name == name]


def test_a_path_that_was_refused_for_its_404_is_admitted_once_it_is_found() -> None:
    books = Tally(Labels())
    lost, found = response(path="/our/own", status=404), response(path="/our/own")

    paths = [labels(counted(books, one), "api_responses_total")[0][2] for one in (lost, found, lost)]

    assert paths == ["other", "/our/own", "/our/own"]


def test_what_was_folded_or_refused_is_not_decided_again(monkeypatch: pytest.MonkeyPatch) -> None:
    books = Tally(Labels(), max_series=SeriesBudget.reserve(len(catalogue.DURATION_BUCKETS)))
    folded, refused = response(path="/our/own"), response(path="/our/other", status=404)
    counted(books, folded, refused)
    monkeypatch.setattr(Labels, "path", None)

    delta = counted(books, folded, refused)

    assert sum(numbers[0] for series, numbers in delta.items() if series.metric is catalogue.RESPONSES) == 2


def test_combinations_without_end_take_a_bounded_room(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tally, "_MOST_BYTES", 8_000)
    books = Tally(Labels())

    delta = counted(books, *(response(path=f"/v1/responses/{n:032x}") for n in range(35)))

    assert len(books._remembered) <= 10
    assert sum(numbers[0] for numbers in delta.values()) == 35


def test_a_wait_that_was_told_is_counted_by_provider_and_type() -> None:
    delta = counted(Tally(Labels()), response(status=429), outcome=LIMITED)

    assert labels(delta, "api_retry_after_seconds") == [("openai", "rate_limit_error")]


def test_a_value_on_the_bound_of_a_bucket_is_in_it() -> None:
    delta: Delta = {}

    Tally(Labels()).observe(delta, catalogue.EVENT_AGE, (), 5.0)

    (numbers,) = delta.values()
    assert numbers[catalogue.EVENT_AGE_BUCKETS.index(5)] == 1


@pytest.mark.parametrize("extra", [(), ("model",)])
def test_limits_of_models_stand_apart(extra: tuple[str, ...]) -> None:
    books = Tally(Labels(extra=extra), extra=extra)
    limits = (RateLimit("requests", 10.0, 5.0, None),)

    for model in ("gpt-5", "gpt-6"):
        books.limits.told(books.pool(response(attributes={"model": model})), NOW, limits)

    assert set(books.readings.tightest(NOW, by=("model",))) == {(*KEY, "gpt-5"), (*KEY, "gpt-6")}


def test_of_two_readings_of_one_moment_the_later_is_shown() -> None:
    assert tightest((GPT, reading(100, 9)), (GPT, reading(100, 8))) == reading(100, 8)


def test_readings_without_end_take_a_bounded_room_and_the_oldest_go() -> None:
    kept = Readings()
    for number in range(readings.MOST_READINGS + 1):
        kept.keep(Source("openai", f"model-{number}", "requests"), reading(10, 5, at=NOW))

    left = kept.tightest(NOW, by=("model",))

    assert len(left) == readings.MOST_READINGS
    assert (*KEY, "model-0") not in left


def test_without_a_limit_only_nothing_left_is_tight() -> None:
    assert tightest((GPT, reading(None, 3)), (MINI, reading(100, 99))) == reading(100, 99)
    assert tightest((MINI, reading(100, 1)), (GPT, reading(None, 0))) == reading(None, 0)


def test_a_budget_holds_the_least_that_it_needs_and_nothing_less() -> None:
    least = SeriesBudget.reserve(3)

    SeriesBudget(least, 3)

    with pytest.raises(ValueError, match=f"the least is {least}"):
        SeriesBudget(least - 1, 3)


def test_paths_may_fill_four_fifths_of_a_budget_and_the_rest_is_for_what_says_more() -> None:
    room = 40
    budget = SeriesBudget(SeriesBudget.reserve(3) + room, 3)
    asked = [("openai", "POST", f"/{n}", "200", "ok", "none") for n in range(2 * room)]

    whole = [labels for labels in asked if budget.fit(labels, is_timed=False) == labels]

    assert (len(whole), budget.used) == (32, 33)


def test_labels_of_a_users_own_are_folded_with_the_rest() -> None:
    budget = SeriesBudget(SeriesBudget.reserve(3), 3)

    assert budget.fit(("openai", "POST", "/a", "200", "ok", "none", "gpt-5"), is_timed=True)[6] == "other"


def test_a_series_that_is_there_stays_whole_for_paths_that_are_new_and_mean_the_same() -> None:
    books = Tally(Labels(), max_series=SeriesBudget.reserve(len(catalogue.DURATION_BUCKETS)) + 2)
    first, other, later = (
        response(path=path) for path in ("/v1/files/file-1aaaaaaaaaaa", "/a", "/v1/files/2")
    )

    delta = counted(books, first, other, later)

    assert labels(delta, "api_responses_total")[0][2] == "/v1/files/{id}"
    assert next(iter(delta.values()))[0] == 2


MANY = [
    response(
        provider=f"provider-{chr(97 + p)}",
        path=f"/tools/{chr(97 + a)}{chr(97 + b)}",
        attributes={"model": f"m-{m}"},
    )
    for m in range(20)
    for p in range(12)
    for a in range(6)
    for b in range(10)
]


@pytest.mark.parametrize("order", [1, 7919])
def test_a_full_budget_gives_up_extra_labels_first_and_alone(order: int) -> None:
    books = Tally(Labels(extra=("model",)), extra=("model",))

    delta = counted(books, *(MANY[at * order % len(MANY)] for at in range(len(MANY))))

    shown = [series.labels for series in delta if series.metric is catalogue.RESPONSES]
    assert {(one[0], one[2]) for one in shown} == {(one.provider, one.path) for one in MANY}
    assert not [one for one in shown if one[2] == "other"]
    assert sum(
        numbers[0] for series, numbers in delta.items() if series.metric is catalogue.RESPONSES
    ) == len(MANY)
    assert books.series_count <= 10_000


def test_an_event_keeps_the_path_that_its_like_has_when_its_extra_label_is_given_up() -> None:
    books = Tally(Labels(extra=("model",)), extra=("model",))
    timed = [replace(one, duration=1.0) for one in MANY]

    delta = counted(books, *(timed[at * 7919 % len(timed)] for at in range(len(timed))))

    shown = [series.labels for series in delta if series.metric is catalogue.RESPONSES]
    whole = {(one[0], one[2]) for one in shown if one[6] != "other"}
    assert len(whole) > 300
    assert whole <= {(one[0], one[2]) for one in shown if one[6] == "other"}
    assert books.series_count <= 10_000


@pytest.mark.parametrize(("on_histograms", "histograms"), [(False, 1), (True, 2)])
def test_an_extra_label_makes_more_histograms_only_where_it_stands_on_them(
    histograms: int,
    on_histograms: bool,  # noqa: FBT001
) -> None:
    books = Tally(Labels(extra=("model",)), extra=("model",), extra_on_histograms=on_histograms)

    counted(books, *(response(duration=1.0, attributes={"model": it}) for it in ("gpt-5", "gpt-6")))

    assert books.series_count == 2 + histograms * (len(catalogue.DURATION_BUCKETS) + 3)
