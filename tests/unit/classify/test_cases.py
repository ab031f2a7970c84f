"""Small inputs, each standing for a kind of error that was once read wrong; outside of the repository."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from agent.classify import classify
from agent.events.response import ApiResponse
from tests.unit.classify.bodies import ROOT, close

CASES = Path(os.environ.get("CASES", ROOT.parent / "shared" / "cases" / "bodies.jsonl"))

if not CASES.exists():
    pytest.skip(f"NO CASES of bodies at {CASES}; set CASES to their path", allow_module_level=True)

ROWS: list[dict[str, Any]] = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row["kind"])
def test_a_case_means_what_its_label_says(row: dict[str, Any]) -> None:
    response = ApiResponse(
        status=row["status"], provider=row["provider"] or "unknown", headers=row["headers"], body=row["body"]
    )

    outcome = classify(response)

    assert outcome.type == row["type"]
    assert row["reason"] in {None, outcome.reason}
    assert close(row["retry_after_s"], outcome.retry_after), outcome.retry_after
