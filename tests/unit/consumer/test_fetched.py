"""What is read of fetched bytes when some of them are damaged: all that is good, once, and in order."""

from collections.abc import Callable, Sequence

import pytest
from aiokafka import ConsumerRecord, TopicPartition
from hypothesis import given, settings
from hypothesis import strategies as st

from agent.consumer.fetched import Batches, Records
from agent.consumer.guards import install
from agent.consumer.poison import Unreadable
from agent.consumer.raw import RawBatches, RawRecords
from agent.consumer.unpacking import unpacker
from tests.kafka.damage import (
    GZIP,
    LZ4,
    SNAPPY,
    ZSTD,
    batch,
    checked,
    corrupt,
    of_no_length,
    of_old_format,
    of_old_offsets,
    of_unknown_codec,
    of_wrong_end,
    too_long,
    truncated,
    undecodable,
    with_binary_header_keys,
)

TEN = 10
CODECS = [0, GZIP, SNAPPY, LZ4, ZSTD]

Damage = Callable[[bytes], bytes]

DAMAGES: list[Damage] = [
    *(corrupt, undecodable, of_unknown_codec, truncated, too_long),
    *(of_no_length, of_wrong_end, of_old_offsets),
]


def values(start: int, count: int = TEN) -> list[bytes]:
    return [b"event %d" % number for number in range(start, start + count)]


def ten(base_offset: int, codec: int = 0) -> bytes:
    return batch(values(base_offset), codec, base_offset)


def read(data: bytes, offset: int = 0) -> list[ConsumerRecord | Unreadable]:
    """Read bytes as aiokafka's fetcher does: one record at a time, and many at a time, which must agree."""
    install()
    where, how = TopicPartition("t", 0), (None, None, True, 1)  # checksums and transactions are looked at
    one_by_one = list(Records(where, Batches(data), [], offset, *how))
    for most in (1, 3, 1 << 62):
        assert said(taken(RawRecords(where, RawBatches(data), [], offset, *how), most)) == said(one_by_one)
    return one_by_one


def taken(records: RawRecords, most: int) -> list[ConsumerRecord | Unreadable]:
    """All, *most* at a time; between two times the next fetch would go on where the last one of them ends."""
    found: list[ConsumerRecord | Unreadable] = []
    while True:
        some = records.take(most)
        assert len(some) <= most
        found += some
        if records.is_spent:
            return found
        last = some[-1]
        assert records.next_fetch_offset == (
            last.next_offset if isinstance(last, Unreadable) else last.offset + 1
        )


def said(found: Sequence[ConsumerRecord | Unreadable]) -> list[object]:
    """What is read of records, whatever they are made of."""
    return [
        it if isinstance(it, Unreadable) else (it.offset, it.timestamp, it.key, it.value, tuple(it.headers))
        for it in found
    ]


def good(found: Sequence[ConsumerRecord | Unreadable]) -> list[bytes]:
    return [it.value for it in found if not isinstance(it, Unreadable)]


def bad(found: Sequence[ConsumerRecord | Unreadable]) -> list[tuple[int, int, int]]:
    return [(it.offset, it.records, it.next_offset) for it in found if isinstance(it, Unreadable)]


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("codec", CODECS)
def test_a_damaged_batch_is_passed_as_one_and_its_neighbours_are_read(damage: Damage, codec: int) -> None:
    found = read(ten(0) + damage(ten(10, codec)) + ten(20) + ten(30, codec))

    assert good(found) == values(0) + values(20, 20)
    assert bad(found) == [(10, 10, 20)]


@pytest.mark.parametrize("damage", [corrupt, undecodable, of_unknown_codec])
def test_the_last_batch_of_a_fetch_is_passed_too(damage: Damage) -> None:
    assert bad(read(ten(0) + damage(ten(10)))) == [(10, 10, 20)]


def test_a_batch_cut_short_by_the_end_of_the_fetch_is_left_for_the_next_one() -> None:
    found = read(ten(0) + ten(10)[:-30])

    assert (good(found), bad(found)) == (values(0), [])


def test_of_a_first_batch_without_an_end_its_header_tells_the_offsets_or_one_is_given_up() -> None:
    assert bad(read(ten(10)[:-30], offset=10)) == [(10, 10, 20)]
    assert bad(read(ten(10)[:30], offset=10)) == [(10, 1, 11)]


def test_of_a_batch_that_is_broken_within_only_what_follows_the_break_is_given_up() -> None:
    length_of_the_key = ten(10).index(b"event 15") - 2
    whole = bytearray(ten(10))
    whole[length_of_the_key] = 0x7E

    found = read(ten(0) + checked(bytes(whole)) + ten(20))

    assert good(found) == values(0) + values(10, 5) + values(20)
    assert bad(found) == [(15, 5, 20)]


def test_a_batch_whose_numbers_a_broker_gave_anew_after_its_end_was_lost_costs_its_own_records_only() -> None:
    found = read(ten(0) + truncated(ten(10)) + ten(10) + ten(20))

    assert good(found) == values(0, 30)
    assert bad(found) == [(10, 10, 10)]


def test_the_format_of_a_first_batch_is_not_taken_for_that_of_all() -> None:
    found = read(of_old_format(ten(0)) + ten(10) + ten(20))

    assert good(found) == values(10, 20)
    assert bad(found) == [(0, 10, 10)]


def test_a_batch_is_not_given_up_because_memory_is_short(monkeypatch: pytest.MonkeyPatch) -> None:
    def short(_: bytes) -> bytes:
        raise MemoryError

    monkeypatch.setattr(unpacker, "zstd", short)

    with pytest.raises(MemoryError):
        read(ten(0, ZSTD))


def test_many_damaged_batches_in_a_row_are_passed_one_by_one() -> None:
    found = read(b"".join(corrupt(ten(base)) for base in range(0, 100, 10)) + ten(100))

    assert good(found) == values(100)
    assert bad(found) == [(base, 10, base + 10) for base in range(0, 100, 10)]


@pytest.mark.parametrize("codec", CODECS)
def test_a_header_key_that_is_no_utf8_costs_no_event(codec: int) -> None:
    found = read(ten(0, codec) + with_binary_header_keys(values(10), codec, 10) + ten(20, codec), offset=5)

    assert (good(found), bad(found)) == (values(5, 25), [])
    headers = {it.headers for it in found[5:15] if not isinstance(it, Unreadable)}
    assert headers == {(("gr??e", b"1"), ("ok", b"2"))}


@given(
    data=st.data(),
    codecs=st.lists(st.sampled_from(CODECS), min_size=4, max_size=4),
    hit=st.integers(0, 3),
    offset=st.integers(0, 9),
)
@settings(max_examples=300, deadline=None)
def test_whatever_is_damaged_reading_ends_and_counts_nothing_twice(
    data: st.DataObject, codecs: list[int], hit: int, offset: int
) -> None:
    log = [ten(10 * number, codec) for number, codec in enumerate(codecs)]
    whole = log[hit]
    start = data.draw(st.integers(0, len(whole) - 1), label="start")
    length = data.draw(st.integers(1, 8), label="length")
    log[hit] = whole[:start] + data.draw(st.binary(max_size=8), label="instead") + whole[start + length :]

    found = read(b"".join(log), offset)

    assert len(set(good(found))) == len(good(found))
    before = values(offset, max(0, 10 * hit - offset))
    after = values(10 * hit + 20, max(0, 20 - 10 * hit))  # the next one may be taken for its end
    assert set(before + after) <= set(good(found))
