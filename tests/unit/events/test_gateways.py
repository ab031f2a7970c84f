"""Gateways' logs: each line of tests/data/events/NAME.jsonl is read as it says itself."""

from typing import NamedTuple

import orjson
import pytest

from agent.events import Event, Extractor
from agent.events.presets import PRESETS
from agent.events.response import Ending
from tests.unit.events.samples import SAMPLES, sample
from tests.unit.events.understood import counted


class Line(NamedTuple):
    preset: str
    name: str
    record: dict[str, object]
    expected: dict[str, object]


LINES = [
    Line(path.stem, **orjson.loads(line))
    for path in sorted(SAMPLES.glob("*.jsonl"))
    for line in path.read_bytes().splitlines()
]
GATEWAYS = sorted(path.stem for path in SAMPLES.glob("*.jsonl"))


def nested(depth: int) -> list[object]:
    """Lists and objects in each other, as deep as the JSON parser reads them."""
    value: list[object] = []
    for _ in range(depth):
        value = [{"x": value}]
    return value


def extract(preset: str, event: dict[str, object]) -> Event:
    return Extractor(("model",), preset).extract(event)


def is_other(preset: str, event: dict[str, object]) -> bool:
    asked = PRESETS[preset].is_other
    return asked is not None and asked(event)


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.preset}: {line.name}")
def test_a_line_is_read_as_it_says(line: Line) -> None:
    response, bad_fields = extract(line.preset, line.record)
    read = {name: getattr(response, name, None) for name in line.expected}
    read |= {"model": response.attributes.get("model")} if "model" in read else {}
    read |= {"attempts": list(response.attempts)} if "attempts" in read else {}
    read |= {"ignored": is_other(line.preset, line.record)} if "ignored" in read else {}

    assert (read, bad_fields) == (line.expected, ())


@pytest.mark.parametrize("line", LINES, ids=lambda line: f"{line.preset}: {line.name}")
def test_only_what_is_no_call_is_left_out(line: Line) -> None:
    assert is_other(line.preset, line.record) is ("ignored" in line.expected)


@pytest.mark.parametrize(
    ("flags", "status", "ending", "provider"),
    [
        ("UT", 504, Ending.UPSTREAM_TIMEOUT, "openai"),
        ("UF,URX", 503, Ending.CONNECTION_FAILED, "openai"),
        (["UC"], 503, Ending.UPSTREAM_CLOSED, "openai"),
        ({"upstream_remote_reset": True, "delay_injected": False}, 503, Ending.UPSTREAM_CLOSED, "openai"),
        ("UpstreamProtocolError", 502, Ending.FAILED, "openai"),
        ("OverloadManagerTerminated", 503, Ending.UNAVAILABLE, "envoy"),
        ("NC", 503, Ending.UNAVAILABLE, "envoy"),
        ("RLSE", 500, Ending.FAILED, "envoy"),
        ("DC", 499, Ending.CLIENT_CLOSED, "openai"),
        ("a flag of tomorrow", None, None, "openai"),
        ("-", None, None, "openai"),
    ],
)
def test_where_envoy_began_no_response_its_flags_say_what_happened(
    flags: object, status: int | None, ending: Ending | None, provider: str
) -> None:
    event = {"response_code": 0, "response_flags": flags, "method": "POST", "authority": "api.openai.com"}

    response = extract("envoy", event).response

    assert (response.status, response.ending, response.provider) == (status, ending, provider)


@pytest.mark.parametrize(
    "key",
    ["response_code", "responseCode", "RESPONSE_CODE", "response-code", "response.code", "ResponseCode"],
)
def test_a_key_of_a_format_of_ones_own_may_be_spelled_in_any_way(key: str) -> None:
    assert extract("envoy", {key: 529}).response.status == 529


@pytest.mark.parametrize("preset", GATEWAYS)
@pytest.mark.parametrize("value", [nested(400), True, -1, "", "9" * 5000, [None], {"": {"": {"": {"": 1}}}}])
def test_whatever_stands_where_a_value_is_looked_for_the_event_is_read(preset: str, value: object) -> None:
    for key in sample(preset):
        event = {**sample(preset), key: value}

        assert isinstance(extract(preset, event), Event)
        assert is_other(preset, event) in {True, False}


def test_a_refusal_of_the_gateway_is_not_the_provider_s_whatever_the_settings_say() -> None:
    event = {"response": {"status": 429}, "source": "kong"}

    response, _ = counted(event, "kong", fields={"provider": {"value": "openai"}})

    assert response.provider == "kong"
