"""Where a batch ends, by what it says of itself and by what follows it, at the edges of what can be true."""

import struct

import pytest
from aiokafka.errors import CorruptRecordException

from agent.consumer.batches import HEADER_BYTES, header, measured, past, whole_after
from tests.kafka.damage import batch, checked, corrupt, of_old_format, too_long, truncated

FAR = 1 << 32


def ten(base_offset: int) -> bytes:
    return batch([b"event %d" % number for number in range(10)], 0, base_offset)


SIZE = len(ten(0))


def saying(whole: bytes, **fields: int) -> bytes:
    """The batch with other numbers in its header, and a checksum that is right for them."""
    at = {
        "base_offset": (0, ">q"),
        "length": (8, ">i"),
        "last_offset_delta": (23, ">i"),
        "records": (57, ">i"),
    }
    changed = bytearray(whole)
    for name, value in fields.items():
        place, form = at[name]
        struct.pack_into(form, changed, place, value)
    return checked(bytes(changed))


def believable(**fields: int) -> bool:
    """Whether the header of a batch with offsets 10 to 19 is believed where 10 is wanted."""
    found = header(ten(10), 0)
    assert found is not None
    return found._replace(**fields).is_believable(10)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, True),
        ({"magic": 1}, False),
        ({"magic": 3}, False),
        ({"length": HEADER_BYTES - 12}, True),  # a batch of which compaction has left nothing
        ({"length": HEADER_BYTES - 13}, False),
        ({"records": 0}, True),
        ({"records": -1}, False),
        ({"records": 11}, False),
        ({"base_offset": 1}, True),  # its last record is the wanted one
        ({"base_offset": 0}, False),
        ({"base_offset": FAR - 1}, True),
        ({"base_offset": FAR}, False),
    ],
)
def test_a_header_is_believed_where_it_can_be_true(fields: dict[str, int], *, expected: bool) -> None:
    assert believable(**fields) is expected


def test_a_header_is_read_where_all_of_it_is_there() -> None:
    whole = b"..." + ten(10)

    found = header(whole, 3)

    assert found is not None
    assert header(whole[: 3 + HEADER_BYTES], 3) == found
    assert header(whole[: 2 + HEADER_BYTES], 3) is None
    assert (found.base_offset, found.next_offset, found.records, found.size) == (10, 20, 10, SIZE)


# --- how long a batch is --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "position", "expected"),
    [
        (ten(10), 10, (SIZE, 20)),
        (ten(10), 19, (SIZE, 20)),
        (ten(10), 5, (SIZE, 20)),  # nothing follows that says otherwise
        (ten(10) + ten(20), 5, (SIZE, 20)),
        (ten(10) + ten(15), 10, (SIZE, 20)),
        (saying(ten(10)[:HEADER_BYTES], length=HEADER_BYTES - 12), 10, (HEADER_BYTES, 20)),
        (of_old_format(ten(10)), 12, (SIZE, 12)),
        (of_old_format(ten(10)[:HEADER_BYTES])[:8] + struct.pack(">i", 15) + bytes(15), 12, (27, 12)),
    ],
)
def test_a_batch_is_as_long_as_it_says_where_that_can_be_true(
    data: bytes, position: int, expected: tuple[int, int]
) -> None:
    assert measured(data, 0, position) == expected
    assert measured(b"..." + data, 3, position) == expected


@pytest.mark.parametrize(
    ("data", "position", "said"),
    [
        (ten(10), 20, f"{SIZE} bytes up to offset 20, where {SIZE} were fetched"),
        (ten(10)[:-1], 10, f"{SIZE} bytes up to offset 20, where {SIZE - 1} were fetched"),
        (saying(ten(10), length=HEADER_BYTES - 13), 10, f"{HEADER_BYTES - 1} bytes up to"),
        (saying(ten(10), length=-1 << 20), 10, "bytes up to offset 20"),
        (ten(10)[:26], 10, "the 26 bytes that were fetched are not a batch"),
        (b"", 10, "the 0 bytes that were fetched are not a batch"),
        (ten(10) + ten(15), 5, "offset 10 where a lower one follows"),
        (of_old_format(ten(10))[:-1], 10, "bytes up to offset"),
        (of_old_format(ten(10)[:8] + struct.pack(">i", 0) + ten(10)[12:]), 10, "12 bytes up to offset"),
    ],
)
def test_a_length_or_an_offset_that_cannot_be_true_is_refused(data: bytes, position: int, said: str) -> None:
    with pytest.raises(CorruptRecordException, match=said):
        measured(data, 0, position)


