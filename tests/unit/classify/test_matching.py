import pytest

from agent.classify import loose_words, phrases
from agent.classify.dialects import DIALECTS
from agent.classify.exception_names import named_in
from agent.classify.matching import Phrases, words_of
from agent.classify.taxonomy import OutcomeType, Reason

TABLES = [
    phrases.OVERRIDES,
    loose_words.LOOSE_WORDS,
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


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("l'erreur n'est pas ici", "l erreur n est pas ici"),
        ("il n'avait rien", "il n avait rien"),
        ("l'API", "l api"),
        ("d'accès à l'été", "d acces a l ete"),
        ("don't do it", "do not do it"),
        ("I can't, could not, can not", "i cannot cannot cannot"),
        ("5 > 3", "5 exceeds 3"),
        ("the model's", "the models"),
        ("3b1c9a52-0d7e-4f7b-9c1d-3f0a1b2c3d4e failed", "0 failed"),
        ("a-b_c/d", "a b c d"),
        ("Straße, İstanbul, Việt, ёж", "strasse istanbul viet еж"),
        ("額度用盡", "额度用尽"),
        ("", ""),
    ],
)
def test_a_text_is_read_word_by_word(text: str, words: str) -> None:
    found = words_of(text)

    assert found.text == f" {words} ".replace("  ", " ") if words else found.text.strip() == ""
    assert found.found == frozenset(words.split())
    assert found.dense == ("" if text.isascii() else words.replace(" ", ""))


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("ProviderModelNotFoundError", ("modelnotfounderror",)),
        ("AcmeChatRateLimitError: x", ("ratelimiterror",)),
        ("OpenaiRateLimitError", ("ratelimiterror",)),
        ("APITimeoutError", ("timeouterror",)),
        ("x RateLimitError and ReadTimeout", ("ratelimiterror", "readtimeouterror")),
        ("AuthenticationException", ("authenticationerror",)),
        ("ratelimiterror", ()),
        ("OddThingError", ()),
    ],
)
def test_an_exception_is_known_by_the_end_of_its_name(text: str, names: tuple[str, ...]) -> None:
    assert named_in(text) == names
