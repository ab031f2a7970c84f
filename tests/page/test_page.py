"""The status page in a real browser: what a person sees, at a desk or on a phone, what no script may."""

import asyncio
import re
import subprocess
from collections.abc import Iterator
from typing import Any

import pytest

from agent.status.verdict import WELL
from tests.kafka.test_demo import DEMO, until_line
from tests.page.conftest import Serve
from tests.page.example import status
from tests.tools.page import Look, look

BAIT = """<img src=x onerror=alert(1)>"'`${alert(2)}</script><script>alert(3)</script>{{alert(4)}}"""
SHOWN = "document.querySelector('#links a')"
PHONE = 320  # pixels

UNTOUCHED = {"level", "url", "page"}  # words and addresses that are ours, and which no event can reach


def baited(value: Any, bait: str, key: str = "") -> Any:
    """*value* with *bait* in the place of every text, also where a text is the name of a list."""
    if isinstance(value, dict):
        return {
            bait if key == "rates" and name != "ok" else name: baited(it, bait, name)
            for name, it in value.items()
        }
    if isinstance(value, list):
        return [baited(it, bait) for it in value]
    return bait if isinstance(value, str) and key not in UNTOUCHED else value


async def seen(url: str, **how: Any) -> Look:
    return await asyncio.to_thread(look, f"{url}/", **{"until": SHOWN, **how})


def assert_is_in_order(found: Look, url: str) -> None:
    assert found.complaints == []
    assert found.requests == [f"{url}/", f"{url}/status.json"]
    assert found.unreadable == []
    assert found.overflow == 0


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, PHONE])
async def test_everybody_can_read_it_light_or_dark_on_a_desk_or_a_phone(
    serve: Serve, scheme: str, width: int
) -> None:
    url = await serve(status())

    assert_is_in_order(await seen(url, scheme=scheme, width=width), url)


async def test_it_tells_everything_that_there_is_to_tell(serve: Serve) -> None:
    found = await seen(await serve(status()))
    text = " ".join(found.text.split())

    assert found.title == "! api-error-agent"  # records were skipped
    for words in (
        *("rate_limit_error", "openai /v1/chat/completions 429 tokens_per_minute", "aimlapi /v1/tts 403"),
        *("31,250 of 2,000,000", "21 s", "skipped api-responses 0 100", "invalid api-responses 1 41 json"),
        *("the * is a teapot", "api-error-agent explain --topic api-responses --partition 2 --offset 1041"),
        *("kafka.topics", "commit.mode scrape"),
    ):
        assert words in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_it_says_first_why_the_agent_is_not_ready(serve: Serve, scheme: str) -> None:
    url = await serve(status(waits_for="no broker has answered for 9 s", lag_seconds=400.0))

    found = await seen(url, scheme=scheme, width=PHONE)

    lines = [line for line in found.text.splitlines() if line]
    assert lines.index("Not ready: no broker has answered for 9 s") < 6
    assert "ApiErrorAgentNotConnected" in found.text
    assert found.title == "✗ api-error-agent"
    assert_is_in_order(found, url)


async def test_an_agent_that_has_counted_nothing_yet_is_shown_too(serve: Serve) -> None:
    empty = status()
    nothing: dict[str, object] = {
        key: [] for key in ("types", "reasons", "limits", "troubles", "unclassified")
    }
    url = await serve(empty | nothing | {"traffic": {"since": empty["now"], "times": [], "rates": {}}})

    found = await seen(url)

    assert "Nothing is counted yet." in found.text
    assert_is_in_order(found, url)


async def test_whatever_stands_in_a_field_stays_text(serve: Serve) -> None:
    plain, url = await seen(await serve(status())), await serve(baited(status(), BAIT))

    found = await seen(url)

    assert found.dialogs == []
    assert set(found.tags) <= set(plain.tags)
    assert found.text.count(BAIT) > 40
    assert_is_in_order(found, url)


async def test_the_longest_word_makes_no_phone_scroll_sideways(serve: Serve) -> None:
    url = await serve(baited(status(), "W" * 300))

    assert (await seen(url, width=PHONE)).overflow == 0


# --- the demo -----------------------------------------------------------------------------------------


@pytest.fixture
def demo() -> Iterator[str]:
    """A demo that plays; the answer is where its page is."""
    with subprocess.Popen([*DEMO, "--seconds", "60"], stdout=subprocess.PIPE, text=True) as playing:
        try:
            told = re.search(r"http://[\d.:]+", until_line(playing, "Watch it at")[-1])
            assert told
            yield told[0]
        finally:
            playing.terminate()


def test_the_storm_of_the_demo_is_seen_while_it_happens(demo: str) -> None:
    storm = r"/[3-9]\d % of them errors, most of these rate_limit_error/"
    found = look(f"{demo}/", until=f"{storm}.test(document.getElementById('news').textContent)")
    text = " ".join(found.text.split())

    assert WELL in text
    assert re.search(r"openai /v1/\S+ 429 (tokens|requests)_per_minute rate_limit_error", text)
    assert re.search(r"openai (requests|tokens) [\d,]+ of [\d,]+", text)
    assert found.complaints == []
    assert {request.removeprefix(demo) for request in found.requests} == {"/", "/status.json"}
    assert found.unreadable == []
