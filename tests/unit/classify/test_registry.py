"""The registry of dialects, and what each vendor's dialect is worth."""

from collections import Counter
from typing import Any

import pytest

from agent.classify import provider_of
from agent.classify.dialects import DIALECTS
from agent.classify.dialects.dialect import Dialect
from agent.classify.dialects.recognition import Registry
from agent.classify.statuses import type_of
from agent.classify.taxonomy import Reason
from agent.classify.unwrap import unwrap
from agent.events.hosts import provider_at
from tests.conftest import Say
from tests.unit.classify.bodies import ROOT, own
from tests.unit.classify.bodies import rows as rows_of
from tests.unit.classify.leave_one_out import TABLE, Row, right, rows, without, written

ROWS = rows()
OFTEN = [name for name, count in Counter(body.dialect for body in own()).items() if name and count >= 5]
needs_corpus = pytest.mark.skipif(not ROWS, reason="NO CORPUS of real bodies; set CORPUS to its path")


@needs_corpus
@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.vendor)
def test_without_its_dialect_a_vendor_is_still_no_worse_off_than_by_status(row: Row) -> None:
    assert row.without >= row.by_status


@needs_corpus
def test_without_their_dialects_vendors_together_are_clearly_better_off_than_by_status(
    measured: Say,
) -> None:
    measured(f"{'vendor':12}{'bodies':>8}{'by status':>11}  {'dialect':14}{'without':>9}{'with':>6}")
    for row in ROWS:
        counts = f"{row.bodies:8}{row.by_status:11}  {row.dialect:14}{row.without:9}{row.whole:6}"
        measured(f"{row.vendor:12}{counts}")

    assert sum(row.without for row in ROWS) >= 1.1 * sum(row.by_status for row in ROWS)


@needs_corpus
def test_the_page_shows_what_each_dialect_is_worth_today() -> None:
    assert TABLE.read_text(encoding="utf-8") == written(ROWS), (
        "run python -m tests.unit.classify.leave_one_out"
    )


@pytest.mark.parametrize("dialect", OFTEN)
def test_without_any_one_dialect_our_own_bodies_are_no_worse_off_than_by_status(dialect: str) -> None:
    bodies = [body for body in own() if body.dialect == dialect]
    by_status = sum(type_of(body.response.status) == body.type for body in bodies)

    with without(dialect):
        assert right(bodies) >= by_status


def test_dialects_of_one_name_know_the_same() -> None:
    for name in {dialect.name for dialect in DIALECTS}:
        same = [dialect for dialect in DIALECTS if dialect.name == name]

        assert all(each.codes == same[0].codes for each in same), name
        assert all(each.phrases.rules == same[0].phrases.rules for each in same), name
        assert len({each.provider for each in same} - {None}) <= 1, name
        assert all(each.headers == same[0].headers and each.is_page == same[0].is_page for each in same), name


def test_the_names_of_dialects_are_label_values() -> None:
    assert all(dialect.name.isidentifier() and dialect.name.islower() for dialect in DIALECTS)


def test_a_dialect_implies_its_provider_or_none() -> None:
    assert provider_of("aimlapi") == "aimlapi"
    assert provider_of("openai") is None
    assert provider_of("no such dialect") is None


@pytest.mark.parametrize(
    ("wrong", "problem"),
    [
        (
            {"codes": {"Overloaded": Reason.CAPACITY}},
            "code 'Overloaded' of foo can never match: write 'overloaded'",
        ),
        ({"codes": {" x": Reason.CAPACITY}}, "write 'x'"),
        ({"codes": {"x" * 97: Reason.CAPACITY}}, "one of at most 96 characters"),
        ({"states_error": bool}, "has no keys"),
    ],
)
def test_a_dialect_that_could_never_be_heard_is_refused(wrong: dict[str, Any], problem: str) -> None:
    with pytest.raises(ValueError, match=problem):
        Dialect("foo", "flat", lambda _body, _response: None, **wrong)


SHAPES = [row["body"] for row in rows_of(ROOT / "tests" / "data" / "shapes" / "bodies.jsonl")]
FEW = 25
HOSTS = [(host, provider) for dialect in DIALECTS for host, provider in dialect.hosts.items()]


@pytest.mark.parametrize(("host", "provider"), HOSTS)
def test_a_host_of_a_dialect_names_the_provider(host: str, provider: str) -> None:
    assert {provider_at(host), provider_at(f"api.{host}")} == {provider}
    assert provider_at(f"not{host}") is None


def test_few_dialects_are_asked_about_a_body() -> None:
    """Of 78: each key that a dialect states saves asking it about most bodies of the others."""
    bodies = [*(unwrap(body.response.body).bodies[0] for body in own() if body.response.body), *SHAPES]
    objects = [body for body in bodies if isinstance(body, dict)]
    registry = Registry(DIALECTS)

    assert sum(len(registry.candidates(body)) for body in objects) / len(objects) < FEW


def test_dialects_agree_on_hosts() -> None:
    assert len({host for host, _ in HOSTS}) == len(HOSTS)
