"""What the client passes on from the settings, and what it makes of how far aiokafka has fetched."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agent.consumer.client import Client, Fetched
from agent.settings import KafkaSettings
from tests.unit.consumer.test_client import consumer

TP = TopicPartition("events", 3)


async def test_the_settings_reach_the_client_in_its_own_units() -> None:
    async with consumer(
        session_timeout_seconds=30,
        request_timeout_seconds=20,
        metadata_max_age_seconds=7,
        client_id="one",
        group_id="two",
        group_instance_id="three",
        client_rack="four",
    ) as it:
        assert (it._session_timeout_ms, it._request_timeout_ms) == (30_000, 20_000)
        assert it._client._metadata_max_age_ms == 7000
        assert (it._client._client_id, it._group_id, it._group_instance_id) == ("one", "two", "three")


async def test_nothing_is_committed_or_skipped_behind_our_back() -> None:
    async with consumer() as it:
        assert it._enable_auto_commit is False
        assert it._auto_offset_reset == "none"
        assert it._isolation_level == "read_committed"


async def test_who_only_looks_is_in_no_group_and_waits_for_no_batch_to_fill() -> None:
    settings = KafkaSettings.model_validate({"group_instance_id": "three"})
    looking, reading = Client(settings, in_group=False), Client(settings)
    try:
        assert (looking.consumer._group_id, looking.consumer._group_instance_id) == (None, None)
        assert looking.consumer._fetch_max_wait_ms < reading.consumer._fetch_max_wait_ms
    finally:
        await looking.stop()
        await reading.stop()


def fetched(records: dict[TopicPartition, object], **state: object) -> Fetched | None:
    known: dict[str, Any] = {
        "has_valid_position": True,
        "position": 7,
        "highwater": 9,
        "lso": None,
        "timestamp": 1500,
    }
    assignment = SimpleNamespace(state_value=lambda _: SimpleNamespace(**known | state))
    client = Client.__new__(Client)
    client.consumer = SimpleNamespace(
        _subscription=SimpleNamespace(subscription=SimpleNamespace(assignment=assignment)),
        _fetcher=SimpleNamespace(_records=records),
    )
    return client.fetched(TP)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        ({}, Fetched(7, 9, 1.5, is_waiting=False, is_readable=True)),
        ({"position": 9}, Fetched(9, 9, 1.5, is_waiting=False, is_readable=False)),
        ({"lso": 7}, Fetched(7, 9, 1.5, is_waiting=False, is_readable=False)),
        ({"lso": 8}, Fetched(7, 9, 1.5, is_waiting=False, is_readable=True)),
        ({"highwater": None}, Fetched(7, None, 1.5, is_waiting=False, is_readable=False)),
        ({"timestamp": None}, Fetched(7, 9, 0.0, is_waiting=False, is_readable=True)),
        ({"has_valid_position": False}, None),
    ],
)
def test_what_can_be_read_ends_before_open_transactions(
    state: dict[str, object], expected: Fetched | None
) -> None:
    assert fetched({}, **state) == expected


def test_what_is_fetched_already_can_be_read() -> None:
    assert fetched({TP: object()}, position=9) == Fetched(9, 9, 1.5, is_waiting=True, is_readable=True)
