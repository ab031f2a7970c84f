"""What compressed batches may cost: a bound, whatever comes out of them."""

import gzip
import json
import subprocess
import sys
from collections.abc import Callable

import pytest
from aiokafka import codec

from agent.consumer.unpacking import BatchTooLargeError, Unpacker
from tests.tools.cache import ROOT

MIB = 1 << 20
CODECS = ("gzip", "snappy", "lz4", "zstd")


def packed(name: str, data: bytes) -> bytes:
    pack: Callable[[bytes], bytes] = getattr(codec, f"{name}_encode")
    return pack(data)


def unpacked(name: str, payload: bytes, most: int) -> bytes:
    unpack: Callable[[bytes], bytes | bytearray] = getattr(Unpacker(most), name)
    return bytes(unpack(payload))


@pytest.mark.parametrize("name", CODECS)
@pytest.mark.parametrize("size", [0, 1, 1000, MIB, 5 * MIB])
def test_what_fits_comes_back_as_it_was(name: str, size: int) -> None:
    data = (b'{"status":429,"request_id":"%d"}' % size * (size // 20 + 1))[:size]

    assert unpacked(name, packed(name, data), 5 * MIB) == data


@pytest.mark.parametrize("name", CODECS)
def test_a_batch_may_have_as_many_bytes_as_the_bound_and_not_one_more(name: str) -> None:
    payload = packed(name, bytes(MIB))

    assert len(unpacked(name, payload, MIB)) == MIB
    with pytest.raises(
        BatchTooLargeError, match=r"more than 1048575 bytes when unpacked \(kafka.max_batch_by"
    ):
        unpacked(name, payload, MIB - 1)


@pytest.mark.parametrize("name", CODECS)
def test_a_payload_that_is_cut_short_is_refused(name: str) -> None:
    with pytest.raises(Exception, match=r".") as raised:
        unpacked(name, packed(name, bytes(range(256)) * 100)[:-9], MIB)

    assert "MemoryError" not in repr(raised.value)


def test_snappy_is_read_with_and_without_the_blocks_of_java() -> None:
    data = b"event " * 20_000

    assert unpacked("snappy", codec.snappy_encode(data, xerial_compatible=True), MIB) == data
    assert unpacked("snappy", codec.snappy_encode(data, xerial_compatible=False), MIB) == data


def test_gzip_in_several_members_is_read_whole() -> None:
    assert unpacked("gzip", gzip.compress(b"one ") + gzip.compress(b"two"), MIB) == b"one two"


MEASURE = r"""
import json, re, sys
from agent.consumer.unpacking import BatchTooLargeError, Unpacker
payload = open(sys.argv[2], "rb").read()
unpack = getattr(Unpacker(64 << 20), sys.argv[1])
def highest():
    return int(re.search(r"VmHWM:\s+(\d+)", open("/proc/self/status").read())[1])

before = highest()
try:
    unpack(payload)
    was_refused = False
except BatchTooLargeError:
    was_refused = True
print(json.dumps([was_refused, highest() - before]))
"""


@pytest.mark.parametrize("name", CODECS)
def test_trap_a_bomb_takes_no_more_memory_than_the_bound(
    name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bomb = tmp_path_factory.mktemp("bomb") / name
    bomb.write_bytes(packed(name, bytes(512 * MIB)))

    command = [sys.executable, "-c", MEASURE, name, str(bomb)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=60, check=True)
    was_refused, kilobytes = json.loads(done.stdout)

    assert was_refused
    assert kilobytes < 128 * 1024  # the bound is half of it
