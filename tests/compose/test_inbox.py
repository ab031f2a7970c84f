"""The page that shows what Alertmanager sends."""

from collections.abc import Iterator

import pytest

from tests.compose.stack import Services, Stack, get

ALERT = {
    "status": "firing",
    "labels": {"alertname": "ApiRateLimited", "severity": "warning", "provider": "<openai>"},
    "annotations": {
        "summary": "Too many.",
        "runbook_url": "javascript:alert(1)",
        "dashboard_url": "http://g/d/x",
    },
}


@pytest.fixture
def inbox(described: Services) -> Iterator[str]:
    assert described
    stack = Stack("unused")
    with stack.inbox():
        yield stack.url("inbox")


def test_it_shows_the_newest_first(inbox: str) -> None:
    get(inbox, {"alerts": [ALERT]})
    get(inbox, {"alerts": [{**ALERT, "status": "resolved"}]})

    page = get(inbox)[1]

    assert "2 so far" in page
    assert page.index("resolved</b>") < page.index("firing</b>")
    assert "Too many." in page


def test_what_it_shows_is_text_and_safe_links_only(inbox: str) -> None:
    get(inbox, {"alerts": [ALERT]})

    page = get(inbox)[1]

    assert "provider=&lt;openai&gt;" in page
    assert '<a href="http://g/d/x">dashboard</a>' in page
    assert "javascript" not in page


@pytest.mark.parametrize("body", [[], {}, {"alerts": [{}]}, {"alerts": 1}, "text", 7])
def test_what_is_no_notification_is_refused_and_harms_nothing(inbox: str, body: object) -> None:
    assert get(inbox, body)[0] == 400

    assert "0 so far" in get(inbox)[1]


def test_it_ends_when_it_is_told_to(described: Services) -> None:
    assert described
    with Stack("unused").inbox() as inbox:
        assert inbox.child.terminate(5) == 0
