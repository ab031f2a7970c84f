"""The changes that make mutants tries: of all kinds, each of them Python, the same ones for the same seed."""

import json
import signal
from pathlib import Path

import pytest

from tests.mutants import figures, rounds
from tests.mutants.equivalent import EQUIVALENT, is_equivalent
from tests.mutants.figures import Verdict
from tests.mutants.mutations import Mutant, mutants
from tests.mutants.rooms import ROOMS
from tests.mutants.touching import Touching
from tests.mutants.trial import Warm, by_file
from tests.mutants.warm import LIMITS, OPTIONS
from tests.tools.cache import ROOT


def changed(folder: Path, source: str) -> list[str]:
    """What becomes of a module."""
    (folder / "module.py").write_text(source)
    found = mutants(Path("module.py"), folder)
    assert all(it.is_python(source.encode()) for it in found)
    return [it.apply(source.encode()).decode() for it in found]


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("x = a < b", ["x = a <= b"]),
        ("x = (a) == (b)", ["x = (a) != (b)"]),
        ("x = a and b or c", ["x = a or b or c", "x = a and b and c"]),
        ("x = not a", ["x = a"]),
        ("x = a if b else c", ["x = a if (not (b)) else c"]),
        ("x = [a for a in b if a]", ["x = [a for a in b if (not (a))]"]),
        ("x = 7", ["x = 8", "x = 6"]),
        ("x = 2000", ["x = 20000"]),
        ("x = True", ["x = False"]),
        ("x = a + b", ["x = a - b"]),
        ("x = a == 'word'", ["x = a != 'word'", "x = a == 'not word'"]),
        ("x = f(a, b=c)", ["x = f(a)"]),
        ("x = (a, b, c)", ["x = (b, c)", "x = (a, c)", "x = (a, b)"]),
        ("x = {a: b, c: d, e: f}", ["x = {c: d, e: f}", "x = {a: b, e: f}", "x = {a: b, c: d}"]),
        ("def f():\n    return a", ["def f():\n    return None"]),
        ("def f():\n    g()", ["def f():\n    pass"]),
        ("def f():\n    a.b = c", ["def f():\n    pass"]),
        ("def f():\n    log.warning('word', number=1, other=a or b)", ["def f():\n    pass"]),
        ("def f():\n    raise a", ["def f():\n    pass"]),
        ("for a in b:\n    continue", ["for a in b:\n    break"]),
    ],
)
def test_each_kind_of_change_is_made(tmp_path: Path, source: str, expected: list[str]) -> None:
    assert sorted(changed(tmp_path, source)) == sorted(expected)


@pytest.mark.parametrize(
    "source",
    [
        '"""Words."""',
        "def f(a: 'list[int] | None') -> bool: ...",
        "@dataclass(frozen=True)\nclass A: ...",
        "assert a < 1",
        "x = f(description='up to ' + '7')",
        "def f():\n    log.debug('word', number=1)",
        "Row = tuple[str, int, float]",
        "Word = Literal['one', 'two', 'three']",
        "__all__ = ['a', 'b', 'c']",
    ],
)
def test_what_no_user_could_notice_stays(tmp_path: Path, source: str) -> None:
    assert changed(tmp_path, source) == []


def test_a_seed_says_which_changes_are_tried() -> None:
    room = next(room for room in ROOMS if room.name == "bookkeeper")

    assert rounds.sample(room, 7, 10) == rounds.sample(room, 7, 10)
    assert rounds.sample(room, 7, 10) != rounds.sample(room, 8, 10)


def test_where_there_is_no_time_for_all_tests_the_quickest_are_run() -> None:
    room = next(room for room in ROOMS if room.name == "bookkeeper")
    slow, quick = f"{room.tests[0]}::slow", f"{room.tests[-1]}::quick"
    touching = Touching({slow: 40, quick: 30}, {"a.py": {1: {slow, quick}}})

    assert rounds.tests_for(room, Mutant(Path("a.py"), 1, (0, 1), "", "", ""), touching) == [quick]


