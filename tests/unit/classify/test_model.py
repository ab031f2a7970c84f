"""What a table of weights makes of a text: sure of what it knows, silent on what it has hardly met."""

import math

import pytest

from agent.classify import model
from agent.classify.matching import words_of

LABELS = ("wait", "pay", "ok")


def table(**weights: list[float]) -> model.Model:
    return model.read(model.written(LABELS, weights, "fingerprint").splitlines())


def test_belief_is_shared_among_the_labels_that_are_asked_for() -> None:
    likely = table(a=[1.0, 0.5, 0.0]).belief({"a"}, {"wait", "pay"})

    assert likely == pytest.approx({"wait": 1 / (1 + math.exp(-0.5)), "pay": 1 / (1 + math.exp(0.5))})


def test_many_features_claim_no_more_than_few() -> None:
    weights = {each: [1.0, 0.0, 0.0] for each in "abcd"}

    assert table(**weights).belief(set("abcd"))["wait"] == pytest.approx(math.exp(2) / (math.exp(2) + 2))


def test_where_fewer_than_one_feature_in_three_is_known_nothing_is_believed() -> None:
    known = table(a=[1.0, 0.0, 0.0])

    assert model.likeliest(known.belief({"a", "x", "y"}))[0] == "wait"
    assert known.belief({"a", "x", "y", "z"}) == {}
    assert model.likeliest(known.belief({"x"})) == ("", 0.0)


@pytest.mark.parametrize(("weight", "kept"), [(0.2, 3), (2.875, 46), (9.0, 46), (-9.0, -46), (0.06, 0)])
def test_a_weight_is_kept_within_bounds_and_a_small_one_is_left_out(weight: float, kept: int) -> None:
    likely = table(a=[weight, 0.0, 0.0], b=[0.0, 1.0, 0.0]).belief({"a"})
    times = math.exp(kept / 16)

    assert likely.get("wait", 1 / 3) == pytest.approx(times / (times + 2))


def test_a_text_of_up_to_1500_characters_is_weighed() -> None:
    assert model.features(words_of("a" * 1498))
    assert not model.features(words_of("a" * 1499))


def test_whatever_has_a_digit_is_one_number_and_a_word_is_known_by_its_beginning() -> None:
    assert model.features(words_of("gpt4 fails")) == model.features(words_of("90210 fails"))
    assert model.features(words_of("a" * 20)) == model.features(words_of("a" * 25))
    assert model.features(words_of("a" * 19)) != model.features(words_of("a" * 20))


def test_words_pairs_four_letters_and_pairs_of_dense_characters_are_weighed() -> None:
    assert model.features(words_of("no key")) == {"no", "key", "no key", "#<no>", "#<key", "#key>"}
    assert {"余额", "额不", "不足"} <= model.features(words_of("余额不足"))
