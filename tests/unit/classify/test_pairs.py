"""What two words that meet in a short sentence mean, and how short it must be."""

import pytest

from agent.classify import pairs
from agent.classify.matching import words_of


def padded(text: str, length: int) -> str:
    """The *text* and a word that fills it up, so that with its spaces it has this length."""
    return f"{text} {'z' * (length - len(text) - 3)}"


@pytest.mark.parametrize(("length", "is_met"), [(240, True), (241, False)])
def test_a_sentence_of_another_language_is_short(length: int, *, is_met: bool) -> None:
    words = words_of(padded("saldo insuficiente", length))

    assert len(words.text) == length
    assert (pairs.meaning(words) is not None) is is_met


@pytest.mark.parametrize(("length", "is_met"), [(120, True), (121, False)])
def test_an_english_sentence_is_shorter_still(length: int, *, is_met: bool) -> None:
    words = words_of(padded("your wallet is empty", length))

    assert (pairs.guess(words) is not None) is is_met


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("saldo insuficiente", "insufficient_credits"),
        ("votre solde est épuisé", "insufficient_credits"),
        ("tu cuota se ha agotado", "quota_exhausted"),
        ("余额不足", "insufficient_credits"),
        ("API 余额不足 error", "insufficient_credits"),
        ("the 余额不足", "insufficient_credits"),
    ],
)
def test_an_object_and_what_happened_to_it_mean_a_reason(text: str, reason: str) -> None:
    found = pairs.meaning(words_of(text))

    assert found is not None
    assert found.reason == reason


@pytest.mark.parametrize(
    "text", ["the saldo insuficiente", "your failed 余额不足", "saldo", "insuficiente", ""]
)
def test_one_word_or_a_sentence_in_english_means_nothing_here(text: str) -> None:
    assert pairs.meaning(words_of(text)) is None


def test_who_does_not_speak_of_a_call_is_not_understood_in_english() -> None:
    assert pairs.guess(words_of("your wallet is empty")) is not None
    assert pairs.guess(words_of("his purse is empty")) is None


def test_only_what_means_one_of_the_types_is_looked_for() -> None:
    words = words_of("saldo insuficiente")
    found = pairs.meaning(words)

    assert found is not None
    assert pairs.meaning(words, frozenset(found.reason.types)) == found
    assert pairs.meaning(words, frozenset()) is None
