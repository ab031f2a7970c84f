"""Records that were read wrong once, one for each kind; they stand outside of the repository."""

import json
import os
from pathlib import Path
from typing import Any

import orjson
import pytest

from agent.assembly import assemble
from agent.commands.record import Given
from agent.meaning import Counted, Ignored, Invalid, Meaning, meanings
from agent.settings import Settings, SettingsError, load
from tests.unit.events.understood import NOW

PLACE = Path(os.environ.get("CASES", Path(__file__).parents[4] / "shared" / "cases")) / "events.jsonl"
ROWS = [json.loads(line) for line in PLACE.read_text().splitlines()] if PLACE.exists() else []
READ = [row for row in ROWS if not row.get("refused")]
REFUSED = [row for row in ROWS if row.get("refused")]


def test_that_there_are_cases() -> None:
    if not ROWS:
        pytest.skip("NOT TESTED ON THE CASES: there are none; name the folder of events.jsonl in CASES=")


@pytest.mark.parametrize("row", READ, ids=lambda row: row["name"])
def test_a_case_is_read_as_expected(row: dict[str, Any]) -> None:
    value = row["raw"].encode() if "raw" in row else orjson.dumps(row["record"])
    reader = assemble(Settings.model_validate(row["settings"])).reader

    found = list(meanings(reader, Given(value), NOW))

    expected = row["expected"]["events"]
    assert [
        {name: said(meaning, name) for name in event} for meaning, event in zip(found, expected, strict=True)
    ] == [{name: roughly(value) for name, value in event.items()} for event in expected]


@pytest.mark.parametrize("row", REFUSED, ids=lambda row: row["name"])
def test_settings_that_never_match_are_refused(tmp_path: Path, row: dict[str, Any]) -> None:
    path = tmp_path / "agent.yaml"
    path.write_text(json.dumps(row["settings"]))

    with pytest.raises(SettingsError) as error:
        load(path)

    assert all(name in str(error.value) for name in row["expected"]["message_names"])


def said(meaning: Meaning, name: str) -> object:
    if isinstance(meaning, Ignored):
        return True if name == "ignored" else "ignored"
    if isinstance(meaning, Invalid):
        return meaning.reason.value
    return said_of(meaning, name)


def said_of(counted: Counted, name: str) -> object:
    response, outcome = counted.response, counted.outcome
    others = {
        "type": outcome.type.value,
        "reason": outcome.reason.value,
        "retry_after": outcome.retry_after,
        "model": response.attributes.get("model"),
        "attempts": list(response.attempts),
    }
    return others[name] if name in others else getattr(response, name, "counted")


def roughly(value: object) -> object:
    return pytest.approx(value, abs=1e-6) if isinstance(value, float) else value
