"""What is kept from page to page changes nothing on a page, and saves writing it."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client import CollectorRegistry

from agent.metrics import catalogue
from agent.metrics.delta import Delta, Series, add
from agent.metrics.exposition import Exposition
from agent.metrics.formats import Format
from agent.metrics.native import Cells
from agent.metrics.readings import Readings
from agent.metrics.rows import Block, Rows, counted, summed
from tests.examples import EXAMPLES
from tests.unit.metrics.test_exposition import NOW

CELLS = Cells(catalogue.DURATION_BUCKETS)


def response(number: int, bounds: tuple[float, ...] = ()) -> Series:
    """Of two methods, which are one error and one histogram. A timed one is the counter of an untimed one."""
    labels = ("openai", ("GET", "POST")[number % 2], f"/{number // 2}", "429", "rate_limit_error", "none")
    return Series(
        catalogue.DURATION if bounds else catalogue.RESPONSES, labels, len(bounds) + 2 if bounds else 1
    )


UNTIMED = [response(number) for number in range(150)]
TIMED = [response(number, catalogue.DURATION_BUCKETS) for number in range(40)]
IN_CELLS = [response(number, CELLS.bounds) for number in range(40)]
OTHERS = [
    *(Series(catalogue.RECORDS, ("events", str(number)), 1) for number in range(4)),
    Series(catalogue.EVENT_AGE, (), len(catalogue.EVENT_AGE.buckets) + 2),
]


def delta_of(series: list[Series]) -> Delta:
    """One more of each; of those with a histogram at a place that tells them apart."""
    found: Delta = {}
    for one in series:
        found[one] = numbers = one.zeros()
        numbers[len(one.labels[0]) % one.width if one.labels else 0] += 1
        if one.width > 1:
            numbers[-1] += 0.25
    return found


Step = tuple[list[Series], list[Series], Format]


def steps(timed: list[Series], *formats: Format) -> st.SearchStrategy[list[Step]]:
    """What is shown from now on, what is not, and in which format a page is asked for."""
    some = st.lists(st.sampled_from([*UNTIMED, *timed, *OTHERS]), max_size=30, unique=True)
    return st.lists(st.tuples(some, some, st.sampled_from(formats)), min_size=2, max_size=6)


def exposition(cells: Cells | None = None) -> Exposition:
    return Exposition(CollectorRegistry(), Readings(), cells=cells)


def lines(of: Exposition, values: Delta, format_: Format) -> list[bytes]:
    """In whatever order: it is that in which samples were first met."""
    page = b"".join(of.page(values, format_, NOW))
    return [bytes(sorted(page))] if format_ is Format.PROTOBUF else sorted(page.splitlines())


@EXAMPLES
@given(
    st.tuples(st.none(), steps(TIMED, Format.TEXT, Format.OPENMETRICS))
    | st.tuples(st.just(CELLS), steps(IN_CELLS, Format.TEXT, Format.OPENMETRICS, Format.PROTOBUF))
)
def test_a_page_is_that_of_one_who_had_not_written_a_page_before(
    case: tuple[Cells | None, list[Step]],
) -> None:
    cells, taken = case
    kept = exposition(cells)
    values: Delta = {}
    for shown, unshown, format_ in taken:
        add(values, delta_of(shown))
        preview = dict(values)
        add(preview, delta_of(unshown))  # what nobody else may ever see
        for some in (values, preview, values):
            assert lines(kept, some, format_) == lines(exposition(cells), some, format_)


def test_two_pages_that_are_written_at_the_same_time_show_what_was_when_each_began() -> None:
    kept = exposition()
    before = delta_of(UNTIMED[:100])
    after = dict(before)
    add(after, delta_of([*UNTIMED[50:], *TIMED]))

    one, other = (kept.page(values, Format.TEXT, NOW) for values in (before, after))
    pieces: tuple[list[bytes], list[bytes]] = [], []
    for _ in range(1000):
        for page, whole_ in zip((one, other), pieces, strict=True):
            whole_.append(next(page, b""))

    written = [sorted(b"".join(some).splitlines()) for some in pieces]
    assert written == [lines(exposition(), values, Format.TEXT) for values in (before, after)]


def writes(block: Block[float], values: Delta) -> int:
    """How often a block is written for a page."""
    found = []

    def write(samples: Iterator[tuple[str, float]]) -> str:
        found.append(1)
        return "".join(f"{text}{number}\n" for text, number in samples)

    block.written(values, write)
    return len(found)


def test_a_block_is_written_anew_when_one_of_its_numbers_is_new() -> None:
    rows = Rows(10, counted)
    for series in UNTIMED[:3]:
        rows.add(f"{series.labels} ", series)
    (block,) = rows.blocks
    values = delta_of(UNTIMED[:2])

    assert [writes(block, values) for _ in range(2)] == [1, 0]
    add(values, delta_of(UNTIMED[1:2]))
    assert [writes(block, values) for _ in range(2)] == [1, 0]
    add(values, delta_of(UNTIMED[2:3]))
    assert [writes(block, values) for _ in range(2)] == [1, 0]


@pytest.mark.parametrize(("samples", "blocks"), [(0, 0), (1, 1), (10, 1), (11, 2), (21, 3)])
def test_a_block_is_full_at_its_size(samples: int, blocks: int) -> None:
    rows = Rows(10, counted)
    for number in range(samples):
        rows.add(str(number), UNTIMED[number])
        rows.add(str(number), TIMED[number])

    assert len(rows.blocks) == blocks


@pytest.mark.parametrize(
    ("total", "held", "shown"),
    [
        (counted, [[7]], 7),
        (counted, [[7], [1, 2, 3, 0.5]], 13),
        (counted, [[1, 2, 3, 0.5]], 6),
        (summed, [[1, 2, 0.5]], [1, 2, 0.5]),
        (summed, [[1, 2, 0.5], [1, 0, 0.25]], [2, 2, 0.75]),
    ],
)
def test_series_that_are_one_on_a_page_add_up(
    total: Callable[[list[list[float]]], object], held: list[list[float]], shown: object
) -> None:
    assert total(held) == shown
