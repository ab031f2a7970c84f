import pytest

from agent.classify.taxonomy import OutcomeType, Reason, reasons_under

ANYWHERE = {Reason.EMPTY_BODY, Reason.PLACEHOLDER, Reason.UNMAPPED_STATUS}


def test_there_are_twelve_error_types_and_73_reasons_beside_none() -> None:
    assert len(OutcomeType) == 1 + 12
    assert len(Reason) == 1 + 73


@pytest.mark.parametrize("word", [*OutcomeType, *Reason])
def test_every_word_has_one_line_of_help(word: OutcomeType | Reason) -> None:
    assert word.help
    assert "\n" not in word.help


def test_a_word_is_its_own_label_value() -> None:
    assert str(OutcomeType.RATE_LIMIT) == "rate_limit_error"
    assert {reason.value: reason for reason in Reason}["tokens_per_minute"] is Reason.TOKENS_PER_MINUTE


@pytest.mark.parametrize("kind", OutcomeType)
def test_every_type_has_reasons(kind: OutcomeType) -> None:
    assert reasons_under(kind)


def test_only_none_stands_under_ok_beside_the_reasons_that_stand_anywhere() -> None:
    assert reasons_under(OutcomeType.OK) - ANYWHERE == {Reason.NONE}
