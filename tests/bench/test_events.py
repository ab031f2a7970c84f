"""The events of the bench: the same ones for the same seed, in the shares that the mix promises."""

import json
from itertools import islice
from random import Random

import pytest

from agent.classify import classify
from agent.events.response import ApiResponse
from bench import bodies
from bench.bodies import Body
from bench.events import WIDE_MODELS, WIDE_PROVIDERS, WIDE_ROUTES, Events
from bench.mixes import BY_NAME, MIXES, Mix

START = 1_795_000_000.0
COUNT = 20_000


def values(name: str, seed: int = 7) -> list[bytes]:
    mix = BY_NAME[name]
    return list(Events(mix, seed, START).values(COUNT // mix.batch))


def parsed(name: str) -> list[dict[str, object]]:
    return [json.loads(value) for value in values(name)]


def is_error(event: dict[str, object]) -> bool:
    return event["status"] != 200


@pytest.mark.parametrize("mix", MIXES, ids=lambda mix: mix.name)
def test_the_same_seed_gives_the_same_events(mix: Mix) -> None:
    assert values(mix.name) == values(mix.name)
    assert values(mix.name) != values(mix.name, seed=8)


@pytest.mark.parametrize(("name", "share"), [("repeat_5", 0.05), ("fresh_50", 0.5), ("rate_limits", 0.05)])
def test_a_mix_has_its_share_of_errors(name: str, share: float) -> None:
    errors = sum(map(is_error, parsed(name)))

    assert errors / COUNT == pytest.approx(share, rel=0.1)


def test_one_record_in_a_hundred_of_garbage_is_no_event() -> None:
    events = [value for value in values("garbage") if b'"status":' in value and value.endswith(b"}")]

    assert 1 - len(events) / COUNT == pytest.approx(0.01, rel=0.3)


def test_a_batch_is_a_list_of_fifty_events() -> None:
    assert {len(json.loads(value)) for value in values("batches")} == {50}


def test_events_go_on_later_where_errors_came_before() -> None:
    events = Events(BY_NAME["fresh_5"], 7, START)
    before, later = (
        [json.loads(value) for value in events.values(COUNT, start)] for start in (None, START + 3600)
    )
    places, again = (
        {event["provider"]: event["path"] for event in filter(is_error, some)} for some in (before, later)
    )

    assert min(event["timestamp"] for event in later) > max(event["timestamp"] for event in before)
    assert {it: again[it] for it in again if it in places}.items() <= places.items()


def test_bodies_that_repeat_are_few() -> None:
    assert len({json.dumps(event["body"]) for event in filter(is_error, parsed("repeat_50"))}) <= 40


def test_fresh_bodies_differ_but_for_retries() -> None:
    found = [json.dumps(event["body"]) for event in filter(is_error, parsed("fresh_50"))]

    assert len(set(found)) / len(found) > 0.75


def test_a_wide_mix_has_more_combinations_than_any_budget() -> None:
    found = [(event["provider"], event["path"], event["model"]) for event in parsed("full_budget")]

    assert {len(WIDE_PROVIDERS), len(WIDE_ROUTES), len(WIDE_MODELS)} == {12, 60, 80}
    assert [len(set(column)) for column in zip(*found, strict=True)] == [12, 60, 80]


def test_every_response_says_what_is_left_of_its_limit() -> None:
    assert all(event["headers"] for event in parsed("rate_limits"))


def meaning(body: Body, chance: Random) -> object:
    event = json.loads(f"{{{body.drawn(chance)}}}")
    headers = {name.lower(): value for name, value in event.get("headers", {}).items()}
    return classify(ApiResponse(body.status, headers=headers, body=event["body"])).type


def test_fresh_ids_and_numbers_hardly_ever_change_what_a_body_means() -> None:
    chance = Random(7)
    pairs = zip(bodies.load(fresh=False), bodies.load(fresh=True), strict=True)
    same = [meaning(plain, chance) is meaning(fresh, chance) for plain, fresh in pairs]

    assert sum(same) / len(same) > 0.97


def test_timestamps_go_on() -> None:
    found = [json.loads(value)["timestamp"] for value in islice(values("repeat_5"), COUNT)]

    assert found == sorted(found)
    assert len(set(found)) == 2_000, "ten events in a millisecond"
