"""What the client passes on from the settings, and what it makes of how far aiokafka has fetched."""

from types import SimpleNamespace
from typing import Any

import pytest
from aiokafka import TopicPartition

from agent.consumer.client import Client, Fetched
from agent.consumer.unpacking import unpacker
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
        ({"position": 0, "highwater": None}, Fetched(0, None, 1.5, is_waiting=False, is_readable=False)),
    ],
)
def test_what_can_be_read_ends_before_open_transactions(
    state: dict[str, object], expected: Fetched | None
) -> None:
    assert fetched({}, **state) == expected


@pytest.mark.parametrize("missing", ["subscription", "assignment", "state"])
def test_a_partition_that_is_not_ours_is_not_fetched(missing: str) -> None:
    assignment = None if missing == "assignment" else SimpleNamespace(state_value=lambda _: None)
    subscription = None if missing == "subscription" else SimpleNamespace(assignment=assignment)
    client = Client.__new__(Client)
    client.consumer = SimpleNamespace(
        _subscription=SimpleNamespace(subscription=subscription), _fetcher=SimpleNamespace(_records={})
    )

    assert client.fetched(TP) is None


@pytest.mark.parametrize(
    ("session", "request_timeout", "heartbeat", "rebalance"),
    [
        (45, 40, 3000, 30_000),
        (45, 20, 3000, 15_000),  # three quarters of the request
        (45, 10, 1500, 7500),  # five heartbeats of the time that the group waits
        (1800, 600, 6000, 30_000),  # half a minute at most
        (6, 40, 400, 30_000),
    ],
)
async def test_heartbeats_are_as_many_as_a_session_and_a_rebalance_need(
    session: int, request_timeout: int, heartbeat: int, rebalance: int
) -> None:
    async with consumer(session_timeout_seconds=session, request_timeout_seconds=request_timeout) as it:
        found = it._heartbeat_interval_ms, it._rebalance_timeout_ms

    assert found == (heartbeat, rebalance)
    assert {type(number) for number in found} == {int}  # Kafka's protocol has no others


async def test_a_batch_as_long_as_brokers_take_it_is_fetched_at_once() -> None:
    async with consumer() as it:
        assert it._max_partition_fetch_bytes >= 1024 * 1024
        assert type(it._max_partition_fetch_bytes) is type(it._fetch_max_bytes) is int


@pytest.mark.parametrize(
    ("protocol", "has_tls"),
    [("PLAINTEXT", False), ("SASL_PLAINTEXT", False), ("SSL", True), ("SASL_SSL", True)],
)
async def test_tls_is_set_up_where_the_protocol_has_it(protocol: str, *, has_tls: bool) -> None:
    sasl = {"mechanism": "PLAIN", "username": "u", "password": "p"} if "SASL" in protocol else {}
    client = Client(KafkaSettings.model_validate({"security_protocol": protocol, "sasl": sasl}))
    try:
        assert (client.tls is not None) is has_tls
        assert client.consumer._client._security_protocol == protocol
        assert client.admin._client._security_protocol == protocol
    finally:
        await client.stop()


async def test_the_admin_client_has_the_name_and_the_times_of_the_settings() -> None:
    client = Client(KafkaSettings(client_id="one", request_timeout_seconds=20))
    try:
        assert client.admin._client._client_id == "one-admin"
        assert client.admin._request_timeout_ms == 20_000
    finally:
        await client.stop()


async def test_what_a_batch_may_grow_to_is_what_the_settings_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpacker, "most", 1)
    async with consumer(max_batch_bytes=2 * 1024 * 1024):
        assert unpacker.most == 2 * 1024 * 1024


async def test_the_topics_there_are_are_told_by_name_and_by_id() -> None:
    async def list_topics() -> list[str]:
        return ["a", "b", "a"]

    async def no_ids(_: object) -> None:
        raise NotImplementedError

    client: Any = Client.__new__(Client)
    client.admin = SimpleNamespace(list_topics=list_topics, _send_request=no_ids)

    assert await client.topics() == {"a", "b"}
    assert await client.topic_ids(["a", "c"]) == {"a": ""}


def test_what_is_fetched_already_can_be_read() -> None:
    assert fetched({TP: object()}, position=9) == Fetched(9, 9, 1.5, is_waiting=True, is_readable=True)
