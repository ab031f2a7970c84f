"""The registry of dialects, and what each vendor's dialect is worth."""

from collections import Counter

import pytest

from agent.classify import classify, provider_of, reading
from agent.classify.dialects import DIALECTS
from agent.classify.statuses import type_of
from tests.unit.classify.bodies import Labelled, corpus, own

CORPUS = corpus()
OFTEN = [name for name, rows in Counter(body.dialect for body in own()).items() if name and rows >= 5]
VENDORS = [vendor for vendor, rows in Counter(body.provider for body in CORPUS).items() if rows >= 5]


def dialect_of(rows: list[Labelled]) -> str:
    return Counter(classify(body.response).dialect for body in rows).most_common(1)[0][0]


def right(rows: list[Labelled]) -> int:
    return sum(classify(body.response).type == body.type for body in rows)


@pytest.mark.skipif(not CORPUS, reason="corpus of real bodies not found; set CORPUS to its path")
@pytest.mark.parametrize("vendor", VENDORS)
def test_without_its_dialect_a_vendor_is_still_no_worse_off_than_by_status(
    vendor: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = [body for body in CORPUS if body.provider == vendor]
    by_status = sum(type_of(body.response.status) == body.type for body in rows)
    name, whole = dialect_of(rows), right(rows)

    rest = tuple(dialect for dialect in DIALECTS if dialect.name != name)
    monkeypatch.setattr(reading, "_BY_SHAPE", reading.by_shape(rest))
    without = right(rows)

    with capsys.disabled():
        row = f"\n{vendor:18} {len(rows):3} rows: by status {by_status:3}, without {name:14} {without:3}"
        print(f"{row}, with {whole:3}", end="")
    assert without >= by_status


@pytest.mark.parametrize("dialect", OFTEN)
def test_without_any_one_dialect_our_own_bodies_are_no_worse_off_than_by_status(
    dialect: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = [body for body in own() if body.dialect == dialect]
    by_status = sum(type_of(body.response.status) == body.type for body in rows)

    rest = tuple(each for each in DIALECTS if each.name != dialect)
    monkeypatch.setattr(reading, "_BY_SHAPE", reading.by_shape(rest))

    assert right(rows) >= by_status


def test_the_names_of_dialects_are_label_values() -> None:
    assert all(dialect.name.isidentifier() and dialect.name.islower() for dialect in DIALECTS)


def test_a_dialect_implies_its_provider_or_none() -> None:
    assert provider_of("aimlapi") == "aimlapi"
    assert provider_of("openai") is None
    assert provider_of("no such dialect") is None


def test_codes_are_in_lower_case() -> None:
    assert [code for dialect in DIALECTS for code in dialect.codes if code != code.lower()] == []
