"""docs/alerts.md says what every token means, and what an alert carries."""

import re

from grafana.src.tokens import defaults
from tests.docs.pages import DOCS
from tests.rules.promql import branches, kept
from tests.rules.test_contract import ALERTS, KNOWN

PAGE = (DOCS / "alerts.md").read_text()
ROWS = re.findall(r"(?m)^\| `(\w+)` \| (.+?) \| `.+` \|$", PAGE)


def test_every_token_has_its_row_and_no_row_is_about_anything_else() -> None:
    assert {token for token, _ in ROWS} == set(defaults())


def test_what_a_token_means_is_a_sentence() -> None:
    assert [meaning for _, meaning in ROWS if not re.fullmatch(r"[A-Z].+ .+\.", meaning)] == []


def test_the_page_names_every_label_that_an_alert_carries_and_no_other() -> None:
    carried = {
        label
        for rule in ALERTS.values()
        for side in branches(rule["expr"])
        for label in kept(side, KNOWN) | set(rule["labels"])
    }
    named = {
        label
        for row in re.findall(r"(?m)^\| labels? (.+?) \|", PAGE)
        for label in re.findall(r"`(\w+)`", row)
    }

    assert carried == named


def test_the_page_names_every_annotation() -> None:
    written = {name for rule in ALERTS.values() for name in rule["annotations"]}

    assert set(re.findall(r"(?m)^\| annotation `(\w+)` \|", PAGE)) == written
