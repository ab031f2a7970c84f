"""Every dialect, by bodies that we wrote in its shape."""

from typing import Any

import pytest

from agent.classify import classify, explain
from agent.classify.dialects import DIALECTS
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import ROOT, Labelled, close, own, rows

NOW = 1_700_000_000.0
SHAPES = rows(ROOT / "tests" / "data" / "shapes" / "bodies.jsonl")
"""Bodies with hardly a word in them: what they mean tell their keys, their codes, and what is beside them."""


@pytest.mark.parametrize("body", own(), ids=lambda body: body.name)
def test_a_body_means_what_its_label_says(body: Labelled) -> None:
    outcome = classify(body.response)

    assert (outcome.type, outcome.reason, outcome.dialect) == (body.type, body.reason, body.dialect)
    assert close(body.retry_after, outcome.retry_after), outcome.retry_after


@pytest.mark.parametrize("row", SHAPES, ids=lambda row: str(row["body"])[:60])
def test_a_body_of_few_words_means_what_its_shape_says(row: dict[str, Any]) -> None:
    response = ApiResponse(
        status=row["status"],
        provider=row.get("provider", "unknown"),
        headers=row.get("headers") or {},
        body=row["body"],
    )

    outcome = classify(response, NOW)

    assert (outcome.type, outcome.reason, outcome.dialect) == (row["type"], row["reason"], row["dialect"])
    assert close(row.get("retry_after"), outcome.retry_after), outcome.retry_after
    assert explain(response, NOW).status == row.get("said", row["status"])


def test_every_dialect_has_bodies_of_its_own() -> None:
    assert {dialect.name for dialect in DIALECTS} <= {body.dialect for body in own()}
