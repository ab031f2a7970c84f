"""What this installation can read."""

import json
import os
import subprocess
import sys
from types import SimpleNamespace

import cramjam
import pytest
from aiokafka import codec
from aiokafka.consumer import fetcher

from agent.consumer import codecs, guards, raw
from agent.consumer.fetched import Batches, Records
from tests.tools.cache import ROOT

START = """
import asyncio, contextlib, sys
if "no-cramjam" in sys.argv:
    sys.modules["cramjam"] = None
if "no-hook" in sys.argv:
    from aiokafka.consumer.fetcher import FetchResult
    del FetchResult._update_position
from agent import logs
from agent.consumer import Consumer
from agent.settings import KafkaSettings
from tests.kafka.recorder import Recorder

async def nothing() -> None: ...

logs.configure("info", "json", sys.stdout)
consumer = Consumer(KafkaSettings(bootstrap_servers=["127.0.0.1:1"]), Recorder(), nothing)
with contextlib.suppress(TimeoutError):
    asyncio.run(asyncio.wait_for(consumer.run(), 0.1))
"""


def said(*arguments: str, **environment: str) -> dict[str, dict[str, object]]:
    """What an agent says that starts here, by event."""
    command = [sys.executable, "-c", START, *arguments]
    started = subprocess.run(
        command,
        cwd=ROOT,
        env=os.environ | environment,
        capture_output=True,
        text=True,
        timeout=30,
        check=True,
    )
    return {line["event"]: line for line in map(json.loads, started.stdout.splitlines())}


def test_every_compression_can_be_read_and_by_the_compiled_reader() -> None:
    assert codecs.missing() == []
    assert codecs.is_compiled()


def test_trap_a_codec_that_is_there_and_does_not_work_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    broken = SimpleNamespace(Compressor=cramjam.lz4.Compressor, decompress_into=lambda _payload, _out: 7)
    others = {name: getattr(cramjam, name) for name in ("zstd", "snappy", "DecompressionError")}
    monkeypatch.setattr(codec, "cramjam", SimpleNamespace(lz4=broken, **others))

    assert codecs.missing() == ["lz4"]


def test_trap_codecs_that_are_not_installed_are_named_at_the_start() -> None:
    lines = said("no-cramjam")

    assert lines["codec.missing"]["codecs"] == ["snappy", "lz4", "zstd"]
    assert "kafka.unreachable" in lines


def test_trap_an_aiokafka_that_is_not_compiled_is_warned_of_at_the_start() -> None:
    lines = said(AIOKAFKA_NO_EXTENSIONS="1")

    assert lines["aiokafka.not_compiled"]["level"] == "warning"
    assert "codec.missing" not in lines


def test_an_installation_that_is_whole_is_not_talked_of() -> None:
    assert not {"codec.missing", "aiokafka.not_compiled", "aiokafka.records_not_raw"} & said().keys()


def test_trap_an_aiokafka_that_hands_out_no_raw_records_is_warned_of_and_read_as_it_is() -> None:
    lines = said("no-hook")

    assert lines["aiokafka.records_not_raw"]["level"] == "warning"
    assert "kafka.unreachable" in lines


def test_without_raw_records_fetches_are_read_as_aiokafka_hands_them_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(raw, "works", lambda: False)
        guards.install()

        assert (fetcher.PartitionRecords, fetcher.MemoryRecords) == (Records, Batches)
        assert fetcher.FetchResult is not raw.RawResult
    guards.install()
    assert fetcher.FetchResult is raw.RawResult


def test_damage_is_passed_without_the_compiled_reader_too() -> None:
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "tests/unit/consumer/test_fetched.py"]
    environment = os.environ | {"AIOKAFKA_NO_EXTENSIONS": "1"}

    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=120, check=False
    )

    assert done.returncode == 0, done.stdout