def test_the_quickest_tests_that_touch_a_line_are_tried_first() -> None:
    room = next(room for room in ROOMS if room.name == "bookkeeper")
    slow, quick, other = (f"{room.tests[0]}::{name}" for name in ("slow", "quick", "other"))
    touching = Touching({slow: 3, quick: 1, other: 2}, {"a.py": {1: {slow, quick}, 2: {other}}})

    assert rounds.tests_for(room, Mutant(Path("a.py"), 1, (0, 1), "", "", ""), touching) == [quick, slow]


def test_a_line_that_runs_as_its_module_is_imported_is_tried_with_all_tests_of_the_module(
    tmp_path: Path,
) -> None:
    (tmp_path / "a.py").write_text("MOST = 7\n\n\ndef f():\n    return MOST\n")
    room = next(room for room in ROOMS if room.name == "bookkeeper")
    agent, unit = f"{room.tests[-1]}::agent", f"{room.tests[0]}::unit"
    touching = Touching({agent: 3, unit: 1}, {"a.py": {1: {agent}, 5: {unit}}})

    tried = {str(it): rounds.tests_for(room, it, touching) for it in mutants(Path("a.py"), tmp_path)}

    assert tried["a.py:1: 7 → 8"] == [unit, agent]
    assert tried["a.py:5: MOST → None"] == [unit]


def test_lines_are_found_again_where_others_have_come_before_them() -> None:
    lines = {1: {"first"}, 3: {"third"}}

    moved = rounds.carried(lines, "a\nb\nc\n", "a\nnew\nb\nc\n")

    assert moved == {0: {"first", "third"}, 1: {"first"}, 4: {"third"}}


@pytest.mark.parametrize(("line", "code"), [("assert True", 0), ("assert False", 1)])
def test_a_run_that_is_forked_says_whether_a_test_failed(tmp_path: Path, line: str, code: int) -> None:
    (tmp_path / "test_it.py").write_text(f"def test_it():\n    {line}\n")
    warm = Warm(ROOT, tmp_path / "log")

    try:
        assert warm.run([["-q", *OPTIONS, str(tmp_path)]], {}, 60) == code
    finally:
        warm.close()


def test_the_file_whose_tests_are_quickest_is_run_first() -> None:
    assert by_file({"a::1": 1, "b::1": 2, "a::2": 3}) == [["b::1"], ["a::1", "a::2"]]


def test_a_test_that_hangs_is_ended(tmp_path: Path) -> None:
    (tmp_path / "test_it.py").write_text("def test_it():\n    while True:\n        pass\n")
    (tmp_path / "limits").write_text(json.dumps({"test_it.py::test_it": 1}))
    warm = Warm(ROOT, tmp_path / "log")

    try:
        said = warm.run(
            [["-q", *OPTIONS, "--rootdir", str(tmp_path), str(tmp_path)]], {LIMITS: f"{tmp_path}/limits"}, 60
        )
    finally:
        warm.close()

    assert said == -signal.SIGALRM


def test_every_equivalent_change_is_one_that_can_be_made() -> None:
    modules = {Path(each.path) for each in EQUIVALENT}
    found = [it for module in modules for it in mutants(module, ROOT) if is_equivalent(it)]

    known = {(str(it.path), it.statement, it.before.strip(), it.after.strip()) for it in found}
    assert [each for each in EQUIVALENT if each[:4] not in known] == []


def test_shares_leave_out_what_nobody_could_notice() -> None:
    room = ROOMS[0]
    change = Mutant(Path("a.py"), 3, (0, 1), "<", "<=", "a < b")
    verdicts = [
        Verdict(room.name, change, is_noticed=True),
        Verdict(room.name, change, is_noticed=False),
        Verdict(room.name, change, is_noticed=False, is_equivalent=True),
    ]

    said = list(figures.lines([room], verdicts))

    assert said[1].split() == [room.name, "1", "of", "2", "50", "%", str(room.goal), "%", "1"]
    assert said[-1] == "a.py:3: < → <="
