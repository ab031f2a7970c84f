"""Which part of a message is believed, and which text is no message of an error."""

import pytest

from agent.classify.matching import words_of
from agent.classify.sentences import inner, is_prose, names_error, says_error, spelled

GONE = "the model is gone"


@pytest.mark.parametrize(
    "text", ["An error", "Flimmfehler", "KeyError", "出错了", "x " * 1020 + "error", "Zorb: exception"]
)
def test_a_text_names_an_error_in_any_language(text: str) -> None:
    assert names_error(text)


@pytest.mark.parametrize("text", ["hello", "an issue", "x " * 1024 + "error"])
def test_a_text_without_such_a_word_at_its_beginning_names_none(text: str) -> None:
    assert not names_error(text)


@pytest.mark.parametrize(
    "text",
    ["[API Error] zorb", "Error in handler: zorb", "failed", "[Error] once upon a time there was a king"],
)
def test_a_text_reports_an_error_by_how_it_opens(text: str) -> None:
    assert says_error(text)


@pytest.mark.parametrize("text", ["The error of my ways was that I went to the garden with her"])
def test_a_text_of_other_things_reports_none(text: str) -> None:
    assert not says_error(text)


@pytest.mark.parametrize(
    ("message", "innermost"),
    [
        (f"TypeError: fetch failed: {GONE}", GONE),
        (f"Authentication failed: {GONE}", GONE),
        (f"[API Error] {GONE}", GONE),
        (f"Stream error - {GONE}", GONE),
        (f"Stream error – {GONE}", GONE),
        ("调用出错：余额不足以继续调用", "余额不足以继续调用"),
        (f"Error: 503: {GONE}", GONE),
        (f"Error: 503 {GONE}", GONE),
        (f"Error: 1008: {GONE}", GONE),
        (f"Request failed. Reason: {GONE}", GONE),
        (f"Request failed, caused by: {GONE}", GONE),
        (f"It was refused, in particular: {GONE}", GONE),
        (f"error details: {GONE}", GONE),
        (f"The last error: gone. Reason: {GONE}", GONE),
        (f"The reason: it was old. The cause: {GONE}", f"it was old. The cause: {GONE}"),
        ("请求失败，原因：余额不足以继续调用", "余额不足以继续调用"),
        ("具体：余额不足以继续调用", ""),
        ("Error: 12345678", "12345678"),
        ("Error: 1234567", ""),  # too short for a sentence
        ("Request failed, caused by: x", ""),
        (GONE, ""),
        (f"Hello there: {GONE}", ""),
        ("Error: " * 6 + GONE, GONE),
        ("Error: " * 8 + GONE, "Error: Error: " + GONE),
    ],
)
def test_the_servers_own_sentence_is_the_innermost(message: str, innermost: str) -> None:
    assert next(iter(inner(message, words_of(message))), "") == innermost


LONG = "had been taken away from where it was by the owner of all of it"


@pytest.mark.parametrize(
    "text",
    [
        "我没有权限",
        "私は知りません",
        "저는 모릅니다",
        "Je ne peux pas",
        "my key",
        "She said that it was gone",
        "Ich habe keinen Zugriff",
        f"Sure, the key of the account {LONG}",
        f"Here is what it means that the key {LONG}",
        f"Summary: the key of the account {LONG}",
        f"To avoid that the key of the account {LONG}",
        f"How do you tell that the key {LONG}",
        f"The door {LONG} and they were with a dog when the bread was eaten",
        f"# The key of the account {LONG}",
    ],
)
def test_who_tells_of_other_things_or_explains_writes_prose(text: str) -> None:
    assert is_prose(text, words_of(text))


@pytest.mark.parametrize(
    "text",
    [
        "我们没有权限",
        f"The request was refused since the key of the account {LONG}",
    ],
)
def test_a_message_is_no_prose(text: str) -> None:
    assert not is_prose(text, words_of(text))


@pytest.mark.parametrize(
    ("code", "sentence"),
    [
        ("InsufficientQuota", "Insufficient Quota"),
        ("plan_limit-reached", "plan limit reached"),
        ("HTTPError", "HTTP Error"),
        ("aB1C", "a B1 C"),
    ],
)
def test_a_code_is_read_as_a_sentence(code: str, sentence: str) -> None:
    assert spelled(code) == sentence
