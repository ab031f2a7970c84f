"""An error that no rule knows is guessed by what labelled errors with the same words meant."""

from collections import Counter

import pytest

from agent.classify import classify, explain, learned, model
from agent.classify.matching import words_of
from agent.classify.unclassified import is_unclassified
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import ROOT, Collected
from tests.unit.classify.last_resort import (
    REASONS,
    STATUSES,
    TYPES,
    Text,
    fingerprint,
    of_statuses,
    of_types,
    texts,
)

NEW = [
    ("Tokens of this minute are all gone, wait", "rate_limit_error"),
    ("The plan holds nothing for this month any more, top it up", "insufficient_balance"),
    ("Vision input is not something this model can handle", "invalid_request_error"),
    ("The reply from upstream took all the seconds it had", "timeout_error"),
]
ORDINARY = [
    "The train leaves at noon, and the children wave until it is gone.",
    "Der Hund schläft auf dem Sofa und träumt von Wurst.",
    "会议改到下周三下午三点，请大家准时参加。",
    "Job accepted, four others are ahead in the queue",
]


def error(text: str) -> ApiResponse:
    return ApiResponse(body={"error": {"message": text}})


@pytest.mark.parametrize(("text", "kind"), NEW)
def test_an_error_in_new_words_means_what_errors_with_its_words_have_meant(text: str, kind: str) -> None:
    why = explain(error(text))

    assert why.outcome.type == kind
    assert why.rule.startswith(f"learned: like {kind}")


@pytest.mark.parametrize("text", [text for text, _ in NEW])
def test_a_text_under_a_success_is_no_error_whatever_its_words_are(text: str) -> None:
    assert classify(ApiResponse(status=200, body=text)).type == "ok"


@pytest.mark.parametrize("text", ORDINARY)
@pytest.mark.parametrize("key", [None, "message", "msg"])
def test_a_text_without_a_status_is_no_error_if_its_words_are_those_of_ordinary_texts(
    key: str | None, text: str
) -> None:
    assert classify(ApiResponse(body={key: text} if key else text)).dialect == "none"


def test_a_text_without_a_status_is_an_error_if_its_words_are_those_of_errors() -> None:
    outcome = classify(ApiResponse(body="The reply took all the seconds that we had for it, too slow"))

    assert (outcome.type, outcome.dialect) == ("timeout_error", "text")


def test_the_reason_is_the_one_for_which_errors_with_its_words_were_of_that_type() -> None:
    why = explain(ApiResponse(status=403, body={"error": {"message": "Where you live we do not serve"}}))

    assert why.outcome.reason == "region_blocked"


def test_a_guess_is_shown_among_the_unclassified() -> None:
    response = error(NEW[0][0])

    assert is_unclassified(explain(response), response)


@pytest.mark.parametrize("text", ["Zorb", "Zorb flim " * 400, "Misdirected Request"])
def test_an_error_whose_words_say_nothing_is_unknown(text: str) -> None:
    assert classify(error(text)).type == "unknown"


@pytest.mark.parametrize("table", [TYPES, REASONS, STATUSES], ids=lambda path: path.name)
def test_what_is_learned_is_what_the_labelled_texts_teach(table: object) -> None:
    head = table.read_text(encoding="utf-8").partition("\t")[0]  # type: ignore[attr-defined]

    assert head == fingerprint(), (
        f"run python -m tests.unit.classify.last_resort, which writes {TYPES.relative_to(ROOT)}"
    )


def test_how_common_types_are_is_counted_for_statuses_that_were_met_ten_times() -> None:
    bodies = [
        *(
            Collected(ApiResponse(500), kind, frozenset(), "", frozenset(), None)
            for kind in 9 * ["api_error"]
        ),
        Collected(ApiResponse(500), "timeout_error", frozenset(), "", frozenset(), None),
        *(Collected(ApiResponse(200), "api_error", frozenset(), "", frozenset(), None) for _ in range(10)),
        *(Collected(ApiResponse(502), "api_error", frozenset(), "", frozenset(), None) for _ in range(9)),
    ]
    head, *rows = (line.split("\t") for line in of_statuses(bodies).splitlines())

    assert [row[0] for row in rows] == ["500"]
    assert {kind: count for kind, count in zip(head[1:], rows[0][1:], strict=True) if count != "0"} == {
        "api_error": "9",
        "timeout_error": "1",
    }


def test_the_tables_answer_nearly_all_that_they_were_learned_from() -> None:
    """A change of what is weighed in a text needs new tables."""
    types, right = learned.types(), Counter[bool]()
    for text in texts():
        best, _ = model.likeliest(types.belief(model.features(text.words)))
        right[best == text.type] += 1

    assert right[True] > 0.9 * right.total()


def test_learning_is_the_same_each_time_and_needs_a_word_in_two_texts() -> None:
    lines = [("no money left", "insufficient_balance"), ("money is gone", "insufficient_balance"),
             ("key is bad", "authentication_error"), ("no key", "authentication_error")]  # fmt: skip
    found = [Text("", words_of(text), kind) for text, kind in lines]
    table = of_types(found)
    types = model.read(table.splitlines())

    assert table == of_types(found)
    assert "bad" not in types.weights
    assert model.likeliest(types.belief(model.features(words_of("the money")))) > (
        "insufficient_balance",
        0.2,
    )
