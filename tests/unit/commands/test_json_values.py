"""Which values a file holds: by its brackets, whatever writes it."""

import json
import time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.commands.json_values import Value, values

texts = st.text('ab{}[]",:\\\n\u2028\u00e4', max_size=6)
objects = st.dictionaries(
    texts, texts | st.lists(texts, max_size=2) | st.dictionaries(texts, texts), max_size=3
)
written_objects = st.lists(st.tuples(objects, st.sampled_from([None, 0, 1, 4])), max_size=4)


def found(text: str, longest: int = 10_000) -> list[Value]:
    return list(values(text.encode().splitlines(keepends=True), longest))


def contents(text: str, longest: int = 10_000) -> list[str]:
    return [value.content.decode() for value in found(text, longest)]


@settings(max_examples=60)
@given(written_objects)
def test_objects_are_found_however_each_is_written(written: list[tuple[dict[str, Any], int | None]]) -> None:
    text = "\n".join(json.dumps(it, indent=indent) for it, indent in written)

    assert [json.loads(it) for it in contents(text, 10**6)] == [it for it, _ in written]


@given(st.lists(st.text('{}[]",:\\a\n \ufeff'), max_size=30), st.integers(0, 40))
def test_no_line_is_lost_whatever_it_holds(lines: list[str], longest: int) -> None:
    text = "\n".join(lines)

    kept = found(text, longest)

    assert sum(it.lines for it in kept) <= text.count("\n") + 1
    if longest > len(text.encode()):
        assert b"".join(b"".join(it.content.split()) for it in kept) == b"".join(text.encode().split())


def test_a_value_knows_its_lines() -> None:
    assert [(it.line, it.lines) for it in found('\n{"a": 1}\n\n{\n"b":\n2}\n')] == [(2, 1), (4, 3)]


def test_lines_may_end_as_on_windows_and_a_file_may_begin_with_a_mark() -> None:
    assert contents('\ufeff{\r\n"a": 1\r\n}\r\n\r\n{"b": 2}\r\n') == ['\ufeff{\r\n"a": 1\r\n}', '{"b": 2}']


@pytest.mark.parametrize("cut", ['{"a": 1,', '{"a": "b', '{"a": [', '{"a":', '{"a": {"b": 1}', "{", '{"a"'])
def test_a_line_that_was_cut_off_does_not_swallow_the_next(cut: str) -> None:
    whole = '{"c": 1}'

    assert contents(f"{whole}\n{cut}\n{whole}\n{whole}\n") == [whole, cut, whole, whole]


@pytest.mark.parametrize(
    ("cut", "then"),
    [('{"a": 1,', '{"c": 1}'), ('{"a": [{"b": 1}', '{"c": 1}'), ('{"a": "b', "nope"), ('{"a": [1}', "nope")],
)
def test_a_line_that_was_cut_off_holds_up_nobody(cut: str, then: str) -> None:
    lines = iter([f"{cut}\n".encode(), *[f"{then}\n".encode()] * 50])

    first = next(values(lines, 10_000))

    assert first.content == cut.encode()
    assert len(list(lines)) >= 49


def test_blank_lines_behind_a_cut_one_are_no_values() -> None:
    assert contents('{"a": [\n\n \n') == ['{"a": [']


def test_a_line_that_is_too_long_ends_with_itself() -> None:
    long = '{"a": [' + "1," * 100

    assert contents(f'{long}\n{{"b": 1}}\n', 100) == [long, '{"b": 1}']


def test_what_is_almost_json_stays_one_value() -> None:
    text = '{\n  "message": "no",\n  "statusCode": 404\n  "path": "/v1/x"\n}'

    assert contents(text) == [text]


def test_brackets_in_a_text_are_none() -> None:
    text = '{\n"a": "}]\\"{",\n"b": "["\n}'

    assert contents(text) == [text]


def test_a_value_that_is_too_long_is_one_and_what_follows_is_read() -> None:
    long = json.dumps(dict.fromkeys(map(str, range(100))), indent=1)

    first, second = contents(f'{long}\n{{"a": 1}}\n', 300)

    assert 300 < len(first) < 320
    assert second == '{"a": 1}'


@pytest.mark.parametrize("text", ["[" * 300_000, "[\n" * 100_000, '"\\' * 200_000, '{"a":\n' * 50_000])
def test_no_file_takes_long(text: str) -> None:
    begun = time.process_time()  # of this process: what else the machine does is none of it

    found(text, 2**20)

    assert time.process_time() - begun < 3
