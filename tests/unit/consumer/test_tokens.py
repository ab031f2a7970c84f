"""A token that cannot be had is a complaint that aiokafka's own tasks survive."""

import time

import pytest
from aiokafka.errors import KafkaConnectionError

from agent.consumer.security import TokenProvider


async def test_trap_18_whatever_a_provider_fails_of_is_an_error_of_kafkas() -> None:
    def fetch() -> tuple[str, float]:
        raise RuntimeError("a library's own")

    with pytest.raises(KafkaConnectionError, match="a library's own"):
        await TokenProvider(fetch).token()


async def test_trap_18_a_token_is_kept_until_shortly_before_it_ends() -> None:
    fetched = iter([("first", time.time() + 30), ("second", time.time() + 300), ("third", 0.0)])
    provider = TokenProvider(lambda: next(fetched))

    assert [await provider.token() for _ in range(3)] == ["first", "second", "second"]
