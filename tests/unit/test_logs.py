"""Logs: one JSON object a line on a pipe, and no secret in any of them."""

import io
import json
import logging
import time
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
import structlog

from agent import logs
from agent.redaction import HIDDEN

PASSWORD = "hunter2-very-secret"


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


LEVELS = ["debug", "info", "warning", "error"]


@pytest.mark.parametrize("level", LEVELS)
def test_a_level_leaves_out_what_is_less_severe(level: logs.Level) -> None:
    stream = io.StringIO()
    logs.configure(level, "json", stream)

    for word in LEVELS:
        getattr(structlog.get_logger(), word)(word)

    assert [line["event"] for line in said(stream)] == LEVELS[LEVELS.index(level) :]


@pytest.mark.parametrize(("level", "expected"), [("debug", ["warning"]), ("error", [])])
def test_other_libraries_are_heard_from_warning_on_at_most(level: logs.Level, expected: list[str]) -> None:
    stream = io.StringIO()
    logs.configure(level, "json", stream)

    logging.getLogger("somebody").info("info")
    logging.getLogger("somebody").warning("warning")

    assert [line["event"] for line in said(stream)] == expected


@pytest.mark.parametrize("zone", ["UTC", "Asia/Kolkata", "America/New_York"])
def test_a_line_says_when_it_was_written_in_utc_wherever_that_was(
    lines: io.StringIO, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    with monkeypatch.context() as patched:
        patched.setenv("TZ", zone)
        time.tzset()
        structlog.get_logger().info("consumer.rebuilt")
    time.tzset()

    assert datetime.fromisoformat(str(said(lines)[0]["timestamp"])).utcoffset() == timedelta(0)


def test_what_is_configured_later_holds_for_a_logger_that_has_written_already(lines: io.StringIO) -> None:
    logger, later = logs.get_logger(), io.StringIO()
    logger.info("first")
    logs.configure("info", "json", later)
    logger.info("second")

    assert [line["event"] for line in said(lines)] == ["first"]
    assert [line["event"] for line in said(later)] == ["second"]


@pytest.mark.parametrize(("format_", "is_json"), [("json", True), ("console", False), ("auto", False)])
def test_on_a_terminal_lines_are_for_people(format_: logs.Format, *, is_json: bool) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    stream = Terminal()
    logs.configure("info", format_, stream)

    structlog.get_logger().info("consumer.rebuilt")

    assert stream.getvalue().startswith("{") is is_json


@pytest.mark.parametrize("key", ["password", "sasl_plain_password", "api_key", "Authorization", "token"])
def test_a_secret_is_known_by_its_key(lines: io.StringIO, key: str) -> None:
    structlog.get_logger().info("kafka.connected", **{key: "hunter2"})

    assert said(lines)[0][key] == HIDDEN


@pytest.mark.parametrize(
    "secret",
    [
        "sk-abcdef123456",
        "eyJhbGciOiJIUzI1NiJ9.e30.x",
        "AKIAIOSFODNN7EXAMPLE",
        "Bearer abcdefgh12",
        "tgp_v1_abcdefgh",
        "xoxb-1234567890",
        "gho_abcdefghij",
        "sess-abcdefghij12",
    ],
)
def test_a_secret_is_known_by_its_shape(lines: io.StringIO, secret: str) -> None:
    structlog.get_logger().warning("kafka.complained", message=f"refused {secret}, sorry")

    assert secret not in lines.getvalue()
    assert "sorry" in lines.getvalue()


def test_other_libraries_log_the_same_way(lines: io.StringIO) -> None:
    logging.getLogger("somebody").warning("odd: %s", "sk-abcdef123456")

    assert said(lines)[0]["event"] == f"odd: {HIDDEN}"


def test_a_secret_is_hidden_however_deep_it_stands(lines: io.StringIO) -> None:
    structlog.get_logger().info(
        "kafka.connected", brokers=[{"password": "hunter2", "note": "sk-abcdef123456"}]
    )

    assert said(lines)[0]["brokers"] == [{"password": HIDDEN, "note": HIDDEN}]


@pytest.mark.parametrize("format_", ["json", "console"])
def test_a_traceback_shows_the_way_and_neither_variables_nor_keys(format_: logs.Format) -> None:
    stream = io.StringIO()
    logs.configure("info", format_, stream)

    def login(password: str) -> None:
        raise ValueError(f"refused {password[:6]}, with sk-abcdef123456")

    try:
        login(PASSWORD)
    except ValueError:
        logging.getLogger("somebody").exception("failed")
        structlog.get_logger().exception("failed.too")

    shown = stream.getvalue()
    assert shown.count("in login") == 2
    assert "hunter2-very-secret" not in shown.replace("login(secret)", "")
    assert "sk-abcdef123456" not in shown
