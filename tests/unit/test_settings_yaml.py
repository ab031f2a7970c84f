"""Files that cannot be read as settings: one clear line for each, with its place, and never a traceback."""

import os
import threading
from pathlib import Path

import pytest

from agent.settings import SettingsError, load

NO_ALIASES = "anchors (&) and aliases (*) are not taken; write the value out"
NO_TAGS = "tags (!) are not taken; put the value in quotes if it is a string"
NO_TEXT = "is not a string; put it in quotes, or give a name"

# A file, and what is said of it behind its name.
TEXTS = [
    (
        "kafka: {topics: [a]}\nkafka: {topics: [b]}",
        ", line 2: 'kafka' is set twice, first in line 1; keep one of them",
    ),
    (
        "kafka:\n  topics: [a]\n  group_id: g\n  topics: [b]",
        ", line 4: 'topics' is set twice, first in line 2; keep one of them",
    ),
    (
        "events:\n  fields:\n    status: [{path: a, path: b}]",
        ", line 3: 'path' is set twice, first in line 3; keep one of them",
    ),
    ("a: &x [1]\nb: *x", f", line 1: {NO_ALIASES}"),
    ("a: [b, *password]", f", line 1: {NO_ALIASES}"),
    ("a: !!python/object/apply:os.system [id]", f", line 1: {NO_TAGS}"),
    ("a: !!binary aGVsbG8=", f", line 1: {NO_TAGS}"),
    ("a: !!timestamp 2026-02-31", f", line 1: {NO_TAGS}"),
    ("\n" + 30 * "[" + 30 * "]", ", line 2: it is nested more than 20 levels deep"),
    (50_000 * "{a: ", ", line 1: it is nested more than 20 levels deep"),
    (
        "\n".join(depth * " " + "a:" for depth in range(500)),
        ", line 21: it is nested more than 20 levels deep",
    ),
    ("a: 1" + 5000 * "0", ", line 1: a number has too many digits"),
    ("1: a", f", line 1: the key '1' {NO_TEXT}"),
    ("kafka:\n  null: a", f", line 2: the key 'null' {NO_TEXT}"),
    ("yes: a", f", line 1: the key 'yes' {NO_TEXT}"),
    ("[a]: b", f", line 1: the key in brackets {NO_TEXT}"),
    ("? {a: b}\n: c", f", line 1: the key in brackets {NO_TEXT}"),
    ("kafka:\n\ttopics: [a]", ", line 2: a tab stands where YAML wants spaces"),
    ("kafka: topics: a", ", line 1: a colon stands where no key can be; put the value in quotes"),
    ("kafka: [a", ", line 1: a bracket or a brace is not closed, or a comma is missing"),
    ("kafka: {a: 'b", ", line 1: a quote is not closed"),
    (
        "kafka: [@hunter2]",
        (", line 1: a value begins with a character that has a meaning in YAML; put it in quotes"),
    ),
    ("kafka:\n  a: 1\n b: 2", ", line 3: the line is indented differently from the lines above it"),
    ("kafka:\n- a\nb", ", line 3: a key has no colon behind it"),
    ("%TAG ! x\n---\na: !hunter2!b c", ", line 3: this is not YAML"),
    ("a: 1\n---\nb: 2", ", line 2: a second document begins here (---); give one"),
    ('"\\ud800": 1', ", line 1: a string has an incomplete character in it (a lone surrogate)"),
    ("a: \x00", ": it is not text: character 4 cannot stand in YAML"),
    ("a: " + 300_000 * "b", ": it has more than 262144 characters"),
    (262_145 * "\N{GRINNING FACE}", ": it has more than 262144 characters"),
    (
        262_144 * "\N{GRINNING FACE}",
        " holds a string; give a mapping in YAML, such as kafka: {topics: [api-responses]}",
    ),
    ("kafka: [", ", line 1: a bracket or a brace is not closed, or a comma is missing"),
    ("[1, 2]", " holds a list; give a mapping in YAML, such as kafka: {topics: [api-responses]}"),
    ("kafka", " holds a string; give a mapping in YAML, such as kafka: {topics: [api-responses]}"),
    ("true", " holds true or false; give a mapping in YAML, such as kafka: {topics: [api-responses]}"),
]

BYTES = [
    (b"\xff\xfe\x00", "is not text in UTF-8: byte 1 cannot be read"),
    (b"kafka: \xe9", "is not text in UTF-8: byte 8 cannot be read"),
    ("kafka: {}".encode("utf-16"), "is not text in UTF-8: byte 1 cannot be read"),
    (b"\x7fELF\x02\x01\x01\x00", "it is not text: character 1 cannot stand in YAML"),
]


def problems(file: Path) -> list[str]:
    with pytest.raises(SettingsError) as error:
        load(file)
    return error.value.problems


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "agent.yaml"


@pytest.mark.parametrize(("text", "problem"), TEXTS, ids=lambda each: each[:40])
def test_a_text_that_is_no_settings_file_has_its_line(file: Path, text: str, problem: str) -> None:
    file.write_text(text)

    assert problems(file) == [f"{file}{problem}"]


@pytest.mark.parametrize(("content", "problem"), BYTES)
def test_a_file_that_is_no_text(file: Path, content: bytes, problem: str) -> None:
    file.write_bytes(content)

    assert len(problems(file)) == 1
    assert problems(file)[0].endswith(problem)


def test_a_folder_and_a_file_that_is_not_there(tmp_path: Path) -> None:
    assert problems(tmp_path) == [f"{tmp_path}: it is a folder; give a file in it"]
    assert problems(tmp_path / "no") == [f"{tmp_path / 'no'}: it cannot be read: No such file or directory"]


def test_every_key_that_is_set_twice_is_told(file: Path) -> None:
    file.write_text("log: {level: info, level: debug}\nkafka:\n  tls: {ca_file: a, ca_file: b}\nlog: {}")

    assert [problem.partition(": ")[2].split(" is ")[0] for problem in problems(file)] == [
        "'log'",
        "'level'",
        "'ca_file'",
    ]


def test_a_byte_order_mark_and_line_ends_of_windows_do_no_harm(file: Path) -> None:
    file.write_bytes(b"\xef\xbb\xbfkafka:\r\n  topics:\r\n  - a\r\n  - b\r\n")

    assert load(file).kafka.topics == ["a", "b"]


def test_a_file_may_have_so_many_characters_of_any_script(file: Path) -> None:
    for letter in ("a", "\N{GRINNING FACE}"):
        file.write_text("#" + 262_143 * letter)

        assert load(file).model_fields_set == set()


def test_what_looks_like_a_date_or_a_time_is_the_text_that_it_is(file: Path) -> None:
    file.write_text(
        "kafka: {topics: [2026-02-31, 12-30], group_id: 1:30, client_id: 0x1F, client_rack: 1_0_a}"
    )

    kafka = load(file).kafka
    assert (kafka.topics, kafka.group_id, kafka.client_id) == (["2026-02-31", "12-30"], "1:30", "0x1F")


def test_numbers_are_those_of_people(file: Path) -> None:
    file.write_text(
        "{labels: {max_series: 010_000}, events: {max_bytes: 1e6}, commit: {interval_seconds: .5}}"
    )

    settings = load(file)
    assert (settings.labels.max_series, settings.events.max_bytes) == (10_000, 1_000_000)
    assert settings.commit.interval_seconds == 0.5


def test_a_file_may_be_a_pipe_that_can_be_read_once(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    writer = threading.Thread(target=pipe.write_text, args=("kafka: {topics: [piped]}",))
    writer.start()

    assert load(pipe).kafka.topics == ["piped"]
    writer.join(5)
