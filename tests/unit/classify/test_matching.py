import pytest

from agent.classify import guesses, phrases
from agent.classify.dialects import DIALECTS
from agent.classify.matching import Characters, Phrases, words_of
from agent.classify.taxonomy import OutcomeType, Reason

TABLES = [
    phrases.OVERRIDES,
    guesses.GUESSES,
    *phrases.DETAILS.values(),
    *(dialect.phrases for dialect in DIALECTS),
]
R = Reason.CAPACITY


@pytest.mark.parametrize(
    ("phrase", "message", "found"),
    [
        ("model * does not exist", "The model `x-1` doesn't exist.", True),
        ("model .. not found", "model a b c not found", True),
        ("model .. not found", "model a b c d not found", False),
        ("try again", "Please try \n  again later", True),
        ("rate limit", "corporate limit", False),
        ("throttl~ now", "It is throttling now", True),
        ("^slow down$", "Slow Down!", True),
        ("^slow down$", "please slow down", False),
        ("a|b end", "b end", True),
        ("cannot fetch", "can't fetch", True),
    ],
)
def test_a_phrase_matches(phrase: str, message: str, found: bool) -> None:  # noqa: FBT001
    assert bool(Phrases([(phrase, R)]).match(words_of(message))) is found


def test_the_first_phrase_of_a_table_decides() -> None:
    table = Phrases([("too busy", Reason.CAPACITY), ("busy", Reason.INTERNAL_ERROR)])

    match = table.match(words_of("busy, too busy"))
    assert match is not None
    assert match.reason is Reason.CAPACITY


def test_a_match_can_be_asked_for_by_type() -> None:
    table = Phrases([("busy", Reason.CAPACITY), ("busy", Reason.INTERNAL_ERROR)])

    match = table.match(words_of("busy"), frozenset({OutcomeType.API}))
    assert match is not None
    assert match.reason is Reason.INTERNAL_ERROR


def test_characters_are_found_inside_a_text_without_spaces() -> None:
    assert Characters([("余额不足", R)]).match("账户余额不足") is not None


@pytest.mark.parametrize("table", TABLES)
def test_no_phrase_is_long_enough_to_be_a_copied_sentence(table: Phrases) -> None:
    assert [phrase for phrase, _ in table.rules if len(phrase) > 60] == []
