"""Which bodies are of one shape: those that differ in ids and counters, and in no number that may matter."""

import pytest

from agent.classify.masking import mask, parted

UUID = "c1c9a52-0d7e-4f7b-9c1d-3f0a1b2c3d4e"


def shape(text: str) -> str | None:
    """A text with its masks; None where it has no shape."""
    pieces = parted(text)
    if pieces is None:
        return None
    return "".join(
        mask(piece, pieces[at - 1], pieces[at + 1]) if at % 2 else piece for at, piece in enumerate(pieces)
    )


ALIKE = [
    ("call 4711 failed", "call 9822 failed"),
    ("took 12", "took 57"),
    ("took 123", "took 299"),
    ("took 101", "took 399"),
    ("took 152", "took 162"),
    ("took 01", "took 12"),
    ("took 612", "took 977"),
    ("took 1044", "took 1047"),
    ("took 123d", "took 456d"),
    ("code 0431", "code 0711"),
    ("x4711", "x9822"),
    ("v12", "v57"),
    ("gpt-4711", "gpt-9822"),
    ("wait 4711ms", "wait 9822ms"),
    ("wait 12ms", "wait 57ms"),
    ("wait 1m26s", "wait 6m05s"),
    ("wait 5min", "wait 6min"),
    ("a\\n4711", "a\\n9822"),
    ("[04711]", "[09822]"),
    ('{"a": 0123 , "b": 1}', '{"a": 0299 , "b": 1}'),
    # ids
    ("id 7f3a", "id 9b2c"),
    ("id 7f3a11", "id 9b2c44"),
    ("id af3a11", "id be2c44"),
    ("id 0f3a11", "id 7f3a11"),
    ("id 12345e67", "id 7f3a11b2"),
    ("id 12345E67", "id 45678E91"),
    (f"id 0{UUID}", f"id 4{UUID}"),
    (f"id 3{UUID}", f"id 4{UUID}"),
    (f"id a{UUID}", f"id b{UUID}"),
    ("req_9zXk3QwErTyUiOpAsDfGhJ", "req_8aXk4QwErTyUiOpAsDfGhK"),
    ("zXk3QwErT7yUiOpAsDfG", "aXk4QwErT8yUiOpAsDfH"),
    # beside a script without spaces
    ("额度4711用完", "额度4811用完"),
    ("额度 x 4711 y 用完", "额度 x 5711 y 用完"),
]

DIFFERENT = [
    # a status, a digit, and what could be either
    ("took 404", "took 401"),
    ("took 431", "took 531"),
    ("took 399", "took 400"),
    ("took 599", "took 600"),
    ("took 4_29", "took 4_57"),
    ("took 7", "took 8"),
    ("took 399", "took 777"),
    ("took 123", "took 612"),
    ("took 99", "took 101"),
    # how long it is, and what stands in front
    ("took 123", "took 4711"),
    ("took 4711", "took 47113"),
    ("took 012", "took 123"),
    ("took 0711", "took 4711"),
    ("took 1044", "took 2044"),
    ("took 104455", "took 204455"),
    ("took 10", "took 20"),
    ("took 00", "took 11"),
    ("took 000", "took 777"),
    ("took 000", "took 00"),
    ("took 0000", "took 7777"),
    # a number with an exponent, and days
    ("took 3e5", "took 4e5"),
    ("took 123e5", "took 456e5"),
    ("took 123E5", "took 456E5"),
    ("took 1234e67", "took 4567e91"),
    ('{"took": 12345e67}', '{"took": 45678e91}'),
    ('{"took": -1.2345e678, "a": 1}', '{"took": -1.4567e891, "a": 1}'),
    ("took 123d ago", "took 456d ago"),
    ("wait 5m", "wait 6m"),
    ("wait 5ms", "wait 6ms"),
    ("wait 1m26s", "wait 12m6s"),
    ("wait 60min", "wait 61min"),
    ("wait 15ms", "wait 5ms"),
    # what stands in a table
    ("code 1008", "code 1009"),
    ("zXk429QwErT7yUiOpAsDfGhJ", "aXk431QwErT8yUiOpAsDfGhK"),
    # ids of another kind
    ("id 7f3", "id 9b2"),
    ("id 7f3a11", "id af3a11"),
    ("id 7f3a11", "id 7f3a112"),
    (f"id a{UUID}", f"id 4{UUID}"),
    ("zXk3QwErT7yUiOpAsDf", "aXk4QwErT8yUiOpAsDf"),
    ("req_9zXkQwErTyUiOpAsDfGhJ", "req_8aXkQwErTyUiOpAsDfGhK"),
    ("zab12cd", "zef34ab"),
    # beside a script without spaces
    ("额度4711用完", "额度5711用完"),
    ("额度4711用完", "额度4712用完"),
    ("额度 4711 用完", "额度 5711 用完"),
    ("4711", "4711额度"),
    # a value that is no JSON: its 0 is read alone
    ("[00]", "[01]"),
    ("[0404]", "[0431]"),
    ('{"a": 0404 , "b": 1}', '{"a": 0431 , "b": 1}'),
]


@pytest.mark.parametrize(("one", "other"), ALIKE)
def test_ids_and_counters_make_no_difference(one: str, other: str) -> None:
    assert shape(one) == shape(other) is not None
    assert shape(one) != one


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_a_number_that_may_matter_makes_one(one: str, other: str) -> None:
    assert shape(one) != shape(other)


@pytest.mark.parametrize(
    "text", ["\x01 4711", "\\u0034711", "错误码4711", "错误代码 4711", "状态码：4711", "a\\u00e9 4711"]
)
def test_what_may_be_read_across_its_runs_has_no_shape(text: str) -> None:
    assert shape(text) is None


def test_a_text_without_digits_is_its_own_shape() -> None:
    assert shape("the quota is used up") == "the quota is used up"
    assert shape("") == ""


def test_a_mask_leaves_every_place_where_it_was() -> None:
    assert parted("a 4711 b12 c") == ["a ", "4711", " ", "b12", " c"]
    assert parted(f"x-1 3{UUID}") == ["x-", "1", " ", f"3{UUID}", ""]
    assert parted("id4711") == ["", "id4711", ""]
    assert parted("é4711") == ["é", "4711", ""]
