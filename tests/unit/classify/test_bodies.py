"""Every dialect, by bodies that we wrote in its shape."""

import pytest

from agent.classify import classify
from agent.classify.dialects import DIALECTS
from tests.unit.classify.bodies import Labelled, close, own


@pytest.mark.parametrize("body", own(), ids=lambda body: body.name)
def test_a_body_means_what_its_label_says(body: Labelled) -> None:
    outcome = classify(body.response)

    assert (outcome.type, outcome.reason, outcome.dialect) == (body.type, body.reason, body.dialect)
    assert close(body.retry_after, outcome.retry_after), outcome.retry_after


def test_every_dialect_has_bodies_of_its_own() -> None:
    assert {dialect.name for dialect in DIALECTS} <= {body.dialect for body in own()}
