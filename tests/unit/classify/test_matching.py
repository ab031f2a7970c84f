import pytest

from agent.classify import guesses, phrases
from agent.classify.dialects import DIALECTS
from agent.classify.matching import Phrases, words_of
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


@pytest.mark.parametrize(
    ("phrase", "message", "found"),
    [
        ("余额不足", "您的账户余额不足", True),
        ("余额 .. 不足", "餘額目前 5 元，不足以支付", True),
        ("余额 .. 不足", "余额已经全部被扣光了，因此目前不足", False),
        ("残高 .. 不足", "残高が不足しています", True),
        ("잔액 .. 부족", "잔액이 부족합니다", True),
        ("clé .. expirée", "La cle a EXPIRÉE", True),
        ("лимит~ запрос~", "Превышены лимиты запросов", True),
        ("лимит~ запрос~", "лимит средств", False),
    ],
)
def test_a_phrase_of_any_script_matches(phrase: str, message: str, found: bool) -> None:  # noqa: FBT001
    assert bool(Phrases([(phrase, R)]).match(words_of(message))) is found


@pytest.mark.parametrize(
    "phrase", ["Rate limit", "user's key", "rate-limit", "~ limit", "throttl~", "a || b", "余额，不足"]
)
def test_a_phrase_that_can_never_match_is_refused(phrase: str) -> None:
    with pytest.raises(ValueError, match=r"never match|no whole word"):
        Phrases([(phrase, R)])


@pytest.mark.parametrize("table", TABLES)
def test_no_phrase_is_long_enough_to_be_a_copied_sentence(table: Phrases) -> None:
    assert [phrase for phrase, _ in table.rules if len(phrase.split()) > 9] == []
