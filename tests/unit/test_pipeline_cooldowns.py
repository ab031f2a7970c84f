"""Calls that came before a told wait was over are counted; nobody is blamed for what he could not know."""

import json
from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from agent.metrics import cooldowns
from tests.unit.test_pipeline import LIMITED, NOW, Page, event

COUNT = "api_calls_in_cooldown_total"


def at(seconds: float, **fields: object) -> bytes:
    """A call whose response was sent so many seconds after NOW - 600, and that took no time."""
    moment = datetime.fromtimestamp(NOW - 600 + seconds, UTC).isoformat()
    return event(**{"timestamp": moment, "duration_seconds": 0} | fields)


def limited(seconds: float, wait: object = 20, **fields: object) -> bytes:
    headers = {"retry-after": str(wait)} if wait else {}
    return at(seconds, status=429, body=LIMITED, headers=headers, **fields)


def counted(*values: bytes) -> dict[str, float]:
    """The calls that came too early, by what came of them."""
    page = Page()
    page.process(*values)
    return {labels["type"]: value for labels, value in page.samples(COUNT)}


def test_a_call_that_comes_before_the_told_wait_is_over_is_counted_by_what_came_of_it() -> None:
    found = counted(limited(0), at(5), limited(6, wait=None), at(19.9), at(20), at(300))

    assert found == {"rate_limit_error": 1, "ok": 2}


def test_who_waits_as_told_is_shown_as_zero() -> None:
    assert counted(limited(0), at(20), limited(30), at(50)) == {"rate_limit_error": 0}


def test_where_nobody_was_told_to_wait_there_is_nothing_to_show() -> None:
    assert counted(limited(0, wait=None), at(5), limited(6, wait="0"), at(7)) == {}


def test_the_shortest_wait_that_can_be_told_is_one() -> None:
    assert counted(limited(0, 1), at(0.5), at(1)) == {"rate_limit_error": 0, "ok": 1}


def test_a_call_that_began_before_the_wait_was_told_could_not_know() -> None:
    found = counted(limited(0), at(6, duration_seconds=6), at(6, duration_seconds=5.9))

    assert found == {"rate_limit_error": 0, "ok": 1}


def test_a_call_that_began_in_the_wait_counts_also_if_its_answer_came_later() -> None:
    found = counted(limited(0), at(60, duration_seconds=41), at(61, duration_seconds=40))

    assert found["ok"] == 1


def test_a_call_without_a_duration_may_have_begun_a_second_before() -> None:
    untimed = [at(seconds, duration_seconds=None) for seconds in (0.9, 1.1, 19.9, 20.5)]

    assert counted(limited(0), *untimed)["ok"] == 2


def test_the_later_end_of_two_waits_counts() -> None:
    assert counted(limited(0, 60), limited(50, 5), at(58))["ok"] == 1
    assert counted(limited(0, 5), limited(4, 60), at(58))["ok"] == 1


def test_of_waits_with_a_pause_between_them_the_later_one_counts() -> None:
    assert counted(limited(0, 5), limited(30, 5), at(20), at(31)) == {"rate_limit_error": 0, "ok": 1}
    assert counted(limited(30, 5), limited(0, 5), at(1), at(31)) == {"rate_limit_error": 0, "ok": 1}


def test_a_wait_that_is_heard_of_late_extends_one_that_overlaps() -> None:
    assert counted(limited(30, 20), limited(20, 15), at(25), at(45)) == {"rate_limit_error": 0, "ok": 2}


def test_waits_of_which_one_begins_as_the_other_ends_are_one() -> None:
    assert counted(limited(0, 20), limited(20, 20), at(5), at(30))["ok"] == 2
    assert counted(limited(20, 20), limited(0, 20), at(5), at(30))["ok"] == 2


def test_events_that_come_late_are_judged_by_their_own_time() -> None:
    assert counted(limited(0, 20), at(250), at(5), at(20)) == {"rate_limit_error": 0, "ok": 1}


def test_a_wait_that_got_longer_is_kept_for_as_long_after_its_later_end() -> None:
    assert counted(limited(0, 5), limited(4, 200), at(400), at(100))["ok"] == 1


def test_any_error_may_tell_a_wait_and_a_wait_of_hours_says_nothing_of_the_next_call() -> None:
    busy = at(0, status=503, headers={"retry-after": "3600"})

    assert counted(busy, at(5))["ok"] == 1
    assert counted(limited(0, 3601), at(5)) == {}


@pytest.mark.parametrize("other", [{"provider": "anthropic"}, {"model": "gpt-6"}, {"pool": "b"}])
def test_a_wait_is_for_the_provider_the_model_and_the_pool_that_it_was_told_for(
    other: dict[str, str],
) -> None:
    same = {"provider": "openai", "model": "gpt-5", "pool": "a"}

    assert counted(limited(0, **same), at(5, **same), at(6, **(same | other)))["ok"] == 1


def test_a_wait_is_for_the_account_that_the_headers_name() -> None:
    def call(make: Callable[..., bytes], seconds: float, project: str) -> bytes:
        written = json.loads(make(seconds))
        written["headers"] = {"OpenAI-Project": project} | written.get("headers", {})
        return json.dumps(written).encode()

    values = [call(limited, 0, "a"), call(at, 5, "a"), call(at, 6, "b"), call(at, 6, "b"), at(6)]

    assert counted(*values)["ok"] == 1


def test_a_wait_is_kept_from_one_batch_to_the_next() -> None:
    page = Page()
    page.process(limited(0))

    page.process(at(5))

    assert page.total(COUNT, type="ok") == 1


def test_an_event_without_a_time_has_that_of_its_record() -> None:
    page = Page()
    page.process(event(status=429, body=LIMITED, headers={"retry-after": "20"}), timestamp=NOW - 60)

    found = []
    for before in (50, 30):
        page.process(event(), timestamp=NOW - before)
        found.append(page.total(COUNT))

    assert found == [1, 0]


def test_waits_that_are_long_over_and_pools_without_end_take_a_bounded_room(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(cooldowns, "MOST_POOLS", 10)
    monkeypatch.setattr(cooldowns, "MOST_OWNERS", 10)
    page = Page()
    page.process(*(limited(0, model=f"m{n}") for n in range(30)))
    many = [json.loads(limited(1)) for _ in range(30)]
    for n, one in enumerate(many):
        one["headers"]["openai-project"] = f"p{n}"
    page.process(*(json.dumps(one).encode() for one in many))

    running = page.tally.cooldowns.running

    assert len(running) == 10
    assert max(map(len, running.values())) == 10
    page.process(*(at(400, model=f"m{n}") for n in range(30)))
    assert len(running) == 1


def test_the_first_moment_that_kafka_can_write_is_a_time() -> None:
    page = Page()
    told = event(status=429, body=LIMITED, headers={"retry-after": "20"}, timestamp=None)

    for value, seconds in ((told, 0), (event(duration_seconds=0, timestamp=None), 5)):
        page.process(value, timestamp=seconds)

    assert [(labels["type"], value) for labels, value in page.samples(COUNT)] == [("ok", 1)]
