"""An error that no rule knows is guessed by what labelled errors with the same words meant."""

import pytest

from agent.classify import classify, explain, learned
from agent.classify.unclassified import is_unclassified
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import ROOT
from tests.unit.classify.last_resort import TABLE, count, texts

NEW = [
    ("Tokens of this minute are all gone, wait", "rate_limit_error"),
    ("The plan holds nothing for this month any more, top it up", "insufficient_balance"),
    ("Vision input is not something this model can handle", "invalid_request_error"),
    ("The reply from upstream took all the seconds it had", "timeout_error"),
]


def error(text: str) -> ApiResponse:
    return ApiResponse(body={"error": {"message": text}})


@pytest.mark.parametrize(("text", "kind"), NEW)
def test_an_error_in_new_words_means_what_errors_with_its_words_have_meant(text: str, kind: str) -> None:
    why = explain(error(text))

    assert (why.outcome.type, why.rule) == (kind, f"learned: like {kind}")


@pytest.mark.parametrize("text", [text for text, _ in NEW])
def test_a_text_that_is_not_known_to_be_an_error_is_not_guessed(text: str) -> None:
    assert classify(ApiResponse(body=text)).dialect == "none"
    assert classify(ApiResponse(status=200, body=text)).type == "ok"


def test_a_guess_is_shown_among_the_unclassified() -> None:
    response = error(NEW[0][0])

    assert is_unclassified(explain(response), response)


@pytest.mark.parametrize("text", ["Zorb", "Zorb flim " * 400])
def test_an_error_whose_words_nobody_has_met_is_unknown(text: str) -> None:
    assert classify(error(text)).type == "unknown"


def test_what_is_learned_is_what_the_labelled_texts_teach() -> None:
    assert TABLE.read_text(encoding="utf-8") == learned.written(count(texts())), (
        f"run python -m tests.unit.classify.last_resort, which writes {TABLE.relative_to(ROOT)}"
    )
