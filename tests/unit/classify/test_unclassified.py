"""Which errors count as unclassified, and what a running agent remembers of them."""

import pytest

from agent.classify import explain
from agent.classify.unclassified import KEPT, LastUnclassified, Place, is_unclassified
from agent.events.response import ApiResponse
from agent.settings import own_rules


@pytest.mark.parametrize(
    ("status", "body", "expected"),
    [
        (418, "I am a teapot", True),
        (418, None, True),
        (None, {"error": {"message": "The kettle is dry", "type": "kettle"}}, True),
        (None, "AI_RetryError: Sorry for that", True),
        (None, "Rate limit exceeded", False),
        (500, {"error": {"message": "The kettle is dry"}}, True),
        (502, "the kettle 17 is dry", True),
        (500, "500 Internal Server Error", False),
        (502, "<html><title>502 Bad Gateway</title></html>", False),
        (500, None, False),
        (500, {"error": {"code": "rate_limit_exceeded", "message": "the kettle is dry"}}, False),
        (429, "the kettle is dry", False),
        (200, "the kettle is dry", False),
    ],
)
def test_unclassified_is_what_nobody_knows_although_it_says_something(
    status: int | None, body: object, *, expected: bool
) -> None:
    response = ApiResponse(status=status, body=body)

    assert is_unclassified(explain(response), response) is expected


def test_what_a_rule_of_ones_own_decides_is_classified() -> None:
    rules = own_rules.compiled(
        [{"when": {"message": "dry"}, "type": "api_error", "reason": "internal_error"}]
    )
    response = ApiResponse(status=500, body="the kettle is dry")

    assert not is_unclassified(explain(response, None, rules), response)


def test_the_last_kinds_are_kept_the_newest_first_and_masked() -> None:
    last = LastUnclassified()
    for offset, text in enumerate(
        ["user 1 sleeps", "no tea", "user 2 sleeps with sk-abcdefghijklmn", "user 3 sleeps"]
    ):
        last.see(
            ApiResponse(status=418, provider="acme", body=text), Place("events", 0, offset), 100.0 + offset
        )

    assert [(kind.skeleton, kept.events, kept.place.offset, kept.at) for kind, kept in last.newest()] == [
        ("user * sleeps", 2, 3, 103.0),
        ("user * sleeps with *", 1, 2, 102.0),
        ("no tea", 1, 1, 101.0),
    ]


def test_no_more_kinds_are_kept_than_a_page_can_show() -> None:
    last = LastUnclassified()
    for number in range(3 * KEPT):
        word = "".join(chr(ord("a") + int(digit)) for digit in str(number))
        last.see(ApiResponse(status=418, body=f"no {word}"), Place("events", 0, number), 0.0)

    kept = list(last.newest())
    assert (len(kept), kept[0][1].place.offset) == (KEPT, 3 * KEPT - 1)