# --- the way past a damaged batch -----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("data", "position", "expected"),
    [
        # It says where it ends, and what follows agrees, or there is nothing.
        (corrupt(ten(10)), 10, (10, 20, SIZE)),
        (corrupt(ten(10)) + ten(20), 10, (10, 20, SIZE)),
        (corrupt(ten(10)) + ten(20), 15, (5, 20, SIZE)),
        (corrupt(ten(10)) + ten(20), 19, (1, 20, SIZE)),
        (corrupt(ten(10)) + ten(25), 10, (10, 20, SIZE)),  # offsets between them hold nothing any more
        (corrupt(saying(ten(10), records=3)) + ten(20), 10, (3, 20, SIZE)),
        (corrupt(saying(ten(10), records=0)) + ten(20), 10, (1, 20, SIZE)),
        (corrupt(saying(ten(10), last_offset_delta=99)) + ten(20), 10, (10, 20, SIZE)),
        (corrupt(saying(ten(10), last_offset_delta=99, records=50)) + ten(20), 10, (10, 20, SIZE)),
        # It does not: the next one that is whole is looked for.
        (too_long(ten(10)) + ten(20), 10, (10, 20, SIZE)),
        (too_long(ten(10)) + ten(20), 14, (6, 20, SIZE)),
        (too_long(ten(10)) + corrupt(ten(20)) + ten(30), 10, (20, 30, 2 * SIZE)),
        (truncated(ten(10)) + ten(20) + ten(30), 10, (10, 20, SIZE - 20)),
        (truncated(ten(10)) + ten(10), 10, (10, 10, SIZE - 20)),
        (b"\xff" * SIZE + ten(10), 10, (1, 10, SIZE)),
        # There is none: the header is believed, or one record is given up.
        (ten(10)[:-20], 10, (10, 20, SIZE - 20)),
        (ten(10)[:-20], 17, (3, 20, SIZE - 20)),
        (b"\xff" * SIZE, 10, (1, 11, SIZE)),
        (ten(10)[: HEADER_BYTES - 1], 10, (1, 11, HEADER_BYTES - 1)),
    ],
)
def test_a_damaged_batch_is_passed_as_far_as_it_tells(
    data: bytes, position: int, expected: tuple[int, int, int]
) -> None:
    assert past(data, 0, position) == expected


def test_what_stands_before_the_batch_is_not_looked_at() -> None:
    data = ten(0) + too_long(ten(10)) + ten(20)

    assert past(data, SIZE, 10) == (10, 20, 2 * SIZE)


@pytest.mark.parametrize(
    ("data", "position", "expected"),
    [
        (b"." + ten(10), 10, (10, 1)),
        (ten(10), 10, None),  # it is looked for behind the place
        (b"." + ten(10), 11, None),
        (b"." + ten(10), 9, (10, 1)),
        (b"." + ten(10) + ten(20), 9, (10, 1)),
        (b"." + ten(10) + ten(15), 9, (15, 1 + SIZE)),
        (b"." + ten(10) + ten(15), 10, (10, 1)),
        (b"." + corrupt(ten(10)) + ten(20), 10, (20, 1 + SIZE)),
        (b"." + ten(10)[:-1], 10, None),
        (b"." + ten(10)[:HEADER_BYTES], 10, None),
        (b"." + ten(FAR - 10), FAR - 10, (FAR - 10, 1)),
        (bytes(40) + ten(10), 10, (10, 40)),  # the bytes before could be the beginning of one
    ],
)
def test_the_next_batch_is_found_where_it_is_whole_and_at_its_place(
    data: bytes, position: int, expected: tuple[int, int] | None
) -> None:
    assert whole_after(data, 0, position) == expected
