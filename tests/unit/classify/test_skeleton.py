"""What errors have in common: their words. Nothing else of them is kept."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from agent.classify.rules import Text, folded
from agent.classify.skeleton import LONGEST, skeleton
from agent.redaction import looks_secret
from agent.settings import own_rules
from tests.examples import EXAMPLES


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("User 42 of team 'blue' has used 5 of 5 credits.", "User * of team * has used * of * credits."),
        ('The field `top_p` must not be "high"', "The field * must not be *"),
        (
            "quota_exceeded: see https://example.org/limits or mail me@example.org",
            "quota_exceeded: see * or mail *",
        ),
        ("Request 7f3a-11 (req_9zX) failed at 12:30:01", "Request * (*) failed at *"),
        ("don't ask, it's over", "don't ask, it's over"),
        ("用户id12345余额不足，请充值", "用户*余额不足，请充值"),
        ("模型“甲”不存在", "模型*不存在"),
        ("Incorrect API key provided: swordfish. Get one", "Incorrect API key provided: *. Get one"),
        ("password: swordfish", "password: *"),
        ("note: swordfish", "note: swordfish"),
        ("the key of it is: swordfish", "the key of it is: *"),
        ("the key of it all is: swordfish", "the key of it all is: swordfish"),
        ("x basic swordfish y", "x basic * y"),
        ("Authorization: Bearer swordfish", "Authorization: *"),
        ("the token limit: reached", "the token limit: *"),
        ("one \n\t two", "one two"),
        ("12 34 'x'", ""),
        ("", ""),
    ],
)
def test_a_skeleton_has_the_words_of_a_text_and_stars_for_the_rest(text: str, found: str) -> None:
    assert skeleton(text) == found


@pytest.mark.parametrize(
    "secret", ["sk-proj-abcdefghijkl", "AKIACANARYEXAMPLE12", "ya29.Abc-dEf", "hf_abcdefghijk"]
)
@pytest.mark.parametrize(
    "around", ["{}", "key {} is wrong", "('{}',)", "x={}&y", "bearer {}", "id:{}", "\\n{}\\t"]
)
def test_no_key_is_left(secret: str, around: str) -> None:
    assert secret[:8] not in skeleton(f"Wrong: {around.format(secret)} today")


letters = st.text(
    st.sampled_from("abXÉß 余额σΣİ09'\"`“”*.,:;!?()[]{}<>|\\-_/@=~\n\t\x00\u202e\ud800"), max_size=60
)
texts = st.lists(letters | st.text(max_size=30) | st.sampled_from(["key:", "Bearer", "error"]), max_size=12)


@EXAMPLES
@given(parts=texts)
def test_a_skeleton_is_short_says_no_secret_and_is_a_message_of_a_rule_for_its_own_text(
    parts: list[str],
) -> None:
    text = " ".join(parts)

    found = skeleton(text)

    assert len(found) <= LONGEST
    assert found.isprintable()
    assert not any(map(looks_secret, found.split()))
    if found:
        rule = {"when": {"message": found}, "type": "unknown", "reason": "unmapped_status"}
        assert own_rules.problems([rule]) == []
        assert Text(found, is_part=True).fits(folded(text))


def test_a_long_text_is_cut_at_its_200th_character() -> None:
    assert skeleton("word " * 60) == ("word " * 40).rstrip()


def test_a_long_text_takes_no_time() -> None:
    for hostile in ("a" * 10**6, "'a " * 10**6, "key: " * 10**6, "@" * 10**6, "* " * 10**6):
        assert len(skeleton(hostile)) <= LONGEST
