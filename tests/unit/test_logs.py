"""Logs: one JSON object a line on a pipe, and no secret in any of them."""

import io
import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from agent import logs


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("info", "auto", stream)
    yield stream
    logging.basicConfig(handlers=[], force=True)
    structlog.reset_defaults()


def said(lines: io.StringIO) -> list[dict[str, object]]:
    return [json.loads(line) for line in lines.getvalue().splitlines()]


def test_a_line_is_one_json_object_with_its_facts_as_keys(lines: io.StringIO) -> None:
    structlog.get_logger().info("consumer.rebuilt", rebuilds=2)

    (line,) = said(lines)
    assert (line["event"], line["rebuilds"], line["level"]) == ("consumer.rebuilt", 2, "info")


def test_what_is_less_severe_than_the_level_is_not_written(lines: io.StringIO) -> None:
    structlog.get_logger().debug("batch.counted")

    assert lines.getvalue() == ""


@pytest.mark.parametrize("key", ["password", "sasl_plain_password", "api_key", "Authorization", "token"])
def test_a_secret_is_known_by_its_key(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("kafka.connected", **{key: "hunter2"})

    assert said(lines)[0][key] == logs.HIDDEN


@pytest.mark.parametrize(
    "secret", ["sk-abcdef123456", "eyJhbGciOiJIUzI1NiJ9.e30.x", "AKIAIOSFODNN7EXAMPLE", "Bearer abcdefgh12"]
)
def test_a_secret_is_known_by_its_shape(lines: io.StringIO, secret: str) -> None:
    structlog.get_logger().warning("kafka.complained", message=f"refused {secret}, sorry")

    assert secret not in lines.getvalue()
    assert "sorry" in lines.getvalue()


def test_other_libraries_log_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("somebody").warning("odd: %s", "sk-abcdef123456")

    assert said(lines)[0]["event"] == f"odd: {logs.HIDDEN}"
