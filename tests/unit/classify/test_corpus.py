"""Accuracy on the research corpus of real bodies; the thresholds are promises of the documentation."""

from collections import Counter, defaultdict

import pytest

from agent.classify import Outcome, classify, explain
from tests.conftest import Say
from tests.unit.classify.bodies import CORPUS, Labelled, close, corpus

TYPE, REASON, RETRY = 0.99, 0.97, 0.95

# The corpus is research, not part of this repository: without it our own bodies still hold the rules.
if not CORPUS.exists():
    pytest.skip(f"NO CORPUS of real bodies at {CORPUS}; set CORPUS to its path", allow_module_level=True)

ANSWERS: list[tuple[Labelled, Outcome]] = [(body, classify(body.response)) for body in corpus()]


def miss(body: Labelled) -> str:
    why = explain(body.response)
    got = f"{why.outcome.type}/{why.outcome.reason}/{why.outcome.retry_after}"
    return f"{body.name}: {body.type}/{body.reason}/{body.retry_after}, got {got} [{why.dialect}; {why.rule}]"


def share(hits: list[tuple[Labelled, bool]]) -> float:
    for body, hit in hits:
        if not hit:
            print(miss(body))
    return sum(hit for _, hit in hits) / len(hits)


def test_types_are_right() -> None:
    assert share([(body, got.type == body.type) for body, got in ANSWERS]) >= TYPE


def test_reasons_are_right() -> None:
    assert share([(body, got.reason == body.reason) for body, got in ANSWERS]) >= REASON


def test_retry_hints_are_right_within_a_second() -> None:
    assert share([(body, close(body.retry_after, got.retry_after)) for body, got in ANSWERS]) >= RETRY


def test_each_provider_is_accounted_for(measured: Say) -> None:
    table: dict[str, Counter[str]] = defaultdict(Counter)
    for body, got in ANSWERS:
        table[body.provider].update(
            rows=1,
            type=got.type == body.type,
            reason=got.type == body.type and got.reason == body.reason,
            waits=body.retry_after is not None,
            wait=body.retry_after is not None and close(body.retry_after, got.retry_after),
        )
    measured(f"{'provider':20}{'rows':>6}{'type':>8}{'reason':>8}  retry_after")
    for provider, counts in sorted(table.items()):
        shares = (counts[key] / counts["rows"] for key in ("type", "reason"))
        waits = f"  {counts['wait']} of {counts['waits']}" if counts["waits"] else ""
        measured(f"{provider:20}{counts['rows']:6}" + "".join(f"{each:8.1%}" for each in shares) + waits)

    assert sum(counts["rows"] for counts in table.values()) == len(ANSWERS)
