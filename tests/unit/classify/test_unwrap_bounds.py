"""How much of a long body is looked at: what comes last in a stream is what became of the call."""

import json

import pytest

from agent.classify.unwrap import unwrap

INNER = {"error": {"code": "slow_down"}}


def test_of_the_errors_in_a_stream_the_last_64_are_looked_at() -> None:
    errors = [{"error": {"code": str(number)}} for number in range(70)]

    bodies = unwrap("".join(f"data: {json.dumps(each)}\n\n" for each in errors)).bodies

    assert list(bodies) == errors[6:]


@pytest.mark.parametrize(("times", "is_opened"), [(0, True), (1, True), (3, True), (4, False)])
def test_json_in_a_string_is_opened_three_times_and_no_more(times: int, *, is_opened: bool) -> None:
    text = json.dumps(INNER)
    for _ in range(times):
        text = json.dumps(text)

    assert (unwrap(text).bodies == (INNER,)) is is_opened


def test_of_a_list_the_first_eight_are_looked_at() -> None:
    objects = [{"id": number} for number in range(9)]

    assert list(unwrap(objects).bodies) == objects[:8]
