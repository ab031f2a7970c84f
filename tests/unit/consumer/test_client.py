"""What aiokafka is told. Each value keeps us out of one of its traps."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import aiokafka.client
import pytest
import yaml
from aiokafka import AIOKafkaConsumer

from agent.consumer.client import HEARTBEATS, Client
from agent.consumer.membership import COMMIT_WITHIN, WAIT_WITHIN
from agent.settings import KafkaSettings
from tests.tools.cache import ROOT

LEASE = 3.0
"""Seconds for which an accepted commit proves that partitions are ours."""


@asynccontextmanager
async def consumer(**settings: object) -> AsyncIterator[AIOKafkaConsumer]:
    client = Client(KafkaSettings.model_validate(settings))
    try:
        yield client.consumer
    finally:
        await client.stop()


@pytest.mark.parametrize("request_timeout", [10, 40, 600])
async def test_trap_10_a_join_may_take_as_long_as_the_group_waits(request_timeout: int) -> None:
    async with consumer(request_timeout_seconds=request_timeout) as it:
        heartbeat = it._heartbeat_interval_ms / 1000
        assert it._rebalance_timeout_ms < it._request_timeout_ms
        assert it._rebalance_timeout_ms / 1000 > heartbeat + WAIT_WITHIN + max(COMMIT_WITHIN, LEASE)


async def test_trap_9_a_blocked_loop_costs_no_session_at_once() -> None:
    async with consumer() as it:
        assert it._session_timeout_ms >= 30_000
        assert it._heartbeat_interval_ms * HEARTBEATS <= it._session_timeout_ms


async def test_trap_12_one_assignor_is_named_and_no_two_clients_share_its_memory() -> None:
    async with consumer() as one, consumer() as two:
        (first,), (second,) = one._partition_assignment_strategy, two._partition_assignment_strategy

    assert first.name == second.name == "sticky"
    assert first is not second


async def test_trap_14_a_member_that_has_nothing_to_read_is_not_taken_for_dead() -> None:
    async with consumer() as it:
        assert it._coordinator is None
        assert it._max_poll_interval_ms >= 3_600_000


async def test_trap_21_checksums_are_checked() -> None:
    async with consumer() as it:
        assert it._check_crcs


async def test_what_three_brokers_send_at_once_is_a_quarter_of_the_charts_memory_at_most() -> None:
    values = yaml.safe_load((ROOT / "deploy/helm/api-error-agent/values.yaml").read_text())
    limit = values["workload"]["resources"]["limits"]["memory"]
    async with consumer() as it:
        assert 3 * it._fetch_max_bytes <= int(limit.removesuffix("Mi")) * 1024 * 1024 / 4


async def test_a_long_backlog_leaves_room_for_other_partitions_in_an_answer() -> None:
    async with consumer() as it:
        assert it._max_partition_fetch_bytes * 8 <= it._fetch_max_bytes


async def test_records_come_from_the_rack_that_is_set() -> None:
    async with consumer(client_rack="eu-central-1a") as it:
        assert it._client_rack == "eu-central-1a"


def test_no_client_of_this_process_has_brokers_create_topics() -> None:
    request = aiokafka.client.MetadataRequest(["t"])

    assert request._allow_auto_topic_creation is False
