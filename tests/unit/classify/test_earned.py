"""Every phrase and code is there because a labelled line needs it; exceptions are listed, and grow fewer."""

from collections.abc import Iterator
from itertools import islice, product
from typing import Any

import pytest

from agent.classify import classify
from agent.classify.matching import Phrases, words_of
from tests.unit.classify.bodies import rows
from tests.unit.classify.earned import DATA, listed, of_code, of_sentence, tables, unearned

_MOST_WAYS = 400  # in which a phrase may be said
_DENSE = "\u2e80"  # from here on scripts without spaces


@pytest.mark.parametrize("row", rows(DATA / "codes.jsonl"), ids=lambda row: row["code"])
def test_a_code_alone_means_what_its_vendor_says_of_it(row: dict[str, str]) -> None:
    assert classify(of_code(row)).type == row["type"]


@pytest.mark.parametrize("row", rows(DATA / "sentences.jsonl"), ids=lambda row: row["message"][:40])
def test_a_sentence_means_the_same_whatever_shape_it_came_in(row: dict[str, Any]) -> None:
    assert classify(of_sentence(row)).type == row["type"]


@pytest.fixture(scope="module")
def now() -> set[str]:
    return unearned()


def test_a_new_phrase_or_code_comes_with_a_labelled_line_that_it_decides(now: set[str]) -> None:
    assert sorted(now - listed()) == []


def test_what_has_earned_its_place_leaves_the_list_of_exceptions(now: set[str]) -> None:
    assert sorted(listed() - now) == [], "run python -m tests.unit.classify.earned"


def ways(phrase: str) -> Iterator[str]:
    """Messages that say *phrase* by each of its alternatives, with other words in its gaps or without."""
    tokens = phrase.strip("^$").split()
    choices = [
        ["", "zzz"] if token in {"*", ".."} else [word.rstrip("~") for word in token.split("|")]
        for token in tokens
    ]
    space = "" if any(letter >= _DENSE for letter in phrase) else " "
    before, after = "" if phrase.startswith("^") else "qqq ", "" if phrase.endswith("$") else " qqq"
    for words in islice(product(*choices), _MOST_WAYS):
        said = space.join(filter(None, words))
        yield said
        yield f"{before}{said}{after}"


def said(table: Phrases, phrase: str, types: frozenset[str]) -> bool:
    found = (table.match(words_of(way), types) for way in ways(phrase))  # type: ignore[arg-type]
    return any(match is not None and match.phrase == phrase for match in found)


def test_no_phrase_stands_behind_another_that_matches_all_that_it_would() -> None:
    hidden = [
        phrase
        for table in tables()
        for phrase, reason in table.rules
        if not said(table, phrase, frozenset(reason.types))
    ]

    assert hidden == []
