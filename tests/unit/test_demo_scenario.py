import json

import pytest

from agent.classify import classify
from agent.classify.taxonomy import OutcomeType
from agent.commands.record import Given
from agent.demo.scenario import PHASES, Event, Row, events
from agent.demo.vendors import VENDORS, Fault, Vendor, filled
from agent.events import ApiResponse, Reader
from agent.meaning import Counted, meanings
from agent.metrics.labels import Labels

START = 1_790_000_000.0
FACTS = {"hex": "68c42de022c881948db7ed1c", "uuid": "798b860e-98c2-4e8e-8c50-550bcfc2eccc", "path": "/v1/tts"}
FAULTS = [(vendor, fault) for vendor in VENDORS for fault in (*vendor.everyday, *vendor.trouble)]


def counted_as(event: Event) -> Row:
    """What the agent's own rooms make of an event."""
    (meaning,) = meanings(Reader(), Given(event.value, timestamp=int(event.at * 1000)), event.at)
    assert isinstance(meaning, Counted)
    response, outcome = meaning.response, meaning.outcome
    return Row(response.provider, str(response.status), outcome.type)


@pytest.fixture(scope="module")
def played() -> list[Event]:
    return list(events(30, 1, START))


def test_the_scenario_is_calm_then_limited_overloaded_out_of_money_and_calm_again() -> None:
    troubled = [phase.troubled and phase.troubled.name for phase in PHASES]

    assert troubled == [None, "openai", "anthropic", "aimlapi", None]


def test_the_phases_fill_the_whole_time() -> None:
    assert sum(phase.share for phase in PHASES) == pytest.approx(1)


def test_five_providers_answer_on_twenty_paths() -> None:
    labels = Labels()
    paths = {labels.path(str(filled(call.path, FACTS)), 200) for vendor in VENDORS for call in vendor.calls}

    assert len(VENDORS) == 5
    assert len(paths) == 20
    assert "other" not in paths


def test_every_provider_has_traffic_in_every_phase(played: list[Event]) -> None:
    seen = {(event.phase, event.expected.provider) for event in played}

    assert len(seen) == len(PHASES) * len(VENDORS)


def test_the_same_seed_gives_the_same_events(played: list[Event]) -> None:
    assert list(events(30, 1, START)) == played


def test_another_seed_gives_other_events(played: list[Event]) -> None:
    assert list(events(30, 2, START)) != played


def test_events_come_in_the_order_of_their_time(played: list[Event]) -> None:
    times = [event.at for event in played]

    assert times == sorted(times)
    assert START <= times[0] <= times[-1] <= START + 30


def test_expectations_use_the_words_of_the_type_label() -> None:
    assert {fault.type for _, fault in FAULTS} == {*OutcomeType} - {OutcomeType.OK, OutcomeType.UNKNOWN}


@pytest.mark.parametrize(
    ("vendor", "fault"),
    FAULTS,
    ids=[f"{vendor.name}-{fault.status}-{fault.type}" for vendor, fault in FAULTS],
)
def test_an_error_body_means_what_the_scenario_says(vendor: Vendor, fault: Fault) -> None:
    response = ApiResponse(
        fault.status, vendor.name, headers=fault.headers, body=filled(fault.body, FACTS), timestamp=START
    )

    assert classify(response).type == fault.type


def test_every_event_is_counted_as_the_scenario_says(played: list[Event]) -> None:
    wrong = [(event.expected, found) for event in played if (found := counted_as(event)) != event.expected]

    assert not wrong


def test_bare_bodies_are_among_the_events(played: list[Event]) -> None:
    bare = {event.expected.provider for event in played if b'"headers"' not in event.value}

    assert bare == {"aimlapi", "pipellm"}


def test_no_placeholder_is_left_in_an_event(played: list[Event]) -> None:
    assert not [event.value for event in played if b"$" in event.value]


def test_a_storm_uses_up_the_rate_limit(played: list[Event]) -> None:
    storm = [event.value for event in played if event.phase == 1 and event.expected.provider == "openai"]
    left = [int(json.loads(value)["headers"]["x-ratelimit-remaining-requests"]) for value in storm]

    assert max(left) < 10_000 * 0.02
