"""Kinds of runs: one pattern says of many that their masks are the same, and of no others."""

import os
import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.classify.kinds import look_for
from agent.classify.masking import KEPT, mask, parted
from tests.unit.classify.test_masking import ALIKE, DIFFERENT, UUID

EXAMPLES = settings(max_examples=int(os.environ.get("FUZZ_EXAMPLES", "500")), deadline=None)
BEFORE = ("", "id ", "_", "req_", "\\", '":', "[", "额度", "额度 ", "é", "x-", "(id: ", "[ ")
AFTER = ("", " ", " ago", ",", "}", "用完", " 用完", "\\n", "-x")
LETTERS = (
    *("0123456789", "0123456789abcdef", "0123456789ABCDEF", "0123456789abcxyzABCXYZ"),
    *("0123456789ms", "0123456789s", "1526h", "01e", "5d"),
)
NAMED = sorted(KEPT)


def kind(run: str, before: str = "id ", after: str = "", *, like: str = "") -> int | None:
    """The kind of a run that stands where one *like* that stood first."""
    found = look_for(like or run, before, after)(run.encode())
    return found and found.lastindex


def kinds(text: str, like: str = "") -> list[int | None]:
    pieces, first = parted(text), parted(like or text)
    assert pieces is not None
    assert first is not None
    places = range(1, len(pieces), 2)
    return [kind(pieces[at], pieces[at - 1], pieces[at + 1], like=first[at]) for at in places]


@st.composite
def runs(draw: st.DrawFn, size: int) -> str:
    """A run of letters and digits, some with a number of the tables or the beginning of a word in it."""
    letters = st.sampled_from(draw(st.sampled_from(LETTERS)))
    run = draw(st.text(letters, min_size=size, max_size=size))
    put = draw(st.sampled_from(["", "", "acab", *NAMED]))
    at = draw(st.integers(0, max(0, size - len(put))))
    return (run[:at] + put + run[at + len(put) :])[:size]


@st.composite
def uuids(draw: st.DrawFn) -> str:
    parts = str(draw(st.uuids())).split("-")
    put = draw(st.sampled_from(["", *(name for name in NAMED if len(name) == 4)]))
    return "-".join((parts[0], put or parts[1], *parts[2:]))


def is_run(text: str) -> bool:
    return "-" in text or re.search("[0-9]", text) is not None


@EXAMPLES
@given(st.data())
def test_runs_of_one_kind_have_the_same_mask(data: st.DataObject) -> None:
    before, after = data.draw(st.sampled_from(BEFORE)), data.draw(st.sampled_from(AFTER))
    size = data.draw(st.integers(1, 9) | st.sampled_from([12, 16, 19, 20, 21, 24, 32, 64, 65]))
    drawn = data.draw(st.lists(runs(size) | runs(size) | uuids(), min_size=8, max_size=24))
    masks: dict[tuple[int, int], set[str]] = {}
    first: dict[int, str] = {}
    for run in filter(is_run, drawn):
        found = kind(run, before, after, like=first.setdefault(len(run), run))
        if found is not None:
            masks.setdefault((len(run), found), set()).add(mask(run, before, after))

    assert [each for each in masks.values() if len(each) > 1] == []


def lengths(text: str) -> list[int]:
    return [len(piece) for piece in parted(text) or ()]


@pytest.mark.parametrize(
    ("one", "other"), [(one, other) for one, other in DIFFERENT if lengths(one) == lengths(other)]
)
def test_what_differs_in_a_number_that_may_matter_has_no_kind_in_common(one: str, other: str) -> None:
    both = zip(kinds(one), kinds(other, like=one), strict=True)

    assert any(None in pair or pair[0] != pair[1] for pair in both)


SURE = [
    ("4711", "9822"),
    ("1044", "1047"),
    ("57", "12"),
    ("123", "299"),
    ("612", "977"),
    ("710ms", "345ms"),
    ("26s", "78s"),
    ("7s", "8s"),
    ("1m26s", "7m05s"),
    ("47110815", "98223344"),
    ("7f3a", "9b2c"),
    ("af3a11", "be2c44"),
    ("0f3a11", "7e2c44"),
    ("3e1a", "12eb"),
    (f"3{UUID}", f"4{UUID}"),
    (f"a{UUID}", f"B{UUID}"),
    (f"0{UUID}", f"4{UUID}".upper()),
    ("9zXk3QwErTyUiOpAsDfGhJ", "8aXk4QwErTyUiOpAsDfGhK"),
    ("zXk3QwErT7yUiOpAsDfG", "aXk4QwErT8yUiOpAsDfH"),
    ("0Xk3QwErT7yUiOpAsDfG", "8Yk4QwErT8yUiOpAsDfH"),
    ("011CSHoEeqs5C35K2UUqR7Fy", "022CRkPq8wZbN47dVhKx9TmL"),
    ("20241202121212345678901AbcD3", "20251103131313245678902EfgH4"),
]


@pytest.mark.parametrize(("one", "other"), SURE)
def test_ids_and_counters_of_a_usual_form_have_a_kind(one: str, other: str) -> None:
    assert kind(one) == kind(other, like=one) is not None


@pytest.mark.parametrize(
    "run",
    ["7", "0", "10", "429", "503", "1008", "0711", "0000", "3e5", "acab0001", "5m", "60s", "x4711", "1" * 65],
)
def test_what_may_matter_has_none(run: str) -> None:
    assert kind(run) is None


@pytest.mark.parametrize(("before", "after"), [("_", ""), ("额度", "用完"), ("额度 ", " 用完")])
def test_where_a_number_is_read_with_what_stands_around_it_there_is_none(before: str, after: str) -> None:
    assert kind("4711", before, after) is None


def test_letters_that_may_belong_to_an_escape_are_no_part_of_an_id() -> None:
    assert kind("af3a11", "said \\") is None
    assert kind("7f3a11", "said \\") is not None
    assert kind("af3a11", "\\ ") is not None


def test_a_span_that_begins_with_0_is_not_like_others() -> None:
    assert kind("27ms") is not None
    assert kind("07ms", like="27ms") is None


def test_days_are_no_id() -> None:
    assert kind("123d", after=" ago") is None
    assert kind("123d", after=",") is not None


def test_a_long_id_has_a_kind_unless_a_code_stands_in_it() -> None:
    run = "1x" * 31 + "42"

    assert kind(run) is not None
    assert kind(f"{run[:-3]}x429") is None


def test_many_digits_before_a_code_are_read_once() -> None:
    assert kind("1" * 50 + "xy429") is None  # in every way in which they can be parted it would take years


@pytest.mark.parametrize("name", ["429", "503"])
def test_a_code_within_an_id_leaves_it_without_a_kind(name: str) -> None:
    assert name in KEPT
    assert kind(f"zXk{name}QwErT7yUiOpAsDfG") is None


def test_alike_texts_have_kinds_unless_a_number_is_short_or_odd() -> None:
    sure = [one for one, other in ALIKE if None not in kinds(one) and kinds(one) == kinds(other, like=one)]

    assert len(sure) > len(ALIKE) / 2
